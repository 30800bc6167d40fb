package linter_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter"
	"padlock/linter/rule"
	"padlock/linter/ruletest"
)

func TestEveryRuleIsDescribed(t *testing.T) {
	ids := map[string]bool{}
	for _, r := range linter.Rules() {
		t.Run(r.ID, func(t *testing.T) {
			if ids[r.ID] {
				t.Error("the id is taken")
			}
			ids[r.ID] = true
			if !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(r.ID) {
				t.Error("the id is not in kebab case")
			}
			if r.Title == "" || strings.HasSuffix(r.Title, ".") || r.Severity == 0 || len(r.Servers) == 0 || r.Since == "" {
				t.Errorf("incomplete: %+v", r)
			}
			for _, section := range []string{"Why", "Bad", "Good", "Fix", "References"} {
				if r.Section(section) == "" {
					t.Errorf("the document lacks a section %s", section)
				}
			}
			for _, address := range r.References {
				if !strings.Contains(r.Section("References"), address) {
					t.Errorf("the document does not refer to %s", address)
				}
			}
			for _, server := range r.Servers {
				for _, title := range []string{"Bad", "Good"} {
					if !slices.ContainsFunc(r.Examples(title), func(e rule.Example) bool { return e.Server == server }) {
						t.Errorf("the document has no example %s for %s", title, server)
					}
				}
			}
		})
	}
}

// A rule is a file and a document of its name, in the folder of its category.
func TestTheListOfRulesAgreesWithTheFolders(t *testing.T) {
	var listed []string
	for _, r := range linter.Rules() {
		listed = append(listed, filepath.Join("rules", r.Category, r.ID))
	}
	for _, extension := range []string{".md", ".go"} {
		found, err := filepath.Glob("rules/*/*" + extension)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range found {
			base := strings.TrimSuffix(name, extension)
			_, err := os.Stat(base + ".md")
			if isRule := extension == ".md" || err == nil; isRule && !slices.Contains(listed, base) {
				t.Errorf("%s belongs to no rule in the list", name)
			}
		}
		for _, base := range listed {
			if !slices.Contains(found, base+extension) {
				t.Errorf("%s%s is missing", base, extension)
			}
		}
	}
}

func TestDocumentsShowWhatTheRuleFinds(t *testing.T) {
	for _, r := range linter.Rules() {
		for i, e := range r.Examples("Bad") {
			t.Run(r.ID+"/bad/"+string(e.Server)+string(rune('1'+i)), func(t *testing.T) {
				found := false
				for _, f := range lintExample(t, e) {
					found = found || f.Rule == r.ID
					if f.Rule != r.ID && f.Severity == source.Error {
						t.Errorf("also finds %s: %s", f.Rule, f.Message)
					}
				}
				if !found {
					t.Error("the rule does not find its own example")
				}
			})
		}
		for i, e := range r.Examples("Good") {
			t.Run(r.ID+"/good/"+string(e.Server)+string(rune('1'+i)), func(t *testing.T) {
				for _, f := range lintExample(t, e) {
					t.Errorf("line %d: %s: %s", f.Subject.StartPosition().Line, f.Rule, f.Message)
				}
			})
		}
	}
}

func lintExample(t *testing.T, e rule.Example) []rule.Finding {
	t.Helper()
	c := ruletest.Case{File: e.File, Installed: e.Installed}
	if e.Server == tlspolicy.Nginx {
		c.Nginx = e.Text
	} else {
		c.Apache = e.Text
	}
	if !e.Version.IsZero() {
		c.Version = e.Version.String()
	}
	if !e.OpenSSL.IsZero() {
		c.OpenSSL = e.OpenSSL.String()
	}
	return c.Lint(t).Findings
}
