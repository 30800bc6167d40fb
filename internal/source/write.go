package source

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/google/renameio/v2"
)

// WriteFile replaces the content of a file of this machine as a whole: who
// reads it sees the old content or the new, never a part, even after a crash.
// The mode is kept; the owner too, where this user may set it. A symbolic link
// stays, and the file it leads to is replaced. A file that does not exist yet
// is made with mode 0644, less the umask.
func WriteFile(name string, data []byte) error {
	if link, err := os.Lstat(name); err == nil && link.Mode()&os.ModeSymlink != 0 {
		target, err := filepath.EvalSymlinks(name)
		if err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		name = target
	}
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("write %s: it %w", name, ErrNotRegular)
	}
	f, err := renameio.NewPendingFile(name,
		renameio.WithTempDir(filepath.Dir(name)), renameio.WithPermissions(0o644), renameio.WithExistingPermissions())
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	defer f.Cleanup()
	if info != nil {
		if owner, ok := info.Sys().(*syscall.Stat_t); ok {
			// Only root may give files away; for others the new file is
			// theirs, as it is with every editor. A new owner clears the
			// set-id bits, so the mode is set once more.
			if f.Chown(int(owner.Uid), int(owner.Gid)) == nil {
				if err := f.Chmod(info.Mode()); err != nil {
					return fmt.Errorf("write %s: %w", name, err)
				}
			}
		}
	}
	if _, err := f.Write(data); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := f.CloseAtomicallyReplace(); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
