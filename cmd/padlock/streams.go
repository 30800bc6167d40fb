package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// Streams is everything the program knows of its surroundings.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
	// InTerminal, OutTerminal and ErrTerminal tell which of them are terminals.
	InTerminal, OutTerminal, ErrTerminal bool
	// ErrWidth is the number of columns of the terminal at Err, 0 if unknown.
	ErrWidth int
	// ReadPassword reads a line from the terminal at In without showing it; nil where
	// there is none.
	ReadPassword func() ([]byte, error)
	// Environment holds "NAME=value".
	Environment []string
}

func processStreams(ctx context.Context) Streams {
	s := Streams{
		In:          interruptible{ctx, os.Stdin},
		Out:         os.Stdout,
		Err:         os.Stderr,
		InTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		OutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Environment: os.Environ(),
	}
	if s.InTerminal {
		s.ReadPassword = func() ([]byte, error) { return readPassword(ctx, int(os.Stdin.Fd())) }
	}
	if width, _, err := term.GetSize(int(os.Stderr.Fd())); err == nil {
		s.ErrWidth = width
	}
	return s
}

// lookup is the value of an environment variable, empty if it is not set.
func (s Streams) lookup(name string) string {
	for _, entry := range s.Environment {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

// color decides whether a stream is coloured. The flag is stronger than the
// environment, NO_COLOR (no-color.org) stronger than FORCE_COLOR.
func (s Streams) color(flag string, terminal bool) bool {
	switch {
	case flag == "always":
		return true
	case flag == "never":
		return false
	case s.lookup("NO_COLOR") != "":
		return false
	case s.lookup("FORCE_COLOR") != "" || s.lookup("CLICOLOR_FORCE") != "":
		return true
	case s.lookup("TERM") == "dumb":
		return false
	}
	return terminal
}

// interruptible gives up reading when the context ends: a signal that is
// caught does not end a read from a terminal or a pipe.
type interruptible struct {
	ctx    context.Context
	reader io.Reader
}

// Read reads into a buffer of its own, because an abandoned read may still
// complete.
func (r interruptible) Read(p []byte) (int, error) {
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		buffer := make([]byte, len(p))
		n, err := r.reader.Read(buffer)
		done <- result{buffer[:n], err}
	}()
	select {
	case got := <-done:
		return copy(p, got.data), got.err
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	}
}

// readPassword reads without echo, and leaves the terminal as it was when the context
// ends first.
func readPassword(ctx context.Context, terminal int) ([]byte, error) {
	state, err := term.GetState(terminal)
	if err != nil {
		return nil, err
	}
	type result struct {
		password []byte
		err      error
	}
	done := make(chan result, 1)
	go func() {
		password, err := term.ReadPassword(terminal)
		done <- result{password, err}
	}()
	select {
	case got := <-done:
		return got.password, got.err
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), term.Restore(terminal, state))
	}
}
