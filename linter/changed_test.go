package linter_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"padlock/internal/tlspolicy"
	"padlock/linter"
)

// git runs git in the current directory, untouched by the user's settings.
func git(t *testing.T, args ...string) string {
	t.Helper()
	command := exec.Command("git", args...)
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// committed makes a repository of an archive, in the current directory.
func committed(t *testing.T, archive string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	unpacked(t, archive)
	git(t, "init", "-q", "-b", "main")
	git(t, "add", ".")
	git(t, "commit", "-q", "-m", "as it was")
}

const oldSite = `
-- nginx.conf --
events {}
http {
    include sites/*.conf;
}
-- sites/old.conf --
server {
    listen 80;
    sever_nme old;
    root /srv;
    sever_tokens off;
}
`

func TestChangedSince(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(t *testing.T)
		want string
	}{
		{"nothing", func(*testing.T) {}, ""},
		{"a changed line", func(t *testing.T) {
			write(t, "sites/old.conf", "server {\n    listen 80;\n    sever_nme older;\n    root /srv;\n    sever_tokens off;\n}\n")
		}, "sites/old.conf:3 error directive-unknown"},
		{"lines that moved are not changed", func(t *testing.T) {
			write(t, "sites/old.conf", "# one\n# two\nserver {\n    listen 80;\n    sever_nme old;\n    root /srv;\n    sever_tokens off;\n}\n")
		}, ""},
		{"around a line that is gone", func(t *testing.T) {
			write(t, "sites/old.conf", "server {\n    listen 80;\n    sever_nme old;\n    sever_tokens off;\n}\n")
		}, "sites/old.conf:3 error directive-unknown\nsites/old.conf:4 error directive-unknown"},
		{"a new file that git does not know", func(t *testing.T) {
			write(t, "sites/böse \"1\".conf", "server { sever_tokens off; }\n")
		}, "sites/böse \"1\".conf:1 error directive-unknown"},
		{"a new file that git knows", func(t *testing.T) {
			write(t, "sites/böse \"2\".conf", "server {\n    sever_tokens off;\n}\n")
			git(t, "add", ".")
		}, "sites/böse \"2\".conf:2 error directive-unknown"},
		{"the include that brings a file in", func(t *testing.T) {
			write(t, "nginx.conf", "events {}\nhttp {\n    include  sites/*.conf;\n}\n")
		}, "sites/old.conf:3 error directive-unknown\nsites/old.conf:5 error directive-unknown"},
		{"a line that looks like a patch", func(t *testing.T) {
			write(t, "sites/old.conf", "++ b/nginx.conf\n@@ -1,9 +1,9 @@\nserver {\n    listen 80;\n    sever_nme old;\n    root /srv;\n    sever_tokens off;\n}\n")
		}, "sites/old.conf:1 error directive-unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			committed(t, oldSite)
			c.edit(t)
			status := git(t, "status", "--porcelain")
			before, err := os.ReadFile(".git/index")
			if err != nil {
				t.Fatal(err)
			}
			result := linted(t, linter.Request{Paths: []string{"nginx.conf"}, Only: []string{"directive-unknown"}, ChangedSince: "HEAD"})
			if got := told(result); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			after, err := os.ReadFile(".git/index")
			if err != nil || string(before) != string(after) || git(t, "status", "--porcelain") != status {
				t.Errorf("the repository has changed: %v", err)
			}
		})
	}
}

const farSites = `
-- nginx.conf --
events {}
http {
    add_header Strict-Transport-Security "max-age=63072000" always;

    include tls.conf;

    include redirect.conf;

    include site.conf;
    include local/*.conf;
}
-- tls.conf --
ssl_protocols TLSv1.2 TLSv1.3;
-- redirect.conf --
server {
    listen 80;
    server_name a.example.com;
    return 301 https://a.example.com$request_uri;
}
-- site.conf --
server {
    listen 80 default_server;
    server_name _;
    return 444;
}
server {
    listen 443 ssl;
    server_name a.example.com;
    ssl_certificate a.pem;
    ssl_certificate_key a.key;
    root /srv;
}
server {
    listen 80;
    server_name b.example.com;
    root /srv;
}
-- old/site.conf --
server {
    listen 80;
    server_name a.example.com;
    root /srv;
}
-- .gitignore --
local/
`

