package vhost

import (
	"net/netip"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// headline stands before each file of a golden case.
var headline = regexp.MustCompile(`(?m)^==> .*$`)

// TestApacheGeneratedIsDecided answers requests by what Padlock itself writes:
// nothing of it may stay open.
func TestApacheGeneratedIsDecided(t *testing.T) {
	archives, err := filepath.Glob("../../fixtures/generator/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		configurations := map[string]string{}
		for _, f := range archive.Files {
			if strings.HasPrefix(f.Name, "want/apache/") {
				configurations[f.Name] = headline.ReplaceAllString(string(f.Data), "")
			}
		}
		for directory, text := range configurations {
			m := lowerFragment(text)
			for _, l := range m.Listeners {
				for _, h := range l.Hosts {
					for _, target := range []string{"/", "/x/y", "/p?a=1", "/.well-known/acme-challenge/t", "/a%2Fb", "/.git/config"} {
						r := Request{TLS: l.TLS.V, Name: strings.Replace(h.Site(), "*", "x", 1), Port: l.Address.Port, Client: netip.MustParseAddr("203.0.113.5")}
						r.Path, r.Query, r.HasQuery = strings.Cut(target, "?")
						asked++
						o := m.Answer(l, r)
						// Cache-Control goes by the status, and of content by the name of the file that is found.
						cached := (o.Kind == Serves || o.Status == 0) && strings.Contains(text, "set Cache-Control")
						if o.Kind == CannotTell || o.HeadersUnknown && !cached {
							t.Errorf("%s %s: %s%s: %s, headers unknown %v", filepath.Base(name), directory, h.Site(), target, o.Reason, o.HeadersUnknown)
						}
					}
				}
			}
		}
	}
	if asked == 0 {
		t.Fatal("no generated configuration was found")
	}
	t.Logf("%d answers", asked)
}
