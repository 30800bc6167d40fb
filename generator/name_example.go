package generator

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// exampleName is a name that a pattern matches, with the pattern compiled for matching
// in linear time. Nil for what Go's engine does not have (look-around, references); an
// empty example if none was found.
func exampleName(expression string) (*regexp.Regexp, string) {
	tree, err := syntax.Parse(expression, syntax.Perl|syntax.FoldCase)
	if err != nil {
		return nil, ""
	}
	compiled, err := regexp.Compile("(?i)" + expression)
	if err != nil {
		return nil, ""
	}
	example := shortest(tree)
	if _, err := hostName(example); err != nil || !compiled.MatchString(example) {
		example = ""
	}
	return compiled, example
}

// looseName is a name that a pattern matches though it only holds what is meant; empty
// if the pattern begins and ends where the name does.
func looseName(expression string) string {
	tree, err := syntax.Parse(expression, syntax.Perl|syntax.FoldCase)
	if err != nil {
		return ""
	}
	compiled, _ := exampleName(expression)
	alternatives := []*syntax.Regexp{tree}
	if tree.Op == syntax.OpAlternate {
		alternatives = tree.Sub
	}
	for _, way := range alternatives {
		example := shortest(way)
		end := anchored(way, syntax.OpEndText, func(list []*syntax.Regexp) *syntax.Regexp { return list[len(list)-1] })
		begin := anchored(way, syntax.OpBeginText, func(list []*syntax.Regexp) *syntax.Regexp { return list[0] })
		for _, loose := range []struct {
			is   bool
			name string
		}{{!end, example + ".attacker.example"}, {!begin, "attacker-" + example}} {
			if loose.is && example != "" && compiled != nil && compiled.MatchString(loose.name) {
				return loose.name
			}
		}
	}
	return ""
}

// anchored tells that every way through a pattern has the anchor at the end that side
// chooses.
func anchored(r *syntax.Regexp, anchor syntax.Op, side func([]*syntax.Regexp) *syntax.Regexp) bool {
	switch r.Op {
	case anchor:
		return true
	case syntax.OpCapture, syntax.OpConcat:
		return len(r.Sub) > 0 && anchored(side(r.Sub), anchor, side)
	case syntax.OpAlternate:
		return !slices.ContainsFunc(r.Sub, func(sub *syntax.Regexp) bool { return !anchored(sub, anchor, side) })
	}
	return false
}

// maxExample is the length of a host name.
const maxExample = 253

// shortest is a short text that a pattern matches.
func shortest(r *syntax.Regexp) string {
	var out strings.Builder
	add := func(list []*syntax.Regexp) {
		for _, sub := range list {
			if out.Len() <= maxExample {
				out.WriteString(shortest(sub))
			}
		}
	}
	switch r.Op {
	case syntax.OpLiteral:
		return strings.ToLower(string(r.Rune))
	case syntax.OpCharClass:
		return member(r.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "a"
	case syntax.OpConcat, syntax.OpCapture:
		add(r.Sub)
	case syntax.OpAlternate:
		add(r.Sub[:1])
	case syntax.OpPlus:
		add(r.Sub)
	case syntax.OpRepeat:
		for range min(r.Min, maxExample) {
			add(r.Sub)
		}
	}
	return out.String()
}

// member is a character of a class, as host names have them if there is one.
func member(ranges []rune) string {
	for _, c := range "abcdefghijklmnopqrstuvwxyz0123456789-." {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= c && c <= ranges[i+1] {
				return string(c)
			}
		}
	}
	return ""
}
