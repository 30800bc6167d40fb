package generator

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"padlock/internal/source"
)

// outsideFunctions look at files beside the description, and at the environment.
func outsideFunctions(dir string, files *source.Set, environment map[string]string) []functionRow {
	beside := besideFiles{dir: dir, files: files}
	return []functionRow{
		{"env", envFunc(environment), "The value of an environment variable, empty where it is not set.", `env("HOME")`, ""},
		{"file", beside.fileFunc(), "The content of a text file, by its path from the description's directory.", `file("tenants.csv")`, ""},
		{"fileset", beside.filesetFunc(), "The files below a directory beside the description that match a pattern, as a set of paths from that directory.",
			`fileset("sites", "**/*.yaml")`, ""},
		{"secret", secretFunc, "A reference to a file on the server that holds a secret: its path, which no message shows.", `secret("/etc/ssl/private/app.pem")`, ""},
	}
}

// besideFiles reads below the directory of the description: a description under
// review must not be able to copy the machine's secrets into its output.
type besideFiles struct {
	dir   string
	files *source.Set
}

func (b besideFiles) path(name string) string {
	name = filepath.ToSlash(name)
	if path.IsAbs(name) {
		return name
	}
	return path.Join(b.dir, name)
}

// explain says why a file or directory cannot be read.
func (b besideFiles) explain(err error, name, kind string) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return function.NewArgErrorf(0, "there is no %s %q; it is looked for from the directory of the description", kind, name)
	case errors.Is(err, source.ErrOutside):
		return function.NewArgErrorf(0, "the %s lies outside the directory of the description; only files within may be read", kind)
	}
	return function.NewArgError(0, err)
}

func (b besideFiles) fileFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			f, err := b.files.Read(b.path(args[0].AsString()))
			if err != nil {
				return cty.NilVal, b.explain(err, args[0].AsString(), "file")
			}
			return cty.StringVal(string(f.Data)), nil
		},
	})
}

// Bounds of fileset: directories it looks into, and files it gives.
const (
	maxFilesetDirs  = 10_000
	maxFilesetFiles = 10_000
)

func (b besideFiles) filesetFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "directory", Type: cty.String}, {Name: "pattern", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Set(cty.String)),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			pattern := args[1].AsString()
			if !doublestar.ValidatePattern(pattern) {
				return cty.NilVal, function.NewArgErrorf(1, "%q is not a pattern such as \"*.yaml\" or \"**/*.csv\"", pattern)
			}
			w := filesetWalk{besideFiles: b, named: args[0].AsString(), root: b.path(args[0].AsString()), pattern: pattern}
			if err := w.walk(""); err != nil {
				return cty.NilVal, err
			}
			if len(w.found) == 0 {
				return cty.SetValEmpty(cty.String), nil
			}
			return cty.SetVal(w.found), nil
		},
	})
}

// filesetWalk collects the files of one call. Links to directories are not
// followed, so that a loop of them has an end.
type filesetWalk struct {
	besideFiles
	// named is root as the description has it.
	named, root, pattern string
	dirs                 int
	found                []cty.Value
}

func (w *filesetWalk) walk(dir string) error {
	if w.dirs++; w.dirs > maxFilesetDirs {
		return fmt.Errorf("there are more than %d directories to look into", maxFilesetDirs)
	}
	entries, err := w.files.ReadDir(path.Join(w.root, dir))
	if err != nil {
		return w.explain(err, path.Join(w.named, dir), "directory")
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		switch {
		case entry.IsDir() && strings.Contains(w.pattern, "/"):
			if err := w.walk(name); err != nil {
				return err
			}
		case entry.Type().IsRegular() && doublestar.MatchUnvalidated(w.pattern, name):
			if len(w.found) == maxFilesetFiles {
				return fmt.Errorf("more than %d files match", maxFilesetFiles)
			}
			w.found = append(w.found, cty.StringVal(name))
		}
	}
	return nil
}

// secretFunc names a file on the server. It is not read: what the server needs is
// its path, and nobody else needs its content.
var secretFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "path", Type: cty.String}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		name := args[0].AsString()
		if !strings.HasPrefix(name, "/") {
			return cty.NilVal, function.NewArgErrorf(0, "a secret is a file on the server, so its path begins with a slash")
		}
		return cty.StringVal(name).Mark(sensitive), nil
	},
})

func envFunc(environment map[string]string) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "name", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.StringVal(environment[args[0].AsString()]), nil
		},
	})
}
