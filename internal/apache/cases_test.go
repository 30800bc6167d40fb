package apache

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"padlock/internal/servertest"
	"padlock/internal/source"
)

const grammar = "../../fixtures/apache/grammar"

// grammarCase is a line of cases.jsonl; see the README beside it.
type grammarCase struct {
	Input       string
	Latin1      bool
	Files       map[string]string
	Environment map[string]string
	Show        string
	Exit        int
	Output      string
	Depends     string
}

func readCases(t *testing.T) []grammarCase {
	t.Helper()
	data, err := os.ReadFile(grammar + "/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []grammarCase
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var c grammarCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if c.Latin1 {
			var b []byte
			for _, r := range c.Input {
				b = append(b, byte(r))
			}
			c.Input = string(b)
		}
		out = append(out, c)
	}
	if len(out) < 384 {
		t.Fatalf("only %d cases", len(out))
	}
	return out
}

var labModules = []string{"mpm_event", "authz_core", "authn_core", "authz_host", "alias", "rewrite", "headers", "setenvif",
	"env", "dir", "mime", "socache_shmcb", "ssl", "http2", "macro", "info"}

// labMain is the main file of every case.
func labMain(show string) string {
	var b strings.Builder
	b.WriteString("ServerRoot /srv/lab\nDefaultRuntimeDir /srv/lab/run\nPidFile /srv/lab/run/pid\nErrorLog /srv/lab/run/error.log\nServerName localhost\nListen 127.0.0.1:18999\n")
	for _, m := range labModules {
		fmt.Fprintf(&b, "LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n", m, m)
	}
	b.WriteString("TypesConfig /dev/null\n")
	if show != "" {
		fmt.Fprintf(&b, "Define %s\n", show)
	}
	b.WriteString("Include /srv/lab/input.conf\n")
	return b.String()
}

