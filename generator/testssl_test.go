package generator_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"padlock/internal/servertest"
)

// testsslLimit is how long one run may take; it takes some minutes.
const testsslLimit = 20 * time.Minute

// testsslSite has what a site has by default; nothing is set to please.
const testsslSite = `
site "graded.test" {
  aliases = ["www.graded.test"]
  root    = "/srv/graded"
  tls { acme = "certbot" }
}
`

// accepted are the findings of testssl.sh that do not count, and why.
var accepted = map[string]string{
	"engine_problem": "about the client's OpenSSL, which Debian builds without engines",
}

// examined are findings that must be there: what they are about was looked at.
var examined = []string{"TLS1_2", "TLS1_3", "HSTS_time", "cert_trust", "cert_chain_of_trust", "X-Frame-Options", "BREACH", "overall_grade"}

// TestTestssl has testssl.sh of Debian 13 examine a site of the default profile
// on every server: make testssl. The grade is A+, and nothing is found wrong.
func TestTestssl(t *testing.T) {
	if os.Getenv("PADLOCK_TESTSSL") == "" {
		t.Skip("make testssl runs it: it takes some minutes")
	}
	for _, server := range servertest.Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			t.Parallel()
			by := newAuthorities(t)
			result, diags := generateText(t, server, testsslSite)
			if diags.HasErrors() {
				t.Fatal(diags.List)
			}
			files := siteFiles(t, result, by).With(servertest.Files{"/srv/graded/index.html": "graded"})
			pair := by.sites.Issue(t, servertest.Leaf{Names: []string{"graded.test", "www.graded.test"}, RevocationList: "http://crl.graded.test/a.crl"})
			files = files.With(pair.Files("/etc/letsencrypt/live/graded.test"))
			tool := server.Start(t, servertest.Config{Files: files}).Tool(t, "testssl")
			said := tool.Run(testsslLimit, servertest.Files{"root.pem": by.root.PEM()}, "/usr/bin/testssl",
				"--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", "--ip", "127.0.0.1", "--add-ca", "/tmp/root.pem",
				"--jsonfile", "/tmp/findings.json", "https://graded.test")
			judgeTestssl(t, said, tool.ReadFile("findings.json"))
		})
	}
}

type testsslFinding struct {
	ID, Severity, Finding string
}

func judgeTestssl(t *testing.T, said string, report []byte) {
	t.Helper()
	var findings []testsslFinding
	if err := json.Unmarshal(report, &findings); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	grade, seen := "", map[string]bool{}
	for _, f := range findings {
		seen[f.ID] = true
		if f.ID == "overall_grade" {
			grade = f.Finding
		}
		if slices.Contains([]string{"OK", "INFO", "DEBUG"}, f.Severity) {
			continue
		}
		if _, ok := accepted[f.ID]; !ok {
			t.Errorf("%s: %s: %s", f.Severity, f.ID, f.Finding)
		}
	}
	for _, id := range examined {
		if !seen[id] {
			t.Errorf("nothing is said of %s", id)
		}
	}
	if grade != "A+" {
		t.Errorf("grade %q", grade)
	}
	t.Logf("grade %s, %d findings", grade, len(findings))
	if t.Failed() {
		t.Log(strings.TrimSpace(said))
	}
}
