package outdir

import (
	"io/fs"
	"os"
	"os/user"
	"strconv"
)

// A private file is for its owner and one group alone, which is the server's where
// this machine has it and the process may give files to it.
const (
	privateMode = 0o640
	// stagingMode is that of a private file until it has its group.
	stagingMode = 0o600
)

// exposed tells that more than the owner and the group may do something with a private
// file, or the group write it.
func exposed(info fs.FileInfo) bool { return info.Mode().Perm()&^privateMode != 0 }

// makePrivate gives a staged file its group and mode: those of the file that it
// replaces, without rights that are too many, or else the group named. A group that
// cannot be given is left; see Lacking.
func makePrivate(root *os.Root, f *os.File, name, group string) error {
	mode, gid := fs.FileMode(privateMode), groupID(group)
	if info, err := root.Lstat(name); err == nil {
		mode &= info.Mode().Perm()
		if present, ok := groupOf(info); ok {
			gid = present
		}
	}
	if gid >= 0 {
		_ = f.Chown(-1, gid) // only root, and who is in the group, may
	}
	return f.Chmod(mode)
}

// groupID is the number of a group; -1 if this machine does not have it.
func groupID(name string) int {
	g, err := user.LookupGroup(name)
	if name == "" || err != nil {
		return -1
	}
	id, err := strconv.Atoi(g.Gid)
	if err != nil {
		return -1
	}
	return id
}

// Lacking are the files, of those just created, that their group cannot read: the
// process may not give files to it, or this machine does not have it.
func Lacking(dir string, files []File, changes Changes) ([]string, error) {
	created := map[string]bool{}
	for _, c := range changes {
		created[c.Name] = c.Action == Created
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var out []string
	for _, f := range files {
		if !f.Private || f.Group == "" || !created[f.Name] {
			continue
		}
		info, err := root.Lstat(f.Name)
		if err != nil {
			return nil, err
		}
		if gid, ok := groupOf(info); !ok || gid != groupID(f.Group) {
			out = append(out, f.Name)
		}
	}
	return out, nil
}