// labTree is the file system of a case.
func labTree(t *testing.T, c grammarCase) fstest.MapFS {
	t.Helper()
	tree := fstest.MapFS{
		"srv/lab/main.conf":                     {Data: []byte(labMain(c.Show))},
		"srv/lab/input.conf":                    {Data: []byte(c.Input)},
		"srv/lab/run":                           {Mode: fs.ModeDir | 0o755},
		"etc/passwd":                            {Data: []byte("root:x:0:0::/:/bin/sh\n")},
		"tmp":                                   {Mode: fs.ModeDir | 0o755},
		"etc/apache2/mods-available/alias.conf": {Data: []byte("Alias /icons/ /usr/share/apache2/icons/\n")},
	}
	err := fs.WalkDir(os.DirFS(grammar+"/lab"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		full := path.Join("srv/lab", name)
		if d.Type()&fs.ModeSymlink != 0 {
			target, err := os.Readlink(path.Join(grammar, "lab", name))
			tree[full] = &fstest.MapFile{Data: []byte(target), Mode: fs.ModeSymlink | 0o777}
			return err
		}
		data, err := os.ReadFile(path.Join(grammar, "lab", name))
		tree[full] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range c.Files {
		tree["srv/lab/"+name] = &fstest.MapFile{Data: []byte(data)}
	}
	return tree
}

func loadCase(t *testing.T, c grammarCase) *Config {
	t.Helper()
	environment := c.Environment
	if environment == nil {
		environment = map[string]string{}
	}
	return Load(source.NewSet(source.SetConfig{Tree: labTree(t, c)}), "/srv/lab/main.conf", LoadOptions{
		Defines:          map[string]string{},
		Environment:      environment,
		ServerVersion:    "2.4.71",
		DirectiveModules: modulesOf,
	})
}

// modulesOf stands for the directive table.
func modulesOf(name string) []string {
	switch strings.ToLower(name) {
	case "sslengine":
		return []string{"mod_ssl.c"}
	case "<macro":
		return []string{"mod_macro.c"}
	case "serveradmin", "<virtualhost":
		return []string{"core.c"}
	}
	return nil
}

func errorsOf(c *Config) []string {
	var out []string
	for _, d := range c.Diagnostics {
		if d.Severity == source.Error {
			p := d.Subject.StartPosition()
			out = append(out, fmt.Sprintf("%s:%d: %s [%s]", d.Subject.File.Name, p.Line, d.Message, d.Rule))
		}
	}
	return out
}

// whileReading matches the errors that httpd finds before it looks at what
// directives mean: those and no others are the evaluator's to find.
var whileReading = regexp.MustCompile(`(?m)^Syntax error on line \d+ of (input\.conf|macro .*): |missing closing '>'|\\xef\\xbb\\xbf`)

// elsewhere are errors while reading that depend on the arity of a directive
// or on the machine, which is the business of the directive tables.
var elsewhere = regexp.MustCompile(`takes (1-2|one) argument|Variable name must not contain|Cannot load /nope\.so`)

func TestCasesVerdict(t *testing.T) {
	for i, c := range readCases(t) {
		got := errorsOf(loadCase(t, c))
		wanted := c.Exit != 0 && whileReading.MatchString(c.Output) && !elsewhere.MatchString(c.Output)
		if wanted != (len(got) > 0) {
			t.Errorf("case %d %q: httpd says %q, the evaluator %q", i+1, c.Input, c.Output, got)
		}
	}
}

func TestCasesRoundTrip(t *testing.T) {
	for i, c := range readCases(t) {
		if got := string(parse(c.Input).Print()); got != c.Input {
			t.Errorf("case %d %q prints %q", i+1, c.Input, got)
		}
	}
}

func TestCasesDump(t *testing.T) {
	for i, c := range readCases(t) {
		if c.Exit != 0 {
			continue
		}
		config := loadCase(t, c)
		switch c.Show {
		case "DUMP_CONFIG":
			want := readDump("# In file: /srv/lab/input.conf\n" + c.Output)["/srv/lab/input.conf"]
			if diff := cmp.Diff(want, dump(config)["/srv/lab/input.conf"]); diff != "" {
				t.Errorf("case %d %q (-httpd +evaluator):\n%s", i+1, c.Input, diff)
			}
		case "DUMP_RUN_CFG":
			compareDefines(t, i, c, config)
		}
	}
}

func compareDefines(t *testing.T, i int, c grammarCase, config *Config) {
	t.Helper()
	for line := range strings.Lines(c.Output) {
		define, ok := strings.CutPrefix(strings.TrimSpace(line), "Define: ")
		if !ok {
			continue
		}
		name, value, valued := strings.Cut(define, "=")
		got, _ := config.Variable(name)
		if config.variables.defined[name] != True || valued && got != value {
			t.Errorf("case %d %q: httpd has %s, the evaluator %q", i+1, c.Input, define, got)
		}
	}
}

// dumped is one line of DUMP_CONFIG: number, depth, directive.
type dumped struct {
	Line, Depth int
	Text        string
}

var (
	dumpFile = regexp.MustCompile(`^# In file: (.*)$`)
	dumpLine = regexp.MustCompile(`^\s*#\s*(\d+):$`)
)

// readDump understands DUMP_CONFIG, by file. Names are in lower case, since
// httpd prints them as its tables have them.
func readDump(output string) map[string][]dumped {
	out := map[string][]dumped{}
	file, number := "", 0
	for line := range strings.Lines(output) {
		line = strings.TrimSuffix(line, "\n")
		if m := dumpFile.FindStringSubmatch(line); m != nil {
			file = m[1]
			continue
		}
		if m := dumpLine.FindStringSubmatch(line); m != nil {
			fmt.Sscan(m[1], &number)
			continue
		}
		text := strings.TrimLeft(line, " ")
		if number == 0 || strings.HasPrefix(text, "</") || text == "Syntax OK" || strings.HasPrefix(text, "[") || strings.HasPrefix(text, "AH") {
			continue
		}
		name, args, _ := strings.Cut(text, " ")
		depth := (len(line) - len(text)) / 2
		out[file] = append(out[file], dumped{number, depth, strings.TrimSpace(strings.ToLower(name) + " " + args)})
		number = 0
	}
	return out
}

// dump is what httpd would dump of a configuration. Macro output is not shown
// under its file.
func dump(c *Config) map[string][]dumped {
	out := map[string][]dumped{}
	for i := range c.All() {
		if i.OnRead() || slices.ContainsFunc(i.Includes(), isUse) {
			continue
		}
		bracket := ""
		if i.IsSection() {
			bracket = "<"
		}
		text := strings.TrimSpace(bracket + strings.ToLower(i.Name()) + " " + i.RawArgs())
		if strings.HasPrefix(i.RawArgs(), ">") {
			text = bracket + strings.ToLower(i.Name()) + " " + i.RawArgs()
		}
		file := i.File().Name
		out[file] = append(out[file], dumped{i.Line(), len(i.Sections()), text})
	}
	return out
}

func isUse(s source.Span) bool { return strings.HasPrefix(strings.ToLower(string(s.Text())), "use") }

// TestCasesServers asks the servers that are there what they say today: each
// case one of them, or all of them with PADLOCK_EVERY_SERVER set, which takes
// minutes.
func TestCasesServers(t *testing.T) {
	cases := readCases(t)
	authority := servertest.NewAuthority(t)
	certificate := authority.Issue(t, servertest.Leaf{Names: []string{"a"}})
	servers := servertest.ApacheServers(t)
	every := os.Getenv("PADLOCK_EVERY_SERVER") != ""
	for number, server := range servers {
		t.Run(server.Name(), func(t *testing.T) {
			t.Parallel()
			session := server.Session(t)
			for i, c := range cases {
				if c.Depends != "" || usesLink(c.Input) || !every && i%len(servers) != number {
					continue
				}
				verdict := session.Test(servertest.Config{Files: labFiles(t, c, certificate), Main: "/srv/lab/main.conf"})
				if verdict.Accepted != (c.Exit == 0) {
					t.Errorf("case %d %q: recorded %q, %s says %q", i+1, c.Input, c.Output, server.Name(), verdict.Output)
					continue
				}
				if verdict.Accepted && c.Show == "DUMP_CONFIG" {
					want := readDump(verdict.Output)["/srv/lab/input.conf"]
					if diff := cmp.Diff(want, dump(loadCase(t, c))["/srv/lab/input.conf"]); diff != "" {
						t.Errorf("case %d %q (-%s +evaluator):\n%s", i+1, c.Input, server.Name(), diff)
					}
				}
			}
		})
	}
}

// usesLink tells that a case reads the dangling link of the lab, which the
// servers' files cannot have.
func usesLink(input string) bool {
	return strings.Contains(input, "dangling") || strings.HasSuffix(input, "Include inc\n") ||
		strings.Contains(input, "inc/*\n") || strings.Contains(input, "inc/d*.conf")
}

func labFiles(t *testing.T, c grammarCase, certificate servertest.Certificate) servertest.Files {
	t.Helper()
	files := servertest.Files{
		"/srv/lab/run/keep":  "",
		"/srv/lab/tls/a.crt": string(certificate.Cert),
		"/srv/lab/tls/a.key": string(certificate.Key),
		"/etc/hostname":      "lab\n",
		"/usr/lib/cgi-bin/x": "",
	}
	tree := labTree(t, c)
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		if f := tree[name]; f.Mode.IsRegular() && name != "etc/passwd" {
			files["/"+name] = string(f.Data)
		}
	}
	return files
}
