package gittree

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// maxLinks is Linux's own limit for symbolic links in one path.
const maxLinks = 40

var errLinkLoop = errors.New("too many levels of symbolic links")

// walker finds where paths lead. Its functions are asked about paths without
// links on the way.
type walker struct {
	mode   func(name string) (fs.FileMode, error)
	target func(name string) (string, error)
	// leave tells that links may lead up from the root, which is "/" then.
	leave bool
}

// follow resolves the links of a path; that of the path itself only if last.
func (w walker) follow(name string, last bool) (string, error) {
	done, links := ".", 0
	rest := strings.Split(name, "/")
	for len(rest) > 0 {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if done == "." && !w.leave {
				return "", fs.ErrNotExist
			}
			done = path.Dir(done)
			continue
		}
		next := path.Join(done, part)
		if len(rest) == 0 && !last {
			return next, nil
		}
		mode, err := w.mode(next)
		if err != nil {
			return "", err
		}
		if mode.Type() != fs.ModeSymlink {
			done = next
			continue
		}
		if links++; links > maxLinks {
			return "", errLinkLoop
		}
		target, err := w.target(next)
		if err != nil {
			return "", err
		}
		if path.IsAbs(target) {
			if !w.leave {
				return "", fs.ErrNotExist
			}
			done = "."
		}
		rest = slices.Concat(strings.Split(target, "/"), rest)
	}
	return done, nil
}
