package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// hookCases are a user's repository, and what each hook of .pre-commit-hooks.yaml
// says to it.
var hookCases = []struct {
	name, hook string
	args       []string
	files      string
	passes     bool
	want       string
	// then are the files of a second commit; empty for none.
	then string
}{
	{"a good file", "padlock-lint", []string{"--files", "good.conf"}, hookFiles, true, "", ""},
	{"a bad file", "padlock-lint", []string{"--files", "good.conf", "bad.conf"}, hookFiles, false, "bad.conf:2:5: error: unknown directive", ""},
	{"a file that settings exclude", "padlock-lint", []string{"--files", "vendor/bad.conf"}, hookFiles, true, "", ""},
	{"the whole tree", "padlock-lint-all", []string{"--files", "good.conf"}, hookFiles, false, "bad.conf:2:5: error: unknown directive", ""},
	{"files that are not generated yet", "padlock-generate-check", []string{"--all-files"}, hookFiles + "-- sites.hcl --\n" + hookDescription, false, "created", ""},
	{"generated files up to date", "padlock-generate-check", []string{"--all-files"}, "-- sites.hcl --\n" + hookDescription + generatedBefore, true, "", ""},
	{"a file to format", "padlock-fmt", []string{"--files", "ugly.conf"}, hookFiles, false, "files were modified by this hook", ""},
	{"a formatted file", "padlock-fmt", []string{"--files", "good.conf"}, hookFiles, true, "", ""},
	{"a push that takes HTTPS away", "padlock-diff", pushed, hookFiles, false, "www.example.com is no longer served over HTTPS", "-- good.conf --\nserver {\n    listen 80;\n    server_name www.example.com;\n    root /srv;\n}\n"},
	{"a harmless push", "padlock-diff", pushed, hookFiles, true, "no change of meaning", "-- good.conf --\nserver {\n    listen 443 ssl;\n    server_name   www.example.com;\n}\n"},
	{"an installed padlock", "padlock-lint-system", []string{"--files", "bad.conf"}, hookFiles, false, "bad.conf:2:5: error: unknown directive", ""},
}

// pushed are the arguments that stand for a push of the last commit.
var pushed = []string{"--hook-stage", "push", "--from-ref", "HEAD~1", "--to-ref", "HEAD"}

// generatedBefore marks a repository in which padlock generate has been run.
const generatedBefore = "-- generated --\n"

const hookFiles = `
-- good.conf --
server {
    listen 443 ssl;
    server_name www.example.com;
}
-- bad.conf --
server {
    sever_tokens off;
}
-- ugly.conf --
server {
server_name   www.example.com;
}
-- vendor/bad.conf --
server { sever_tokens off; }
-- .padlock.hcl --
lint {
  exclude = ["vendor"]
  rule "syntax" { severity = "error" }
}
`

const hookDescription = `target {
  platform = "debian-13"
  out_dir  = "out"
}
site "www.example.com" {
  root = "/srv/www"
  tls { acme = "certbot" }
}
`

// TestPreCommitHooks lets pre-commit build Padlock from this tree, without
// network, and run every hook. It takes a build of everything, so it runs when
// asked for: make hooks.
func TestPreCommitHooks(t *testing.T) {
	if os.Getenv("PADLOCK_HOOKS") == "" {
		t.Skip("PADLOCK_HOOKS is not set; make hooks sets it")
	}
	for _, program := range []string{"pre-commit", "git", "go"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
	h := hooks{environment: append(os.Environ(),
		"PRE_COMMIT_HOME="+t.TempDir(), "GOPROXY=off", "GOFLAGS=", "GOMODCACHE="+moduleCache(t),
		"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com",
	)}
	h.installed(t)
	project := h.project(t)
	h.run(t, project, "pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")
	config := h.config(t, project)
	for _, c := range hookCases {
		t.Run(c.hook+": "+c.name, func(t *testing.T) {
			user := t.TempDir()
			if err := txtar.Write(txtar.Parse([]byte(c.files)), user); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(c.files, generatedBefore) {
				h.run(t, user, "padlock", "generate")
			}
			h.commit(t, user)
			if c.then != "" {
				for _, f := range txtar.Parse([]byte(c.then)).Files {
					if err := os.WriteFile(filepath.Join(user, f.Name), f.Data, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				h.run(t, user, "git", "commit", "-q", "-a", "-m", "then")
			}
			out, err := h.command(user, "pre-commit", append([]string{"run", "--config", config, c.hook, "--verbose"}, c.args...)...)
			if (err == nil) != c.passes || !strings.Contains(out, c.want) || c.passes && !strings.Contains(out, "Passed") {
				t.Errorf("%v, want it to pass: %v, and to say %q:\n%s", err, c.passes, c.want, out)
			}
		})
	}
	t.Run("all hooks by try-repo", func(t *testing.T) {
		user := t.TempDir()
		if err := txtar.Write(txtar.Parse([]byte(hookFiles)), user); err != nil {
			t.Fatal(err)
		}
		h.commit(t, user)
		out, err := h.command(user, "pre-commit", "try-repo", project, "--all-files", "--verbose")
		if err == nil || !strings.Contains(out, "bad.conf:2:5: error: unknown directive") {
			t.Errorf("%v\n%s", err, out)
		}
		for _, c := range hookCases {
			if !strings.Contains(out, "hook id: "+c.hook+"\n") {
				t.Errorf("%s has not run:\n%s", c.hook, out)
			}
		}
	})
}

// config is a user's settings with every hook of a project's last commit. What
// pre-commit has built for one it keeps for all.
func (h *hooks) config(t *testing.T, project string) string {
	t.Helper()
	revision := strings.TrimSpace(h.run(t, project, "git", "rev-parse", "HEAD"))
	text := "repos:\n- repo: " + project + "\n  rev: " + revision + "\n  hooks:\n"
	for _, c := range hookCases {
		if line := "  - id: " + c.hook + "\n"; !strings.Contains(text, line) {
			text += line
		}
	}
	name := filepath.Join(t.TempDir(), "pre-commit.yaml")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// hooks runs programs with an environment of their own.
type hooks struct{ environment []string }

func (h *hooks) command(dir, name string, args ...string) (string, error) {
	command := exec.Command(name, args...)
	command.Dir, command.Env = dir, h.environment
	out, err := command.CombinedOutput()
	return string(out), err
}

func (h *hooks) run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	out, err := h.command(dir, name, args...)
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return out
}

func (h *hooks) commit(t *testing.T, dir string) {
	t.Helper()
	h.run(t, dir, "git", "init", "-q")
	h.run(t, dir, "git", "add", "-A", "-f")
	h.run(t, dir, "git", "commit", "-q", "-m", "start")
}

// project is a repository with the files of this tree that are, or would be,
// under version control.
func (h *hooks) project(t *testing.T) string {
	t.Helper()
	list := h.run(t, filepath.Join("..", ".."), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	dir := t.TempDir()
	for name := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join("..", "..", name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	h.commit(t, dir)
	return dir
}

// installed puts padlock on the PATH of the hooks that look for it there.
func (h *hooks) installed(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	h.run(t, ".", "go", "build", "-o", filepath.Join(dir, "padlock"), ".")
	h.environment = append(h.environment, "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func moduleCache(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSpace(out))
}
