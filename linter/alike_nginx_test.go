package linter_test

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"padlock/internal/tlspolicy"
	"padlock/linter"
	"padlock/linter/rule"
	"padlock/linter/ruletest"
)

// TestAlikeNginxRandom makes configurations of many sites from few templates, and
// much that may tell the sites apart: what is found must be the same whether
// files are left out or not. PADLOCK_PROVE=N tries N thousand, PADLOCK_SEED makes
// others.
func TestAlikeNginxRandom(t *testing.T) {
	trees, first := 300, uint64(0)
	if n, err := strconv.Atoi(os.Getenv("PADLOCK_PROVE")); err == nil && n > 0 {
		trees = 1000 * n
	}
	if n, err := strconv.ParseUint(os.Getenv("PADLOCK_SEED"), 10, 64); err == nil {
		first = n
	}
	leaving := 0
	for i := range trees {
		seed := first*1_000_000 + uint64(i)
		m := newAlikeMaker(seed)
		request := m.request(t)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			if ruletest.SameWithout(t, request) > 0 {
				leaving++
			}
			if t.Failed() {
				t.Logf("only %q, without %q, version %v, platform %q, installed %v\n%s",
					request.Only, request.Without, request.ServerVersion, request.Platform, request.Installed, m.text())
			}
		})
	}
	t.Logf("of %d trees %d leave files out", trees, leaving)
	if leaving*4 < trees {
		t.Errorf("only %d of %d trees leave files out: nothing is compared in the others", leaving, trees)
	}
}

// alikeMaker makes one configuration.
type alikeMaker struct {
	r     *rand.Rand
	tree  fstest.MapFS
	names []string
}

func newAlikeMaker(seed uint64) *alikeMaker {
	m := &alikeMaker{r: rand.New(rand.NewPCG(seed, 7)), tree: fstest.MapFS{}}
	m.makeNames()
	for name, text := range alikeSnippets {
		m.write(name, text)
	}
	m.makeSites()
	m.write("nginx.conf", m.main())
	return m
}

func (m *alikeMaker) write(name, text string) {
	m.tree["etc/nginx/"+name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
}

// text is the whole tree, for the log.
func (m *alikeMaker) text() string {
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(m.tree)) {
		if strings.HasPrefix(name, "etc/nginx/") && alikeSnippets[strings.TrimPrefix(name, "etc/nginx/")] == "" {
			fmt.Fprintf(&out, "=== %s %v\n%s\n", name, m.tree[name].Mode, m.tree[name].Data)
		}
	}
	return out.String()
}

// often is true in one of n cases.
func (m *alikeMaker) often(n int) bool { return m.r.IntN(n) == 0 }

func (m *alikeMaker) one(list []string) string { return list[m.r.IntN(len(list))] }

// some are up to n lines of a list, in any order.
func (m *alikeMaker) some(list []string, n int) string {
	var out strings.Builder
	for range m.r.IntN(n + 1) {
		out.WriteString(m.one(list) + "\n")
	}
	return out.String()
}

// makeNames makes names of one shape, or of a few.
func (m *alikeMaker) makeNames() {
	shapes := []func(i int) string{
		func(i int) string { return fmt.Sprintf("site%d.example.com", i) },
		func(i int) string { return strings.Repeat("ab", 1+m.r.IntN(8)) + strconv.Itoa(i) + ".net" },
		func(i int) string { return strconv.Itoa(100+i) + ".org" },
		func(i int) string { return string(rune('a'+i)) + ".com" },
		func(i int) string { return string(rune('a'+i)) + "-" + string(rune('b'+i)) + ".shop.example" },
		func(i int) string { return fmt.Sprintf("x%d.%s.arpa", i, []string{"home", "other"}[i%2]) },
		func(i int) string { return strings.Repeat("long", i) + "x.net" },
		func(i int) string { return []string{"", "my-", "a", "sub."}[i%4] + string(rune('a'+i/4)) + ".com" },
	}
	odd := []func(i int) string{
		func(i int) string { return "sub." + m.one(m.names) },
		func(i int) string { return m.one(m.names) },
		func(i int) string { return "my-" + m.one(m.names) },
		func(i int) string { return "a" + m.one(m.names) },
		func(i int) string { return m.one(m.names) + ".net" },
		func(i int) string { return fmt.Sprintf("x%d.home.arpa", i) },
		func(i int) string { return fmt.Sprintf("x%d.other.arpa", i) },
		func(i int) string { return fmt.Sprintf("www%d.dev", i) },
		func(i int) string { return "shop.example" },
		func(i int) string { return strings.Repeat("long", 9) + strconv.Itoa(i) + ".net" },
		func(i int) string { return strings.Repeat("long.", 9) + "net" },
		func(i int) string { return fmt.Sprintf("host%d.dev", i) },
		func(i int) string { return fmt.Sprintf("Upper%d.net", i) },
		func(i int) string { return fmt.Sprintf("site%d.example.org", i) },
		func(i int) string { return m.one(labelWords) + ".example.com" },
		func(i int) string { return fmt.Sprintf("xn--mnchen%d-3ya.net", i) },
	}
	shape := shapes[m.r.IntN(len(shapes))]
	for i := range 8 + m.r.IntN(6) {
		make := shape
		switch {
		case i > 0 && m.often(12):
			make = odd[m.r.IntN(len(odd))]
		case m.often(25):
			make = shapes[m.r.IntN(len(shapes))]
		}
		m.names = append(m.names, make(i))
	}
	if m.often(2) {
		m.r.Shuffle(len(m.names), func(i, j int) { m.names[i], m.names[j] = m.names[j], m.names[i] })
	}
}

