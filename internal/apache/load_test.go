package apache

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"padlock/internal/source"
)

// loadArchive reads files written as a txtar archive; the first is the main
// file.
func loadArchive(archive string, options LoadOptions) *Config {
	tree := fstest.MapFS{}
	a := txtar.Parse([]byte(archive))
	for _, f := range a.Files {
		tree[strings.TrimPrefix(f.Name, "/")] = &fstest.MapFile{Data: f.Data}
	}
	return Load(source.NewSet(source.SetConfig{Tree: tree}), a.Files[0].Name, options)
}

// listing shows active items: sections, words, conditions, include chain.
func show(c *Config) string {
	var b strings.Builder
	for i := range c.All() {
		if i.OnRead() {
			continue
		}
		b.WriteString(strings.Repeat("  ", len(i.Sections())))
		b.WriteString(i.Name())
		for _, w := range i.Words() {
			fmt.Fprintf(&b, " [%s]", w.Value)
		}
		for _, c := range i.Conditions() {
			fmt.Fprintf(&b, " (%s)", c)
		}
		for _, s := range i.Includes() {
			fmt.Fprintf(&b, " <%s:%d", s.File.Name, s.StartPosition().Line)
		}
		b.WriteByte('\n')
	}
	for _, d := range c.Diagnostics {
		p := d.Subject.StartPosition()
		fmt.Fprintf(&b, "%s:%d:%d %s %s: %s\n", d.Subject.File.Name, p.Line, p.Column, d.Severity, d.Rule, d.Message)
	}
	return b.String()
}

