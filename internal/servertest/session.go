package servertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sync"
	"testing"
	"time"
)

// checkLimit is how long a server may take to read a configuration; it needs some milliseconds.
const checkLimit = time.Minute

// Verdict is what a server says of a configuration.
type Verdict struct {
	Accepted bool
	// Output is all that the server printed, warnings and errors.
	Output string
}

// Test asks the server whether it accepts the configuration (nginx -t, apache2 -t). For many checks open a Session.
func (s *Server) Test(t testing.TB, config Config) Verdict {
	t.Helper()
	return s.Session(t).Test(config)
}

// Session checks configurations with one server, one after the other; a check costs some milliseconds. For checks in
// parallel open several. The methods may be called from several goroutines, which then wait for each other.
type Session struct {
	t      testing.TB
	server *Server
	box    *sandbox

	mu      sync.Mutex
	written Files             // what the last configuration put where
	covered map[string][]byte // the system's own content of replaced files
}

// Session opens a session, which is closed at the end of the test.
func (s *Server) Session(t testing.TB) *Session {
	t.Helper()
	box, err := newSandbox(s.root)
	if err != nil {
		t.Fatalf("servertest: %s: %v", s.Name(), err)
	}
	t.Cleanup(box.close)
	session := &Session{t: t, server: s, box: box, written: Files{}, covered: map[string][]byte{}}
	err = box.do(func() error {
		for _, dir := range []string{Dir + "/sites", Dir + "/run", "/run/apache2", "/run/lock/apache2", "/var/log/apache2"} {
			if err := os.MkdirAll(box.path(dir), 0o755); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("servertest: %s: %v", s.Name(), err)
	}
	return session
}

// Test lays out the configuration in place of the last one and asks the server whether it accepts it.
func (x *Session) Test(config Config) Verdict {
	x.t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	main, err := x.layOut(config)
	if err != nil {
		x.t.Fatalf("servertest: %s: %v", x.server.Name(), err)
	}
	var output bytes.Buffer
	var exit error
	err = x.box.do(func() error {
		cmd := x.box.command(false, x.server.checkArguments(main)...)
		cmd.Stdout, cmd.Stderr = &output, &output
		if err := cmd.Start(); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(context.Background(), checkLimit)
		defer cancel()
		stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
		defer stop()
		exit = cmd.Wait()
		return ctx.Err()
	})
	if err != nil {
		x.t.Fatalf("servertest: %s: check of the configuration: %v\n%s", x.server.Name(), err, output.String())
	}
	return Verdict{Accepted: exit == nil, Output: output.String()}
}

// ReadFile returns the content of a file as the server sees it; a relative name is below Dir.
func (x *Session) ReadFile(name string) (string, error) {
	var content []byte
	err := x.box.do(func() (err error) {
		content, err = os.ReadFile(x.box.path(place(name)))
		return err
	})
	return string(content), err
}

// layOut writes what differs from the last configuration, takes away what is no longer in it, and returns the path of the
// main configuration file.
func (x *Session) layOut(config Config) (string, error) {
	main, files, err := config.LayOut(x.server)
	if err != nil {
		return "", err
	}
	return main, x.box.do(func() error {
		for name := range x.written {
			if _, stays := files[name]; !stays {
				if err := x.remove(name); err != nil {
					return err
				}
			}
		}
		for name, content := range files {
			if last, there := x.written[name]; there && last == content {
				continue
			}
			if err := x.write(name, content); err != nil {
				return err
			}
		}
		return nil
	})
}

func (x *Session) write(name, content string) error {
	target := x.box.path(name)
	if _, ours := x.written[name]; !ours {
		own, err := os.ReadFile(target)
		switch {
		case err == nil:
			x.covered[name] = own
		case !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := os.MkdirAll(path.Dir(target), 0o755); err != nil {
		return err
	}
	x.written[name] = content
	return os.WriteFile(target, []byte(content), 0o644)
}

func (x *Session) remove(name string) error {
	delete(x.written, name)
	if own, covered := x.covered[name]; covered {
		delete(x.covered, name)
		return os.WriteFile(x.box.path(name), own, 0o644)
	}
	return os.Remove(x.box.path(name))
}
