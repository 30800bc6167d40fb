package main

import (
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// signalled starts a command with a file on its standard input, which stays
// open, sends it a signal, and checks the exit code:
// signal INT|TERM CODE FILE COMMAND ARG…
func signalled(ts *testscript.TestScript, _ bool, args []string) {
	signal := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM}[args[0]]
	path, err := exec.LookPath(args[3])
	ts.Check(err)
	cmd := exec.Command(path, args[4:]...)
	cmd.Dir = ts.MkAbs(".")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	in, err := cmd.StdinPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	// More than a pipe holds: when the last byte is gone, the command reads.
	_, err = io.WriteString(in, ts.ReadFile(args[2])+strings.Repeat("# comment\n", 20_000))
	ts.Check(err)
	ts.Check(cmd.Process.Signal(signal))
	err = cmd.Wait()
	if got := strconv.Itoa(exitCode(ts, err)); got != args[1] {
		ts.Fatalf("exit code %s, want %s\n%s", got, args[1], stderr.String())
	}
}
