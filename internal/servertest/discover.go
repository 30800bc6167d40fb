package servertest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// Suites are the Debian releases whose servers the tests run, oldest first; servers.sh provides them.
var Suites = []string{"bookworm", "trixie", "forky"}

// programs are the places of the server programs in a Debian root.
var programs = []struct {
	kind Kind
	path string
}{
	{Nginx, "/usr/sbin/nginx"},
	{Apache, "/usr/sbin/apache2"},
}

// Servers returns every server that can be run here: all of the provisioned roots, else those in PATH. What is left out it
// tells with t.Log; with CI=true in the environment a missing server of the matrix ends the test, and so does, anywhere,
// a provisioned server that does not run. With no server at all the test is skipped.
func Servers(t testing.TB) []*Server {
	t.Helper()
	found, left, err := discover()
	if err != nil {
		t.Fatalf("servertest: %v", err)
	}
	for _, reason := range left {
		if os.Getenv("CI") == "true" {
			t.Fatalf("servertest: left out: %s", reason)
		}
		t.Logf("servertest: left out: %s", reason)
	}
	if len(found) == 0 {
		t.Skip("servertest: there is no server to test with")
	}
	return found
}

// NginxServers returns the servers of Servers that are nginx.
func NginxServers(t testing.TB) []*Server {
	t.Helper()
	return ofKind(t, Nginx)
}

// ApacheServers returns the servers of Servers that are Apache.
func ApacheServers(t testing.TB) []*Server {
	t.Helper()
	return ofKind(t, Apache)
}

func ofKind(t testing.TB, kind Kind) []*Server {
	t.Helper()
	var some []*Server
	for _, server := range Servers(t) {
		if server.Kind == kind {
			some = append(some, server)
		}
	}
	if len(some) == 0 {
		t.Skipf("servertest: there is no %s to test with", kind)
	}
	return some
}

type discovery struct {
	servers []*Server
	left    []string
	err     error
}

var discovered = sync.OnceValue(func() discovery {
	var d discovery
	repository, err := repositoryRoot()
	if err != nil {
		return discovery{err: err}
	}
	for _, suite := range Suites {
		root := filepath.Join(repository, ".cache", "servers", suite)
		if _, err := os.Stat(filepath.Join(root, ".stamp")); err != nil {
			d.left = append(d.left, fmt.Sprintf("the servers of Debian %s (make servers brings them)", suite))
			continue
		}
		for _, program := range programs {
			d.add(&Server{Kind: program.kind, Suite: suite, root: root, program: program.path})
		}
	}
	if len(d.servers) > 0 || d.err != nil {
		return d
	}
	for _, name := range []string{"nginx", "apache2", "httpd"} {
		if program, err := exec.LookPath(name); err == nil {
			kind := Apache
			if name == "nginx" {
				kind = Nginx
			}
			d.add(&Server{Kind: kind, Suite: "PATH", root: "/", program: program})
		}
	}
	return d
})

func discover() ([]*Server, []string, error) {
	d := discovered()
	return d.servers, d.left, d.err
}

// add learns what the server is and adds it, unless sandboxes cannot be opened here.
func (d *discovery) add(server *Server) {
	box, err := newSandbox(server.root)
	if err != nil {
		d.left = append(d.left, fmt.Sprintf("%s of %s: %v (real servers are run as root)", server.Kind, server.Suite, err))
		return
	}
	defer box.close()
	run := func(program string, arguments ...string) (string, error) {
		var said []byte
		err := box.do(func() (err error) {
			said, err = box.command(false, append([]string{program}, arguments...)...).CombinedOutput()
			return err
		})
		return string(said), err
	}
	list := func(dir string) (names []string) {
		if dir == "" {
			return nil
		}
		_ = box.do(func() error { // no such directory: no modules
			entries, err := os.ReadDir(box.path(dir))
			for _, entry := range entries {
				names = append(names, entry.Name())
			}
			return err
		})
		return names
	}
	if err := server.describe(run, list); err != nil {
		d.err = errors.Join(d.err, fmt.Errorf("%s of %s does not run: %w", server.Kind, server.Suite, err))
		return
	}
	d.servers = append(d.servers, server)
}

// repositoryRoot is the directory of go.mod above the test.
func repositoryRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the test's directory")
		}
		dir = parent
	}
}