// template is the text of sites, with NAME in the place of their names.
func (m *alikeMaker) template() string {
	var out strings.Builder
	if m.often(10) {
		out.WriteString(m.one(alikeBeside) + "\n")
	}
	names := m.one([]string{"NAME", "NAME", "NAME www.NAME", "NAME www.NAME", "www.NAME NAME", ".NAME", "*.NAME NAME", "www.NAME", "NAME api.NAME static.NAME"})
	if m.often(25) {
		names += m.one([]string{" localhost", " _", " other.example", " mail.*", " NAME.net", ` ~^(.+)\.NAME$`, " $hostname", ` ""`})
	}
	server := func(listen, lines string) {
		fmt.Fprintf(&out, "server {\n%s\nserver_name %s;\n%s}\n", listen, names, lines)
	}
	lines := func() string {
		all := m.some(alikeLines, 6)
		if m.often(4) {
			all += m.some(alikeHostile, 1)
		}
		return all
	}
	tls := func() string {
		return m.one(alikeCertificates) + "\n" + m.some(alikeTLS, 3)
	}
	option := ""
	if m.often(5) {
		option = m.one(alikeListenOptions)
	}
	plain, secure := m.one(alikePlain), m.one(alikeSecure)
	if m.often(8) {
		plain = m.one(alikeOddListen)
	}
	plain, secure = strings.ReplaceAll(plain, " OPTION", ""), strings.ReplaceAll(secure, " OPTION", option)
	switch m.r.IntN(5) {
	case 0:
		server(plain, lines())
	case 1:
		server(secure, tls()+lines())
	case 2:
		server(plain+"\n"+secure, tls()+lines())
	default:
		server(plain, m.one(alikeRedirects)+"\n"+m.some(alikeLines, 2))
		server(secure, tls()+lines())
	}
	return out.String()
}

// labelWords are first labels of names that stand in configurations as words.
var labelWords = strings.Fields("server root http index nginx log var www srv access default_server apache2 directory access combined static api html https example site1 php")

// labelled puts LABEL in the place of some of the names in a template, but not
// where a virtual host gets its names, in every third template. They are likely in
// paths.
func labelled(r *rand.Rand, text, name string) string {
	if r.IntN(3) > 0 {
		return text
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		for {
			before, after, found := strings.Cut(line, name)
			out.WriteString(before)
			if !found {
				break
			}
			word, share := name, 12
			if strings.HasSuffix(before, "/") && !strings.HasSuffix(before, "//") {
				share = 2
			}
			if r.IntN(share) == 0 && !strings.Contains(line, "server_name") && !strings.Contains(line, "ServerName") {
				word = "LABEL"
			}
			out.WriteString(word)
			line = after
		}
	}
	return out.String()
}

// named puts a name in its places in a template, and its first label in those of
// LABEL.
func named(text, place, name string) string {
	label, _, _ := strings.Cut(name, ".")
	return strings.NewReplacer(place, name, "LABEL", label).Replace(text)
}

// makeSites writes the files of the sites, nearly all from one template.
func (m *alikeMaker) makeSites() {
	templates := []string{labelled(m.r, m.template(), "NAME")}
	for range m.r.IntN(3) {
		templates = append(templates, labelled(m.r, m.template(), "NAME"))
	}
	for i, name := range m.names {
		text := templates[0]
		if m.often(6) {
			text = m.one(templates)
		}
		file := fmt.Sprintf("sites/%02d.conf", i)
		if len(m.names)%2 == 0 {
			file = "sites/" + name + ".conf"
		}
		text = named(text, "NAME", name)
		if m.often(25) {
			text = m.mutate(text)
		}
		m.write(file, text)
		switch {
		case m.often(150):
			m.tree["etc/nginx/"+file].Mode = 0o644 | fs.ModeDir
		case m.often(100):
			m.tree["etc/nginx/sites/again.conf"] = &fstest.MapFile{Data: []byte(path.Base(file)), Mode: fs.ModeSymlink | 0o777}
		case m.often(100):
			m.write(strings.TrimSuffix(file, ".conf")+".vhost", text)
		}
	}
	if m.often(15) {
		m.write("sites/empty.conf", "")
	}
}

