// Package ruletest lets the tests of rules speak in configurations and the
// lines that findings are about.
package ruletest

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"padlock/internal/tlspolicy"
	"padlock/linter"
	"padlock/linter/rule"
)

// Now is the time of every test: a certificate that is good today is good for
// ever.
var Now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// Case is one configuration and what a rule finds in it.
type Case struct {
	// Name states the behaviour.
	Name string
	// Nginx or Apache is the configuration, for the one server or the other.
	Nginx, Apache string
	// File is its path; "/etc/nginx/site.conf" or "/etc/apache2/site.conf" by
	// default. An Apache configuration is complete, so that what it does not
	// define is undefined, in a file called apache2.conf; one of nginx is if it
	// has an http block.
	File string
	// Files are further files by their absolute path.
	Files map[string]string
	// Version is the server's, such as "1.26.3"; empty if not known.
	Version string
	// OpenSSL is the version of OpenSSL; empty if not known.
	OpenSSL string
	// Platform is the name of a platform, such as "debian-12".
	Platform string
	// Installed tells that the files are those of the server's machine; Modes are
	// permissions other than 0644 by absolute path.
	Installed bool
	Modes     map[string]fs.FileMode
	// Want are the findings, in order, each as "LINE: part of the message". A
	// finding in another file is "FILE:LINE: part of the message"; one of
	// another severity than the rule's own ends in " [severity]".
	Want []string
}

// Run runs one rule on each case.
func Run(t *testing.T, r *rule.Rule, cases []Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Helper()
			got := c.Lint(t, r.ID).Findings
			if len(got) != len(c.Want) {
				t.Fatalf("got %d findings, want %d:\n%s", len(got), len(c.Want), describe(got))
			}
			for i, want := range c.Want {
				if !matches(&got[i], r, want, c.path()) {
					t.Errorf("got  %swant %s", describe(got[i:i+1]), want)
				}
			}
		})
	}
}

// Lint runs rules on a case; all if none is named.
func (c Case) Lint(t *testing.T, only ...string) *linter.Result {
	t.Helper()
	request := linter.Request{
		Paths: []string{c.path()}, Tree: c.tree(), Server: c.server(), Platform: c.Platform, Only: only,
		Installed: c.Installed, Now: Now,
	}
	if c.Version != "" {
		request.ServerVersion = tlspolicy.MustVersion(c.Version)
	}
	if c.OpenSSL != "" {
		request.OpenSSLVersion = tlspolicy.MustVersion(c.OpenSSL)
	}
	result, err := linter.Lint(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	c.lintMany(t, request)
	for _, f := range result.Failures {
		t.Errorf("%v\n%s", f, f.Stack)
	}
	return result
}

func (c Case) server() tlspolicy.Server {
	if c.Apache != "" {
		return tlspolicy.Apache
	}
	return tlspolicy.Nginx
}

func (c Case) path() string {
	dir := "/etc/nginx/"
	if c.Apache != "" {
		dir = "/etc/apache2/"
	}
	switch {
	case c.File == "":
		return dir + "site.conf"
	case strings.HasPrefix(c.File, "/"):
		return c.File
	}
	return dir + c.File
}

func (c Case) tree() fstest.MapFS {
	tree := fstest.MapFS{c.path()[1:]: {Data: []byte(c.Nginx + c.Apache)}}
	if strings.Contains(c.Nginx+c.Apache, "/etc/ssl/") {
		for name, text := range Certificates() {
			mode := fs.FileMode(0o644)
			if path.Base(name) == "privkey.pem" {
				mode = 0o600
			}
			tree[name[1:]] = &fstest.MapFile{Data: []byte(text), Mode: mode}
		}
	}
	for name, text := range c.Files {
		tree[strings.TrimPrefix(name, "/")] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	for name, mode := range c.Modes {
		name = strings.TrimPrefix(name, "/")
		if tree[name] == nil {
			tree[name] = &fstest.MapFile{}
		}
		tree[name].Mode = mode
	}
	return tree
}

func matches(f *rule.Finding, r *rule.Rule, want, main string) bool {
	severity := r.Severity.String()
	if rest, level, ok := strings.Cut(strings.TrimSuffix(want, "]"), " ["); ok && slices.Contains([]string{"error", "warning", "info"}, level) {
		want, severity = rest, level
	}
	place := fmt.Sprintf("%d: ", f.Subject.StartPosition().Line)
	if f.Subject.File.Name != main {
		place = f.Subject.File.Name + ":" + place
	}
	message, ok := strings.CutPrefix(want, place)
	return ok && strings.Contains(f.Message, message) && f.Severity.String() == severity && f.Rule == r.ID
}

func describe(findings []rule.Finding) string {
	var out strings.Builder
	for i := range findings {
		f := &findings[i]
		fmt.Fprintf(&out, "%s:%d: %s: %s [%s]\n", f.Subject.File.Name, f.Subject.StartPosition().Line, f.Severity, f.Message, f.Rule)
	}
	return out.String()
}
