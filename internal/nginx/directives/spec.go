package directives

import (
	"fmt"
	"strings"
	"sync"
)

// repeat tells whether a directive may stand twice in a block.
type repeat uint8

const (
	repeatByReader repeat = iota
	repeatOnce
	repeatMany
)

// shape is a row of values.tsv: what the arguments of a directive are.
type shape struct {
	repeat     repeat
	positions  []position
	parameters []alternative
	check      func(*checker)
}

// position is one argument in its place.
type position struct {
	any      []alternative
	optional bool
	repeated bool
}

// alternative is a literal word, a type, or key=type.
type alternative struct {
	key, word, typ string
	low, high      int64
	required       bool
}

// parseShape reads the last two columns of values.tsv.
func parseShape(again, text string) *shape {
	s := &shape{}
	switch again {
	case "once":
		s.repeat = repeatOnce
	case "many":
		s.repeat = repeatMany
	}
	text = strings.TrimSpace(text)
	if name, ok := strings.CutPrefix(text, "#"); ok {
		s.check = checks[name]
		return s
	}
	if before, list, ok := strings.Cut(text, "["); ok {
		s.parameters = parseParameters(strings.TrimSuffix(list, "]"))
		text = before
	}
	for word := range strings.FieldsSeq(text) {
		var p position
		word, p.optional = strings.CutSuffix(word, "?")
		word, p.repeated = strings.CutSuffix(word, "*")
		for a := range strings.SplitSeq(word, "|") {
			p.any = append(p.any, parseAlternative(a))
		}
		s.positions = append(s.positions, p)
	}
	return s
}

// parameterList is parseParameters when first asked for.
func parameterList(text string) func() []alternative {
	return sync.OnceValue(func() []alternative { return parseParameters(text) })
}

// parseParameters reads a list of parameters: words, types and key=type.
func parseParameters(text string) []alternative {
	var list []alternative
	for word := range strings.FieldsSeq(text) {
		list = append(list, parseAlternative(word))
	}
	return list
}

func parseAlternative(text string) alternative {
	text, required := strings.CutSuffix(text, "!")
	a := alternative{required: required, high: maxNumber}
	key, value, ok := strings.Cut(text, "=")
	if !ok {
		key, value = "", text
	}
	name, bounds, _ := strings.Cut(value, "(")
	if bounds != "" {
		low, high, _ := strings.Cut(strings.TrimSuffix(bounds, ")"), "..")
		fmt.Sscan(low, &a.low)
		fmt.Sscan(high, &a.high)
	}
	if _, ok := types[name]; !ok {
		a.word = text
		return a
	}
	a.typ = name
	if key != "" {
		a.key = key + "="
	}
	return a
}

// accepts tells whether a value is what the alternative stands for.
func (a *alternative) accepts(value string) bool {
	if a.word != "" {
		return value == a.word
	}
	value, ok := strings.CutPrefix(value, a.key)
	return ok && types[a.typ].accepts(value, a.low, a.high)
}

func (a *alternative) String() string {
	if a.word != "" {
		return a.word
	}
	return a.key + types[a.typ].describe(a.low, a.high)
}

// describe joins what is accepted for a message.
func describe(list []alternative) string {
	var forms []string
	for i := range list {
		forms = append(forms, list[i].String())
	}
	return strings.Join(forms, ", ")
}

// checkPositions judges arguments one by one, then the parameters after them.
func (s *shape) checkPositions(c *checker) {
	n := 0
	for _, p := range s.positions {
		for n < len(c.args) {
			c.expands(n, p.any)
			if !acceptsAny(p.any, c.args[n]) {
				c.fail(n, fmt.Sprintf("invalid value %q in %q", c.args[n], c.name), "It takes: "+describe(p.any)+".")
				c.suggest(words(p.any))
				return
			}
			n++
			if !p.repeated {
				break
			}
		}
	}
	for ; n < len(c.args); n++ {
		if len(s.parameters) == 0 {
			return
		}
		c.expands(n, s.parameters)
		if !acceptsAny(s.parameters, c.args[n]) {
			c.fail(n, fmt.Sprintf("invalid parameter %q in %q", c.args[n], c.name), "It takes: "+describe(s.parameters)+".")
			c.suggest(words(s.parameters))
			return
		}
	}
	for i := range s.parameters {
		p := &s.parameters[i]
		if p.required && !c.has(p.key) {
			c.fail(-1, fmt.Sprintf("%q has no %s parameter", c.name, strings.TrimSuffix(p.key, "=")), "Add "+p.String()+".")
			return
		}
	}
}

// expands records an argument as one whose variables are put in, if one of the
// alternatives is such a text.
func (c *checker) expands(argument int, list []alternative) {
	for i := range list {
		if a := &list[i]; a.isScript() && strings.HasPrefix(c.args[argument], a.key) {
			c.scripts = append(c.scripts, argument)
			return
		}
	}
}

// isScript tells of the types whose variables the server puts in.
func (a *alternative) isScript() bool {
	return a.typ == "script" || a.typ == "script1" || a.typ == "variables"
}

func acceptsAny(list []alternative, value string) bool {
	for i := range list {
		if list[i].accepts(value) {
			return true
		}
	}
	return false
}

// words are the literal words and keys of a list, for suggestions.
func words(list []alternative) []string {
	var all []string
	for i := range list {
		if list[i].word != "" {
			all = append(all, list[i].word)
		} else if list[i].key != "" {
			all = append(all, list[i].key)
		}
	}
	return all
}
