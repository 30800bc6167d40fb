package servertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// These bound waiting for a server; each is far more than a server needs.
const (
	startLimit = 30 * time.Second
	stopLimit  = 10 * time.Second
	dialLimit  = 10 * time.Second
)

// Instance is a running server.
type Instance struct {
	Server *Server

	session *Session
	cmd     *exec.Cmd
	printed *lockedBuffer
	exited  chan struct{} // closed when the process has ended, with exit set
	exit    error
	stop    sync.Once
}

// Start runs the server with the configuration and returns when it accepts connections. It ends with the test, or with
// Stop. A server that does not start fails the test, with all that it printed and logged.
func (s *Server) Start(t testing.TB, config Config) *Instance {
	t.Helper()
	i := &Instance{Server: s, session: s.Session(t), printed: &lockedBuffer{}, exited: make(chan struct{})}
	main, err := i.session.layOut(config)
	if err != nil {
		t.Fatalf("servertest: %s: %v", s.Name(), err)
	}
	i.cmd = i.session.box.command(true, s.runArguments(main)...)
	i.cmd.Stdout, i.cmd.Stderr = i.printed, i.printed
	if err := i.session.box.do(i.cmd.Start); err != nil {
		t.Fatalf("servertest: %s: %v", s.Name(), err)
	}
	go func() {
		i.exit = i.cmd.Wait()
		close(i.exited)
	}()
	if err := i.awaitReady(); err != nil {
		i.Stop()
		t.Fatalf("servertest: %s: %v; it said:\n%s", s.Name(), err, i.Log())
	}
	t.Cleanup(func() {
		i.Stop()
		if t.Failed() {
			t.Logf("servertest: %s said:\n%s", s.Name(), i.Log())
		}
	})
	return i
}

// awaitReady returns when the server has opened its listening sockets. Both servers start their worker processes only
// after that, and from then on the kernel takes connections.
func (i *Instance) awaitReady() error {
	children := fmt.Sprintf("/proc/%d/task/%d/children", i.cmd.Process.Pid, i.cmd.Process.Pid)
	deadline := time.After(startLimit)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-i.exited:
			return fmt.Errorf("it ended instead of serving (%v)", i.exit)
		case <-deadline:
			return fmt.Errorf("it does not listen after %v", startLimit)
		case <-tick.C:
			workers, err := os.ReadFile(children)
			if err == nil && len(bytes.TrimSpace(workers)) > 0 && i.listens() {
				return nil
			}
		}
	}
}

// listens tells whether a TCP socket listens in the sandbox (proc(5): state 0A).
func (i *Instance) listens() bool {
	found := false
	_ = i.session.box.do(func() error {
		for _, table := range []string{"/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"} {
			content, _ := os.ReadFile(table)
			for _, row := range strings.Split(string(content), "\n") {
				if columns := strings.Fields(row); len(columns) > 3 && columns[3] == "0A" {
					found = true
				}
			}
		}
		return nil
	})
	return found
}

// Stop ends the server and all its processes and waits for that.
func (i *Instance) Stop() {
	i.stop.Do(func() {
		_ = i.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-i.exited:
		case <-time.After(stopLimit):
			// The first process of a process namespace takes the others with it.
			_ = i.cmd.Process.Kill()
			<-i.exited
		}
	})
}

// Reload has the server read its configuration again, after laying out the new one. It returns at once: old workers may
// still answer for a while.
func (i *Instance) Reload(config Config) error {
	if _, err := i.session.layOut(config); err != nil {
		return err
	}
	return i.Reread()
}

// Reread has the server read the configuration again that is there, as Reload does.
func (i *Instance) Reread() error {
	signal := syscall.SIGHUP
	if i.Server.Kind == Apache {
		signal = syscall.SIGUSR1
	}
	return i.cmd.Process.Signal(signal)
}

// Log is all that the server printed and wrote to the error log of the base configuration so far.
func (i *Instance) Log() string {
	log, _ := i.ReadFile("error.log") // a complete configuration may log elsewhere
	return i.printed.String() + log
}

// ReadFile returns the content of a file as the server sees it; a relative name is below Dir: "error.log" and
// "access.log" are the logs of the base configuration.
func (i *Instance) ReadFile(name string) (string, error) { return i.session.ReadFile(name) }

// WriteFile writes a file while the server runs; a relative name is below Dir.
func (i *Instance) WriteFile(name, content string) error {
	return i.session.box.do(func() error {
		target := i.session.box.path(place(name))
		if err := os.MkdirAll(path.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, []byte(content), 0o644)
	})
}

// RemoveFile removes a file while the server runs; a relative name is below Dir.
func (i *Instance) RemoveFile(name string) error {
	return i.session.box.do(func() error { return os.Remove(i.session.box.path(place(name))) })
}

// DialContext connects to an address of the server's network; every IP address there leads to the server.
func (i *Instance) DialContext(ctx context.Context, network, address string) (connection net.Conn, err error) {
	return i.dialFrom(ctx, network, "", address)
}

// dialFrom connects from a given IP address, which may be any, or from the usual one if that is empty.
func (i *Instance) dialFrom(ctx context.Context, network, from, address string) (connection net.Conn, err error) {
	if host, _, err := net.SplitHostPort(address); err == nil && host != "" && net.ParseIP(host) == nil {
		return nil, fmt.Errorf("dial %s: only IP addresses can be dialed in the server's network", address)
	}
	err = i.session.box.do(func() error {
		dialer := net.Dialer{Timeout: dialLimit}
		if from != "" {
			dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
		}
		connection, err = dialer.DialContext(ctx, network, address)
		return err
	})
	return connection, err
}

// Listen opens a listening socket in the server's network, or, for "unix:/path", in its file system, open to everybody.
func (i *Instance) Listen(address string) (listener net.Listener, err error) {
	box := i.session.box
	err = box.do(func() error {
		socket, isUnix := strings.CutPrefix(address, "unix:")
		if !isUnix {
			listener, err = net.Listen("tcp", address)
			return err
		}
		if err := os.MkdirAll(box.path(path.Dir(socket)), 0o755); err != nil {
			return err
		}
		// A stopped listener leaves its name behind.
		if err := os.Remove(box.path(socket)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		// The path of a socket has at most 107 bytes (unix(7)), so it is named from its own directory; the thread has one
		// of its own.
		if err := unix.Chdir(box.path(path.Dir(socket))); err != nil {
			return err
		}
		if listener, err = net.Listen("unix", path.Base(socket)); err != nil {
			return err
		}
		listener.(*net.UnixListener).SetUnlinkOnClose(false) // it would unlink below another directory
		return os.Chmod(box.path(socket), 0o777)
	})
	return listener, err
}

// Processes counts the server's processes that still run.
func (i *Instance) Processes() int {
	select {
	case <-i.exited:
	default:
		return 1 + len(strings.Fields(i.workers()))
	}
	if err := syscall.Kill(-i.cmd.Process.Pid, 0); errors.Is(err, syscall.ESRCH) {
		return 0
	}
	return 1
}

func (i *Instance) workers() string {
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", i.cmd.Process.Pid, i.cmd.Process.Pid))
	return string(children)
}

// lockedBuffer collects a process's output while others read it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
