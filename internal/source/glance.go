package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
)

// Glance reads a file without keeping it, and tells what kind of file it is:
// for private keys, which nothing needs to remember, and for what is not
// configuration. It reads where Read does and below SetConfig.Glanced, and gives
// the same reasons; a file of more than limit bytes is ErrTooLarge. What kind of
// file it is is told whenever that is known.
func (s *Set) Glance(name string, limit int64) ([]byte, fs.FileInfo, error) {
	name = path.Clean("/" + name)
	real, info, err := s.follow(name, 0)
	if err != nil {
		if !within(name, s.glanced) {
			err = ErrOutside // whether it exists is nobody's business
		}
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	if !within(real, s.glanced) {
		return nil, nil, fmt.Errorf("%s: %w", name, ErrOutside)
	}
	if !info.Mode().IsRegular() {
		return nil, info, fmt.Errorf("%s %w", name, ErrNotRegular)
	}
	f, err := s.tree.Open(treePath(real))
	if err != nil {
		return nil, info, err
	}
	defer f.Close()
	// One byte more than it should have tells whether it has grown.
	data := make([]byte, min(info.Size(), limit)+1)
	n, err := io.ReadFull(f, data)
	if err == nil {
		var rest []byte
		rest, err = io.ReadAll(io.LimitReader(f, limit-int64(n)+1))
		data, n = append(data, rest...), n+len(rest)
	}
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, info, fmt.Errorf("read %s: %w", name, err)
	}
	if int64(n) > limit {
		return nil, info, fmt.Errorf("%s %w of %d bytes", name, ErrTooLarge, limit)
	}
	return data[:n], info, nil
}

// Reachable tells whether every directory on the way to a file lets users pass:
// any of the machine with the permission 0o001, and with 0o011 those of the
// directory's group too. What cannot be told does not bar the way.
func (s *Set) Reachable(name string, permission fs.FileMode) bool {
	real, _, err := s.follow(path.Clean("/"+name), 0)
	for err == nil && real != "/" {
		real = path.Dir(real)
		if mode, known := s.modeOf(real); known && mode&permission == 0 {
			return false
		}
	}
	return true
}

// modeOf are the permissions of a directory, found out once.
func (s *Set) modeOf(dir string) (mode fs.FileMode, known bool) {
	s.mu.Lock()
	mode, known = s.modes[dir]
	s.mu.Unlock()
	if known {
		return mode, true
	}
	info, err := fs.Stat(s.tree, treePath(dir))
	if err != nil {
		return 0, false
	}
	s.mu.Lock()
	s.modes[dir] = info.Mode().Perm()
	s.mu.Unlock()
	return info.Mode().Perm(), true
}
