package outdir

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncEachLimit is the number of files up to which each is synced by itself.
// Beyond it one sync of the file system is faster: 10,000 single syncs take
// most of a minute on a disk.
const syncEachLimit = 64

// syncFileSystem waits until everything written below root is on disk. Since
// Linux 5.8 it also reports errors of writing back (syncfs(2)).
func syncFileSystem(root *os.Root) error {
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	return os.NewSyscallError("syncfs", unix.Syncfs(int(dir.Fd())))
}
