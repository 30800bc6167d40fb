package servertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Tool is a program of a root of its own below .cache/servers, which servers.sh brings, run in a server's network. Its /tmp
// is kept in memory.
type Tool struct {
	t        testing.TB
	instance *Instance
	root     string
}

// Tool opens a root for programs that examine the server. A root that is not there fails the test.
func (i *Instance) Tool(t testing.TB, name string) *Tool {
	t.Helper()
	repository, err := repositoryRoot()
	if err != nil {
		t.Fatalf("servertest: %v", err)
	}
	tool := &Tool{t: t, instance: i, root: filepath.Join(repository, ".cache", "servers", name)}
	if _, err := os.Stat(filepath.Join(tool.root, ".stamp")); err != nil {
		t.Fatalf("servertest: there is no root %s: run internal/servertest/servers.sh %s", name, name)
	}
	err = i.session.box.do(func() error {
		return errors.Join(mountMemory(filepath.Join(tool.root, "tmp")), mountSystem(tool.root))
	})
	if err != nil {
		t.Fatalf("servertest: %s: %v", name, err)
	}
	return tool
}

// Run runs a program, with files in its /tmp, and returns what it printed; that it ends with an error is no error here.
func (x *Tool) Run(limit time.Duration, files Files, arguments ...string) string {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var output bytes.Buffer
	box := x.instance.session.box
	err := box.do(func() error {
		for name, content := range files {
			if err := os.WriteFile(filepath.Join(x.root, "tmp", path.Base(name)), []byte(content), 0o600); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		cmd := box.command(false, arguments...)
		cmd.SysProcAttr.Chroot, cmd.Dir = x.root, "/tmp"
		cmd.Env = append(cmd.Env, "HOME=/tmp", "TERM=dumb")
		cmd.Stdout, cmd.Stderr = &output, &output
		if err = box.do(cmd.Start); err == nil {
			stop := context.AfterFunc(ctx, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
			_ = cmd.Wait() // its findings are in what it wrote
			stop()
			err = ctx.Err()
		}
	}
	if err != nil {
		x.t.Fatalf("servertest: %s: %v\n%s", arguments[0], err, output.String())
	}
	return output.String()
}

// ReadFile reads a file of the tool's /tmp.
func (x *Tool) ReadFile(name string) []byte {
	x.t.Helper()
	var content []byte
	err := x.instance.session.box.do(func() (err error) {
		content, err = os.ReadFile(filepath.Join(x.root, "tmp", name))
		return err
	})
	if err != nil {
		x.t.Fatal(fmt.Errorf("servertest: %w", err))
	}
	return content
}
