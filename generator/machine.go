package generator

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// machine is where descriptions are read: this machine, or what the request has
// put in its place. Names are relative to the current directory.
type machine struct{ tree fs.ReadLinkFS }

func (m machine) stat(name string) (fs.FileInfo, error) {
	if m.tree == nil {
		return os.Stat(name)
	}
	full, err := treePath(name)
	if err != nil {
		return nil, err
	}
	return fs.Stat(m.tree, full)
}

func (m machine) open(name string) (fs.File, error) {
	if m.tree == nil {
		return os.Open(name)
	}
	full, err := treePath(name)
	if err != nil {
		return nil, err
	}
	return m.tree.Open(full)
}

// descriptionsIn lists the *.hcl and *.hcl.json files in a directory, in the order
// of their names; settings and other hidden files are none.
func (m machine) descriptionsIn(dir string) ([]string, error) {
	full, err := treePath(dir)
	if err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(m.files(), full)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		name := e.Name()
		if (filepath.Ext(name) == ".hcl" || strings.HasSuffix(name, jsonExtension)) && !strings.HasPrefix(name, ".") {
			found = append(found, filepath.Join(dir, name))
		}
	}
	slices.Sort(found)
	return found, nil
}

// files is the whole file system, its root "/".
func (m machine) files() fs.ReadLinkFS {
	if m.tree == nil {
		return os.DirFS("/").(fs.ReadLinkFS)
	}
	return m.tree
}

// treePath is a name as io/fs wants it, from "/".
func treePath(name string) (string, error) {
	full, err := filepath.Abs(name)
	if err != nil || full == "/" {
		return ".", err
	}
	return strings.TrimPrefix(filepath.ToSlash(full), "/"), nil
}
