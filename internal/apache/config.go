package apache

import (
	"iter"
	"strings"

	"padlock/internal/source"
)

// Config is a configuration as httpd sees it after reading: the directives
// that remain, in its order. It is immutable and safe for concurrent use.
type Config struct {
	// Diagnostics are the problems of reading, in their one order. Rules:
	// "syntax-error", "include-missing", "include-cycle", "variable-unknown",
	// "reference-undefined" (a macro), "directive-arguments" (of a conditional
	// section or a macro).
	Diagnostics []source.Diagnostic
	// Context is where the main file stands.
	Context Context

	files         []*Tree
	items         []item
	frames        []frame
	conditions    []condition
	texts         []text
	modules       modules
	variables     variables
	hasLoadModule bool
}

// item is an evaluated line.
type item struct {
	node      int32 // in the frame's tree
	frame     int32
	parent    int32 // item of the enclosing section, or -1
	end       int32 // first item behind the last one inside this section
	condition int32 // innermost undecided condition, or -1
	text      int32 // what the line became, or -1 if it stands as written
	kind      itemKind
}

type itemKind uint8

const (
	plainItem itemKind = iota
	sectionItem
	onRead
)

// frame is a file, or a macro's body, being read from one place.
type frame struct {
	tree *Tree
	up   int32 // the frame that holds the Include or Use, or -1
	via  source.Range
}

type condition struct {
	Condition
	up int32
}

// Files are the files that were read, each once, in the order of first use.
func (c *Config) Files() []*Tree { return c.files }

// HasLoadModule tells that some line loads a module, so that what is loaded is
// known from the configuration.
func (c *Config) HasLoadModule() bool { return c.hasLoadModule }

// Module tells whether a module is loaded at the end of reading. The name is a
// source ("mod_ssl.c") or a symbol ("ssl_module").
func (c *Config) Module(name string) Truth { return c.modules.state(name) }

// Variable is the value of ${name} at the end of reading.
func (c *Config) Variable(name string) (string, bool) { return c.variables.lookup(name) }

// Item is one directive or section as httpd sees it, with variables and macro
// arguments put in. It is a small value; two are equal if they are the same
// occurrence. The zero Item is none.
type Item struct {
	config *Config
	index  int32
}

// IsZero tells that there is no item.
func (i Item) IsZero() bool { return i.config == nil }

// All are the active items in httpd's order, each section before what it
// contains. Conditional sections are not sections here, but items without
// children; what they contain stands behind them if they hold or may hold.
func (c *Config) All() iter.Seq[Item] {
	return func(yield func(Item) bool) {
		for i := range c.items {
			if !yield(Item{c, int32(i)}) {
				return
			}
		}
	}
}

// Len is the number of items.
func (c *Config) Len() int { return len(c.items) }

// Item is item i of All, counted from 0.
func (c *Config) Item(i int) Item { return Item{c, int32(i)} }

// Children are the items outside of any section.
func (c *Config) Children() iter.Seq[Item] { return c.siblings(0, int32(len(c.items))) }

func (c *Config) siblings(from, to int32) iter.Seq[Item] {
	return func(yield func(Item) bool) {
		for i := from; i < to; i = c.items[i].end {
			if !yield(Item{c, i}) {
				return
			}
		}
	}
}

func (i Item) get() *item    { return &i.config.items[i.index] }
func (i Item) frame() *frame { return &i.config.frames[i.get().frame] }

// Index is the item's place in All, counted from 0: its place in httpd's order.
func (i Item) Index() int { return int(i.index) }

// Node is the line it was written as; within a macro's definition for what a
// macro expands to.
func (i Item) Node() Node { return Node{i.frame().tree, i.get().node} }

// File is the file that the item was written in.
func (i Item) File() *source.File { return i.frame().tree.File }

// Span is the line in its file: of a section the opening tag.
func (i Item) Span() source.Span { return i.Node().Span() }

// NameSpan is the name in its file.
func (i Item) NameSpan() source.Span { return i.File().Span(i.Node().NameRange()) }

// Line is the number httpd gives the item: of its last physical line.
func (i Item) Line() int { return i.Node().LastLine() }

// IsSection tells whether the item is a section with items of its own.
func (i Item) IsSection() bool { return i.get().kind == sectionItem }

