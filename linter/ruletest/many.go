package ruletest

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	gocmp "github.com/google/go-cmp/cmp"

	"padlock/internal/apache"
	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter"
)

// lintMany judges the virtual hosts of a case many times over, each time with
// other names in a file of their own: that most are judged by others that are
// like them must not show.
func (c Case) lintMany(t *testing.T, request linter.Request) {
	t.Helper()
	tree, main := c.many(many)
	if main == "" {
		return
	}
	request.Paths, request.Tree = []string{main}, tree
	SameWithout(t, request)
}

// many is how many files there are of each; alikeFrom is when some are left out.
const many, alikeFrom = 9, 5

// SameWithout fails if it shows in what a request finds that files are left out,
// and tells how many are.
func SameWithout(t testing.TB, request linter.Request) (leftOut int) {
	t.Helper()
	request.AlikeFrom = -1
	want, err := linter.Lint(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	request.AlikeFrom = alikeFrom
	got, err := linter.Lint(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	leftOut, got.LeftOut = got.LeftOut, 0
	if diff := gocmp.Diff(whole(want), whole(got)); diff != "" {
		t.Errorf("-every file judged for itself, +%d left out:\n%s", leftOut, diff)
	}
	return leftOut
}

// whole is everything that a result says, as lines.
func whole(r *linter.Result) []string {
	lines := []string{fmt.Sprintf("%d files, %d virtual hosts, %d failures, %d suppressed", r.Files, r.VirtualHosts, len(r.Failures), r.Suppressed)}
	place := func(s source.Span) string {
		if s.IsZero() {
			return "nowhere"
		}
		return fmt.Sprintf("%s:%d-%d", s.File.Name, s.Start, s.End)
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		line := fmt.Sprintf("%s: %s %s %q %q site %q %s", place(f.Subject), f.Severity, f.Rule, f.Message, f.Help, f.Site, f.Fingerprint)
		for _, s := range f.Includes {
			line += " by " + place(s)
		}
		for _, related := range f.Related {
			line += fmt.Sprintf(" related %s %q", place(related.Subject), related.Message)
		}
		for _, fix := range f.Fixes {
			line += fmt.Sprintf(" fix %q", fix.Title)
			for _, e := range fix.Edits {
				line += fmt.Sprintf(" %s %q", place(e.File.Span(e.Range)), e.Text)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// many is the case with its virtual hosts n times, each time with other names; main
// is empty if it has none.
func (c Case) many(n int) (tree fs.ReadLinkFS, main string) {
	text := c.Nginx + c.Apache
	parts := virtualHosts(text, c.server())
	if len(parts) == 0 {
		return nil, ""
	}
	files := fstest.MapFS{}
	for name, file := range c.tree() {
		files[name] = file
	}
	var sites, rest strings.Builder
	end := int32(0)
	include := "include sites/*.conf;\n"
	if c.server() == tlspolicy.Apache {
		include = "IncludeOptional sites/*.conf\n"
	}
	for i, part := range parts {
		rest.WriteString(text[end:part.Start])
		if i == 0 {
			rest.WriteString(include)
		}
		sites.WriteString(text[part.Start:part.End] + "\n")
		end = part.End
	}
	rest.WriteString(text[end:])
	main = c.path()
	if main = path.Join(path.Dir(main), "nginx.conf"); c.server() == tlspolicy.Apache {
		main = path.Join(path.Dir(main), "apache2.conf")
	}
	around := rest.String()
	if c.server() == tlspolicy.Nginx && !strings.Contains(around, "http {") {
		around = "events {}\nhttp {\n" + around + "}\n"
	}
	delete(files, c.path()[1:])
	files[main[1:]] = &fstest.MapFile{Data: []byte(around), Mode: 0o644}
	for i, site := range Sites(sites.String(), n) {
		name := path.Join(path.Dir(main), fmt.Sprintf("sites/%02d.conf", i))
		files[name[1:]] = &fstest.MapFile{Data: []byte(site), Mode: 0o644}
	}
	return files, main
}

// virtualHosts are the ranges of the virtual hosts that stand in a text, not inside
// of anything but http.
func virtualHosts(text string, server tlspolicy.Server) []source.Range {
	var found []source.Range
	file := source.NewFile("x", []byte(text))
	if server == tlspolicy.Nginx {
		nginx.Parse(file).Walk(func(d *nginx.Directive) bool {
			if d.Name == "server" && d.HasBlock && (d.Parent == nil || d.Parent.Name == "http") {
				found = append(found, d.Range)
			}
			return d.Name == "http"
		})
		return found
	}
	for node := range apache.Parse(file).Children() {
		if node.Is("VirtualHost") && node.Kind() == apache.Section {
			found = append(found, node.Whole())
		}
	}
	return found
}

var namesWritten = regexp.MustCompile(`(?m)^[ \t]*(?:server_name|ServerName|ServerAlias)[ \t]+([^;\n]*)`)

// Sites are n texts like one, each with other names in the place of those that
// its virtual hosts have.
func Sites(text string, n int) []string {
	var names []string
	for _, found := range namesWritten.FindAllStringSubmatch(text, -1) {
		for name := range strings.FieldsSeq(found[1]) {
			name = strings.TrimLeft(strings.TrimPrefix(name, "www."), "*.")
			if strings.Contains(name, ".") && !strings.ContainsAny(name, "~*$:\"'\\") && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	// Longer ones first, that one is not taken for the end of another.
	sorted := slices.SortedFunc(slices.Values(names), func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var sites []string
	for i := range n {
		site := fmt.Sprintf("site%0*d.example", 1+i%3, i)
		var swaps []string
		for _, name := range sorted {
			other := site
			if at := slices.Index(names, name); at > 0 {
				other = fmt.Sprintf("n%d.%s", at, site)
			}
			swaps = append(swaps, name, other)
		}
		sites = append(sites, strings.NewReplacer(swaps...).Replace(text))
	}
	return sites
}
