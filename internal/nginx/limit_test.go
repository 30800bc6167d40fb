package nginx

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// openFiles is far fewer than the files of the configuration.
const openFiles = 32

// Files are closed at once: a configuration of many files is read by a process
// that may have few open. PADLOCK_FILES sets how many.
func TestManyFilesWithFewDescriptors(t *testing.T) {
	const key = "PADLOCK_TEST_MAIN"
	if main := os.Getenv(key); main != "" {
		limit := syscall.Rlimit{Cur: openFiles, Max: openFiles}
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
			t.Fatal(err)
		}
		c, err := Load(newSet("/"), main, LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range diagnosed(c) {
			t.Error(line)
		}
		t.Logf("read %d files", len(c.Trees))
		return
	}
	count := 1000
	if n, err := strconv.Atoi(os.Getenv("PADLOCK_FILES")); err == nil {
		count = n
	}
	main, names, _ := benchTree(t, count)
	self := exec.Command(os.Args[0], "-test.run=^TestManyFilesWithFewDescriptors$", "-test.v")
	self.Env = append(os.Environ(), key+"="+main)
	out, err := self.CombinedOutput()
	if want := "read " + strconv.Itoa(len(names)) + " files"; err != nil || !strings.Contains(string(out), want) {
		t.Errorf("%v\n%s", err, out[:min(len(out), 2000)])
	}
}
