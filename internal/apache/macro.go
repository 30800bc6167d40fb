package apache

import (
	"fmt"
	"sort"
	"strings"

	"padlock/internal/source"
)

// macro is a <Macro> of mod_macro: lines kept as they are, with parameters.
type macro struct {
	name       string // lower case
	tree       *Tree  // where it is defined
	at         source.Range
	parameters []string
	body       []macroLine
	using      bool
}

// macroLine is one logical line of a macro, or of what it expands to.
type macroLine struct {
	node int32
	text text
}

// defineMacro takes the lines up to the closing tag.
func (s *stream) defineMacro(at line, c command) {
	args, complete := cutBracket(c.args)
	if !complete {
		s.e.problem(at, "syntax-error", source.Error, "The opening tag <Macro has no closing '>'.", "Add '>' at the end of the line.")
	}
	m := &macro{tree: s.node(at).tree, at: s.node(at).Range()}
	for i, w := range words(args) {
		if i == 0 {
			m.name = strings.ToLower(w.Value)
		} else {
			m.parameters = append(m.parameters, w.Value)
		}
	}
	if !s.takeBody(at, m) {
		return
	}
	if m.name == "" {
		s.e.problem(at, "directive-arguments", source.Error, "<Macro> needs a name.", "")
		return
	}
	s.checkParameters(at, m)
	s.e.macros[m.name] = m
	s.e.version++
}

// takeBody collects the lines of a macro's body: joined and trimmed, blank
// lines and comments included, variables not yet put in.
func (s *stream) takeBody(at line, m *macro) bool {
	depth := 1
	position := append([]cursor(nil), s.cursors...)
	for {
		inner, ok := s.nextRaw()
		if !ok {
			break
		}
		raw := s.text(inner)
		if strings.HasPrefix(raw.s, "<") || strings.HasPrefix(raw.s, "\"") || strings.HasPrefix(raw.s, "'") {
			word := cutWord(raw.s, 0)
			switch {
			case strings.EqualFold(word.value, "</Macro>"):
				depth--
			case strings.EqualFold(word.value, "<Macro"):
				depth++
			}
			if depth == 0 {
				if word.next < len(raw.s) {
					s.e.problem(inner, "syntax-error", source.Warning, "Text behind </Macro>: Apache ignores it.", "Leave </Macro> alone on its line.")
				}
				return true
			}
		}
		if s.node(inner).tree != m.tree {
			// A definition that runs on into another macro's expansion: the
			// lines keep what they say, but their place is the definition's.
			raw = text{s: raw.s, parts: []part{{from: m.at}}}
			inner.node = at.node
		}
		m.body = append(m.body, macroLine{node: inner.node, text: raw})
	}
	if !s.e.stopped {
		s.e.problem(at, "syntax-error", source.Error, "<Macro> is not closed.", "Add </Macro>.")
		s.cursors = position
	}
	return false
}

func (s *stream) checkParameters(at line, m *macro) {
	for i, p := range m.parameters {
		for _, earlier := range m.parameters[:i] {
			if p == earlier {
				s.e.problem(at, "directive-arguments", source.Error,
					fmt.Sprintf("The macro %s has two parameters named %s.", m.name, p), "Give them different names.")
			}
		}
		if p == "" {
			s.e.problem(at, "directive-arguments", source.Error, fmt.Sprintf("Parameter %d of the macro %s has no name.", i+1, m.name), "")
		}
	}
}

// use splices a macro into the stream.
func (s *stream) use(at line, args []Word) {
	if len(args) == 0 {
		s.e.problem(at, "directive-arguments", source.Error, "Use needs the name of a macro.", "")
		return
	}
	m := s.e.macros[strings.ToLower(args[0].Value)]
	switch {
	case m == nil:
		s.e.problem(at, "reference-undefined", source.Error,
			fmt.Sprintf("No macro %s is defined at this point.", args[0].Value),
			"Define it with <Macro> before this line; the order of files matters.")
		return
	case m.using:
		s.e.problem(at, "include-cycle", source.Error, fmt.Sprintf("The macro %s uses itself.", m.name), "")
		return
	case len(args)-1 != len(m.parameters):
		s.e.problem(at, "directive-arguments", source.Error,
			fmt.Sprintf("The macro %s takes %d arguments, not %d.", m.name, len(m.parameters), len(args)-1), "")
		return
	}
	var values []string
	for i, w := range args[1:] {
		value := w.Value
		if strings.HasPrefix(m.parameters[i], "@") {
			value = quoted(value)
		}
		values = append(values, value)
	}
	lines, ok := s.expand(at, m, values)
	if !ok {
		s.cursors = nil
		return
	}
	m.using = true
	s.cursors = append(s.cursors, cursor{
		tree:  m.tree,
		frame: s.e.addFrame(m.tree, at.frame, s.node(at).Range()),
		lines: lines,
		macro: m,
	})
}

// quoted is what httpd puts in for a parameter @name: the argument in double
// quotes (mod_macro of 2.4).
func quoted(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

func (s *stream) undefMacro(at line, args []Word) {
	if len(args) != 1 {
		return
	}
	name := strings.ToLower(args[0].Value)
	if s.e.macros[name] == nil {
		s.e.problem(at, "reference-undefined", source.Error, fmt.Sprintf("No macro %s is defined at this point.", args[0].Value), "")
		return
	}
	delete(s.e.macros, name)
	s.e.version++
}

// expand puts arguments into a macro's lines. The lines are read as a file's
// again, so that one that ends in a backslash now goes on.
func (s *stream) expand(at line, m *macro, values []string) ([]macroLine, bool) {
	order := byLength(m.parameters)
	out := make([]macroLine, 0, len(m.body))
	var open builder
	joining := false
	for i, l := range m.body {
		t := substitute(l.text, m.parameters, values, order)
		if !s.e.spend(at, len(t.s)/8+1) {
			return nil, false
		}
		if !joining && !strings.HasSuffix(t.s, `\`) {
			out = append(out, macroLine{node: l.node, text: trim(t)})
			continue
		}
		if !joining {
			open = builder{}
		}
		joining = strings.HasSuffix(t.s, `\`) && i+1 < len(m.body)
		if joining {
			open.copy(t, 0, len(t.s)-1)
			continue
		}
		open.copy(t, 0, len(t.s))
		out = append(out, macroLine{node: l.node, text: trim(open.text(t.base))})
	}
	return out, true
}

// byLength orders parameters longest first: where several match, httpd takes
// the longest.
func byLength(parameters []string) []int {
	order := make([]int, 0, len(parameters))
	for i, p := range parameters {
		if p != "" {
			order = append(order, i)
		}
	}
	sort.SliceStable(order, func(a, b int) bool { return len(parameters[order[a]]) > len(parameters[order[b]]) })
	return order
}

// substitute replaces the parameters in one line, from left to right, without
// looking at what was put in again.
func substitute(t text, parameters, values []string, order []int) text {
	var b builder
	done := 0
	for i := 0; i < len(t.s) && len(b.s) <= maxExpansion; {
		found := -1
		for _, p := range order {
			if strings.HasPrefix(t.s[i:], parameters[p]) {
				found = p
				break
			}
		}
		if found < 0 {
			i++
			continue
		}
		b.copy(t, done, i)
		b.replace(t, i, i+len(parameters[found]), values[found])
		i += len(parameters[found])
		done = i
	}
	if done == 0 {
		return t
	}
	b.copy(t, done, len(t.s))
	return b.text(t.base)
}
