package generator_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"strings"
	"testing"

	"padlock/generator"
	"padlock/internal/servertest"
)

// Whatever stands in a string of the description comes out as one argument,
// or is refused at its place. The proof is the server: it serves the file from
// the directory of that very name.

var hostile = []string{
	`;`, `{`, `}`, `"`, `'`, `\`, `\\`, `$`, `$x`, `${x}`, `$${x}`, `#`, `%`, `%{x}`, `%2F`, `%20`, ` `, `  a  b `, `a b`, `~`, `*`, `?`, `[`, `[a]`, `(`, `)`, `|`, `&`,
	`a;b`, `a{b}`, `"quoted"`, `'quoted'`, `half"`, `back\`, `back\"`, `\n`, `\t`, "tab\there", `$host`, `${PATH}`, `${padlock_dollar}`, `%{HTTP_HOST}`, `%{REQUEST_URI}e`,
	`# comment`, `#`, `<VirtualHost>`, `</VirtualHost>`, `<`, `>`, `=`, `@named`, `!`, `^`, "`id`", `$(id)`, `..a`, `a..`, `-`, `--`, `ünïcödé`, `日本語`, `🔒`, `é`, `\u0041`,
	`a}server{listen 81;`, `x" \ "y`, `on`, `off`, `none`, `data:x`, `$1`, `\1`, `$&`, `*.conf`, `unix:/x`, `a,b`, `a:b`, `:`, `;;`, `{{.}}`, `{% x %}`,
}

// refusedEverywhere cannot stand in any file of a server.
var refusedEverywhere = []string{"a\nb", "a\r\nb", "nul\x00byte", "\x1b[31m", strings.Repeat("x", 10_000), "\x7f"}

// quoted writes a Go string as an HCL string literal.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return strings.NewReplacer(`${`, `$${`, `%{`, `%%{`).Replace(b.String())
}

// randomHostile makes strings of characters that mean something to a server.
func randomHostile(count int) []string {
	random := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("ab \t;{}\"'\\$#%<>=~*?[]()|&!^@,:.-_é日\\\"${}")
	var out []string
	for range count {
		var b strings.Builder
		for range 1 + random.IntN(24) {
			b.WriteRune(alphabet[random.IntN(len(alphabet))])
		}
		out = append(out, b.String())
	}
	return out
}

func generateText(t testing.TB, server *servertest.Server, description string) (*generator.Result, generator.Diagnostics) {
	t.Helper()
	return generator.Generate(context.Background(), generator.Request{
		Files:          []string{"-"},
		Stdin:          strings.NewReader(description),
		Server:         string(server.Kind),
		ServerVersion:  server.Version,
		OpenSSLVersion: server.OpenSSL,
		OutDir:         path.Join(servertest.Dir, "sites"),
	})
}

func TestHostileTextsAreOneArgument(t *testing.T) {
	values := append(hostile, randomHostile(60)...)
	if os.Getenv("PADLOCK_PROVE") != "" {
		values = append(values, randomHostile(3000)[60:]...)
	}
	authority := newAuthorities(t)
	for _, server := range servertest.Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			var kept []string
			var sites strings.Builder
			for i, value := range values {
				site := hostileSite(i, value)
				if _, diags := generateText(t, server, site); diags.HasErrors() {
					refusedAtItsPlace(t, diags, value)
					continue
				}
				kept = append(kept, value)
				sites.WriteString(site)
			}
			if len(kept) < len(values)/2 {
				t.Fatalf("only %d of %d texts are taken", len(kept), len(values))
			}
			result, diags := generateText(t, server, sites.String())
			if diags.HasErrors() {
				t.Fatal(diags.List)
			}
			files := siteFiles(t, result, authority)
			for _, s := range result.Sites {
				id := strings.TrimSuffix(s.Name.Value, ".test")
				files[s.Root.Value+"/"+s.Index[0].Value] = "home of " + id
				files[s.TLS.Challenge.Value+"/.well-known/acme-challenge/token"] = "challenge of " + id
			}
			instance := server.Start(t, servertest.Config{Files: files})
			client := instance.Client(authority.root.Pool())
			answers := func(address, body string) {
				t.Helper()
				got, err := client.Get(address)
				if err != nil || got.Status != 200 || got.Body != body {
					t.Errorf("%s: %+v, %v; want %q", address, got, err, body)
				}
			}
			for _, s := range result.Sites {
				id := strings.TrimSuffix(s.Name.Value, ".test")
				answers("https://"+s.Name.Value+"/", "home of "+id)
				answers("http://"+s.Name.Value+"/.well-known/acme-challenge/token", "challenge of "+id)
				if t.Failed() {
					t.Fatalf("with root %q and index %q\n%s", s.Root.Value, s.Index[0].Value, instance.Log())
				}
			}
		})
	}
}

// hostileSite uses the text in every attribute that may hold one.
func hostileSite(i int, value string) string {
	name := fmt.Sprintf("site%d", i)
	return fmt.Sprintf(`
site "%s.test" {
  root  = %s
  index = [%s]
  hide  = ["dotfiles"]
  tls {
    acme        = %s
    certificate = %s
    key         = %s
  }
}
`, name, quoted("/srv/www/"+name+"/"+value), quoted("i"+strings.NewReplacer("/", "", "?", "", "#", "", "%", "", ":", "").Replace(value)), quoted("webroot:/srv/challenges/"+name+value),
		quoted("/srv/tls/"+name+certificateName(value)+".pem"), quoted("/srv/tls/"+name+certificateName(value)+".key"))
}

// certificateName leaves the dollar sign out: nginx refuses it there.
func certificateName(value string) string { return strings.ReplaceAll(value, "$", "") }

// refusedAtItsPlace checks that every error points at a place.
func refusedAtItsPlace(t *testing.T, diags generator.Diagnostics, value string) {
	t.Helper()
	for _, d := range diags.List {
		if d.Subject == nil || d.Subject.Start.Line < 2 || d.Detail == "" {
			t.Errorf("%q: no place in %v", value, d)
		}
	}
}

// FuzzQuoting looks for a text that makes the renderers panic or refuse
// without a place.
func FuzzQuoting(f *testing.F) {
	for _, value := range append(hostile, refusedEverywhere...) {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, server := range []string{"nginx", "apache"} {
			_, diags := generator.Generate(context.Background(), generator.Request{
				Files: []string{"-"}, Stdin: strings.NewReader(hostileSite(0, value)), Server: server, Platform: "debian-13",
			})
			for _, d := range diags.List {
				if d.Subject == nil {
					t.Errorf("%q: no place in %v", value, d)
				}
			}
		}
	})
}
