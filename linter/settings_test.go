package linter_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"padlock/internal/source"
	"padlock/linter"
)

// unpacked writes the files of a txtar archive into a directory of their own,
// and goes there.
func unpacked(t *testing.T, archive string) {
	t.Helper()
	dir := t.TempDir()
	if err := txtar.Write(txtar.Parse([]byte(archive)), dir); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
}

// linted is a judgement of paths of the current directory by their settings.
func linted(t *testing.T, request linter.Request) *linter.Result {
	t.Helper()
	if request.Settings == nil {
		request.Settings = linter.NearestSettings()
	}
	result, err := linter.Lint(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// told is the findings as "file:line severity rule".
func told(r *linter.Result) string {
	var lines []string
	for i := range r.Findings {
		f := &r.Findings[i]
		lines = append(lines, strings.Join([]string{
			f.Subject.File.Name + ":" + strconv.Itoa(f.Subject.StartPosition().Line), f.Severity.String(), f.Rule,
		}, " "))
	}
	return strings.Join(lines, "\n")
}

const twoSites = `
-- a.conf --
sever_tokens off;
server { listen 80; }
-- legacy/b.conf --
server { listen 80; }
sever_tokens off;
-- legacy/vendor/c.conf --
server { sever_tokens off; }
`

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		name, settings, want string
		failing              bool
	}{
		{"none", "", "a.conf:1 error directive-unknown\nlegacy/b.conf:2 error directive-unknown\nlegacy/vendor/c.conf:1 error directive-unknown", true},
		{"empty", "-- .padlock.hcl --\n", "a.conf:1 error directive-unknown\nlegacy/b.conf:2 error directive-unknown\nlegacy/vendor/c.conf:1 error directive-unknown", true},
		{"a severity", "-- .padlock.hcl --\nlint {\n rule \"directive-unknown\" { severity = \"info\" }\n}\n",
			"a.conf:1 info directive-unknown\nlegacy/b.conf:2 info directive-unknown\nlegacy/vendor/c.conf:1 info directive-unknown", false},
		{"what fails", "-- .padlock.hcl --\nlint {\n fail_on = \"info\"\n rule \"directive-unknown\" { severity = \"info\" }\n exclude = [\"legacy\"]\n}\n",
			"a.conf:1 info directive-unknown", true},
		{"nothing fails", "-- .padlock.hcl --\nlint { fail_on = \"never\" }\n",
			"a.conf:1 error directive-unknown\nlegacy/b.conf:2 error directive-unknown\nlegacy/vendor/c.conf:1 error directive-unknown", false},
		{"a rule is off", "-- .padlock.hcl --\nlint {\n rule \"directive-unknown\" { severity = \"off\" }\n}\n", "", false},
		{"a category is off, a rule of it is not", "-- .padlock.hcl --\nlint {\n rule \"syntax\" { severity = \"off\" }\n rule \"directive-unknown\" { severity = \"warning\" }\n exclude = [\"legacy/**\"]\n}\n",
			"a.conf:1 warning directive-unknown", true},
		{"off below a path", "-- .padlock.hcl --\nlint {\n path \"legacy/**\" { disable = [\"directive-unknown\"] }\n}\n", "a.conf:1 error directive-unknown", true},
		{"a directory is left out", "-- .padlock.hcl --\nlint { exclude = [\"**/vendor/**\"] }\n", "a.conf:1 error directive-unknown\nlegacy/b.conf:2 error directive-unknown", true},
		{"braces", "-- .padlock.hcl --\nlint { exclude = [\"{a,legacy/b}.conf\"] }\n", "legacy/vendor/c.conf:1 error directive-unknown", true},
		{"the nearest file alone counts", "-- .padlock.hcl --\nlint { exclude = [\"**\"] }\n-- legacy/.padlock.hcl --\nlint { exclude = [\"vendor\"] }\n",
			"legacy/b.conf:2 error directive-unknown", true},
		{"everything is left out", "-- .padlock.hcl --\nlint { exclude = [\"**\"] }\n", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			unpacked(t, twoSites+c.settings)
			result := linted(t, linter.Request{Paths: []string{"."}})
			if got := told(result); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if result.Failing() != c.failing {
				t.Errorf("failing: %v", !c.failing)
			}
		})
	}
}

