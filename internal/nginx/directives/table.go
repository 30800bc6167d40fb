package directives

import (
	_ "embed"
	"strings"
	"sync"

	"padlock/internal/tsv"
)

// Set tells who provides a module.
type Set uint8

// The sets.
const (
	// Own modules are part of nginx's source.
	Own Set = iota + 1
	// Foreign modules are maintained by others.
	Foreign
	// Plus modules come with NGINX Plus or as commercial products only.
	Plus
)

// String names the set.
func (s Set) String() string {
	switch s {
	case Own:
		return "nginx"
	case Foreign:
		return "third party"
	case Plus:
		return "NGINX Plus"
	}
	return "unknown"
}

// Form is one way a directive may be written: several modules may know the
// same name, and a module may change what it takes from version to version.
type Form struct {
	// Module is the name of the module without "ngx_" and "_module".
	Module string
	Set    Set
	// File is the dynamic module that has to be loaded, as in Debian's
	// builds; empty when the module is built in.
	File     string
	Contexts Context
	Arity    Arity
	// Block tells that the directive is followed by { … }.
	Block bool
	// Since is the first version that takes the form, Until the first that no
	// longer does; empty where no bound is known.
	Since, Until string
	// Deprecated is the version from which on the server warns, Ignored the
	// one from which on the directive has no effect; empty for never.
	Deprecated, Ignored string
	// Instead says what to use once it is deprecated or gone.
	Instead string
	// reader is the function of the server that reads the arguments.
	reader string
	// words are the values an enumeration or bit set takes, or the bounds of
	// a number.
	words []string
	// values is what the arguments are, where reader does not say it all; nil
	// where nothing is known.
	values *shape
}

// In tells whether the form exists in a version; "" is the newest.
func (f *Form) In(version string) bool {
	return f.hasCome(version) && !f.IsGone(version)
}

// hasCome tells whether the version is not too old for the form.
func (f *Form) hasCome(version string) bool {
	return f.Since == "" || atLeast(version, f.Since)
}

// IsGone tells whether the form was removed in the version or before.
func (f *Form) IsGone(version string) bool {
	return f.Until != "" && atLeast(version, f.Until)
}

// Directive is everything known of a name.
type Directive struct {
	Name string
	// Forms are in the order in which the server tries them.
	Forms []Form
}

// Contexts are all places where any version of any module takes the name.
func (d *Directive) Contexts() Context {
	var all Context
	for i := range d.Forms {
		all |= d.Forms[i].Contexts
	}
	return all
}

// Lookup finds what is known of a directive. Names are case-sensitive.
func Lookup(name string) (*Directive, bool) {
	if d, ok := asked.Load(name); ok {
		return d.(*Directive), true
	}
	lines := tsv.Lines(tableData, name)
	if lines == "" {
		return nil, false
	}
	d, _ := asked.LoadOrStore(name, parseDirective(name, lines))
	return d.(*Directive), true
}

// asked are the directives that have been asked for, by name: a configuration
// uses a few dozen of the thousand, and reading all of them took longer than
// judging a small file.
var asked sync.Map

// Names are all known directives, sorted. The slice is shared: do not change it.
func Names() []string { return names() }

var names = sync.OnceValue(func() []string {
	var all []string
	for line := range strings.Lines(tableData) {
		name, _, _ := strings.Cut(line, "\t")
		if line[0] != '#' && (len(all) == 0 || all[len(all)-1] != name) {
			all = append(all, name)
		}
	}
	return all
})

// tableData is the whole knowledge, a line for each form, sorted by name. It is
// composed of the tables that are written by hand or measured; see
// TestTableIsComposed.
//
//go:embed table.tsv
var tableData string

// parseDirective reads the lines of a directive in table.tsv.
func parseDirective(name, lines string) *Directive {
	d := &Directive{Name: name}
	for _, r := range rows(lines, 15) {
		f := Form{Module: r[1], Set: setNames[r[2]], File: r[3], Contexts: parseContexts(r[4]), reader: r[6], words: strings.Fields(r[7]),
			Since: r[8], Until: r[9], Deprecated: r[10], Ignored: r[11], Instead: r[12]}
		f.Arity, f.Block = parseArity(r[5])
		if r[13] != "" || r[14] != "" {
			f.values = parseShape(r[13], r[14])
		}
		d.Forms = append(d.Forms, f)
	}
	return d
}

// setNames are the sets as table.tsv has them.
var setNames = map[string]Set{"own": Own, "foreign": Foreign, "plus": Plus}

// rows splits a table into its lines and columns; lines that start with # are
// comments. Missing columns read as empty.
func rows(data string, columns int) [][]string {
	var all [][]string
	for line := range strings.Lines(data) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		for len(fields) < columns {
			fields = append(fields, "")
		}
		all = append(all, fields)
	}
	return all
}
