package linter_test

import (
	"os"
	"strings"
	"testing"

	"padlock/linter"
)

const twoAlike = `
-- a.conf --
server {
    sever_tokens off;
    sever_tokens off;
}
`

// recorded is the baseline of the current directory, written and read again.
func recorded(t *testing.T) *linter.Baseline {
	t.Helper()
	data, err := linter.NewBaseline(linted(t, linter.Request{Paths: []string{"."}}).Findings).Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("known.json", data, 0o644); err != nil {
		t.Fatal(err)
	}
	b, err := linter.ReadBaseline("known.json")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestBaseline(t *testing.T) {
	for _, c := range []struct {
		name, edited string
		want         string
		stale        int
	}{
		{"nothing has changed", "server {\n    sever_tokens off;\n    sever_tokens off;\n}\n", "", 0},
		{"lines above and another layout", "# one\n# two\nserver {\n\tsever_tokens   off;\n\tsever_tokens off;\n}\n", "", 0},
		{"a third alike is new", "server {\n    sever_tokens off;\n    sever_tokens off;\n    sever_tokens off;\n}\n", "a.conf:4 error directive-unknown", 0},
		{"another finding is new", "server {\n    sever_tokens off;\n    sever_tokens off;\n    sever_nme a;\n}\n", "a.conf:4 error directive-unknown", 0},
		{"one is gone", "server {\n    sever_tokens off;\n}\n", "", 1},
		{"all are gone", "server {\n    listen 80;\n}\n", "", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			unpacked(t, twoAlike)
			b := recorded(t)
			write(t, "a.conf", c.edited)
			result := linted(t, linter.Request{Paths: []string{"."}, Baseline: b})
			if got := told(result); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if len(result.Stale) != c.stale || result.Known != 2-c.stale {
				t.Errorf("%d stale and %d known", len(result.Stale), result.Known)
			}
			if got := len(b.Without(result.Stale).Entries); got != 2-c.stale {
				t.Errorf("%d entries are left", got)
			}
		})
	}
}

// An entry is stale only if this run would have found it.
func TestStaleEntriesAreThoseOfWhatWasJudged(t *testing.T) {
	unpacked(t, twoAlike+"-- b.conf --\nserver { sever_tokens off; }\n")
	b := recorded(t)
	write(t, "b.conf", "server { listen 80; }\n")
	for _, c := range []struct {
		name    string
		request linter.Request
		stale   int
	}{
		{"its file", linter.Request{Paths: []string{"b.conf"}}, 1},
		{"another file", linter.Request{Paths: []string{"a.conf"}}, 0},
		{"another rule", linter.Request{Paths: []string{"b.conf"}, Only: []string{"syntax-error"}}, 0},
	} {
		c.request.Baseline = b
		if got := len(linted(t, c.request).Stale); got != c.stale {
			t.Errorf("%s: %d stale, want %d", c.name, got, c.stale)
		}
	}
	if err := os.Remove("b.conf"); err != nil {
		t.Fatal(err)
	}
	if got := len(linted(t, linter.Request{Paths: []string{"a.conf"}, Baseline: b}).Stale); got != 1 {
		t.Errorf("a file that is gone: %d stale", got)
	}
}

func TestBaselineFileIsForPeopleToReview(t *testing.T) {
	unpacked(t, twoAlike)
	recorded(t)
	data, err := os.ReadFile("known.json")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	if len(lines) != 5 || lines[0] != `{"schema": "padlock.baseline/1", "findings": [` || !strings.HasPrefix(lines[1], `  {"file":"a.conf","rule":"directive-unknown","fingerprint":"v1:`) {
		t.Errorf("%s", data)
	}
	empty, err := linter.NewBaseline(nil).Encode()
	if err != nil || string(empty) != "{\"schema\": \"padlock.baseline/1\", \"findings\": []}\n" {
		t.Errorf("%s %v", empty, err)
	}
}

func TestWhatIsNoBaselineIsRefused(t *testing.T) {
	unpacked(t, "-- a.json --\n[]\n-- b.json --\n{\"schema\": \"padlock.baseline/9\"}\n")
	for name, want := range map[string]string{
		"a.json": "a.json is no baseline: ", "b.json": `its schema is "padlock.baseline/9", not "padlock.baseline/1"`,
		"c.json": "c.json: there is no such baseline; --write-baseline makes one",
	} {
		if _, err := linter.ReadBaseline(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
