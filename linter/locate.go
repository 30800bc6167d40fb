package linter

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// place is a configuration file that was named or found, and what may be read
// to understand it. All paths are absolute, as the server sees them.
type place struct {
	main string
	// root is the directory below which files are read and shown.
	root string
	// prefix is where the server starts relative paths.
	prefix string
	// named: the user has named this file, and not a directory around it.
	named bool
	// stdin: the content comes from standard input.
	stdin bool
	// anchored: prefix is the directory of a main file.
	anchored bool
	// settings are those nearest to main; nil if there are none.
	settings *Settings
}

// mainNames are the main files of the servers, by which a directory's
// configuration is found.
var mainNames = []string{"nginx.conf", "apache2.conf", "httpd.conf"}

// partDirectories hold parts of a configuration, right below the directory of
// the main file, in Debian's, Red Hat's and nginx.org's packages.
var partDirectories = []string{
	"sites-available", "sites-enabled", "conf-available", "conf-enabled", "mods-available", "mods-enabled",
	"modules-available", "modules-enabled", "conf.d", "conf.modules.d", "vhosts.d", "snippets",
}

// maxDirectories bounds how deep a directory is searched.
const maxDirectories = 12

// locate finds the files to judge at a path of the server's file system, which
// tree holds. What it finds in a directory is the main files, and everything
// that looks like a part of a configuration and does not lie beside or below a
// main file: there, the main file decides what counts.
func locate(tree fs.FS, name string) ([]place, error) {
	info, err := fs.Stat(tree, treePath(name))
	if err != nil {
		return nil, reasonOf(err)
	}
	if !info.IsDir() {
		return []place{placeOfFile(tree, name)}, nil
	}
	mains, parts, err := search(tree, name)
	if err != nil {
		return nil, err
	}
	found := mains
	for _, part := range parts {
		if !slices.ContainsFunc(mains, func(main string) bool { return within(part, path.Dir(main)) }) {
			found = append(found, part)
		}
	}
	slices.Sort(found)
	places := make([]place, len(found))
	for i, main := range found {
		places[i] = placeOfFile(tree, main)
		places[i].named = false
		if within(places[i].root, name) {
			places[i].root = name
		}
	}
	return places, nil
}

// search lists main files and parts below a directory, in order.
func search(tree fs.FS, dir string) (mains, parts []string, err error) {
	err = fs.WalkDir(tree, treePath(dir), func(p string, entry fs.DirEntry, err error) error {
		name := path.Join("/", p)
		switch {
		case err != nil && name == dir:
			return err
		case err != nil:
			// What may not be listed is no part of what can be judged.
			return fs.SkipDir
		case entry.IsDir():
			hidden := strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules"
			if name != dir && (hidden || strings.Count(name, "/")-strings.Count(dir, "/") > maxDirectories) {
				return fs.SkipDir
			}
			return nil
		case entry.Type()&^fs.ModeSymlink != 0:
			return nil
		case slices.Contains(mainNames, entry.Name()):
			mains = append(mains, name)
		case isPart(name):
			parts = append(parts, name)
		}
		return nil
	})
	return mains, parts, err
}

// isPart tells from its name that a file may be part of a configuration.
func isPart(name string) bool {
	base := path.Base(name)
	switch path.Ext(base) {
	case ".conf", ".vhost", ".htaccess", ".nginx", ".apache", ".load":
		return true
	case "":
		return slices.Contains(partDirectories, path.Base(path.Dir(name)))
	}
	// A site's file is often named after its domain.
	return strings.HasPrefix(path.Base(path.Dir(name)), "sites-") && !strings.HasSuffix(base, "~")
}

// placeOfFile finds what belongs to a file: the tree of the nearest main file
// above it, or else its own directory.
func placeOfFile(tree fs.FS, name string) place {
	dir := path.Dir(name)
	p := place{main: name, root: dir, prefix: dir, named: true}
	if slices.Contains(mainNames, path.Base(name)) {
		return p
	}
	if slices.Contains(partDirectories, path.Base(dir)) {
		p.prefix = path.Dir(dir)
	}
	for up, levels := dir, 0; levels < 4; up, levels = path.Dir(up), levels+1 {
		for _, main := range mainNames {
			if info, err := fs.Stat(tree, treePath(path.Join(up, main))); err == nil && info.Mode().IsRegular() {
				p.root, p.prefix, p.anchored = up, up, true
				return p
			}
		}
		if up == "/" {
			break
		}
	}
	return p
}

// reasonOf is what is wrong with a path, without the path itself.
func reasonOf(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

func within(name, dir string) bool {
	return name == dir || dir == "/" || strings.HasPrefix(name, dir+"/")
}

// treePath is an absolute path as io/fs wants it.
func treePath(name string) string {
	if name == "/" {
		return "."
	}
	return strings.TrimPrefix(name, "/")
}

// absolute makes a path of this machine absolute, with slashes.
func absolute(name string) (string, error) {
	full, err := filepath.Abs(name)
	return filepath.ToSlash(full), err
}

// displayNames are paths as users write them: relative to the current directory
// if they lie below it. root stands in front of the server's paths. Those of a
// foreign file system stay as they are.
func displayNames(root string, foreign bool) func(string) string {
	if foreign {
		return nil
	}
	current, err := os.Getwd()
	if err != nil {
		current = "/"
	}
	current = filepath.ToSlash(current)
	return func(name string) string {
		name = path.Join(root, name)
		if rest, ok := strings.CutPrefix(name, strings.TrimSuffix(current, "/")+"/"); ok {
			return rest
		}
		return name
	}
}
