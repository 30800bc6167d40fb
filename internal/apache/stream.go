package apache

import (
	"bytes"
	"fmt"
	"strings"

	"padlock/internal/source"
)

// stream is a sequence of lines that sections may span: a file, with the
// macros that it uses spliced in.
type stream struct {
	e       *evaluator
	base    int32 // item of the section that contains the file, or -1
	tree    *Tree
	cursors []cursor // innermost use of a macro last
	open    []opened
	lost    []string // see nester
}

// cursor walks the lines of a file, or of a macro's expansion.
type cursor struct {
	tree  *Tree
	frame int32
	next  int32
	// macro is nil for a file; else lines is what it expands to.
	macro *macro
	lines []macroLine
}

// line is a logical line on its way.
type line struct {
	node  int32
	frame int32
	// text is the line if it differs from what is written, else it is left to
	// be made when it is needed.
	text  text
	ready bool
}

// opened is an open section or conditional.
type opened struct {
	name        string
	at          line
	item        int32 // of a section
	conditional bool
	unknown     bool
	outer       int32 // condition outside of an unknown conditional
}

func (s *stream) run() {
	for {
		at, ok := s.next()
		if !ok {
			break
		}
		s.line(at)
	}
	if s.e.stopped {
		s.popAll()
		return
	}
	s.finish()
}

// next takes the next logical line that is not blank or a comment.
func (s *stream) next() (line, bool) {
	for {
		at, ok := s.nextRaw()
		switch {
		case !ok:
			return line{}, false
		case at.ready && (at.text.s == "" || at.text.s[0] == '#'):
		case !at.ready && (s.node(at).Kind() == Blank || s.node(at).Kind() == Comment):
		default:
			return at, true
		}
	}
}

// nextRaw takes the next logical line, whatever it is.
func (s *stream) nextRaw() (line, bool) {
	for len(s.cursors) > 0 {
		c := &s.cursors[len(s.cursors)-1]
		if c.macro == nil && int(c.next) < len(c.tree.nodes) || c.macro != nil && int(c.next) < len(c.lines) {
			at := line{node: c.next, frame: c.frame}
			if c.macro != nil {
				at = line{node: c.lines[c.next].node, frame: c.frame, text: c.lines[c.next].text, ready: true}
			}
			c.next++
			if !s.e.spend(at, 0) {
				break
			}
			return at, true
		}
		if c.macro != nil {
			c.macro.using = false
		}
		s.cursors = s.cursors[:len(s.cursors)-1]
	}
	s.cursors = nil
	return line{}, false
}

func (s *stream) node(at line) Node {
	return Node{s.e.config.frames[at.frame].tree, at.node}
}

// text is the line before variables are put in.
func (s *stream) text(at line) text {
	if at.ready {
		return at.text
	}
	return s.node(at).logical()
}

// line does what one line says.
func (s *stream) line(at line) {
	g := s.node(at).get()
	if !at.ready && g.flags&variable == 0 && (g.kind == Directive || g.kind == Section) && g.flags&(continued|quotedName) == 0 {
		if !special(s.node(at).File().Text(s.node(at).NameRange())) {
			s.add(at, g.kind == Section, -1)
			return
		}
	}
	if !at.ready && g.kind == Close && s.closesPlainly(s.node(at)) {
		return
	}
	raw := s.text(at)
	if s.closesConditional(raw.s) {
		return
	}
	full := s.e.config.variables.expand(raw, func(name string, r source.Range) { s.e.undefined(at, name, r) })
	command := splitCommand(full)
	switch command.kind() {
	case Blank:
		return
	case Close:
		s.close(at, command)
		return
	}
	stored := int32(-1)
	if at.ready || full.s != raw.s {
		if !s.e.spend(at, len(full.s)) {
			s.cursors = nil
			return
		}
		stored = int32(len(s.e.config.texts))
		s.e.config.texts = append(s.e.config.texts, full)
	}
	if !s.execute(at, command, stored) {
		s.add(at, command.kind() == Section, stored)
	}
}

// special tells whether a name needs more than being put into the tree. It
// errs to the side of yes: execute decides.
func special(name []byte) bool {
	if len(name) < 3 {
		return len(name) == 0
	}
	var prefix [3]byte
	for i := range prefix {
		prefix[i] = name[i] | 0x20
	}
	switch string(prefix[:]) {
	case "ifm", "ifd", "ifv", "iff", "ifs", "inc", "def", "und", "use", "loa", "lua", "mac", "per", "vir":
		return true
	case "ser":
		return bytes.EqualFold(name, []byte("ServerRoot"))
	}
	return false
}

// add puts a directive or section into the configuration.
func (s *stream) add(at line, section bool, stored int32) {
	kind := plainItem
	if section {
		kind = sectionItem
	}
	index := s.item(at, kind, stored)
	if section {
		name, args := Item{s.e.config, index}.split()
		s.open = append(s.open, opened{at: at, item: index, name: name})
		if _, ok := cutBracket(args); !ok {
			s.e.problem(at, "syntax-error", unclosedTag(args.s),
				fmt.Sprintf("The opening tag <%s has no closing '>'.", s.open[len(s.open)-1].name), "Add '>' at the end of the line.")
		}
	}
}

func (s *stream) item(at line, kind itemKind, stored int32) int32 {
	index := int32(len(s.e.config.items))
	s.e.config.items = append(s.e.config.items, item{
		node: at.node, frame: at.frame, parent: s.parent(), end: index + 1,
		condition: s.e.condition, text: stored, kind: kind,
	})
	return index
}

