package directives

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"
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
	d, ok := table()[name]
	return d, ok
}

// Names are all known directives, sorted. The slice is shared: do not change it.
func Names() []string { return names() }

var names = sync.OnceValue(func() []string { return slices.Sorted(maps.Keys(table())) })

//go:embed directives.tsv
var directivesData string

//go:embed modules.tsv
var modulesData string

//go:embed since.tsv
var sinceData string

//go:embed gone.tsv
var goneData string

// table is the whole knowledge by name; it is put together once, when first
// asked for.
var table = sync.OnceValue(func() map[string]*Directive {
	t := map[string]*Directive{}
	add := func(name string, form Form) {
		d := t[name]
		if d == nil {
			d = &Directive{Name: name}
			t[name] = d
		}
		d.Forms = append(d.Forms, form)
	}
	for _, m := range measuredForms() {
		add(m.name, m.form)
	}
	for _, f := range elsewhereForms(t) {
		add(f.name, f.form)
	}
	markGone(t, add)
	return t
})

type namedForm struct {
	name string
	form Form
}

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

// measured are the versions of directives.tsv, oldest first, and from which
// version on something that is new in them may have been there at the
// earliest.
var measured = []struct{ name, earliest string }{{"1.22", ""}, {"1.26", "1.23.0"}, {"1.30", "1.27.0"}}

// measuredForms are the rows of directives.tsv with their versions.
func measuredForms() []namedForm {
	modules := map[string][]string{}
	for _, r := range rows(modulesData, 3) {
		modules[r[0]] = r
	}
	since := sinceVersions()
	var forms []namedForm
	for _, r := range rows(directivesData, 7) {
		module := modules[r[1]]
		form := Form{Module: r[1], Set: Own, Contexts: parseContexts(r[2]), reader: r[4], words: strings.Fields(r[5])}
		form.Arity, form.Block = parseArity(r[3])
		if module[1] != "built-in" {
			form.File = module[1]
		}
		if module[2] == "foreign" {
			form.Set = Foreign
		} else {
			form.Since, form.Until = bounds(r[6], since[[2]string{r[1], r[0]}], since[[2]string{r[1], "*"}])
		}
		forms = append(forms, namedForm{r[0], form})
	}
	return forms
}

// sinceVersions are the rows of since.tsv by module and directive.
func sinceVersions() map[[2]string]string {
	since := map[[2]string]string{}
	for _, r := range rows(sinceData, 3) {
		since[[2]string{r[0], r[1]}] = r[2]
	}
	return since
}

// bounds turns the versions a row was measured in into the range it holds
// for. own is when the directive came (or took its newest form), module when
// its module did.
func bounds(in, own, module string) (since, until string) {
	first, last := 0, len(measured)-1
	if in != "*" {
		seen := strings.Split(in, ",")
		first = slices.IndexFunc(measured, func(m struct{ name, earliest string }) bool { return m.name == seen[0] })
		last = slices.IndexFunc(measured, func(m struct{ name, earliest string }) bool { return m.name == seen[len(seen)-1] })
	}
	since = module
	if own != "" && CompareVersions(own, measured[first].name+".99") <= 0 {
		since = own
	}
	if since == "" || CompareVersions(since, measured[first].earliest) < 0 && first > 0 {
		since = measured[first].earliest
	}
	if last == len(measured)-1 {
		return since, ""
	}
	if own != "" && CompareVersions(own, measured[last].name+".99") > 0 {
		return since, own
	}
	return since, measured[last+1].earliest
}

// markGone adds what gone.tsv says to the forms, and a form of its own for
// directives that no measured version knows any more.
func markGone(t map[string]*Directive, add func(string, Form)) {
	since := sinceVersions()
	for _, r := range rows(goneData, 6) {
		module, name, known := r[0], r[1], false
		if d := t[name]; d != nil {
			for i := range d.Forms {
				f := &d.Forms[i]
				if f.Module == module {
					f.Deprecated, f.Ignored, f.Instead, known = r[2], r[3], r[5], true
					if r[4] != "" {
						f.Until = r[4]
					}
				}
			}
		}
		if !known {
			add(name, Form{Module: module, Set: Own, Contexts: goneContexts, Arity: Arity{AtLeast: 0},
				Since: since[[2]string{module, "*"}], Deprecated: r[2], Until: r[4], Instead: r[5]})
		}
	}
}

// goneContexts is where the directives stood that no measured version has.
const goneContexts = HTTP | Server | Location