// mutate changes one thing about a site.
func (m *alikeMaker) mutate(text string) string {
	lines := strings.SplitAfter(text, "\n")
	at := m.r.IntN(len(lines))
	switch m.r.IntN(8) {
	case 0:
		lines = slices.Delete(lines, at, at+1)
	case 1:
		lines = slices.Insert(lines, at, m.one(alikeLines)+"\n")
	case 2:
		lines = slices.Insert(lines, at, "# padlock:ignore "+m.one([]string{"https-missing", "hsts-missing", "name-duplicate,https-redirect-missing", "nothing"})+" it is so\n")
	case 3:
		lines[at] = strings.ToUpper(lines[at])
	case 4:
		return strings.ReplaceAll(text, "\n", "\r\n")
	case 5:
		lines = slices.Insert(lines, at, "}\n")
	case 6:
		lines = slices.Insert(lines, at, "# a comment\n")
	case 7:
		lines = append(lines, lines...)
	}
	return strings.Join(lines, "")
}

// about puts a site's name, or a part of it, into a line about it.
func (m *alikeMaker) about(line string) string {
	name := m.one(m.names)
	first, rest, _ := strings.Cut(name, ".")
	if m.often(6) {
		line = strings.ReplaceAll(line, "NAME", "FIRST")
	}
	return strings.NewReplacer("NAME", name, "FIRST", first, "REST", rest, "QUOTED", strings.ReplaceAll(name, ".", `\.`),
		"LETTER", name[:1], "UPPER", strings.ToUpper(name)).Replace(line)
}

func (m *alikeMaker) main() string {
	var out strings.Builder
	out.WriteString(m.one([]string{"", "user www-data;\n", "worker_processes auto;\n", "error_log /var/log/nginx/error.log warn;\n"}) + "events { worker_connections 64; }\n")
	if m.often(20) {
		out.WriteString(m.about(m.one([]string{
			"stream { server { listen 443; proxy_pass 127.0.0.1:8443; } }", "stream { server { listen 9000; proxy_pass NAME:9000; } }",
			"stream { map $ssl_preread_server_name $to { default a; NAME b; } server { listen 8443; ssl_preread on; proxy_pass $to; } }",
		})) + "\n")
	}
	out.WriteString("http {\n" + m.some(alikeHTTP, 6))
	if m.often(3) {
		out.WriteString(m.about(m.one(alikeHostileHTTP)) + "\n")
	}
	if m.often(3) {
		out.WriteString(m.one(alikeOthers) + "\n")
	}
	if m.often(4) {
		out.WriteString(m.about(m.one(alikeHostileOthers)) + "\n")
	}
	includes := "include sites/*.conf;\n"
	switch m.r.IntN(30) {
	case 12, 13:
		m.enable()
		includes = "include enabled/*;\n"
	case 14:
		m.enable()
		includes += "include enabled/*;\n"
	case 0:
		includes += includes
	case 1:
		includes += "include sites/*4.conf;\n"
	case 2:
		includes = "include sites/0*.conf;\n" + includes
	case 3:
		includes += "include sites/04.conf;\n"
	case 4:
		includes = m.about("include sites/NAME.conf;\n") + includes
	case 5:
		includes = "include sites/*;\n"
	case 6:
		m.write("all.conf", includes)
		includes = "include all.conf;\n"
	case 7:
		m.write("all.conf", includes)
		includes = "include all.conf;\ninclude all.conf;\n"
	case 8:
		includes = "include sites/*.vhost;\n" + includes
	case 9:
		includes += "server { listen 8081;\n include sites/*.conf; }\n"
	case 10:
		includes += "include sites/missing.conf;\n"
	case 11:
		includes += "server { listen 8082; server_name inner.example; include sites/05.conf; }\n"
	}
	out.WriteString(includes)
	if m.often(4) {
		out.WriteString(m.one(alikeOthers) + "\n")
	}
	if m.often(8) {
		out.WriteString(m.about(m.one(slices.Concat(alikeHostileOthers, alikeHostileHTTP))) + "\n")
	}
	if m.often(12) {
		m.write("part.conf", out.String()[strings.Index(out.String(), "http {\n")+len("http {\n"):])
	}
	out.WriteString("}\n")
	if m.often(25) {
		return "# padlock:ignore-file https-missing,name-duplicate known\n" + out.String()
	}
	return out.String()
}

