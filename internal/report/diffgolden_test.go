package report

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"padlock/internal/diff"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

const diffFixtures = fixtures + "/diff"

// place is where a text stands in a file, from 1, with its include.
func place(t *testing.T, f *source.File, text string, includes ...source.Span) []diff.Place {
	t.Helper()
	return []diff.Place{{Span: at(t, f, text, 1), Includes: includes}}
}

// diffFixture reads a file of fixtures/report/diff under the name it has on its
// side.
func diffFixture(t *testing.T, side, name string) *source.File {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(diffFixtures, side, name))
	if err != nil {
		t.Fatal(err)
	}
	return source.NewFile(name, data)
}

// ordinaryDiff has every kind of change, and everything that one can have.
func ordinaryDiff(t *testing.T) *Diff {
	oldMain, newMain := diffFixture(t, "old", "nginx.conf"), diffFixture(t, "new", "nginx.conf")
	old, new := diffFixture(t, "old", "sites/shop.conf"), diffFixture(t, "new", "sites/shop.conf")
	sites := diffFixture(t, ".", "sites.hcl")
	oldInclude, newInclude := at(t, oldMain, "include sites/*.conf;", 1), at(t, newMain, "include sites/*.conf;", 1)
	shop := []string{"shop.example.com"}
	many := make([]string, 40)
	for i := range many {
		many[i] = fmt.Sprintf("tenant%02d.example.com", i+1)
	}
	found := rule.Finding{
		Diagnostic: source.Diagnostic{
			Rule: "tls-protocol-weak", Severity: source.Warning, Subject: at(t, new, "TLSv1.1", 1), Includes: []source.Span{newInclude},
			Message: "TLS 1.1 is allowed, which RFC 8996 forbids", Help: "Remove TLSv1.1.",
		},
		Server: tlspolicy.Nginx, Site: "shop.example.com", Fingerprint: "v1:000000000000000000000001",
	}
	gone := found
	gone.Rule, gone.Message, gone.Severity, gone.Subject = "regex-invalid", "the expression has no end", source.Error, at(t, old, `\.php$`, 1)
	return &Diff{
		Version: "v0.4.0", Sites: append(many, "shop.example.com", "a.example.com", "b.example.com"),
		Comparison: &diff.Comparison{
			Old: "main", New: "sites.hcl", Server: tlspolicy.Nginx,
			Changes: []diff.Change{
				{
					Kind: "hsts-lost", Action: diff.Removed, Risk: diff.High, Consequence: true, Sites: shop,
					Message: "HSTS is lost under /v1/ of shop.example.com, because it now has its own add_header",
					Before:  "max-age=63072000", Old: place(t, old, "add_header", oldInclude), New: place(t, new, "add_header X-Api v1;", newInclude),
				},
				{
					Kind: "proxy-target", Action: diff.Changed, Risk: diff.High, Consequence: true, Sites: shop,
					Message: "the proxy target of shop.example.com/v1/ changes",
					Before:  "http://user:geheim@10.0.0.1:8080", After: "http://10.0.0.2:8080",
					Old: place(t, old, "http://user:geheim@10.0.0.1:8080", oldInclude), New: place(t, new, "http://user:geheim@10.0.0.2:8080", newInclude),
					Causes: []diff.Cause{{Span: at(t, sites, `"http://10.0.0.2:8080"`, 1), New: true}},
				},
				{
					Kind: "tls-protocol-added", Action: diff.Added, Risk: diff.Medium, Consequence: true, Sites: many,
					Message: "TLS 1.1 is newly accepted", After: "TLSv1.1", New: place(t, new, "TLSv1.1", newInclude),
				},
				{
					Kind: "server", Action: diff.Renamed, Risk: diff.Medium, Sites: shop, Path: []string{"location /v1/"},
					Before: "/v1/", After: "^~ /v1/", Old: place(t, old, "/v1/", oldInclude), New: place(t, new, "^~ /v1/", newInclude),
				},
				{
					Kind: "directive", Action: diff.Changed, Risk: diff.Medium, Sites: shop, Path: []string{"ssl_ciphers"},
					Before: string(at(t, old, "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384", 1).Text()),
					After:  string(at(t, new, "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA", 1).Text()),
					Old:    place(t, old, "ssl_ciphers", oldInclude), New: place(t, new, "ssl_ciphers", newInclude),
				},
				{
					Kind: "directive", Action: diff.Changed, Risk: diff.Low, Sites: shop, Path: []string{"location ^~ /v1/", "proxy_read_timeout"},
					Before: "60s", After: "5s", Old: place(t, old, "proxy_read_timeout", oldInclude), New: place(t, new, "proxy_read_timeout", newInclude),
				},
				{
					Kind: "directive", Action: diff.Changed, Risk: diff.Low, Sites: shop, Path: []string{"location ^~ /v1/", "proxy_set_header Authorization"},
					Before: "***", After: "***", Old: place(t, old, "proxy_set_header", oldInclude), New: place(t, new, "proxy_set_header", newInclude),
				},
				{
					Kind: "directive", Action: diff.Removed, Risk: diff.Low, Sites: shop, Path: []string{`location ~ \.php$`},
					Old: place(t, old, `location ~ \.php$`, oldInclude),
				},
				{
					Kind: "directive", Action: diff.Added, Risk: diff.Low, Sites: many, Path: []string{"gzip"}, After: "on",
					New: place(t, newMain, "http"),
				},
				{
					Kind: "order", Action: diff.Moved, Risk: diff.Low, Path: []string{"include"}, Before: "sites/*.conf", After: "sites/*.conf",
					Old: place(t, oldMain, "include"), New: place(t, newMain, "include"),
				},
			},
			Cosmetic: []diff.Change{{
				Kind: "comment", Action: diff.Added, Sites: shop, Path: []string{"comment"}, After: "# Slow upstream.", New: place(t, new, "# Slow upstream.", newInclude),
			}},
			Introduced: []rule.Finding{found}, Resolved: []rule.Finding{gone},
		},
		Files: []DiffFile{{Old: oldMain, New: newMain}, {Old: old, New: new}, {New: source.NewFile("sites/new file.conf", []byte("# new\n"))}, {Old: source.NewFile("sites/gone.conf", []byte("# gone"))}},
	}
}

