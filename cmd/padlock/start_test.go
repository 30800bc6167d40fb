package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Every run pays for what packages prepare when the program starts: what takes
// much waits until it is asked for. How much memory it takes is the same on every
// machine, and tells.
func TestPackagesPrepareLittleAtTheStart(t *testing.T) {
	const most = 1 << 20 // bytes
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		var name string
		var at, took float64
		var bytes int
		// Such as "init padlock/generator @15 ms, 0.26 ms clock, 92768 bytes, 740 allocs".
		if n, _ := fmt.Sscanf(line, "init %s @%f ms, %f ms clock, %d bytes", &name, &at, &took, &bytes); n < 4 || !strings.HasPrefix(name, "padlock/") {
			continue
		}
		if seen++; bytes > most {
			t.Errorf("%s takes %d bytes, more than %d", name, bytes, most)
		}
	}
	if seen == 0 {
		t.Errorf("nothing is told of this program's packages:\n%s", out)
	}
}
