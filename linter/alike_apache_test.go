package linter_test

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"padlock/internal/tlspolicy"
	"padlock/linter"
	"padlock/linter/rule"
	"padlock/linter/ruletest"
)

// forest makes random configurations of an Apache with many sites.
type forest struct {
	*rand.Rand
	names []string
	tree  fstest.MapFS
}

func (f *forest) one(pool []string) string { return pool[f.IntN(len(pool))] }

// usual is one of a pool the first of which are the usual ones.
func (f *forest) usual(pool []string) string {
	if f.IntN(3) > 0 {
		return f.one(pool[:min(3, len(pool))])
	}
	return f.one(pool)
}

// some are up to n of a pool, as one text.
func (f *forest) some(n int, pool []string) string {
	var out strings.Builder
	for range f.IntN(n + 1) {
		out.WriteString(f.one(pool))
	}
	return out.String()
}

// rarely is one of a pool, mostly nothing.
func (f *forest) rarely(pool []string) string {
	if f.IntN(4) > 0 {
		return ""
	}
	return f.one(pool)
}

// shapes are how the names of sites may look: the i-th one.
var shapes = []func(i int) string{
	func(i int) string { return fmt.Sprintf("site%d.example", i) },
	func(i int) string { return strings.Repeat("ab", i%4) + fmt.Sprintf("c%d.example", i) },
	func(i int) string { return fmt.Sprintf("s%d.shop.example", i) },
	func(i int) string { return []string{"", "a.", "b."}[i%3] + fmt.Sprintf("site%d.example", i/3) },
	func(i int) string { return []string{"", "my", "my-"}[i%3] + fmt.Sprintf("site%d.example", i/3) },
	func(i int) string { return fmt.Sprintf("%d.example", i) },
	func(i int) string { return fmt.Sprintf("site%d.", i) + []string{"example", "test", "invalid"}[i%3] },
	func(i int) string { return fmt.Sprintf("site%d.example", i-i/5) },
	func(i int) string { return "shop.example"[i%4:] },
	func(i int) string { return fmt.Sprintf("x%d.y%d.example", i/2, i%2) },
	func(i int) string { return fmt.Sprintf("site%d.%s.example", i/2, []string{"a", "b"}[i%2]) },
	func(i int) string { return labelWords[(i*7)%len(labelWords)] + ".example" },
	func(i int) string { return fmt.Sprintf("s%d.%s.arpa", i, []string{"in", "home", "in"}[i%3]) },
}

