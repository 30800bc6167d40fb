package servertest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// serveUntilKilled, set in the environment, makes this test binary start a server, print its process id, and wait.
const serveUntilKilled = "SERVERTEST_SERVE_UNTIL_KILLED"

func TestServersDieWithTheTestProcess(t *testing.T) {
	if os.Getenv(serveUntilKilled) != "" {
		running := Servers(t)[0].Start(t, Config{Files: Files{"sites/a.conf": "server { listen 80; }"}})
		fmt.Printf("\nserving %d %s\n", running.cmd.Process.Pid, strings.TrimSpace(running.workers()))
		select {}
	}
	NginxServers(t) // the first server is one
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^"+t.Name()+"$", "-test.timeout=1m")
	cmd.Env = append(os.Environ(), serveUntilKilled+"=1")
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var processes []string
	for lines := bufio.NewScanner(output); len(processes) == 0 && lines.Scan(); {
		if words := strings.Fields(lines.Text()); len(words) > 2 && words[0] == "serving" {
			processes = words[1:]
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed, as asked
	if len(processes) < 2 {
		t.Fatalf("the other process printed no master and worker: %v", processes)
	}
	for _, process := range processes {
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
			if _, err := os.Stat("/proc/" + process); err != nil {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("process %s outlives the test", process)
			}
		}
	}
}

func TestASandboxOverTheSystemsOwnRootLeavesNothingBehind(t *testing.T) {
	Servers(t) // skips where there are no sandboxes
	box, err := newSandbox("/")
	if err != nil {
		t.Fatal(err)
	}
	defer box.close()
	const name = "/etc/padlock-sandbox-test"
	err = box.do(func() error {
		if err := os.WriteFile(box.path(name), []byte("here"), 0o644); err != nil {
			return err
		}
		said, err := box.command(false, "/bin/cat", name, "/dev/null").CombinedOutput()
		if string(said) != "here" {
			t.Errorf("inside, the file says %q", said)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(name); !os.IsNotExist(err) {
		t.Errorf("outside, the file is there: %v", err)
	}
}
