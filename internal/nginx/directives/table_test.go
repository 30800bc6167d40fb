package directives

import (
	"testing"

	crossplane "github.com/nginxinc/nginx-go-crossplane"

	"padlock/internal/tsv"
)

// TestTables holds the tables against each other: every name in one is known
// to the others.
func TestTables(t *testing.T) {
	modules := map[string]bool{}
	for _, r := range rows(modulesData, 3) {
		modules[r[0]] = true
		if r[2] != "own" && r[2] != "foreign" {
			t.Errorf("modules.tsv: %s: set %q", r[0], r[2])
		}
	}
	known := map[string]bool{}
	for _, r := range rows(directivesData, 7) {
		known[r[1]+" "+r[0]] = true
		if !modules[r[1]] {
			t.Errorf("directives.tsv: %s: module %s is not in modules.tsv", r[0], r[1])
		}
		if parseContexts(r[2]) == 0 {
			t.Errorf("directives.tsv: %s: no context in %q", r[0], r[2])
		}
	}
	for _, r := range rows(sinceData, 3) {
		if r[1] != "*" && !known[r[0]+" "+r[1]] {
			t.Errorf("since.tsv: %s has no directive %s", r[0], r[1])
		}
	}
	for name, table := range map[string]string{"table.tsv": tableData, "variables.tsv": variablesData} {
		if !tsv.Sorted(table, false) {
			t.Errorf("%s is not sorted, as finding a line in it needs", name)
		}
	}
	for _, r := range rows(elsewhereData, 2) {
		d, ok := Lookup(r[0])
		if !ok || len(d.Forms) == 0 {
			t.Errorf("elsewhere.tsv: %s is not in the table %s", r[0], r[1])
		}
	}
}

// TestNewDirectivesHaveTheirVersion: what only the newer measured servers have
// came in a version that is written down.
func TestNewDirectivesHaveTheirVersion(t *testing.T) {
	written := map[string]bool{}
	for _, r := range rows(sinceData, 3) {
		written[r[0]+" "+r[1]] = true
	}
	gone := map[string]bool{}
	for _, r := range rows(goneData, 6) {
		gone[r[1]] = true
	}
	foreign := map[string]bool{}
	for _, r := range rows(modulesData, 3) {
		foreign[r[0]] = r[2] == "foreign"
	}
	for _, r := range rows(directivesData, 7) {
		if foreign[r[1]] || r[6] == "*" || gone[r[0]] || r[6] == "1.22,1.26" || r[6] == "1.22" {
			continue
		}
		if !written[r[1]+" "+r[0]] && !written[r[1]+" *"] {
			t.Errorf("since.tsv has no version for %s of %s (measured in %s)", r[0], r[1], r[6])
		}
	}
}

// TestMaskBits holds our reading of crossplane's masks against directives
// whose places and counts the binaries told.
func TestMaskBits(t *testing.T) {
	for _, d := range composed() {
		masks, ok := crossplane.MatchOss126(d.Name)
		if !ok {
			continue
		}
		for _, mask := range masks {
			form := formOfMask(Form{}, mask)
			for i := range d.Forms {
				f := &d.Forms[i]
				if f.Set != Own || f.Contexts&form.Contexts == 0 || !f.In("1.26.3") || otherwise[d.Name] != "" {
					continue
				}
				if f.Contexts != form.Contexts && f.Contexts != Anywhere {
					t.Errorf("%s of %s stands in %s; crossplane says %s", d.Name, f.Module, f.Contexts, form.Contexts)
				}
				if f.Arity != form.Arity || f.Block != form.Block {
					t.Errorf("%s of %s takes %s; crossplane says %s", d.Name, f.Module, f.Arity, form.Arity)
				}
			}
		}
	}
}

// otherwise are the differences between the server's own table and crossplane's,
// with the reason; the server is right.
var otherwise = map[string]string{
	"ssl_ocsp": "declared as a flag before 1.27.2, although it takes a third word",
}
