package nginx

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"padlock/internal/servertest"
	"padlock/internal/source"
)

// tree writes files below a directory and returns it.
func writeTree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func newSet(dir string) *source.Set {
	return source.NewSet(source.SetConfig{Tree: os.DirFS(dir).(fs.ReadLinkFS)})
}

func loadFiles(t testing.TB, main string, files map[string]string) *Config {
	t.Helper()
	c, err := Load(newSet(writeTree(t, files)), main, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// effective writes the nodes of a configuration with their path, one a line.
func effective(c *Config) string {
	var b strings.Builder
	c.Walk(func(n *Node) bool {
		fmt.Fprintf(&b, "%s|%s", strings.Join(n.Path(), "/"), n.Name)
		for _, w := range n.Args() {
			b.WriteString(" " + w.Value)
		}
		b.WriteByte('\n')
		return true
	})
	return b.String()
}

func diagnosed(c *Config) []string {
	var list []string
	for _, d := range c.Diagnostics {
		line := fmt.Sprintf("%s:%d %s %s: %s", d.Subject.File.Name, d.Subject.StartPosition().Line, d.Severity, d.Rule, d.Message)
		for _, s := range d.Includes {
			line += fmt.Sprintf(" < %s:%d", s.File.Name, s.StartPosition().Line)
		}
		list = append(list, line)
	}
	return list
}

func TestIncludesAreReadInTheServersOrder(t *testing.T) {
	c := loadFiles(t, "/etc/nginx/nginx.conf", map[string]string{
		"etc/nginx/nginx.conf":      "user www;\nhttp {\n    include sites/*.conf;\n    include common.conf;\n}\n",
		"etc/nginx/sites/b.conf":    "server { listen 81; include common.conf; location /b { include common.conf; } root /b; }",
		"etc/nginx/sites/a.conf":    "server { listen 80; }",
		"etc/nginx/sites/.hid.conf": "broken",
		"etc/nginx/sites/B.conf":    "map $a $b { include map.*; default 0; }",
		"etc/nginx/map.1":           "x 1;",
		"etc/nginx/map.2":           "y 2; include map.3;",
		"etc/nginx/map.3":           "z 3;",
		"etc/nginx/common.conf":     "gzip on;",
	})
	want := `|user www
|http
http|include sites/*.conf
http|map $a $b
http/map|include map.*
http/map|x 1
http/map|y 2
http/map|include map.3
http/map|z 3
http/map|z 3
http/map|default 0
http|server
http/server|listen 80
http|server
http/server|listen 81
http/server|include common.conf
http/server|gzip on
http/server|location /b
http/server/location|include common.conf
http/server/location|gzip on
http/server|root /b
http|include common.conf
http|gzip on
`
	if got := effective(c); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if len(c.Diagnostics) > 0 {
		t.Error(diagnosed(c))
	}
	var names []string
	for _, tree := range c.Trees {
		names = append(names, strings.TrimPrefix(tree.Name, "/etc/nginx/"))
	}
	if want := "nginx.conf sites/B.conf map.1 map.2 map.3 sites/a.conf sites/b.conf common.conf"; strings.Join(names, " ") != want {
		t.Errorf("files %v, want %s", names, want)
	}
	c.Walk(func(n *Node) bool {
		if n.Name == "gzip" && n.Context() == "location" {
			var chain []string
			for _, s := range n.Reading.Includes() {
				chain = append(chain, fmt.Sprintf("%s:%d", s.File.Name, s.StartPosition().Line))
			}
			if want := "[/etc/nginx/nginx.conf:3 /etc/nginx/sites/b.conf:1]"; fmt.Sprint(chain) != want {
				t.Errorf("include chain %v, want %s", chain, want)
			}
			if n.Within("server") == nil || n.Within("server").Tree.Name != "/etc/nginx/sites/b.conf" {
				t.Error("the enclosing server is not found across files")
			}
		}
		if n.InData() != (n.Context() == "map") {
			t.Errorf("%s in %v: InData %v", n.Name, n.Path(), n.InData())
		}
		return true
	})
}

func TestIncludesThatCannotBeFollowed(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"missing", map[string]string{
			"nginx.conf": "events {}\ninclude gone.conf;\ninclude gone/*.conf;\n",
		}, []string{"/nginx.conf:2 error include-missing: /gone.conf does not exist"}},
		{"missing in a file that is read twice", map[string]string{
			"nginx.conf": "events {}\ninclude a.conf;\ninclude a.conf;\n",
			"a.conf":     "include gone;",
		}, []string{"/a.conf:1 error include-missing: /gone does not exist < /nginx.conf:2"}},
		{"a directory", map[string]string{
			"nginx.conf": "events {}\ninclude conf.*;\ninclude \"\";\n", "conf.d/a": "",
		}, []string{
			"/nginx.conf:2 error include-missing: /conf.d is not a regular file",
			"/nginx.conf:3 error include-missing: / is not a regular file",
		}},
		{"a pattern in geo is a name", map[string]string{
			"nginx.conf": "http { geo $x { include g*; } }", "g1": "10.0.0.0/8 1;",
		}, []string{"/nginx.conf:1 error include-missing: /g* does not exist"}},
		{"include is an entry of split_clients", map[string]string{
			"nginx.conf": "http { split_clients $a $b { include gone; } }",
		}, nil},
		{"a cycle", map[string]string{
			"nginx.conf": "events {}\ninclude a.conf;\n", "a.conf": "\ninclude b.conf;", "b.conf": "http { include a.*; }",
		}, []string{"/b.conf:1 error include-cycle: the include leads back to /a.conf, which is being read < /nginx.conf:2 < /a.conf:2"}},
		{"itself", map[string]string{
			"nginx.conf": "events {}\ninclude *.conf;",
		}, []string{"/nginx.conf:2 error include-cycle: the include leads back to /nginx.conf, which is being read"}},
		{"a syntax error is told with the way to it", map[string]string{
			"nginx.conf": "events {}\nhttp {\n  include s/*;\n}\n", "s/a": "server {\n  listen 80\n}\n",
		}, []string{`/s/a:2 error syntax-error: directive "listen" is not terminated by ";" < /nginx.conf:3`}},
		{"a block cannot reach over the end of a file", map[string]string{
			"nginx.conf": "events {}\nhttp { include open; include close; }\n", "open": "server {\n", "close": "}\n",
		}, []string{
			`/close:1 error syntax-error: unexpected "}": every block is closed already < /nginx.conf:2`,
			`/open:1 error syntax-error: the block "server", opened on line 1, is not closed by "}" < /nginx.conf:2`,
		}},
		{"a block in a file included in a map", map[string]string{
			"nginx.conf": "http { map $a $b { include m; } }", "m": "a b;\nc { }\n",
		}, []string{`/m:2 error syntax-error: unexpected "{": an entry of "map" cannot have a block < /nginx.conf:1`}},
		{"of a fragment it is not certain", map[string]string{
			"nginx.conf": "server { include gone; }",
		}, []string{"/nginx.conf:1 warning include-missing: /gone does not exist"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := diagnosed(loadFiles(t, "/nginx.conf", c.files)); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// A key may begin with a byte order mark; the name of a directive may not.
func TestByteOrderMarkOfAnIncludedFile(t *testing.T) {
	for file, text := range map[string]string{"entries.map": "\xef\xbb\xbfa 1;\n", "block.conf": "\xef\xbb\xbfserver { }\n"} {
		main := "events { }\nhttp {\n map $host $x { include entries.map; }\n include block.conf;\n}\n"
		files := map[string]string{"nginx.conf": main, "entries.map": "", "block.conf": ""}
		files[file] = text
		c := loadFiles(t, "/nginx.conf", files)
		accepted := file == "entries.map"
		if len(c.Diagnostics) != 1 || (c.Diagnostics[0].Severity == source.Warning) != accepted {
			t.Errorf("%s: %q", file, diagnosed(c))
		}
		served := servertest.Files{}
		for name, text := range files {
			served[name] = text
		}
		for _, server := range servertest.NginxServers(t) {
			if v := server.Test(t, servertest.Config{Main: "nginx.conf", Files: served}); v.Accepted != accepted {
				t.Errorf("%s: %s accepts it: %v\n%s", file, server.Name(), v.Accepted, v.Output)
			}
		}
	}
}

func TestIncludesThatMultiplyAreBounded(t *testing.T) {
	files := map[string]string{"nginx.conf": "events {}\ninclude 0.conf;\n"}
	for i := range 40 {
		files[fmt.Sprintf("%d.conf", i)] = fmt.Sprintf("include %d.conf;\ninclude %d.conf;\n", i+1, i+1)
	}
	files["40.conf"] = "env A;\n"
	c := loadFiles(t, "/nginx.conf", files)
	if len(c.Diagnostics) == 0 || !strings.Contains(c.Diagnostics[0].Message, "add up to more than") {
		t.Errorf("%v", diagnosed(c))
	}
}

func TestIncludeChainsAreBounded(t *testing.T) {
	files := map[string]string{"nginx.conf": "events {}\ninclude 0.conf;\n"}
	for i := range 150 {
		files[fmt.Sprintf("%d.conf", i)] = fmt.Sprintf("include %d.conf;\n", i+1)
	}
	files["150.conf"] = "env A;\n"
	c := loadFiles(t, "/nginx.conf", files)
	if len(c.Diagnostics) != 1 || !strings.Contains(c.Diagnostics[0].Message, "more than 100 deep") {
		t.Errorf("%v", diagnosed(c))
	}
}

func TestFragmentsStandInTheirContext(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"events {} http {}", ""},
		{"http { }", ""},
		{"user www-data;", ""},
		{"# nothing\n", ""},
		{"upstream a { server b; } server { listen 80; }", "http"},
		{"map $a $b { }", "http"},
		{"log_format main '$uri';", "http"},
		{"server { listen 12345; proxy_pass backend; }", "stream"},
		{"upstream a { server b; }\nserver { listen 443; ssl_preread on; proxy_pass $name; }", "stream"},
		{"server { listen 80; location / { proxy_pass http://a; } }", "http"},
		{"listen 443 ssl;\nserver_name a;", "http server"},
		{"location / { proxy_pass http://a; }", "http server"},
		{"ssl_protocols TLSv1.2 TLSv1.3;", "http server"},
		{"add_header X-A b;", "http server"},
		{"if ($a) { return 403; }", "http server"},
		{"proxy_pass http://a;\nproxy_set_header Host $host;", "http server location"},
		{"alias /var/www;", "http server location"},
		{"server 127.0.0.1:80 weight=2;\nserver backup.test backup;", "http upstream"},
		{"text/html html htm;\nimage/png png;", "http types"},
		{"127.0.0.1/32 2;\n10.1.0.0/16 UK;", "http geo"},
		{"~^/a 1;\ndefault 0;", "http map"},
		{"'a b' 1;", "http map"},
	} {
		if got := strings.Join(InferContext(parseText(c.text)), " "); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestSyntheticBlocksSurroundAFragment(t *testing.T) {
	c := loadFiles(t, "/a.conf", map[string]string{"a.conf": "listen 80;"})
	if !c.Inferred || len(c.Root.Children) != 1 || !c.Root.Children[0].Synthetic() {
		t.Fatalf("no synthetic block: %+v", c.Root)
	}
	if got, want := effective(c), "http/server|listen 80\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	given, err := Load(newSet(writeTree(t, map[string]string{"a.conf": "gzip on;"})), "/a.conf", LoadOptions{Context: []string{"http", "server", "location"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := effective(given), "http/server/location|gzip on\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDump(t *testing.T) {
	text := "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n" +
		"nginx: configuration file /etc/nginx/nginx.conf test is successful\n" +
		"# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp {\n    include sites/*;\n    include ./mime.types;\n}\n\n" +
		"# configuration file /etc/nginx/sites/a:\nserver {\n    listen 80\n}\n\n" +
		"# configuration file /etc/nginx/sites/b:\nserver { listen 81; }\n" +
		"# configuration file /etc/nginx/./mime.types:\ntypes { text/html html; }\n"
	if !IsDump([]byte(text)) || IsDump([]byte("# a comment\nevents {}\n")) || IsDump(nil) {
		t.Error("a dump is not told from a file")
	}
	c := LoadDump(source.NewFile("dump.txt", []byte(text)), LoadOptions{})
	want := `|events
|http
http|include sites/*
http|server
http/server|listen 80
http|server
http/server|listen 81
http|include ./mime.types
http|types
http/types|text/html html
`
	if got := effective(c); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if got, want := diagnosed(c), []string{`dump.txt:12 error syntax-error: directive "listen" is not terminated by ";" < dump.txt:6`}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, tree := range c.Trees {
		checkTree(t, tree)
	}
}

// The real server warns of each file in which a type is defined again, so its
// warnings tell which files it reads, and in which order.
func TestIncludesAsTheServerReadsThem(t *testing.T) {
	files := servertest.Files{"x/sub/d/z.x": "", "x/sub-1/z.x": "", "x/sub-1/d/z.x": "", "x/once": ""}
	for _, name := range []string{"a", "b", "B", "a-1", "é", "[", ".h", "a b", "0", "]", "-", "^", "!"} {
		files["x/sub/"+name+".x"] = ""
	}
	for name := range files {
		files[name] = "x/y zz;\n"
	}
	warning := regexp.MustCompile(`duplicate extension "zz".* in (/.*):1\n`)
	everyNginx(t, func(t *testing.T, server *servertest.Session) {
		for _, pattern := range []string{
			"sub/*.x", "s*/*.x", "sub/[[].x", "sub/[ab].x", "sub/[!ab].x", "sub/[^ab].x", "sub/[.x", `sub/\a*`, "sub/a?1.x",
			"sub//*.x", "sub/../sub/[a-b].x", "*/*/z.x", "sub/[[:digit:]].x", "sub/[]].x", "sub/[!]].x", "sub/[b-a].x",
			"sub/[a-].x", "sub/.*.x", "sub/[.]h.x", "./sub/*", "gone/*", "sub/*/z.x", "sub/**.x", "su?/d/*",
			"sub/[[:alpha:]].x", "sub/[[:nope:]].x", `sub/[\a].x`, "*/d", "sub/*/", "sub/a b.x", "gone", "sub", "",
			"/srv/padlock/x/sub-1/*", "/srv/padlock/*/once",
		} {
			main := fmt.Sprintf("pid p;\nerror_log stderr;\nevents { }\nhttp { types { a/b zz; include %q; include once; } }\n",
				strings.ReplaceAll(pattern, `\`, `\\`))
			all := files.With(servertest.Files{"x/nginx.conf": main})
			verdict := server.Test(servertest.Config{Files: all, Main: "x/nginx.conf"})
			below := map[string]string{}
			for name, content := range all {
				below[servertest.Dir+"/"+name] = content
			}
			c := loadFiles(t, servertest.Dir+"/x/nginx.conf", below)
			if verdict.Accepted != (len(c.Diagnostics) == 0) {
				t.Errorf("%s: nginx: %+v, here: %v", pattern, verdict, diagnosed(c))
				continue
			}
			var want, got []string
			for _, match := range warning.FindAllStringSubmatch(verdict.Output, -1) {
				want = append(want, filepath.Clean(match[1]))
			}
			c.Walk(func(n *Node) bool {
				if n.Name == "x/y" {
					got = append(got, filepath.Clean(n.Tree.Name))
				}
				return true
			})
			if verdict.Accepted && !slices.Equal(got, want) {
				t.Errorf("%s:\ngot  %q\nwant %q", pattern, got, want)
			}
		}
	})
}
