//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package outdir

import (
	"io/fs"
	"syscall"
)

// groupOf is the number of a file's group.
func groupOf(info fs.FileInfo) (gid int, ok bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Gid), true
}
