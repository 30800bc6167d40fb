package generator_test

import (
	"context"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"padlock/generator"
)

// TestLifecycle: a target that nobody mends any more is warned of, and one that its
// distribution maintains is not.
func TestLifecycle(t *testing.T) {
	const description = "site \"a.example.com\" {\n  root = \"/srv\"\n  tls { acme = \"certbot\" }\n}\ndefault_site { unknown_host = \"none\" }\n"
	for _, row := range []struct{ server, platform, version, openssl, says string }{
		{"nginx", "", "1.23.4", "3.5.9", "Support of nginx 1.23 ended on 2023-04-11 (nginx CHANGES)"},
		{"nginx", "", "1.12.2", "3.5.9", "Support of nginx 1.12 ended before 2021-04-20"},
		{"nginx", "", "1.31.0", "1.1.1", "Support of OpenSSL 1.1.1 ended on 2023-09-11 (OpenSSL release policy)"},
		{"apache", "", "2.4.50", "1.0.2", "Support of OpenSSL 1.0.2 ended on 2019-12-31"},
		{"nginx", "", "1.31.0", "3.6.5", ""}, // Debian 14's OpenSSL
		{"nginx", "debian-14", "", "", ""},
		{"apache", "debian-14", "", "", ""},
	} {
		for _, machine := range []fs.ReadLinkFS{nil, os.DirFS(t.TempDir()).(fs.ReadLinkFS)} {
			request := generator.Request{Files: []string{"-"}, Stdin: strings.NewReader(description), Machine: machine,
				Now:    time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
				Server: row.server, Platform: row.platform, ServerVersion: row.version, OpenSSLVersion: row.openssl}
			_, diagnostics := generator.Generate(context.Background(), request)
			var said []string
			for _, d := range diagnostics.List {
				if d.Summary == "The target gets no more fixes" {
					said = append(said, d.Detail)
				}
			}
			want := row.says
			if machine == nil { // rendered for another one, at another time
				want = ""
			}
			if (len(said) > 0) != (want != "") || want != "" && !strings.Contains(said[0], want) {
				t.Errorf("%+v, machine %t: %q", row, machine != nil, said)
			}
		}
	}
}