// parent is the innermost open section's item.
func (s *stream) parent() int32 {
	for i := len(s.open) - 1; i >= 0; i-- {
		if !s.open[i].conditional {
			return s.open[i].item
		}
	}
	return s.base
}

// scope is the index of the first section that a closing tag can reach: those
// outside of an open conditional are out of its reach.
func (s *stream) scope() int {
	for i := len(s.open); i > 0; i-- {
		if s.open[i-1].conditional {
			return i
		}
	}
	return 0
}

// closesConditional takes a line that closes the innermost open conditional.
// httpd compares the whole line, before variables are put in, and only if no
// section inside the conditional is open.
func (s *stream) closesConditional(raw string) bool {
	if len(s.open) == 0 {
		return false
	}
	top := s.open[len(s.open)-1]
	if !top.conditional || !strings.EqualFold(raw, "</"+top.name+">") {
		return false
	}
	s.pop()
	return true
}

// closesPlainly takes the tag that closes the innermost section or conditional
// when it stands alone on its line, as nearly all do.
func (s *stream) closesPlainly(tag Node) bool {
	if len(s.open) == 0 {
		return false
	}
	name := s.open[len(s.open)-1].name
	text := tag.File().Text(tag.Range())
	if len(text) != len(name)+3 || text[0] != '<' || text[1] != '/' || text[len(text)-1] != '>' ||
		!strings.EqualFold(string(text[2:len(text)-1]), name) {
		return false
	}
	s.pop()
	return true
}

func (s *stream) pop() {
	top := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	if top.conditional {
		if top.unknown {
			s.e.condition = top.outer
		}
		return
	}
	s.e.config.items[top.item].end = int32(len(s.e.config.items))
}

// close takes a closing tag.
func (s *stream) close(at line, c command) {
	name := c.bare()
	complete := strings.HasSuffix(c.word, ">")
	if top := len(s.open) - 1; complete && top >= s.scope() && strings.EqualFold(s.open[top].name, name) {
		s.pop()
		return
	}
	if !complete {
		name, _ = closeName(s.node(at))
		s.e.problem(at, "syntax-error", source.Error,
			fmt.Sprintf("The closing tag </%s has no '>' directly behind the name.", name),
			fmt.Sprintf("Write </%s> without white space, alone on its line.", name))
	}
	target := len(s.open) - 1
	for target >= 0 && !strings.EqualFold(s.open[target].name, name) {
		target--
	}
	if target < 0 {
		s.stray(at, name, complete)
		return
	}
	if complete {
		s.misplaced(at, name, target)
	}
	for len(s.open)-1 > target {
		s.lost = append(s.lost, s.open[len(s.open)-1].name)
		s.pop()
	}
	s.pop()
}

// misplaced reports a closing tag whose section is open, but not to be closed
// here.
func (s *stream) misplaced(at line, name string, target int) {
	top := s.open[len(s.open)-1]
	if target == len(s.open)-1 {
		s.e.problem(at, "syntax-error", source.Error,
			fmt.Sprintf("Text behind </%s>: Apache does not take the line for the end of the section.", name),
			fmt.Sprintf("Leave </%s> alone on its line.", name))
		return
	}
	inner := s.node(top.at)
	d := mismatch(s.node(at), name, inner)
	d.Message = fmt.Sprintf("Expected </%s>, opened on line %d, but found </%s>.", top.name, inner.line(), name)
	s.e.report(at.frame, d)
}

func (s *stream) stray(at line, name string, complete bool) {
	for i, lost := range s.lost {
		if strings.EqualFold(lost, name) {
			s.lost = append(s.lost[:i], s.lost[i+1:]...)
			return
		}
	}
	if !complete {
		return
	}
	d := source.Diagnostic{
		Rule:     "syntax-error",
		Severity: source.Error,
		Message:  fmt.Sprintf("</%s> closes nothing: no <%s> is open in this file.", name, name),
		Help:     "Remove the line, or add the opening tag that it belongs to. A section cannot start in one file and end in another.",
		Subject:  s.e.span(at),
	}
	if len(s.open) > 0 {
		top := s.open[len(s.open)-1]
		d.Message = fmt.Sprintf("</%s> closes nothing: expected </%s>, opened on line %d.", name, top.name, s.node(top.at).line())
		d.Related = []source.Related{{Subject: s.e.span(top.at), Message: fmt.Sprintf("<%s> is open", top.name)}}
	}
	s.e.report(at.frame, d)
}

// finish ends the file. httpd refuses sections that are still open, but not
// those inside an open conditional that holds, nor that conditional.
func (s *stream) finish() {
	conditional := false
	for _, o := range s.open {
		conditional = conditional || o.conditional
		d := unclosed(s.node(o.at), conditional)
		if !o.conditional {
			d.Message = fmt.Sprintf("<%s> is not closed.", o.name)
		}
		d.Help = fmt.Sprintf("Add </%s>.", o.name)
		s.e.report(o.at.frame, d)
	}
	s.popAll()
}

func (s *stream) popAll() {
	for len(s.open) > 0 {
		s.pop()
	}
}

// leaveVirtualHost closes a virtual host that the file leaves open when the
// next one starts; see nester.
func (s *stream) leaveVirtualHost() {
	for i, o := range s.open {
		if o.conditional || !strings.EqualFold(o.name, "VirtualHost") || s.node(o.at).get().flags&closed != 0 {
			continue
		}
		for len(s.open) > i {
			top := s.open[len(s.open)-1]
			s.e.report(top.at.frame, unclosed(s.node(top.at), false))
			s.lost = append(s.lost, top.name)
			s.pop()
		}
		return
	}
}