func TestSettingsAreRefusedWithPositionAndSuggestion(t *testing.T) {
	for _, c := range []struct{ settings, want string }{
		{"lint {\n  fail_no = \"error\"\n}\n", `.padlock.hcl:2:3: Unsupported argument; An argument named "fail_no" is not expected here. Did you mean "fail_on"?`},
		{"lnt {\n}\n", `.padlock.hcl:1:1: Unsupported block type; Blocks of type "lnt" are not expected here. Did you mean "lint"?`},
		{"lint {\n  rule \"directive-unknwon\" { severity = \"off\" }\n}\n", `.padlock.hcl:2:8: Unknown rule; there is no rule "directive-unknwon"; did you mean directive-unknown?`},
		{"lint {\n  rule \"directive-unknown\" { severity = \"warn\" }\n}\n", `.padlock.hcl:2:41: Unknown severity; "warn" is not one of error, warning, info, off`},
		{"lint {\n  rule \"directive-unknown\" {}\n}\n", `.padlock.hcl:2:28: Missing required argument; The argument "severity" is required`},
		{"lint {\n  rule \"syntax\" { severity = \"off\" }\n  rule \"syntax\" { severity = \"off\" }\n}\n", `.padlock.hcl:3:8: Duplicate rule`},
		{"lint {\n  exclude = [\"a[\"]\n}\n", `.padlock.hcl:2:13: Unusable glob`},
		{"lint {\n  exclude = env.HOME\n}\n", `.padlock.hcl:2:13: Variables not allowed`},
		{"lint {\n", `.padlock.hcl:1:6: `},
		{"lint {\n}\nlint {\n}\n", `.padlock.hcl:3:1: Duplicate block`},
		{"target {\n  platform = \"debian-2\"\n}\n", `.padlock.hcl:2:14: Unknown platform; "debian-2" is not one of`},
		{"target {\n  server = \"lighttpd\"\n}\n", `.padlock.hcl:2:12: Unknown server`},
		{"target {\n  version = \"1.26\"\n}\n", `.padlock.hcl:2:3: Version of which server?`},
		{"target {\n  openssl = \"three\"\n}\n", `.padlock.hcl:2:13: Unusable version`},
	} {
		unpacked(t, "-- a.conf --\nserver { listen 80; }\n-- .padlock.hcl --\n"+c.settings)
		_, err := linter.Lint(t.Context(), linter.Request{Paths: []string{"a.conf"}, Settings: linter.NearestSettings()})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.settings, err, c.want)
		}
	}
}

// pre-commit names files, excluded ones too.
func TestFilesThatAreNamedAreJudgedThoughExcluded(t *testing.T) {
	unpacked(t, twoSites+"-- .padlock.hcl --\nlint { exclude = [\"legacy/**\"] }\n")
	result := linted(t, linter.Request{Paths: []string{"a.conf", "legacy/b.conf"}})
	if len(result.Findings) != 2 || len(result.Warnings) != 1 ||
		result.Warnings[0] != "legacy/b.conf is judged because you named it, though .padlock.hcl excludes it" {
		t.Errorf("%s\n%q", told(result), result.Warnings)
	}
	result = linted(t, linter.Request{Paths: []string{"a.conf", "legacy/b.conf"}, ForceExclude: true})
	if len(result.Findings) != 1 || len(result.Warnings) != 0 {
		t.Errorf("%s\n%q", told(result), result.Warnings)
	}
	result = linted(t, linter.Request{Paths: []string{"legacy/b.conf"}, ForceExclude: true})
	if len(result.Findings) != 0 || result.Files != 0 {
		t.Errorf("%s in %d files", told(result), result.Files)
	}
}

func TestIncludedFilesFollowTheirSettings(t *testing.T) {
	unpacked(t, `
-- nginx.conf --
events {}
http { include vendor/*.conf; sever_tokens off; }
-- vendor/a.conf --
sever_tokens off;
-- .padlock.hcl --
lint { exclude = ["vendor"] }
`)
	if got, want := told(linted(t, linter.Request{Paths: []string{"nginx.conf"}})), "nginx.conf:2 error directive-unknown"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestOneSettingsFileForAll(t *testing.T) {
	unpacked(t, twoSites+"-- etc/strict.hcl --\nlint {\n rule \"directive-unknown\" { severity = \"info\" }\n}\n-- .padlock.hcl --\nlint { exclude = [\"**\"] }\n")
	settings, err := linter.FixedSettings("etc/strict.hcl")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := told(linted(t, linter.Request{Paths: []string{"a.conf"}, Settings: settings})), "a.conf:1 info directive-unknown"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if _, err := linter.FixedSettings("etc/lax.hcl"); err == nil || err.Error() != "etc/lax.hcl: there is no such settings file" {
		t.Error(err)
	}
}

// http2 is a directive since nginx 1.25.1.
func TestTargetOfSettings(t *testing.T) {
	const config = "-- a.conf --\nserver { listen 443 ssl; http2 on; }\n-- .padlock.hcl --\n"
	for _, c := range []struct {
		name, settings string
		request        linter.Request
		errors         int
	}{
		{"a version", "target {\n server = \"nginx\"\n version = \"1.22.1\"\n}\n", linter.Request{}, 1},
		{"a platform", "target { platform = \"debian-12\" }\n", linter.Request{}, 1},
		{"the version of another server", "target {\n server = \"apache\"\n version = \"2.4.1\"\n}\n", linter.Request{}, 0},
		{"a platform on the command line is stronger", "target {\n server = \"nginx\"\n version = \"1.22.1\"\n}\n", linter.Request{Platform: "debian-13"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			unpacked(t, config+c.settings)
			c.request.Paths = []string{"a.conf"}
			result := linted(t, c.request)
			if got := result.Count(source.Error); got != c.errors {
				t.Errorf("%d errors:\n%s", got, told(result))
			}
		})
	}
}

func TestUnreadableSettingsAreAnError(t *testing.T) {
	unpacked(t, "-- a.conf --\nserver { listen 80; }\n")
	if err := os.WriteFile(filepath.Join(".", linter.SettingsName), make([]byte, 2<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := linter.Lint(t.Context(), linter.Request{Paths: []string{"a.conf"}, Settings: linter.NearestSettings()})
	if err == nil || !strings.Contains(err.Error(), "is larger than 1048576 bytes") {
		t.Error(err)
	}
}
