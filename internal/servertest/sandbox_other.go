//go:build !linux

package servertest

import (
	"errors"
	"os/exec"
)

// sandbox needs Linux: on another system it cannot be opened, and no server is found.
type sandbox struct{}

func newSandbox(string) (*sandbox, error) {
	return nil, errors.New("real servers are run in Linux namespaces; this is another system")
}

func (*sandbox) close()                            {}
func (*sandbox) do(f func() error) error           { return f() }
func (*sandbox) path(p string) string              { return p }
func (*sandbox) command(bool, ...string) *exec.Cmd { return nil }

func mountMemory(string) error { return nil }
func mountSystem(string) error { return nil }
