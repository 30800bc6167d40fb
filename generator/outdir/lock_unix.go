//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package outdir

import (
	"errors"
	"os"
	"syscall"
)

func tryLock(dir *os.File) error {
	err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errBusy
	}
	return err
}

// syncDirectories makes the renames and removals permanent.
func syncDirectories(root *os.Root, dirs []string) error {
	for _, name := range dirs {
		dir, err := root.Open(name)
		if err != nil {
			return err
		}
		// Some file systems cannot sync a directory, and say EINVAL.
		err = dir.Sync()
		dir.Close()
		if err != nil && !errors.Is(err, syscall.EINVAL) {
			return err
		}
	}
	return nil
}