// A line that is gone changes what others mean, in whatever file they stand.
func TestChangedSinceTellsWhatADeletionCauses(t *testing.T) {
	without := func(name, text string) func(*testing.T) {
		return func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil || !strings.Contains(string(data), text) {
				t.Fatalf("%s has no %q: %v", name, text, err)
			}
			write(t, name, strings.Replace(string(data), text, "", 1))
		}
	}
	for _, c := range []struct {
		name string
		edit func(t *testing.T)
		want string
	}{
		{"nothing", func(*testing.T) {}, ""},
		{"a header of a level above", without("nginx.conf", "    add_header Strict-Transport-Security \"max-age=63072000\" always;\n"),
			"site.conf:6 warning hsts-missing"},
		{"the protocols of an included file", without("tls.conf", "ssl_protocols TLSv1.2 TLSv1.3;\n"), "site.conf:6 info tls-protocol-weak"},
		{"an include directive", without("nginx.conf", "    include tls.conf;\n"), "site.conf:6 info tls-protocol-weak"},
		{"a file that becomes a link to another", func(t *testing.T) {
			if err := errors.Join(os.Remove("redirect.conf"), os.Symlink("old/site.conf", "redirect.conf")); err != nil {
				t.Fatal(err)
			}
		}, "old/site.conf:3 warning https-redirect-missing"},
		{"an unrelated file", func(t *testing.T) { write(t, "README", "new\n") }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			committed(t, farSites)
			// Git does not know this file, and so not what it was.
			if err := os.Mkdir("local", 0o755); err != nil {
				t.Fatal(err)
			}
			write(t, "local/c.conf", "server {\n    listen 80;\n    server_name c.example.com;\n    root /srv;\n}\n")
			c.edit(t)
			request := linter.Request{
				Paths: []string{"nginx.conf"}, ChangedSince: "HEAD",
				Only: []string{"hsts-missing", "tls-protocol-weak", "https-missing", "https-redirect-missing"}, ServerVersion: tlspolicy.MustVersion("1.22.1"),
			}
			result := linted(t, request)
			if got := told(result); got != c.want || result.Unchanged != 2 {
				t.Errorf("got\n%s\nand %d elsewhere; want\n%s", got, result.Unchanged, c.want)
			}
		})
	}
}

// What others did on the branch meanwhile is not what changed here.
func TestChangedSinceABranchCountsFromWhereThisOneParted(t *testing.T) {
	committed(t, oldSite)
	git(t, "checkout", "-q", "-b", "mine")
	write(t, "sites/new.conf", "server { sever_tokens off; }\n")
	git(t, "add", ".")
	git(t, "commit", "-q", "-m", "mine")
	git(t, "checkout", "-q", "main")
	write(t, "sites/old.conf", "server { listen 80; }\n")
	git(t, "commit", "-q", "-a", "-m", "theirs")
	git(t, "checkout", "-q", "mine")
	result := linted(t, linter.Request{Paths: []string{"sites"}, Only: []string{"directive-unknown"}, ChangedSince: "main"})
	if got, want := told(result), "sites/new.conf:1 error directive-unknown"; got != want || result.Unchanged != 2 {
		t.Errorf("got %s and %d elsewhere, want %s", got, result.Unchanged, want)
	}
}

func TestChangedSinceNeedsARepositoryAndARevision(t *testing.T) {
	committed(t, oldSite)
	for _, revision := range []string{"nowhere", "--output=x", "-p", "HEAD:nginx.conf"} {
		_, err := linter.Lint(t.Context(), linter.Request{Paths: []string{"nginx.conf"}, ChangedSince: revision})
		if err == nil || !strings.Contains(err.Error(), "has no revision") {
			t.Errorf("%s: %v", revision, err)
		}
	}
	unpacked(t, oldSite)
	t.Setenv("GIT_CEILING_DIRECTORIES", "/")
	_, err := linter.Lint(t.Context(), linter.Request{Paths: []string{"nginx.conf"}, ChangedSince: "HEAD"})
	if err == nil || !strings.Contains(err.Error(), "nginx.conf lies in no git work tree") {
		t.Error(err)
	}
}
