package conformance

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"padlock/internal/servertest"
	"padlock/internal/tlspolicy"
)

func TestMistakesInARowAreTold(t *testing.T) {
	const head, sites, end = "A row.\n", "-- sites.hcl --\nsite \"a.test\" {\n}\n", "-- requests --\nGET https://a.test/\n= 200\n"
	for name, row := range map[string]struct{ text, want string }{
		"no title":                       {sites + end, "the first line says"},
		"no description":                 {head + end, "a row has sites.hcl"},
		"nothing asked":                  {head + sites, "a row has sites.hcl"},
		"a step without a request":       {head + sites + "-- requests --\n= 200\n", "line 6: a step begins"},
		"an unknown option":              {head + sites + "-- requests --\nGET https://a.test/\n+ http7\n", `line 7: "http7" is no way to ask`},
		"an unknown mark":                {head + sites + "-- requests --\nGET https://a.test/\n200\n", "begins with none of the marks"},
		"one server without its reason":  {head + sites + "-- requests --\nGET https://a.test/\nnginx = 200\n", "names the difference"},
		"a broken pattern":               {head + sites + "-- requests --\nGET https://a.test/\n|~ (\n", "missing closing"},
		"a range that is none":           {head + "refused nginx > 1.2: x\n" + sites + end, "names no range"},
		"a file beside of a shared row":  {head + sites + "-- tenants.csv --\na\n" + end, "for rows that are alone"},
		"a backend without its address":  {head + sites + "-- backends --\napp http\n" + end, "is not NAME PROTOCOL ADDRESS"},
		"a file that nothing makes":      {head + sites + "-- zip /a --\nx\n" + end, `"zip" makes no file`},
		"a certificate of another kind":  {head + sites + "-- certificates --\nroot x\n" + end, "makes no certificate"},
		"a header that is none":          {head + sites + "-- requests --\nGET https://a.test/\n> x\n", `"x" is no header`},
		"an expectation without a value": {head + sites + "-- requests --\nGET https://a.test/\n< X\n", "is not NAME: VALUE"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "a.txtar"), []byte(row.text), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := ReadRows(dir); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q", err, row.want)
			}
		})
	}
}

// TestWhatIsNotSoIsTold: each kind of expectation can fail.
func TestWhatIsNotSoIsTold(t *testing.T) {
	answer := observed{
		response: &servertest.Response{Status: 200, Proto: "HTTP/2.0", Header: http.Header{"X-One": {"1"}, "X-Two": {"1", "2"}}},
		body:     "first\nsecond\n",
		seen:     []servertest.Seen{{Backend: "app", Method: "GET", URI: "/x", Fields: map[string][]string{"X-Seen": {"s"}}}},
	}
	refused := observed{err: errors.New("refused")}
	for _, c := range []struct {
		expect string
		of     observed
		holds  bool
	}{
		{"= 200", answer, true},
		{"= 404", answer, false},
		{"= none", answer, false},
		{"= none", refused, true},
		{"= 200", refused, false},
		{"< X-One: 1", answer, true},
		{"< X-One: 2", answer, false},
		{"< X-Two: 1", answer, false},
		{"< X-Two ~ ^2$", answer, true},
		{"< X-Two !~ ^2$", answer, false},
		{"< X-None:", answer, true},
		{"< X-One:", answer, false},
		{"< X-One: 1", refused, false},
		{"| first\n| second", answer, true},
		{"| first", answer, false},
		{"|~ sec", answer, true},
		{"|~ third", answer, false},
		{"|!~ sec", answer, false},
		{"& backend: app", answer, true},
		{"& uri: /y", answer, false},
		{"& X-Seen: s", answer, true},
		{"& X-Seen:", answer, false},
		{"& none", answer, false},
		{"& none", refused, true},
		{"@ protocol: HTTP/2.0", answer, true},
		{"@ protocol: HTTP/3.0", answer, false},
		{"@ bytes: 13", answer, true},
		{"@ json: valid", answer, false},
		{"differs x\nnginx = 200\napache = 404", answer, true},
		{"differs x\nnginx = 404\napache = 200", answer, false},
	} {
		steps, err := parseSteps("GET https://a.test/\n"+c.expect+"\n", 0)
		if err != nil {
			t.Fatal(err)
		}
		wrong := judge(steps[0].Checks, c.of, tlspolicy.Target{Server: tlspolicy.Nginx})
		if (len(wrong) == 0) != c.holds {
			t.Errorf("%q: %v", c.expect, wrong)
		}
	}
	steps, err := parseSteps("GET https://a.test/\n= 200 x1, none x1\n", 0)
	if err != nil {
		t.Fatal(err)
	}
	if wrong := judgeCounts(steps[0].Checks, []observed{answer, refused}, servertest.Nginx); len(wrong) > 0 {
		t.Error(wrong)
	}
	if wrong := judgeCounts(steps[0].Checks, []observed{answer, answer}, servertest.Nginx); len(wrong) == 0 {
		t.Error("two answers count as one")
	}
}

func TestARowIsRefusedWhereItSays(t *testing.T) {
	row := &Row{}
	if _, err := row.readHead("A row.\nrefused apache: never\nrefused nginx < 1.25.0: too old\n"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind          servertest.Kind
		version, want string
	}{
		{servertest.Apache, "2.4.71", "never"}, {servertest.Nginx, "1.22.1", "too old"}, {servertest.Nginx, "1.26.3", ""},
	} {
		if because, refused := row.Refused(&servertest.Server{Kind: c.kind, Version: c.version}); because != c.want || refused != (c.want != "") {
			t.Errorf("%s %s: %q %v", c.kind, c.version, because, refused)
		}
	}
}
