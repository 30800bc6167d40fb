package apache

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"padlock/internal/source"
)

// errNoArgument: httpd says "directive requires additional arguments".
var errNoArgument = errors.New("the section needs an argument")

// conditional opens a conditional section: one that holds is read as if its
// tags were not there, one that does not is skipped, and one that cannot be
// decided is read with the condition noted on everything inside.
func (s *stream) conditional(at line, kind ConditionKind, c command) {
	args, complete := cutBracket(c.args)
	if !complete {
		s.e.problem(at, "syntax-error", source.Error,
			fmt.Sprintf("The opening tag <%s has no closing '>'.", c.bare()), "Add '>' at the end of the line.")
	}
	asked, result, err := s.e.decide(kind, args.s, c.args.s)
	if err != nil && complete {
		s.e.problem(at, "directive-arguments", source.Error, fmt.Sprintf("<%s>: %v.", c.bare(), err), "")
	}
	if result == False {
		s.skip(at, c)
		return
	}
	o := opened{name: c.bare(), at: at, conditional: true, outer: s.e.condition}
	if result == Unknown {
		asked.Section = s.e.span(at)
		o.unknown = true
		s.e.config.conditions = append(s.e.config.conditions, condition{asked, s.e.condition})
		s.e.condition = int32(len(s.e.config.conditions) - 1)
	}
	s.open = append(s.open, o)
}

// decide evaluates a condition. A condition that surrounds this one and asks
// the same is the answer.
func (e *evaluator) decide(kind ConditionKind, args, raw string) (Condition, Truth, error) {
	c, result, err := e.ask(kind, args, raw)
	if result == Unknown && err == nil {
		for _, outer := range e.config.conditionsAt(e.condition) {
			if outer.same(c) {
				return c, truth(outer.Negated == c.Negated), nil
			}
		}
		return c, Unknown, nil
	}
	if c.Negated {
		result = result.Not()
	}
	return c, result, err
}

// ask is the answer to the question itself, without its negation.
func (e *evaluator) ask(kind ConditionKind, args, raw string) (Condition, Truth, error) {
	c := Condition{Kind: kind}
	if kind == IfVersion {
		return e.askVersion(raw)
	}
	// The bang counts only outside of quotes: "!x" names a module "!x".
	args, c.Negated = strings.CutPrefix(args, "!")
	c.Subject = cutWord(args, 0).value
	if c.Subject == "" {
		return c, Unknown, errNoArgument
	}
	switch kind {
	case IfModule:
		c.Subject = ModuleSource(c.Subject)
		return c, e.askModule(c.Subject), nil
	case IfDefine:
		return c, e.config.variables.state(c.Subject), nil
	case IfFile:
		c.Subject = e.path(c.Subject)
		return c, e.askFile(c.Subject), nil
	case IfSection:
		return c, e.askDirective("<" + c.Subject), nil
	}
	return c, e.askDirective(c.Subject), nil
}

func (e *evaluator) askModule(name string) Truth {
	if !e.config.modules.complete {
		e.modulesAsked = true
	}
	return e.config.modules.state(name)
}

// askVersion reads `>= 2.4>`, whose '>' may also be the third word; any other
// third word is ignored (start_ifversion in mod_version.c of httpd 2.4).
func (e *evaluator) askVersion(raw string) (Condition, Truth, error) {
	c := Condition{Kind: IfVersion}
	var args []string
	for i := skipSpace(raw, 0); i < len(raw); {
		w := cutWord(raw, i)
		args = append(args, w.value)
		i = w.next
	}
	switch {
	case len(args) == 0 || args[0] == ">" || args[0] == "":
		return c, Unknown, errNoArgument
	case len(args) > 3:
		return c, Unknown, errors.New("it takes an operator and a version, and nothing behind them")
	case len(args) == 1, len(args) == 2 && args[1] == ">":
		args = append([]string{"="}, args...)
	}
	operator, operand := args[0], args[1]
	if len(args) < 3 || args[2] != ">" {
		var closed bool
		if operand, closed = strings.CutSuffix(operand, ">"); !closed {
			return c, Unknown, errors.New("the closing '>' must follow the version")
		}
	}
	c.Subject = operator + " " + operand
	result, err := versionHolds(operator, operand, e.options.ServerVersion)
	return c, result, err
}

func (e *evaluator) askFile(name string) Truth {
	_, err := e.library.set.Stat(name)
	switch {
	case err == nil:
		return True
	case errors.Is(err, fs.ErrNotExist):
		return False
	}
	return Unknown
}

// askDirective answers for the directives of the modules that are loaded.
func (e *evaluator) askDirective(name string) Truth {
	if e.options.DirectiveModules == nil {
		return Unknown
	}
	result := False
	for _, m := range e.options.DirectiveModules(name) {
		switch e.askModule(m) {
		case True:
			return True
		case Unknown:
			result = Unknown
		}
	}
	return result
}

// skip passes over a section that does not hold. Its lines are not looked at,
// but opening and closing tags inside must balance by name; the last byte of a
// closing tag's word is taken for its '>' whatever it is.
func (s *stream) skip(at line, c command) {
	position := slices.Clone(s.cursors)
	names := []string{c.bare()}
	for len(names) > 0 {
		inner, ok := s.next()
		if !ok && s.e.stopped {
			return
		}
		if !ok {
			s.e.problem(at, "syntax-error", source.Error,
				fmt.Sprintf("<%s> is not closed.", names[len(names)-1]), fmt.Sprintf("Add </%s>.", names[len(names)-1]))
			s.resume(at, position)
			return
		}
		if g := s.node(inner).get(); !inner.ready && g.kind != Section && g.kind != Close {
			continue
		}
		raw := s.text(inner).s
		word := cutWord(raw, 0)
		switch {
		case strings.HasPrefix(word.value, "</"):
			name := strings.TrimPrefix(word.value[:len(word.value)-1], "<")
			wanted := names[len(names)-1]
			if !strings.EqualFold(strings.TrimPrefix(name, "/"), wanted) || name == "" {
				s.e.problem(inner, "syntax-error", source.Error,
					fmt.Sprintf("Expected </%s> but found %s, within a section that is skipped because its condition does not hold.", wanted, word.value), "")
				s.resume(at, position)
				return
			}
			names = names[:len(names)-1]
		case strings.HasPrefix(word.value, "<"):
			name := word.value[1:]
			if word.next == len(raw) {
				name = strings.TrimSuffix(name, ">")
			}
			names = append(names, name)
		}
	}
}

// resume goes on behind a skipped section with an error inside: at the closing
// tag that the file on its own gives it, or not at all.
func (s *stream) resume(at line, position []cursor) {
	n := s.node(at)
	if at.ready || n.get().flags&closed == 0 || len(position) == 0 {
		s.cursors = nil
		return
	}
	s.cursors = position
	s.cursors[len(s.cursors)-1].next = n.get().link + 1
}
