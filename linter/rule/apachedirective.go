package rule

import (
	"padlock/internal/apache"
	"padlock/internal/apache/directives"
	"padlock/internal/source"
)

// ApacheDirective is an Apache directive or section during the walk, with what
// is known about it. What is costly to find out is found out once, for all
// rules.
type ApacheDirective struct {
	apache.Item

	config *Config
	titles map[string]string // of a section's name, its title
	parent apache.Item       // that place belongs to
	place  directives.Place
	placed bool

	name     string
	section  bool
	split    bool
	words    []apache.Word
	call     directives.Call
	looked   bool
	facts    []*directives.Facts
	judged   bool
	problems []directives.Problem
}

func newApacheDirective(config *Config) ApacheDirective {
	return ApacheDirective{config: config, titles: map[string]string{}}
}

func (d *ApacheDirective) enter(i apache.Item) {
	*d = ApacheDirective{
		Item: i, config: d.config, titles: d.titles, parent: d.parent, place: d.place, placed: d.placed,
		name: i.Name(), section: i.IsSection() || i.Node().Kind() == apache.Section,
	}
}

// Name is the name as written, without brackets.
func (d *ApacheDirective) Name() string { return d.name }

// Opens tells that it is written as a section; a conditional section has no
// items of its own, but is one too.
func (d *ApacheDirective) Opens() bool { return d.section }

// Title is the name as subscriptions spell it: with "<" before a section's.
func (d *ApacheDirective) Title() string {
	if !d.section {
		return d.name
	}
	title, ok := d.titles[d.name]
	if !ok {
		title = "<" + d.name
		d.titles[d.name] = title
	}
	return title
}

// Words are the arguments as apache.Item.Words splits them.
func (d *ApacheDirective) Words() []apache.Word {
	d.read()
	return d.words
}

// Arg is the value of argument i, counted from 0; empty if there is none.
func (d *ApacheDirective) Arg(i int) string {
	d.read()
	if i < 0 || i >= len(d.words) {
		return ""
	}
	return d.words[i].Value
}

// Call is the directive as the facts want it.
func (d *ApacheDirective) Call() directives.Call {
	d.read()
	d.call.Place = d.Place()
	return d.call
}

func (d *ApacheDirective) read() {
	if d.split {
		return
	}
	d.split = true
	d.words = d.Item.Words()
	d.call = directives.Call{Raw: d.Args(), Args: make([]string, len(d.words))}
	for i, w := range d.words {
		d.call.Args[i] = w.Value
	}
}

// Place is where it stands.
func (d *ApacheDirective) Place() directives.Place {
	parent, _ := d.Parent()
	if !d.placed || parent != d.parent {
		d.place = placeOf(d.Item, d.config.Apache.Context)
		d.parent, d.placed = parent, true
	}
	return d.place
}

func placeOf(i apache.Item, context apache.Context) directives.Place {
	place := directives.Place{AccessFile: context == apache.Htaccess}
	switch context {
	case apache.VirtualHostConfig:
		place.Enclosing = append(place.Enclosing, "VirtualHost")
	case apache.DirectoryConfig:
		place.Enclosing = append(place.Enclosing, "Directory")
	}
	for _, s := range i.Sections() {
		place.Enclosing = append(place.Enclosing, s.Name())
	}
	return place
}

// Facts are the directives of that name, of all modules that define one; nil
// for an unknown name.
func (d *ApacheDirective) Facts() []*directives.Facts {
	if !d.looked {
		d.looked = true
		d.facts = directives.Lookup(d.Title())
	}
	return d.facts
}

// Problems is what httpd holds against its place and arguments, or silently
// makes of them; nil for an unknown name. Of several modules' directives of the
// name the one that objects least counts.
func (d *ApacheDirective) Problems() []directives.Problem {
	if d.judged {
		return d.problems
	}
	d.judged = true
	facts := d.Facts()
	if len(facts) == 0 {
		return nil
	}
	if d.problems = directives.CheckPlace(facts, d.Place()); len(d.problems) > 0 {
		return d.problems
	}
	call := d.Call()
	for i, f := range facts {
		problems := directives.Check(f, call)
		if i == 0 || len(problems) < len(d.problems) {
			d.problems = problems
		}
	}
	return d.problems
}

// ArgumentRange is the range of argument i, counted from 0, quotes included; of
// the name if i is negative or there is no such argument.
func (d *ApacheDirective) ArgumentRange(i int) source.Range {
	if words := d.Words(); i >= 0 && i < len(words) {
		return words[i].Range
	}
	return d.Node().NameRange()
}