// hostileDiff is a diff whose every text tries to break out.
func hostileDiff(t *testing.T) *Diff {
	t.Helper()
	name := "sites/a: b," + evil + ".conf"
	old := source.NewFile(name, []byte("server_name "+evil+";\nlisten 80;\n"))
	new := source.NewFile(name, []byte("server_name x"+evil+";\nlisten 80;\n"))
	f := rule.Finding{
		Diagnostic: source.Diagnostic{Rule: "name-duplicate", Severity: source.Warning, Subject: at(t, new, "80", 1), Message: "name " + evil, Help: evil},
		Site:       evil,
	}
	change := diff.Change{
		Kind: "directive", Action: diff.Changed, Risk: diff.High, Consequence: true, Sites: []string{evil}, Path: []string{evil, "```\n" + evil},
		Message: evil, Before: evil, After: "x" + evil + "````", Old: place(t, old, evil, at(t, old, "80", 1)), New: place(t, new, evil),
		Causes: []diff.Cause{{Span: at(t, old, "80", 1)}},
	}
	other := change
	other.Consequence = false
	other.Sites = []string{evil, "b" + evil}
	return &Diff{
		Version: "v0.4.0",
		Comparison: &diff.Comparison{
			Old: evil, New: evil, Changes: []diff.Change{change, other}, Cosmetic: []diff.Change{other},
			Introduced: []rule.Finding{f}, Resolved: []rule.Finding{f},
		},
		Files: []DiffFile{{Old: old, New: new}}, ShowCosmetic: true,
	}
}

var diffs = []struct {
	name string
	make func(*testing.T) *Diff
}{
	{"ordinary", ordinaryDiff},
	{"cosmetic", func(t *testing.T) *Diff {
		d := ordinaryDiff(t)
		d.ShowCosmetic, d.Changes, d.Introduced, d.Resolved = true, nil, nil, nil
		return d
	}},
	{"hostile", hostileDiff},
	{"empty", func(*testing.T) *Diff {
		return &Diff{Version: "v0.4.0", Sites: []string{"a.example.com"}, Comparison: &diff.Comparison{Old: "a", New: "b", Server: tlspolicy.Apache}}
	}},
}

// diffOutputs are the formats as they are written to files, and to terminals.
var diffOutputs = []struct {
	name, format string
	options      Options
}{
	{"text", "text", Options{}},
	{"terminal", "text", Options{Snippets: true, Width: 80}},
	{"color", "text", Options{Snippets: true, Width: 120, Color: true}},
	{"unified", "unified", Options{}},
	{"unified-color", "unified", Options{Snippets: true, Color: true}},
	{"json", "json", Options{}},
	{"markdown", "markdown", Options{}},
}