func TestLoad(t *testing.T) {
	known := LoadOptions{Defines: map[string]string{}, Environment: map[string]string{}, ServerVersion: "2.4.62"}
	tests := []struct {
		name    string
		options LoadOptions
		archive string
		want    string
	}{
		{"variables are put in before words are split", known, `
-- /etc/apache2/apache2.conf --
Define names "a.example b.example"
<VirtualHost *:80>
ServerAlias ${names}
</VirtualHost>
`, `
VirtualHost [*:80]
  ServerAlias [a.example] [b.example]
`},
		{"an undefined variable stays and is reported once", known, `
-- /m.conf --
ErrorLog ${NOPE}/error.log
RewriteRule ^ ${map:$1}
`, `
ErrorLog [${NOPE}/error.log]
RewriteRule [^] [${map:$1}]
/m.conf:1:10 warning variable-unknown: The variable NOPE is not defined at this point: Apache leaves ${NOPE} in the text as it stands.
`},
		{"Debian's envvars are read beside the main file", LoadOptions{}, `
-- /etc/apache2/apache2.conf --
ErrorLog ${APACHE_LOG_DIR}/error.log
-- /etc/apache2/envvars --
if [ x != y ] ; then
	SUFFIX="-x"
else
	SUFFIX=
fi
export APACHE_LOG_DIR=/srv/log$SUFFIX
`, `
ErrorLog [/srv/log/error.log]
`},
		{"without it Debian's values stand in", LoadOptions{}, `
-- /site.conf --
ErrorLog ${APACHE_LOG_DIR}/error.log
`, `
ErrorLog [/var/log/apache2/error.log]
`},
		{"a module is known after its LoadModule, and absent if none loads it", LoadOptions{}, `
-- /m.conf --
<IfModule mod_ssl.c>
A before
</IfModule>
LoadModule ssl_module modules/mod_ssl.so
<IfModule ssl_module>
B after
</IfModule>
<IfModule !mod_headers.c>
C absent
</IfModule>
<IfModule mod_ssl>
D misspelt
</IfModule>
`, `
B [after]
C [absent]
`},
		{"without LoadModule lines both branches count", LoadOptions{}, `
-- /m.conf --
<IfModule mod_ssl.c>
A yes
<IfModule mod_ssl.c>
B twice
</IfModule>
<IfModule !ssl_module>
C never
</IfModule>
</IfModule>
<IfModule !mod_ssl.c>
D no
</IfModule>
<IfModule core.c>
E always
</IfModule>
`, `
A [yes] (if mod_ssl is loaded)
B [twice] (if mod_ssl is loaded)
D [no] (if mod_ssl is not loaded)
E [always]
`},
		{"given modules are the truth", LoadOptions{Modules: []string{"ssl_module"}}, `
-- /m.conf --
<IfModule mod_ssl.c>
A
</IfModule>
<IfModule mod_rewrite.c>
B
</IfModule>
`, `
A
`},
		{"unknown flags make an undefined name unknown, a Define settles it", LoadOptions{}, `
-- /m.conf --
<IfDefine PROD>
A
</IfDefine>
<IfDefine !GUARD>
Define GUARD
</IfDefine>
<IfDefine GUARD>
B
</IfDefine>
`, `
A (if PROD is defined)
B
`},
		{"a version that is not known decides what all 2.4 agree on", LoadOptions{}, `
-- /m.conf --
<IfVersion >= 2.4>
A
</IfVersion>
<IfVersion < 2.4>
B
</IfVersion>
<IfVersion >= 2.4.60>
C
</IfVersion>
`, `
A
C (if Apache's version is >= 2.4.60)
`},
		{"includes: byte order, wildcards in directories, the chain", known, `
-- /etc/apache2/apache2.conf --
<VirtualHost *:80>
Include conf/*/x.conf
</VirtualHost>
IncludeOptional conf/none*.conf
-- /etc/apache2/conf/b/x.conf --
B
-- /etc/apache2/conf/B/x.conf --
Include other.conf
-- /etc/apache2/conf/10/x.conf --
Ten
-- /etc/apache2/other.conf --
Other
`, `
VirtualHost [*:80]
  Ten </etc/apache2/apache2.conf:2
  Other </etc/apache2/apache2.conf:2 </etc/apache2/conf/B/x.conf:1
  B </etc/apache2/apache2.conf:2
`},
		{"one file in two places counts in both", known, `
-- /m.conf --
<VirtualHost a>
Include tls
</VirtualHost>
<VirtualHost b>
Include tls
</VirtualHost>
-- /tls --
SSLEngine on
`, `
VirtualHost [a]
  SSLEngine [on] </m.conf:2
VirtualHost [b]
  SSLEngine [on] </m.conf:5
`},
		{"a missing file", known, `
-- /m.conf --
A
Include nope.conf
B
`, `
A
B
/m.conf:2:9 error include-missing: Apache does not start: /nope.conf cannot be opened: file does not exist.
`},
		{"a file that includes itself", known, `
-- /m.conf --
A
Include m.conf
B
`, `
A
B
/m.conf:2:9 error include-cycle: /m.conf includes itself: Apache gives up after 128 levels and does not start.
`},
		{"a guard makes that legal", known, `
-- /m.conf --
<IfDefine !GUARD>
Define GUARD
Include m.conf
A
</IfDefine>
B
`, `
B </m.conf:3
A
B
`},
		{"a section cannot cross the end of a file", known, `
-- /m.conf --
Include open.conf
</VirtualHost>
-- /open.conf --
<VirtualHost *:80>
`, `
VirtualHost [*:80] </m.conf:1
/m.conf:2:1 error syntax-error: </VirtualHost> closes nothing: no <VirtualHost> is open in this file.
/open.conf:1:1 error syntax-error: <VirtualHost> is not closed.
`},
		{"a macro's lines stand in its definition, the chain names the use", known, `
-- /m.conf --
<Macro VHost $name $port>
<VirtualHost *:$port>
ServerName $name
</VirtualHost>
</Macro>
Use vhost a.example 80
Use VHost b.example 443
Use Other
Use VHost c.example
`, `
VirtualHost [*:80] </m.conf:6
  ServerName [a.example] </m.conf:6
VirtualHost [*:443] </m.conf:7
  ServerName [b.example] </m.conf:7
/m.conf:8:1 error reference-undefined: No macro Other is defined at this point.
/m.conf:9:1 error directive-arguments: The macro vhost takes 2 arguments, not 1.
`},
		{"text behind a closing tag does not close a condition that holds", known, `
-- /m.conf --
<IfModule core.c>
A
</IfModule> # end
B
`, `
A
B
/m.conf:3:1 error syntax-error: Text behind </IfModule>: Apache does not take the line for the end of the section.
`},
		{"a condition that holds may stay open, one that does not may not", known, `
-- /m.conf --
<IfModule core.c>
Include false.conf
A
-- /false.conf --
<IfDefine NOPE>
B
`, `
A
/false.conf:1:1 error syntax-error: <IfDefine> is not closed.
/m.conf:1:1 warning syntax-error: <IfModule> is not closed. Apache accepts that as long as the condition holds, and refuses the file when it does not.
`},
		{"an error under an open condition is none for sure", LoadOptions{}, `
-- /m.conf --
<IfModule mod_x.c>
Include nope
</IfModule>
`, `
/m.conf:2:9 warning include-missing: Apache does not start: /nope cannot be opened: file does not exist (if mod_x is loaded).
`},
		{".htaccess knows neither Define nor Include", LoadOptions{Context: Htaccess, Environment: map[string]string{"A": "b"}}, `
-- /.htaccess --
Define A c
Include x
RewriteRule ^a\ b$ "/x y" [L] junk
Header set X ${A}
`, `
Define [A] [c]
Include [x]
RewriteRule [^a\] [b$] [/x y] [[L]] [junk]
Header [set] [X] [b]
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := show(loadArchive(strings.TrimPrefix(tt.archive, "\n"), tt.options))
			if diff := cmp.Diff(strings.TrimPrefix(tt.want, "\n"), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWordsPointAtTheirSource(t *testing.T) {
	c := loadArchive(`-- /m.conf --
Define port 443
Listen 10.0.0.1:${port} https
`, LoadOptions{})
	listen := c.Item(1)
	var got []string
	for _, w := range listen.Words() {
		got = append(got, fmt.Sprintf("%s=%s %v", w.Value, listen.File().Text(w.Range), w.Verbatim))
	}
	if diff := cmp.Diff([]string{"10.0.0.1:443=10.0.0.1:${port} false", "https=https true"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRewriteWords(t *testing.T) {
	for input, want := range map[string][]string{
		`^/a\ b$ /x [L]`:        {`^/a\ b$`, "/x", "[L]"},
		`^/a$ /x "[L, R]" junk`: {"^/a$", "/x", "[L, R]"},
		`%{HTTPS} !=on`:         {"%{HTTPS}", "!=on"},
		`"a\"b" c`:              {`a\`, `b"`, "c"},
		`'^x y$' - [E=A:b`:      {"^x y$", "-", "[E=A:b"},
	} {
		var got []string
		for _, w := range parse("RewriteRule " + input + "\n").Node(0).RewriteWords() {
			got = append(got, w.Value)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", input, diff)
		}
	}
}

func TestLoadIsBounded(t *testing.T) {
	var macros, doubling strings.Builder
	macros.WriteString("<Macro m0>\nA b\n</Macro>\n")
	doubling.WriteString("Define v0 xxxxxxxxxx\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&macros, "<Macro m%d>\nUse m%d\nUse m%d\n</Macro>\n", i, i-1, i-1)
		fmt.Fprintf(&doubling, "Define v%d ${v%d}${v%d}\n", i, i-1, i-1)
	}
	macros.WriteString("Use m59\n")
	for name, main := range map[string]string{
		"macros that use macros twice":            macros.String(),
		"variables that double":                   doubling.String(),
		"a file that includes itself twice":       "Define n ${n}x\nInclude m.conf\nInclude m.conf\n",
		"a file that includes itself by wildcard": "Define n ${n}x\nA\nInclude m*.conf\nInclude m?conf\n",
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			c := loadArchive("-- /m.conf --\n"+main, LoadOptions{})
			runtime.ReadMemStats(&after)
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<30 {
				t.Errorf("allocated %d MB", allocated>>20)
			}
			if name != "variables that double" && len(errorsOf(c)) == 0 {
				t.Error("no error is reported")
			}
		})
	}
}