// OnRead tells that httpd executes the directive while it reads (Include,
// Define, LoadModule, ServerRoot, Use, conditional sections, …). It has no
// place in the finished configuration.
func (i Item) OnRead() bool { return i.get().kind == onRead }

func (i Item) split() (string, text) {
	if t := i.get().text; t >= 0 {
		c := splitCommand(i.config.texts[t])
		return c.bare(), c.args
	}
	return i.Node().split()
}

// opening tells that the line is the opening tag of a section, conditional
// sections included.
func (i Item) opening() bool {
	if t := i.get().text; t >= 0 {
		return splitCommand(i.config.texts[t]).kind() == Section
	}
	return i.Node().Kind() == Section
}

// Name is the directive's or section's name, without brackets, in the case
// that is written.
func (i Item) Name() string {
	name, _ := i.split()
	return name
}

// Is tells whether it is the directive or section of that name, in any case.
func (i Item) Is(name string) bool { return strings.EqualFold(i.Name(), name) }

// RawArgs is all that follows the name, of a section with its '>'.
func (i Item) RawArgs() string {
	_, args := i.split()
	return args.s
}

func (i Item) argText() text {
	_, args := i.split()
	if i.opening() {
		args, _ = cutBracket(args)
	}
	return args
}

// Args is the argument text: of a section up to the last '>'.
func (i Item) Args() string { return i.argText().s }

// Words are the arguments, split as for directives that do not parse their own
// text. Their ranges lie in File.
func (i Item) Words() []Word { return words(i.argText()) }

// ArgSpan is where the bytes from..to of Args come from. verbatim tells that
// they stand there as they are.
func (i Item) ArgSpan(from, to int) (span source.Span, verbatim bool) {
	args := i.argText()
	return i.File().Span(args.origin(from, to)), args.verbatim(from, to)
}

// Parent is the section around the item; conditional sections do not count.
func (i Item) Parent() (Item, bool) {
	if p := i.get().parent; p >= 0 {
		return Item{i.config, p}, true
	}
	return Item{}, false
}

// Sections are the sections around the item, outermost first.
func (i Item) Sections() []Item {
	var out []Item
	for up, ok := i.Parent(); ok; up, ok = up.Parent() {
		out = append(out, up)
	}
	for a, b := 0, len(out)-1; a < b; a, b = a+1, b-1 {
		out[a], out[b] = out[b], out[a]
	}
	return out
}

// Children are the items directly inside a section.
func (i Item) Children() iter.Seq[Item] {
	return i.config.siblings(i.index+1, i.get().end)
}

// Includes are the Include and Use directives that led to the item, outermost
// first.
func (i Item) Includes() []source.Span { return i.config.chain(i.get().frame) }

func (c *Config) chain(at int32) []source.Span {
	var out []source.Span
	for f := &c.frames[at]; f.up >= 0; f = &c.frames[f.up] {
		out = append(out, c.frames[f.up].tree.File.Span(f.via))
	}
	for a, b := 0, len(out)-1; a < b; a, b = a+1, b-1 {
		out[a], out[b] = out[b], out[a]
	}
	return out
}

// Conditions are the conditions that could not be decided and under which the
// item holds, outermost first. None: it holds always.
func (i Item) Conditions() []Condition { return i.config.conditionsAt(i.get().condition) }

func (c *Config) conditionsAt(at int32) []Condition {
	var out []Condition
	for ; at >= 0; at = c.conditions[at].up {
		out = append(out, c.conditions[at].Condition)
	}
	for a, b := 0, len(out)-1; a < b; a, b = a+1, b-1 {
		out[a], out[b] = out[b], out[a]
	}
	return out
}

// Exclude tells that two items never hold together, because their conditions
// contradict each other: <IfModule mod_a.c> and <IfModule !mod_a.c>.
func (i Item) Exclude(other Item) bool {
	for _, a := range i.Conditions() {
		for _, b := range other.Conditions() {
			if a.same(b) && a.Negated != b.Negated {
				return true
			}
		}
	}
	return false
}

// Report is a diagnostic at a span of the item's file, with its include chain.
func (i Item) Report(rule string, severity source.Severity, at source.Range, message string) source.Diagnostic {
	return source.Diagnostic{
		Rule:     rule,
		Severity: severity,
		Message:  message,
		Subject:  i.File().Span(at),
		Includes: i.Includes(),
	}
}