func (f *forest) add(name, text string) {
	f.tree["etc/apache2/"+name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
}

// anySite puts the name of some site in the place of SITE.
func (f *forest) anySite(text string) string {
	name := f.one(f.names)
	if label, _, _ := strings.Cut(name, "."); f.IntN(6) == 0 {
		name = label
	}
	return strings.ReplaceAll(text, "SITE", name)
}

// plant makes a configuration.
func plant(seed uint64) *forest {
	f := &forest{Rand: rand.New(rand.NewPCG(seed, 7)), tree: fstest.MapFS{}}
	shape := shapes[0]
	if f.IntN(2) == 0 {
		shape = shapes[f.IntN(len(shapes))]
	}
	for i := range 8 + f.IntN(9) {
		f.names = append(f.names, shape(i))
	}
	for name, text := range ruletest.Certificates() {
		f.tree[name[1:]] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	for name, text := range apacheSnippets {
		f.add(name, f.anySite(text))
	}
	f.mainFile()
	f.sites()
	return f
}

func (f *forest) mainFile() {
	text := f.usual(apacheListens) + f.some(4, apacheQuiet) + f.rarely(apacheLoud) + f.rarely(apacheBetween) +
		f.usual(apacheIncludes) + f.rarely(apacheBetween) + f.some(1, apacheQuiet)
	if f.IntN(2) == 0 {
		text = "ServerRoot /etc/apache2\n" + text
	}
	text += f.rarely(apacheLoud)
	if f.IntN(8) == 0 {
		text += f.usual(apacheIncludes) + f.rarely(apacheBetween)
	}
	// SITE is in two parts where a line is continued inside of it.
	name := f.one(f.names)
	f.add("apache2.conf", strings.ReplaceAll(f.anySite(text), "SI\\\nTE", name[:2]+"\\\n"+name[2:]))
}

// template is the file of a site with SITE in the place of its name.
func (f *forest) template() string {
	body := f.some(4, apacheBody)
	if f.IntN(3) == 0 {
		body += f.one(apacheNamed)
	}
	body += f.some(1, apacheBody)
	return strings.NewReplacer("BODY", body, "TLS", f.usual(apacheTLS)).Replace(f.usual(apacheFrames))
}

func (f *forest) sites() {
	var templates []string
	for range []int{1, 1, 1, 1, 2, 3}[f.IntN(6)] {
		templates = append(templates, labelled(f.Rand, f.template(), "SITE"))
	}
	mutations := f.IntN(3)
	for i, name := range f.names {
		text := named(f.one(templates), "SITE", name)
		file := fmt.Sprintf("sites/%02d.conf", i)
		if mutations > 0 && f.IntN(6) == 0 {
			mutations--
			file, text = f.mutate(file, text)
		}
		f.add(file, text)
		if f.IntN(12) == 0 {
			f.certificate(name)
		}
	}
}

// certificate gives a site one that the server has.
func (f *forest) certificate(name string) {
	for _, file := range []string{"fullchain.pem", "privkey.pem"} {
		of := f.tree["etc/ssl/"+f.one([]string{"shop.example", "wildcard", "expired", "small"})+"/"+file]
		f.tree["etc/letsencrypt/live/"+name+"/"+file] = &fstest.MapFile{Data: of.Data, Mode: 0o644}
		f.tree["etc/ssl/"+name+"/"+file] = of
	}
}

// mutate makes a site's file other than its template.
func (f *forest) mutate(file, text string) (string, string) {
	lines := strings.SplitAfter(text, "\n")
	at := f.IntN(len(lines))
	switch f.IntN(13) {
	case 0:
		lines = slices.Delete(lines, at, at+1)
	case 1:
		lines = slices.Insert(lines, at, f.anySite(f.one(apacheNamed)))
	case 2:
		lines = slices.Insert(lines, at, f.anySite(f.one(apacheBody)))
	case 3:
		lines[at] = strings.ToUpper(lines[at])
	case 4:
		return file, strings.ReplaceAll(text, "\n", "\r\n")
	case 5:
		lines[at] = strings.Replace(lines[at], " ", " \\\n", 1)
	case 6:
		lines[at] = "<" + lines[at]
	case 7:
		return strings.TrimSuffix(file, ".conf") + ".site.conf", text
	case 8:
		f.tree["etc/apache2/sites/90.conf"] = &fstest.MapFile{Data: []byte("../" + file), Mode: fs.ModeSymlink | 0o777}
	case 9:
		return file, ""
	case 10:
		lines = slices.Insert(lines, at, "# padlock:ignore https-redirect-missing -- by hand\n")
	case 11:
		return file, strings.ReplaceAll(text, ".example", ".EXAMPLE")
	case 12:
		return file, text + f.anySite("<VirtualHost *:80>\nServerName other-SITE\n</VirtualHost>\n")
	}
	return file, strings.Join(lines, "")
}

// request asks about the configuration, mostly about all there is.
func (f *forest) request() linter.Request {
	r := linter.Request{
		Paths: []string{"/etc/apache2/apache2.conf"}, Tree: f.tree, Server: tlspolicy.Apache, Now: ruletest.Now,
		Installed: f.IntN(2) == 0,
	}
	switch f.IntN(4) {
	case 0:
		r.ServerVersion = tlspolicy.MustVersion(f.one([]string{"2.4.6", "2.4.37", "2.4.52", "2.4.66"}))
	case 1:
		r.Platform = f.one([]string{"debian-12", "debian-13"})
	}
	switch f.IntN(8) {
	case 0:
		r.Only = []string{f.one([]string{"https-redirect-missing", "https-missing", "hsts-missing", "name-duplicate", "certificate-name-mismatch", "default-server-missing", "ignore-unused"})}
	case 1:
		r.Without = []string{"https-missing", "hsts-missing"}
	case 2:
		// A part of a configuration, by another name than main files have.
		f.tree["etc/apache2/part.conf"] = f.tree["etc/apache2/apache2.conf"]
		r.Paths[0] = "/etc/apache2/part.conf"
	}
	return r
}

// baseline knows some of what is found.
func (f *forest) baseline(t *testing.T, request linter.Request) *linter.Baseline {
	request.AlikeFrom = -1
	result, err := linter.Lint(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return linter.NewBaseline(slices.DeleteFunc(result.Findings, func(rule.Finding) bool { return f.IntN(2) == 0 }))
}

func (f *forest) String() string {
	var out strings.Builder
	seen := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(f.tree)) {
		if !strings.HasPrefix(name, "etc/apache2/") {
			continue
		}
		text := string(f.tree[name].Data)
		template := text
		for _, site := range f.names {
			template = strings.ReplaceAll(template, site, "SITE")
		}
		if like := seen[template]; like != "" {
			text = "like " + like + "\n"
		} else {
			seen[template] = name
		}
		fmt.Fprintf(&out, "==> %s\n%s\n", name, text)
	}
	return out.String()
}

// TestAlikeApacheRandom judges random configurations with and without leaving
// files out. PADLOCK_PROVE tries 20,000, or as many as it says if more than 1;
// PADLOCK_SEED makes others.
func TestAlikeApacheRandom(t *testing.T) {
	trees := uint64(300)
	if prove := environmentNumber("PADLOCK_PROVE", 0); prove > 0 {
		trees = max(20_000, uint64(prove))
	}
	first := uint64(environmentNumber("PADLOCK_SEED", 1)) << 32
	leaving := uint64(0)
	for seed := first; seed < first+trees; seed++ {
		f := plant(seed)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			request := f.request()
			if f.IntN(8) == 0 {
				request.Baseline = f.baseline(t, request)
			}
			if ruletest.SameWithout(t, request) > 0 {
				leaving++
			}
			if t.Failed() {
				t.Log(f)
			}
		})
	}
	t.Logf("%d of %d configurations leave files out", leaving, trees)
	if leaving < trees/4 {
		t.Errorf("%d of %d configurations leave files out, want a quarter", leaving, trees)
	}
}
