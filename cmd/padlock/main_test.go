package main

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"padlock": main})
}

// TestScripts runs testdata/script: each file is one behaviour of the command
// line, with standard output, standard error and exit code looked at apart.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			// The target is always given, so that no server need be installed and
			// none that is changes a result.
			env.Setenv("TERM", "xterm")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":  exits,
			"inode":  sameInode,
			"signal": signalled,
		},
	})
}

// exits runs a command and checks its exit code: exits CODE COMMAND ARG…
func exits(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := exitCode(ts, ts.Exec(args[1], args[2:]...)); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func exitCode(ts *testscript.TestScript, err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	ts.Check(err)
	return 0
}

// sameInode runs a command and checks that a file is still the same one, not
// written again: inode FILE COMMAND ARG…
func sameInode(ts *testscript.TestScript, negated bool, args []string) {
	name := ts.MkAbs(args[0])
	before, err := os.Stat(name)
	ts.Check(err)
	ts.Check(ts.Exec(args[1], args[2:]...))
	after, err := os.Stat(name)
	ts.Check(err)
	same := os.SameFile(before, after) && before.ModTime().Equal(after.ModTime())
	if same == negated {
		ts.Fatalf("%s is the same file: %v", args[0], same)
	}
}