// enable makes links to the files of sites, as Debian does.
func (m *alikeMaker) enable() {
	for name := range maps.Clone(m.tree) {
		if file, ok := strings.CutPrefix(name, "etc/nginx/sites/"); ok {
			m.tree["etc/nginx/enabled/"+file] = &fstest.MapFile{Data: []byte("../sites/" + file), Mode: fs.ModeSymlink | 0o777}
		}
	}
}

// request is what is asked about the tree.
func (m *alikeMaker) request(t *testing.T) linter.Request {
	request := linter.Request{Paths: []string{"/etc/nginx/nginx.conf"}, Tree: m.tree, Server: tlspolicy.Nginx, Now: ruletest.Now}
	if m.often(8) {
		request.Paths = []string{"/etc/nginx"}
	}
	if m.tree["etc/nginx/part.conf"] != nil {
		request.Paths = []string{"/etc/nginx/part.conf"}
	}
	if m.often(3) {
		request.ServerVersion = tlspolicy.MustVersion(m.one([]string{"1.14.0", "1.22.1", "1.26.3", "1.29.1", "1.30.6"}))
	}
	if m.often(4) {
		request.Platform = m.one([]string{"debian-12", "debian-13", "rhel-9"})
	}
	if m.often(8) {
		request.Only = [][]string{{"https-missing"}, {"name-duplicate", "hsts-missing"}, {"hash-size"}, {"https-redirect-loop", "https-downgrade"}, {"directive-duplicate"}}[m.r.IntN(5)]
	}
	if m.often(8) {
		request.Without = []string{"hsts-missing", "https-missing"}
	}
	if m.often(3) {
		request.Installed = m.often(2)
		for name, text := range ruletest.Certificates() {
			m.tree[name[1:]] = &fstest.MapFile{Data: []byte(text), Mode: 0o600}
		}
		for i, name := range m.names {
			if i%3 == m.r.IntN(2) {
				kind := m.one([]string{"shop.example", "wildcard", "expired", "stapled", "small"})
				for _, file := range []string{"fullchain.pem", "privkey.pem"} {
					m.tree["etc/ssl/site/"+name+"/"+file] = &fstest.MapFile{Data: []byte(ruletest.Certificates()["/etc/ssl/"+kind+"/"+file]), Mode: fs.FileMode(0o600 + 4*m.r.IntN(2))}
				}
			}
		}
	}
	if m.often(8) {
		old := request
		old.AlikeFrom = -1
		old.Without = nil
		result, err := linter.Lint(t.Context(), old)
		if err != nil {
			t.Fatal(err)
		}
		known := slices.DeleteFunc(result.Findings, func(rule.Finding) bool { return m.often(2) })
		request.Baseline = linter.NewBaseline(known)
	}
	if m.often(8) {
		m.onDisk(t, &request)
	}
	return request
}

// onDisk moves the tree to a directory of this machine, with a settings file.
func (m *alikeMaker) onDisk(t *testing.T, request *linter.Request) {
	dir := t.TempDir()
	m.write(".padlock.hcl", m.about(m.one([]string{
		"lint {\n  rule \"https-missing\" { severity = \"info\" }\n}\n",
		"lint {\n  path \"sites/0*.conf\" { disable = [\"https-missing\", \"hsts-missing\"] }\n}\n",
		"lint {\n  exclude = [\"sites/*3.conf\"]\n}\n",
		"lint {\n  path \"sites/NAME.conf\" { disable = [\"https-missing\", \"https-redirect-missing\"] }\n}\ntarget { platform = \"debian-12\" }\n",
	})))
	for name, file := range m.tree {
		rest, ok := strings.CutPrefix(name, "etc/nginx/")
		if !ok {
			continue
		}
		name = filepath.Join(dir, filepath.FromSlash(rest))
		err := os.MkdirAll(filepath.Dir(name), 0o755)
		switch {
		case err != nil:
		case file.Mode&fs.ModeSymlink != 0:
			err = os.Symlink(string(file.Data), name)
		case file.Mode.IsDir():
			err = os.Mkdir(name, 0o755)
		default:
			err = os.WriteFile(name, file.Data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	request.Tree, request.Settings = nil, linter.NearestSettings()
	request.Paths = []string{filepath.Join(dir, "nginx.conf")}
}
