//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package outdir

import "io/fs"

// groupOf is the number of a file's group, which other systems do not have.
func groupOf(fs.FileInfo) (gid int, ok bool) { return 0, false }