func writtenDiff(t *testing.T, format string, options Options, d *Diff) []byte {
	t.Helper()
	f, err := LookupDiff(format, options)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.WriteDiff(&out, d); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestDiffGolden holds every format against fixtures/report/diff.
func TestDiffGolden(t *testing.T) {
	wanted := map[string]bool{}
	for _, d := range diffs {
		for _, o := range diffOutputs {
			name := filepath.Join(diffFixtures, d.name+"."+o.name+".golden")
			wanted[name] = true
			t.Run(d.name+"/"+o.name, func(t *testing.T) {
				got := writtenDiff(t, o.format, o.options, d.make(t))
				if again := writtenDiff(t, o.format, o.options, d.make(t)); !bytes.Equal(got, again) {
					t.Error("a second run writes something else")
				}
				if *update {
					if err := os.WriteFile(name, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), string(got)); diff != "" {
					t.Errorf("%s (-want +got; -update rewrites it):\n%s", name, diff)
				}
			})
		}
	}
	found, err := filepath.Glob(filepath.Join(diffFixtures, "*.golden"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found {
		if !wanted[name] {
			t.Errorf("%s belongs to no diff", name)
		}
	}
}

// A patch for programs is the files' bytes; everything else is for eyes.
func TestHostileTextIsHarmlessInEveryDiff(t *testing.T) {
	for _, o := range diffOutputs {
		if o.name == "unified" {
			continue
		}
		t.Run(o.name, func(t *testing.T) {
			out := string(writtenDiff(t, o.format, Options{Snippets: o.options.Snippets, Width: o.options.Width}, hostileDiff(t)))
			if i := strings.IndexAny(out, "\x1b\x00\r\u009b\u202e\x07\x7f"); i >= 0 {
				t.Errorf("control character %q at byte %d:\n%q", out[i:i+1], i, out)
			}
			if !bytes.Equal([]byte(out), bytes.ToValidUTF8([]byte(out), []byte("?"))) {
				t.Error("invalid UTF-8")
			}
			for line := range strings.Lines(out) {
				if o.name != "unified-color" && strings.HasPrefix(strings.TrimSpace(line), "::") {
					t.Errorf("a line that GitHub would obey: %q", line)
				}
			}
		})
	}
}

func TestNoDiffShowsSecrets(t *testing.T) {
	for _, o := range diffOutputs {
		out := string(writtenDiff(t, o.format, o.options, ordinaryDiff(t)))
		for _, secret := range []string{"geheim", "Z2VoZWlt", "bmV1"} {
			if strings.Contains(out, secret) {
				t.Errorf("%s shows %s:\n%s", o.name, secret, out)
			}
		}
	}
}

func TestEqualSidesWriteNothingForPeople(t *testing.T) {
	for _, o := range diffOutputs {
		out := writtenDiff(t, o.format, o.options, diffs[3].make(t))
		if quiet := len(out) == 0; quiet != (o.format == "text" || o.format == "unified") {
			t.Errorf("%s writes %q", o.name, out)
		}
	}
}

// However much a change touches, the comment is short enough, says what is
// missing, and closes what it opens.
func TestMarkdownStaysWithinTheLimit(t *testing.T) {
	for _, c := range []struct {
		name                          string
		consequences, changes, widely int
		findings                      int
		says                          string
	}{
		{"little", 3, 3, 1, 3, "3 changes in site-0.example.com"},
		{"many small changes", 10, 3000, 1, 10, "changes of low risk"},
		{"many changes of any risk", 10, 3000, 50, 10, "other than those in the table"},
		{"many findings", 10, 10, 1, 3000, "findings after the first hundred"},
		{"many consequences", 3000, 0, 1, 0, "… and 2900 more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &Diff{Comparison: &diff.Comparison{Old: "a", New: "b"}}
			f := source.NewFile("a.conf", []byte(strings.Repeat("x\n", 10)))
			span := f.Span(source.Range{Start: 2, End: 3})
			for i := range c.consequences + c.changes {
				risk := diff.Low
				if c.widely > 1 && i%2 == 0 {
					risk = diff.Medium
				}
				d.Changes = append(d.Changes, diff.Change{
					Action: diff.Changed, Risk: risk, Consequence: i < c.consequences, Sites: []string{fmt.Sprintf("site-%d.example.com", i%c.widely)},
					Path: []string{"proxy_read_timeout"}, Message: strings.Repeat("ü`", 30), Before: "1s", After: "2s", Old: []diff.Place{{Span: span}},
				})
			}
			for range c.findings {
				d.Introduced = append(d.Introduced, rule.Finding{Diagnostic: source.Diagnostic{Rule: "r", Severity: source.Info, Message: strings.Repeat("<b>", 20), Subject: span}})
			}
			out := string(writtenDiff(t, "markdown", Options{}, d))
			if len(out) > 65_000 || !strings.HasPrefix(out, DiffMarker+"\n") || !strings.Contains(out, c.says) {
				t.Errorf("%d bytes, want %q in\n%.900s", len(out), c.says, out)
			}
			if strings.Count(out, "<details>") != strings.Count(out, "</details>") || strings.Count(out, "\n```")%2 != 0 {
				t.Error("something stays open")
			}
		})
	}
	huge := hostileDiff(t)
	for i := range huge.Changes {
		huge.Changes[i].Message = strings.Repeat("*", 1<<20)
		huge.Changes[i].Sites = []string{strings.Repeat("`", 1<<20)}
	}
	huge.Old = strings.Repeat("|", 1<<20)
	if out := writtenDiff(t, "markdown", Options{}, huge); len(out) > 65_000 {
		t.Errorf("%d bytes", len(out))
	}
}
