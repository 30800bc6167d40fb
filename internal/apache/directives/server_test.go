package directives

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// server is a real httpd with a scratch ServerRoot.
type server struct{ binary, modules, root string }

// findServer uses the httpd that is installed; APACHE names another binary and
// APACHE_MODULES its modules.
func findServer(t *testing.T) server {
	t.Helper()
	s := server{binary: cmp.Or(os.Getenv("APACHE"), "apache2"), modules: cmp.Or(os.Getenv("APACHE_MODULES"), "/usr/lib/apache2/modules"), root: t.TempDir()}
	if _, err := exec.LookPath(s.binary); err != nil {
		t.Skip("no httpd on this machine")
	}
	if _, err := os.Stat(s.modules); err != nil {
		t.Skip("no httpd modules on this machine")
	}
	for _, dir := range []string{"run", "logs"} {
		if err := os.Mkdir(filepath.Join(s.root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// required are modules that others need loaded before them.
var required = []string{"proxy", "dav", "session", "cache", "ldap", "dbd", "ssl", "request", "slotmem_shm", "xml2enc", "watchdog", "proxy_balancer"}

// preamble loads every module of the server, one MPM among them.
func (s server) preamble(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.modules, "mod_*.so"))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"mpm_event"}
	for _, name := range required {
		if slices.Contains(files, filepath.Join(s.modules, "mod_"+name+".so")) {
			names = append(names, name)
		}
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "mod_"), ".so")
		if !strings.HasPrefix(name, "mpm_") && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "ServerRoot %q\nDefaultRuntimeDir run\nPidFile run/pid\nErrorLog logs/error\nServerName localhost\n", s.root)
	for _, name := range names {
		fmt.Fprintf(&b, "LoadModule %s_module %s\n", name, filepath.Join(s.modules, "mod_"+name+".so"))
	}
	return b.String()
}

// configtest asks the server about a whole configuration.
func (s server) configtest(t *testing.T, number int, text string) (accepted bool, output string) {
	t.Helper()
	file := filepath.Join(s.root, fmt.Sprintf("%d.conf", number))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Error(err)
		return false, ""
	}
	out, err := exec.Command(s.binary, "-t", "-f", file).CombinedOutput()
	if err := os.Remove(file); err != nil {
		t.Error(err)
	}
	return err == nil, string(out)
}

func TestTableAgreesWithTheServersListing(t *testing.T) {
	s := findServer(t)
	file := filepath.Join(s.root, "all.conf")
	if err := os.WriteFile(file, []byte(s.preamble(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(s.binary, "-L", "-f", file).Output()
	if err != nil {
		t.Fatalf("%s -L: %v", s.binary, err)
	}
	listing, err := ParseListing(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if len(listing) < 600 {
		t.Fatalf("the listing has only %d directives", len(listing))
	}
	for _, difference := range Compare(listing) {
		t.Error(difference)
	}
}

// machineDependent matches refusals that come from files, users, DNS or from
// modules that another module shadows, and say nothing about the text.
var machineDependent = regexp.MustCompile(`(?i)not found|does not exist|No such file|could not open|Name or service|bad user|bad group|Cannot access|not a valid directory|is not a directory|Unknown filter|suexec`)

// TestServerAgrees asks the installed server about recorded snippets again:
// every 400th, or all with PADLOCK_PROVE=1.
func TestServerAgrees(t *testing.T) {
	s := findServer(t)
	step := 400
	if os.Getenv("PADLOCK_PROVE") != "" {
		step = 1
	}
	preamble, verdicts := s.preamble(t), recordedVerdicts(t)
	var (
		mutex                       sync.Mutex
		group                       sync.WaitGroup
		asked, agreed, alarms, skip int
	)
	slots := make(chan struct{}, 3)
	for i := 0; i < len(verdicts); i += step {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			accepted, output := s.configtest(t, i, preamble+verdicts[i].snippet+"\n")
			found := refusals(snippetProblems(verdicts[i].snippet))
			mutex.Lock()
			defer mutex.Unlock()
			switch {
			case !accepted && machineDependent.MatchString(output) && len(found) == 0:
				skip++
				return
			case accepted == (len(found) == 0):
				agreed++
			case accepted:
				alarms++
				t.Logf("false alarm: %q: %s", verdicts[i].snippet, found[0].Message)
			default:
				t.Logf("missed: %q: %s", verdicts[i].snippet, output)
			}
			asked++
		})
	}
	group.Wait()
	t.Logf("%d asked, %d agreed, %d false alarms, %d depend on the machine", asked, agreed, alarms, skip)
	if agreed*100 < asked*97 || alarms*100 > asked {
		t.Errorf("agreement %d of %d with %d false alarms, want 97 %% and at most 1 %%", agreed, asked, alarms)
	}
}
