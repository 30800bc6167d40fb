package directives

import (
	_ "embed"
	"path"
	"slices"
	"sync"
)

// Target is the server whose verdict is asked for.
type Target struct {
	// Version of nginx, such as "1.26.3"; empty for the newest.
	Version string
	// Plus tells that it is NGINX Plus.
	Plus bool
	// Modules are the files of the dynamic modules that are loaded; nil means
	// that this is not known, and every module counts as loaded.
	Modules []string
}

// Loads tells whether the target has the module of a form.
func (t Target) Loads(f *Form) bool {
	switch {
	case f.Set == Plus && !t.Plus:
		return false
	case f.File == "" || t.Modules == nil:
		return true
	}
	return slices.ContainsFunc(t.Modules, func(m string) bool { return path.Base(m) == f.File })
}

// Takes tells whether the target has the form: module loaded, version right.
func (t Target) Takes(f *Form) bool {
	return t.Loads(f) && f.In(t.Version)
}

// Find gives the form of a directive that the target uses in a context.
func (t Target) Find(name string, context Context) (*Form, bool) {
	d, ok := Lookup(name)
	if !ok {
		return nil, false
	}
	for i := range d.Forms {
		if f := &d.Forms[i]; f.Contexts&context != 0 && t.Takes(f) {
			return f, true
		}
	}
	return nil, false
}

// KnowsModule tells whether the directives of a dynamic module are known, by
// its file as load_module names it.
func KnowsModule(file string) bool { return moduleFiles()[path.Base(file)] }

//go:embed modules.tsv
var modulesData string

var moduleFiles = sync.OnceValue(func() map[string]bool {
	files := map[string]bool{}
	for _, r := range rows(modulesData, 3) {
		files[r[1]] = true
	}
	return files
})
