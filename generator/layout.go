package generator

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"slices"
)

// Layout is how rendered files are laid out in the output directory.
type Layout string

// The layouts.
const (
	// LayoutConfD is one file per site, which the server includes by "*.conf".
	LayoutConfD Layout = "conf.d"
	// LayoutSingle is one file for everything.
	LayoutSingle Layout = "single"
	// LayoutModular is one file per site, with what they share in files of their own.
	LayoutModular Layout = "modular"
	// LayoutSites is Debian's: files in sites-available, links in sites-enabled.
	LayoutSites Layout = "sites"
)

// Names of folders and files of the layouts.
const (
	availableFolder = "sites-available"
	enabledFolder   = "sites-enabled"
	sharedFolder    = "shared"
	// singleFile sorts before other virtual hosts, as the default hosts in it must.
	singleFile = "00-sites.conf"
)

// Arrange lays the files out for a directory, as the target asks. The directory is
// where the server will find them: include_dir of the target if it says one.
func (r *Result) Arrange(dir string) ([]File, error) {
	files, err := r.arranged(dir)
	return slices.Concat(files, r.Users), err
}

// arranged lays the configuration out.
func (r *Result) arranged(dir string) ([]File, error) {
	switch r.Target.Layout {
	case LayoutSingle:
		return r.single(), nil
	case LayoutSites:
		return r.available(), nil
	case LayoutModular:
		if r.Target.IncludeDir != "" {
			dir = r.Target.IncludeDir
		}
		return r.modular(dir)
	}
	return r.Files, nil
}

// single joins all files in their order, which is that in which the server would have
// read them.
func (r *Result) single() []File {
	var all bytes.Buffer
	for i, f := range r.Files {
		if i > 0 {
			all.WriteByte('\n')
		}
		all.Write(f.Content)
	}
	if all.Len() == 0 {
		return nil
	}
	return []File{{Name: singleFile, Content: all.Bytes()}}
}

// available puts the files into one folder and links to them into another.
func (r *Result) available() []File {
	var files, links []File
	for _, f := range r.Files {
		name := f.Name
		f.Name = path.Join(availableFolder, name)
		files = append(files, f)
		links = append(links, File{Name: path.Join(enabledFolder, name), Link: path.Join("..", availableFolder, name)})
	}
	return append(files, links...)
}

// includablePath is a path that both servers take as it stands: without white space,
// quotes, variables and the characters of patterns.
var includablePath = pattern(`^/[A-Za-z0-9._/+@=,-]*$`)

// modular moves what several files have alike into files of the shared folder.
func (r *Result) modular(dir string) ([]File, error) {
	if !filepath.IsAbs(dir) {
		absolute, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		dir = absolute
	}
	dir = filepath.ToSlash(filepath.Clean(dir))
	if !includablePath().MatchString(dir) {
		return nil, fmt.Errorf("the layout modular includes files by their path, and %q holds a character that a server would not take as it stands; name another directory, or set include_dir", dir)
	}
	s := newSharing(r.Target.Server, dir)
	var out []File
	for _, f := range r.Files {
		out = append(out, File{Name: f.Name, Content: s.extract(f)})
	}
	return append(out, s.files()...), nil
}

// includeDir accepts a directory that a server can include from.
func includeDir(s string) (string, error) {
	dir, err := absolutePath(s)
	if err == nil && !includablePath().MatchString(dir) {
		err = fmt.Errorf("%q holds a character that a server would not take as it stands in an include", s)
	}
	return dir, err
}
