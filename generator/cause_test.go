package generator_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"padlock/generator"
	"padlock/internal/source"
)

const causesDescription = `site "shop.example.com" {
  aliases = ["www.shop.example.com"]
  root      = "/srv/shop"
  index     = ["start.html"]
  redirects = { "/old" = "/new" }
  tls {
    certificate = "/etc/tls/shop.pem"
    key         = "/etc/tls/shop.key"
    profile     = "old"
    hsts        = { max_age = "30d" }
  }
}

site "app.example.com" {
  proxy {
    to   = "http://127.0.0.1:3000"
    host = "inner.example.com"
  }
  tls {
    acme = "webroot:/srv/challenges"
  }
}
`

// Each row is a text of the rendered files and the lines of the description
// that it comes from, the closest first.
func TestCauses(t *testing.T) {
	for server, rows := range map[string][]struct {
		file, text string
		lines      []int
	}{
		"nginx": {
			{"shop", "/etc/tls/shop.pem", []int{7, 1}},
			{"shop", "ssl_certificate_key", []int{8, 1}},
			{"shop", "root /srv/shop", []int{3, 1}},
			{"shop", "start.html", []int{4, 1}},
			{"shop", "location = /old", []int{5, 1}},
			{"shop", "ssl_protocols", []int{9, 1}},
			{"shop", "ssl_ciphers", []int{9, 1}},
			{"shop", "Strict-Transport-Security", []int{10, 1}},
			{"shop", "server_name shop.example.com;", []int{1, 1}},
			{"shop", "www.shop.example.com;", []int{2, 1, 1}},
			{"shop", "gzip on", []int{1}},
			{"shop", "server {", []int{1}},
			{"app", "127.0.0.1:3000", []int{16, 14}},
			{"app", "inner.example.com", []int{17, 14}},
			{"app", "root /srv/challenges", []int{20, 14}},
		},
		"apache": {
			{"shop", "SSLCertificateFile", []int{7, 1}},
			{"shop", "DocumentRoot", []int{3, 1}},
			{"shop", "+TLSv1.1", []int{9, 9, 9, 9, 1}},
			{"shop", "SSLEngine on", []int{1}},
			{"shop", "Strict-Transport-Security", []int{10, 1}},
			{"shop", "ServerAlias", []int{2, 1}},
			{"app", "ProxyPass / ", []int{16, 14}},
		},
	} {
		result, diags := generator.Generate(context.Background(), generator.Request{
			Files: []string{"-"}, Stdin: strings.NewReader(causesDescription), Server: server, Platform: "debian-13", Causes: true,
		})
		if diags.HasErrors() {
			t.Fatal(diags.List)
		}
		for _, row := range rows {
			i := slices.IndexFunc(result.Files, func(f generator.File) bool { return strings.Contains(f.Name, row.file) })
			f := result.Files[i]
			at := bytes.Index(f.Content, []byte(row.text))
			if at < 0 {
				t.Errorf("%s: no %q in\n%s", server, row.text, f.Content)
				continue
			}
			var lines []int
			for _, from := range f.CausesOf(source.Range{Start: int32(at), End: int32(at + len(row.text))}) {
				lines = append(lines, from.Start.Line)
			}
			if !slices.Equal(lines, row.lines) {
				t.Errorf("%s: %q comes from lines %v, want %v", server, row.text, lines, row.lines)
			}
		}
	}
}

// Whatever a text holds, it is found where it stands, and no mark is left.
func TestCausesOfHostileTexts(t *testing.T) {
	values := append(append(randomHostile(200), hostile...), "\u2028", "\ue000a\ue001", "\ufdd0", "\U0010ffff")
	for i, value := range values {
		for _, server := range []string{"nginx", "apache"} {
			result, diags := generator.Generate(context.Background(), generator.Request{
				Files: []string{"-"}, Stdin: strings.NewReader(hostileSite(i, value)), Server: server, Platform: "debian-13", Causes: true,
			})
			if diags.HasErrors() {
				continue
			}
			for _, f := range result.Files {
				if at := bytes.IndexAny(f.Content, "\x02\x03\x05"); at >= 0 {
					t.Fatalf("%s: %q leaves a mark:\n%s", server, value, f.Content)
				}
				isSorted(t, f)
			}
		}
	}
}

// isSorted checks the form of a file's causes.
func isSorted(t *testing.T, f generator.File) {
	t.Helper()
	if len(f.Causes) == 0 || int(f.Causes[0].End) != len(f.Content) {
		t.Errorf("%s: the first cause is not that of the whole file: %v", f.Name, f.Causes)
	}
	for i, c := range f.Causes {
		if c.Start < 0 || c.End < c.Start || int(c.End) > len(f.Content) || i > 0 && c.Start < f.Causes[i-1].Start || c.From.Filename == "" {
			t.Errorf("%s: cause %d is %v", f.Name, i, c)
		}
	}
}
