package generator_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"padlock/generator"
	"padlock/internal/servertest"
)

// TestFilesOfThisMachine: certificates and keys that are here are looked at, and what
// is not here says nothing.
func TestFilesOfThisMachine(t *testing.T) {
	authority := servertest.NewAuthority(t)
	pair := authority.Issue(t, servertest.Leaf{Names: []string{"example.com"}})
	other := authority.Issue(t, servertest.Leaf{Names: []string{"example.com"}})
	root := t.TempDir()
	put := func(name, content string, mode fs.FileMode) {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
	}
	for dir := root; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	put("ssl/site.pem", pair.Cert, 0o644)
	put("ssl/site.key", pair.Key, 0o600)
	put("ssl/open.key", pair.Key, 0o644)
	put("ssl/other.key", other.Key, 0o600)
	put("etc/users", "me:$2y$05$x", 0o640)
	put("etc/open-users", "me:$2y$05$x", 0o644)
	put("etc/letsencrypt/live/example.com/fullchain.pem", pair.Cert, 0o644)
	put("etc/letsencrypt/live/example.com/privkey.pem", pair.Key, 0o600)

	for _, test := range []struct {
		name, site string
		severity   hcl.DiagnosticSeverity
		says       string
	}{
		{"all is well", `tls {
  certificate = "/ssl/site.pem"
  key         = "/ssl/site.key"
}`, hcl.DiagInvalid, ""},
		{"nothing is here", `tls {
  certificate = "/ssl/missing.pem"
  key         = "/ssl/missing.key"
}`, hcl.DiagInvalid, ""},
		{"a directory for a certificate", `tls {
  certificate = "/ssl"
  key         = "/ssl/site.key"
}`, hcl.DiagError, "/ssl of this machine has no certificate: it is a directory"},
		{"the key for the certificate", `tls {
  certificate = "/ssl/site.key"
  key         = "/ssl/site.key"
}`, hcl.DiagError, "/ssl/site.key of this machine has no certificate: no block of it is one"},
		{"the certificate for the key", `tls {
  certificate = "/ssl/site.pem"
  key         = "/ssl/site.pem"
}`, hcl.DiagError, "/ssl/site.pem of this machine has no private key: no block of it is one"},
		{"text for a key", `tls {
  certificate = "/ssl/site.pem"
  key         = "/etc/users"
}`, hcl.DiagError, "/etc/users of this machine has no private key: line 1: the file has no line that begins with"},
		{"an alias is not covered", `aliases = ["www.example.com"]
tls {
  certificate = "/ssl/site.pem"
  key         = "/ssl/site.key"
}`, hcl.DiagError, `covers example.com, but not "www.example.com"`},
		{"certbot is to bring the alias", `aliases = ["www.example.com"]
tls { acme = "certbot" }`, hcl.DiagWarning, "Ask for a new certificate"},
		{"everybody can read the key", `tls {
  certificate = "/ssl/site.pem"
  key         = secret("/ssl/open.key")
}`, hcl.DiagError, "private key (sensitive) (mode 0644)"},
		{"the key of another", `tls {
  certificate = "/ssl/site.pem"
  key         = "/ssl/other.key"
}`, hcl.DiagError, "does not belong to the certificate"},
		{"nobody else can read the users", `tls { acme = "certbot" }
auth { users_file = "/etc/users" }`, hcl.DiagInvalid, ""},
		{"the users are a directory", `tls { acme = "certbot" }
auth { users_file = "/etc/letsencrypt" }`, hcl.DiagError, "is a directory"},
		{"everybody can read the users", `tls { acme = "certbot" }
auth { users_file = "/etc/open-users" }
route "/x/" { deny = ["192.0.2.1"] }`, hcl.DiagWarning, "run chmod 640"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, diags := generator.Generate(context.Background(), generator.Request{
				Files: []string{"-"}, Stdin: strings.NewReader("site \"example.com\" {\nroot = \"/srv\"\n" + test.site + "\n}\n"),
				Platform: "debian-13", Machine: os.DirFS(root).(fs.ReadLinkFS),
			})
			if test.says == "" {
				if len(diags.List) > 0 {
					t.Error(diags.List)
				}
				return
			}
			if len(diags.List) != 1 || diags.List[0].Severity != test.severity || !strings.Contains(diags.List[0].Detail, test.says) || diags.List[0].Subject == nil {
				t.Errorf("%v, want %q", diags.List, test.says)
			}
		})
	}
}
