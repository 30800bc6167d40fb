package apache

import (
	stdcmp "cmp"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"padlock/internal/servertest"
	"padlock/internal/source"
)

// TestDebianTree compares the tree that Debian's package installs, read from
// this machine, with what its server dumps of it.
func TestDebianTree(t *testing.T) {
	const main = "/etc/apache2/apache2.conf"
	program, err := exec.LookPath("apache2")
	if err != nil {
		t.Log("no apache2 is installed: its tree is not compared")
		return
	}
	if _, err := os.Stat(main); err != nil {
		t.Logf("no Debian tree: %v", err)
		return
	}
	environment := readEnvironment(readFile(t, "/etc/apache2/envvars"))
	for _, name := range []string{"APACHE_RUN_DIR", "APACHE_LOCK_DIR", "APACHE_LOG_DIR"} {
		environment[name] = t.TempDir()
	}
	c := Load(source.NewSet(source.SetConfig{Tree: os.DirFS("/").(fs.ReadLinkFS)}), main, LoadOptions{
		Defines: map[string]string{}, Environment: environment,
	})
	for _, e := range errorsOf(c) {
		t.Error(e)
	}
	cmd := exec.Command(program, "-t", "-D", "DUMP_CONFIG", "-C", "LoadModule info_module /usr/lib/apache2/modules/mod_info.so")
	for name, value := range environment {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Logf("apache2 does not accept its tree here: %v\n%s", err, out)
		return
	}
	compareDumps(t, readDump(string(out)), dump(c))
}

func readFile(t *testing.T, name string) *source.File {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return source.NewFile(name, data)
}

// compareDumps compares two dumps by file, links to files being followed.
func compareDumps(t *testing.T, server, ours map[string][]dumped) {
	t.Helper()
	resolved := map[string][]dumped{}
	for name, lines := range server {
		if real, err := filepath.EvalSymlinks(name); err == nil {
			name = real
		}
		resolved[name] = append(resolved[name], lines...)
	}
	if diff := cmp.Diff(resolved, ours); diff != "" {
		t.Errorf("(-httpd +evaluator):\n%s", diff)
	}
}

// TestCorpusDump asks the servers to dump the configurations in the folder
// that PADLOCK_CORPUS names, at server level, in a virtual host and in a
// directory, and compares what is accepted.
func TestCorpusDump(t *testing.T) {
	root := os.Getenv("PADLOCK_CORPUS")
	if root == "" {
		t.Log("PADLOCK_CORPUS is not set: no real configurations are compared")
		return
	}
	servers := servertest.ApacheServers(t)
	if len(servers) == 0 {
		return
	}
	server := servers[0]
	session := server.Session(t)
	compared, refused := 0, 0
	err := filepath.WalkDir(filepath.Join(root, "apache"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(name, "/bin/") || strings.Contains(filepath.Base(name), "README") {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		reason := ""
		for _, around := range []string{"%s", "<VirtualHost *:81>\n%s</VirtualHost>\n", "<Directory /srv/lab>\n%s</Directory>\n"} {
			main := everyModule(server) + "Define DUMP_CONFIG\n" + fmt.Sprintf(around, "Include /srv/lab/input.conf\n")
			files := servertest.Files{"/srv/lab/main.conf": main, "/srv/lab/input.conf": string(data),
				"/etc/ssl/certs/ssl-cert-snakeoil.pem": "x", "/etc/ssl/private/ssl-cert-snakeoil.key": "x"}
			verdict := session.Test(servertest.Config{Files: files, Main: "/srv/lab/main.conf"})
			if !verdict.Accepted {
				reason = stdcmp.Or(reason, verdict.Output)
				continue
			}
			compared++
			tree := fstest.MapFS{"srv/lab/main.conf": {Data: []byte(main)}, "srv/lab/input.conf": {Data: data}}
			c := Load(source.NewSet(source.SetConfig{Tree: tree}), "/srv/lab/main.conf", LoadOptions{
				Defines: map[string]string{}, ServerVersion: server.Version,
			})
			if diff := cmp.Diff(readDump(verdict.Output)["/srv/lab/input.conf"], dump(c)["/srv/lab/input.conf"]); diff != "" {
				t.Errorf("%s (-httpd +evaluator):\n%s", name, diff)
			}
			for _, e := range errorsOf(c) {
				t.Errorf("%s: %s accepts it, the evaluator says %s", name, server.Name(), e)
			}
			return nil
		}
		refused++
		t.Logf("%s is refused: %s", name, reason)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files compared, %d refused by %s", compared, refused, server.Name())
}

// everyModule loads what the server has, but one MPM and nothing that needs
// settings of its own.
func everyModule(server *servertest.Server) string {
	leaveOut := []string{"mpm_prefork", "mpm_worker", "bucketeer", "case_filter", "case_filter_in", "core", "http", "http_core", "so",
		"watchdog", "log_config", "logio", "version", "unixd", "systemd"}
	modules := append([]string{"mpm_event", "proxy", "dav", "session", "ldap"}, server.Modules...)
	var b strings.Builder
	b.WriteString("ServerRoot /srv/lab\nDefaultRuntimeDir /srv/padlock/run\nPidFile /srv/padlock/run/pid\nErrorLog /dev/null\nServerName localhost\nListen 18999\n")
	for i, m := range modules {
		if !slices.Contains(leaveOut, m) && !slices.Contains(modules[:i], m) {
			fmt.Fprintf(&b, "LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n", m, m)
		}
	}
	return b.String()
}
