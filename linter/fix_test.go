package linter

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// fixable is a judgement with fixes at parts of a text: "old>new", unsafe with
// "!" in front.
func fixable(f *source.File, fixes ...string) *Result {
	result := &Result{}
	for _, fix := range fixes {
		text, unsafe := strings.CutPrefix(fix, "!")
		old, new, _ := strings.Cut(text, ">")
		start := int32(strings.Index(string(f.Data), old))
		span := f.Span(source.Range{Start: start, End: start + int32(len(old))})
		result.Findings = append(result.Findings, rule.Finding{
			Diagnostic: source.Diagnostic{Rule: fix, Severity: source.Warning, Subject: span},
			Fixes:      []rule.Fix{{Safe: !unsafe, Edits: []rule.Edit{rule.Replace(span, new)}}},
		})
	}
	return result
}

func TestFixesOfOneRoundDoNotTouchEachOther(t *testing.T) {
	const text = "listen 80; server_name a; root /srv;"
	for _, c := range []struct {
		name   string
		fixes  []string
		unsafe bool
		want   string
	}{
		{"apart", []string{"80>443", "/srv>/www"}, false, "listen 443; server_name a; root /www;"},
		{"the same place", []string{"80>443", "80>8443"}, false, "listen 443; server_name a; root /srv;"},
		{"one within the other", []string{"listen 80>listen 443", "80>8443"}, false, "listen 443; server_name a; root /srv;"},
		{"side by side", []string{"listen >port ", "80>443"}, false, "port 80; server_name a; root /srv;"},
		{"unsafe ones are for who asks", []string{"!80>443", "/srv>/www"}, false, "listen 80; server_name a; root /www;"},
		{"unsafe ones if asked for", []string{"!80>443", "/srv>/www"}, true, "listen 443; server_name a; root /www;"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := source.NewFile("a.conf", []byte(text))
			f := &fixer{unsafe: c.unsafe, state: judged{result: fixable(file, c.fixes...)}}
			got, err := source.Apply(file.Data, f.choose().edits[file])
			if err != nil || string(got) != c.want {
				t.Errorf("%s, %v; want %s", got, err, c.want)
			}
		})
	}
}

func TestFilesThatAreNotFixed(t *testing.T) {
	hidden := source.NewFile("hidden.conf", []byte("listen 80;"))
	hidden.Hidden = true
	dump := source.NewFile("dump.txt", []byte("# configuration file /etc/nginx/nginx.conf:\nlisten 80;"))
	broken := source.NewFile("broken.conf", []byte("listen 80; }"))
	for _, file := range []*source.File{hidden, dump, broken} {
		f := &fixer{state: judged{result: fixable(file, "80>443"), broken: map[string]bool{"broken.conf": true}}}
		if c := f.choose(); len(c.edits) != 0 || c.safe != 0 {
			t.Errorf("%s would be changed", file.Name)
		}
	}
}

func TestARuleThatMadeThingsWorseIsNotTriedAgain(t *testing.T) {
	file := source.NewFile("a.conf", []byte("listen 80;"))
	f := &fixer{state: judged{result: fixable(file, "80>443")}, refused: map[string]bool{"80>443": true}}
	if c := f.choose(); len(c.edits) != 0 {
		t.Error("it is")
	}
}

func TestWorse(t *testing.T) {
	errors := func(n int) *Result {
		r := &Result{}
		for range n {
			r.Findings = append(r.Findings, rule.Finding{Diagnostic: source.Diagnostic{Severity: source.Error}})
		}
		return r
	}
	f := &fixer{state: judged{result: errors(1), broken: map[string]bool{"a.conf": true}}}
	if !f.worse(judged{result: errors(1)}) {
		t.Error("a syntax error is worse than none")
	}
	if f.worse(judged{result: errors(1), broken: map[string]bool{"a.conf": true}}) {
		t.Error("as bad is not worse")
	}
	if !f.worse(judged{result: errors(0), broken: map[string]bool{"a.conf": true}}) {
		t.Error("an error more is worse")
	}
	f.state.result.Findings[0].Rule = "certificate-expired"
	if f.worse(judged{result: errors(0), broken: map[string]bool{"a.conf": true}}) {
		t.Error("a certificate that has ended is none of the fix's doing")
	}
}

// The comments are superfluous, and to remove one is a safe fix.
const superfluous = "server {\n    # padlock:ignore directive-unknown,name-duplicate nobody knows why\n    listen 80; # padlock:ignore directive-unknown was wrong\n}\n"

func TestFix(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("sites-available", 0o755); err != nil {
		t.Fatal(err)
	}
	write("sites-available/a", superfluous)
	write("broken.conf", superfluous+"}\n")
	if err := os.Symlink("sites-available/a", "link.conf"); err != nil {
		t.Fatal(err)
	}
	fixed, err := Fix(t.Context(), Request{Paths: []string{"link.conf", "broken.conf"}}, false)
	if err != nil {
		t.Fatal(err)
	}
	if len(fixed.Files) != 1 || fixed.Files[0].Name != "sites-available/a" || strings.Contains(string(fixed.Files[0].After), "padlock") {
		t.Fatalf("%q", fixed.Files)
	}
	if fixed.Safe == 0 || fixed.Unsafe != 0 || fixed.Result.Count(source.Warning) >= fixed.Before.Count(source.Warning) {
		t.Errorf("%+v", fixed)
	}
	if now, _ := os.ReadFile("sites-available/a"); string(now) != superfluous {
		t.Error("Fix has written")
	}
	if err := fixed.Write(); err != nil {
		t.Fatal(err)
	}
	if now, _ := os.ReadFile("sites-available/a"); strings.Contains(string(now), "padlock") {
		t.Errorf("%s", now)
	}
	if info, err := os.Lstat("link.conf"); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link is gone")
	}
	if info, err := os.Stat("sites-available/a"); err != nil || info.Mode().Perm() != 0o640 {
		t.Error("the mode has changed")
	}
	if left, _ := filepath.Glob("sites-available/*"); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFixLeavesAFileAloneThatSomebodyChanges(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("a.conf", []byte(superfluous), 0o644); err != nil {
		t.Fatal(err)
	}
	fixed, err := Fix(t.Context(), Request{Paths: []string{"a.conf"}}, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("a.conf", []byte("# mine\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := fixed.Write(); err == nil || !strings.Contains(err.Error(), "a.conf has changed while it was judged") {
		t.Error(err)
	}
	if now, _ := os.ReadFile("a.conf"); string(now) != "# mine\n" {
		t.Errorf("%s", now)
	}
}

func TestFixBelowRoot(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("rootfs/etc/nginx", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("rootfs/etc/nginx/a.conf", []byte(superfluous), 0o644); err != nil {
		t.Fatal(err)
	}
	fixed, err := Fix(t.Context(), Request{Paths: []string{"rootfs/etc/nginx/a.conf"}, Root: "rootfs"}, false)
	if err != nil || len(fixed.Files) != 1 || fixed.Files[0].Name != "rootfs/etc/nginx/a.conf" || len(fixed.Result.Findings) >= len(fixed.Before.Findings) {
		t.Errorf("%+v, %v", fixed, err)
	}
}
