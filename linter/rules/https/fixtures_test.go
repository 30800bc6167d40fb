package https_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"padlock/linter"
	"padlock/linter/rules/https"
)

// recorded are the findings of this category in the project's own
// configurations, each of which was looked at and found right: many of the fixtures
// serve a site in the clear.
var recorded = map[string]map[string]int{
	"apache/verdict/caching.conf": {"https-missing info": 1},
	"apache/verdict/macro.conf":   {"https-missing warning": 4},
	"apache/verdict/proxy.conf":   {"https-missing warning": 1},
	"nginx/verdict/gateways":      {"https-missing info": 2},
	"nginx/verdict/limits":        {"https-missing info": 1},
	"nginx/verdict/logging":       {"https-missing error": 1},
	"nginx/verdict/php":           {"https-missing error": 1},
	"nginx/verdict/proxy":         {"https-missing error": 1},
	"nginx/verdict/rewrite":       {"https-missing error": 1, "default-server-missing info": 1, "https-redirect-open-host info": 1},
	"nginx/verdict/static":        {"https-missing error": 1},
	"nginx/verdict/tls":           {"https-redirect-open-host info": 1},
	"report":                      {"https-missing error": 1, "default-server-missing info": 1, "name-duplicate warning": 1},
}

func TestFindingsInTheFixtures(t *testing.T) {
	var ids []string
	for _, r := range https.Rules {
		ids = append(ids, r.ID)
	}
	var mains []string
	for _, pattern := range []string{"nginx/verdict/*/nginx.conf", "apache/verdict/*.conf", "report/nginx.conf"} {
		found, err := filepath.Glob("../../../fixtures/" + pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: nothing found (%v)", pattern, err)
		}
		mains = append(mains, found...)
	}
	got := map[string]map[string]int{}
	for _, main := range mains {
		name := strings.TrimPrefix(strings.TrimSuffix(filepath.ToSlash(main), "/nginx.conf"), "../../../fixtures/")
		request := linter.Request{Paths: []string{main}, Only: ids}
		if strings.HasPrefix(name, "apache/") {
			request.Server = "apache"
		}
		result, err := linter.Lint(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range result.Failures {
			t.Error(f)
		}
		for _, f := range result.Findings {
			if got[name] == nil {
				got[name] = map[string]int{}
			}
			got[name][fmt.Sprintf("%s %s", f.Rule, f.Severity)]++
			t.Logf("%s:%d: %s: %s", name, f.Subject.StartPosition().Line, f.Rule, f.Message)
		}
	}
	if diff := cmp.Diff(recorded, got); diff != "" {
		t.Errorf("-recorded +got:\n%s", diff)
	}
}
