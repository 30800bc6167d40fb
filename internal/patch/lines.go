package patch

import (
	"strings"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Lines compares two texts line by line: all lines of both, in order. Lines that
// stay are the fewest changes' in texts of ordinary size; in longer ones, lines
// that both have once hold the texts together, and what lies between is compared
// piece by piece, so that the time is bounded by the length and not by its
// square. The result depends on the texts alone.
func Lines(before, after []byte) []Line {
	old, new := split(before), split(after)
	m := matcher{}
	m.match(number(old, new))
	lines := make([]Line, 0, max(len(old), len(new)))
	i, j := 0, 0
	for _, p := range append(m.pairs, pair{len(old), len(new)}) {
		lines = appendLines(lines, Removed, old[i:p.old])
		lines = appendLines(lines, Added, new[j:p.new])
		if i, j = p.old, p.new; i < len(old) {
			lines = append(lines, Line{Same, old[i]})
		}
		i, j = i+1, j+1
	}
	return lines
}

func appendLines(to []Line, kind Kind, lines []string) []Line {
	for _, text := range lines {
		to = append(to, Line{kind, text})
	}
	return to
}

func split(text []byte) []string {
	lines := strings.SplitAfter(string(text), "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// item is a line: what it is, as a number that equal lines share, and where it
// stands.
type item struct{ line, at int }

// number gives every line its number, and leaves out those that the other text
// does not have: they match nothing.
func number(old, new []string) (a, b []item) {
	numbers := make(map[string]int, len(old))
	count := func(lines []string, has []bool) ([]item, []bool) {
		items := make([]item, len(lines))
		for i, text := range lines {
			n, known := numbers[text]
			if !known {
				n = len(numbers)
				numbers[text] = n
			}
			for n >= len(has) {
				has = append(has, false)
			}
			items[i], has[n] = item{n, i}, true
		}
		return items, has
	}
	a, inOld := count(old, nil)
	b, inNew := count(new, nil)
	return common(a, inNew), common(b, inOld)
}

func common(items []item, other []bool) []item {
	kept := items[:0]
	for _, it := range items {
		if it.line < len(other) && other[it.line] {
			kept = append(kept, it)
		}
	}
	return kept
}

// pair is a line that stays: its place, from 0, in either text.
type pair struct{ old, new int }

type matcher struct{ pairs []pair }

// pieceLength is how many lines, of both texts together, are compared with all
// care: the time for that grows with their square.
const pieceLength = 4000

// match finds the lines that stay.
func (m *matcher) match(a, b []item) {
	for len(a) > 0 && len(b) > 0 && a[0].line == b[0].line {
		m.pairs = append(m.pairs, pair{a[0].at, b[0].at})
		a, b = a[1:], b[1:]
	}
	end := 0
	for end < len(a) && end < len(b) && a[len(a)-1-end].line == b[len(b)-1-end].line {
		end++
	}
	m.between(a[:len(a)-end], b[:len(b)-end])
	for i := end; i > 0; i-- {
		m.pairs = append(m.pairs, pair{a[len(a)-i].at, b[len(b)-i].at})
	}
}

// between is match for what begins and ends differently.
func (m *matcher) between(a, b []item) {
	switch {
	case len(a) == 0 || len(b) == 0:
	case len(a)+len(b) <= pieceLength:
		m.piece(a, b)
	default:
		anchors := anchors(a, b)
		if len(anchors) == 0 {
			m.pieces(a, b)
			return
		}
		i, j := 0, 0
		for _, p := range append(anchors, pair{len(a), len(b)}) {
			m.gap(a[i:p.old], b[j:p.new])
			if p.old < len(a) {
				m.pairs = append(m.pairs, pair{a[p.old].at, b[p.new].at})
			}
			i, j = p.old+1, p.new+1
		}
	}
}

// gap is what lies between two anchors: no line in it is an anchor itself.
func (m *matcher) gap(a, b []item) {
	if len(a)+len(b) > pieceLength {
		m.pieces(a, b)
		return
	}
	m.piece(a, b)
}

// pieces compares long texts in pieces: a part of the one with the part of the
// other that is as far from the beginning.
func (m *matcher) pieces(a, b []item) {
	n := (len(a)+len(b))/pieceLength + 1
	for k := range n {
		m.piece(a[len(a)*k/n:len(a)*(k+1)/n], b[len(b)*k/n:len(b)*(k+1)/n])
	}
}

// piece compares short texts: the fewest changes.
func (m *matcher) piece(a, b []item) {
	if len(a) == 0 || len(b) == 0 {
		return
	}
	d := diffmatchpatch.New()
	// With a timeout the result would depend on how busy the machine is.
	d.DiffTimeout = 0
	i, j := 0, 0
	before, after := runes(a, b)
	for _, change := range d.DiffMainRunes(before, after, false) {
		n := utf8.RuneCountInString(change.Text)
		switch change.Type {
		case diffmatchpatch.DiffEqual:
			for k := range n {
				m.pairs = append(m.pairs, pair{a[i+k].at, b[j+k].at})
			}
			i, j = i+n, j+n
		case diffmatchpatch.DiffDelete:
			i += n
		case diffmatchpatch.DiffInsert:
			j += n
		}
	}
}

// runes are the lines of a piece as texts of one rune for each.
func runes(a, b []item) (before, after []rune) {
	names := make(map[int]rune, len(a))
	name := func(items []item) []rune {
		out := make([]rune, len(items))
		for i, it := range items {
			r, known := names[it.line]
			if !known {
				r = rune(len(names) + 1)
				names[it.line] = r
			}
			out[i] = r
		}
		return out
	}
	return name(a), name(b)
}
