package linter_test

import (
	"math/rand/v2"
	"slices"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/source"
)

// mutation is one kind of small mistake; it returns false when the file has no
// place for it.
type mutation struct {
	name string
	do   func(*nginxMutator) bool
}

// nginxMutations are drawn with equal chances.
var nginxMutations = []mutation{
	{"delete a word", (*nginxMutator).deleteWord},
	{"duplicate a word", (*nginxMutator).duplicateWord},
	{"swap two words", (*nginxMutator).swapWords},
	{"misspell a word", (*nginxMutator).misspell},
	{"drop a semicolon", (*nginxMutator).dropSemicolon},
	{"double a semicolon", (*nginxMutator).doubleSemicolon},
	{"drop a brace", (*nginxMutator).dropBrace},
	{"double a brace", (*nginxMutator).doubleBrace},
	{"move a directive", (*nginxMutator).move},
	{"wrong value", (*nginxMutator).wrongValue},
	{"extra argument", (*nginxMutator).extraArgument},
	{"duplicate a directive", (*nginxMutator).duplicateDirective},
	{"delete a directive", (*nginxMutator).deleteDirective},
}

// nginxMutator makes one mistake in a file.
type nginxMutator struct {
	random     *rand.Rand
	text       string
	directives []*nginx.Directive
	edited     string
}

// mutateNginx makes one mistake in a file that has directives.
func mutateNginx(random *rand.Rand, text string) (edited, kind string) {
	m := &nginxMutator{random: random, text: text}
	nginx.Parse(source.NewFile("mutant", []byte(text))).Walk(func(d *nginx.Directive) bool {
		m.directives = append(m.directives, d)
		return true
	})
	for {
		mutation := nginxMutations[random.IntN(len(nginxMutations))]
		if mutation.do(m) && m.edited != text {
			return m.edited, mutation.name
		}
	}
}

// replace puts text in the place of a range.
func (m *nginxMutator) replace(at source.Range, text string) bool {
	m.edited = m.text[:at.Start] + text + m.text[at.End:]
	return true
}

func (m *nginxMutator) raw(at source.Range) string { return m.text[at.Start:at.End] }

func pick[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

func (m *nginxMutator) directive() *nginx.Directive { return pick(m.random, m.directives) }

// word picks any word of any directive.
func (m *nginxMutator) word() nginx.Word { return pick(m.random, m.directive().Words) }

func (m *nginxMutator) deleteWord() bool { return m.replace(m.word().Range, "") }

func (m *nginxMutator) duplicateWord() bool {
	w := m.word()
	return m.replace(w.Range, m.raw(w.Range)+" "+m.raw(w.Range))
}

func (m *nginxMutator) swapWords() bool {
	d := m.directive()
	if len(d.Words) < 2 {
		return false
	}
	i := m.random.IntN(len(d.Words) - 1)
	a, b := d.Words[i].Range, d.Words[i+1].Range
	return m.replace(source.Range{Start: a.Start, End: b.End}, m.raw(b)+m.text[a.End:b.Start]+m.raw(a))
}

// misspell leaves out, doubles, swaps or changes one character within a word.
func (m *nginxMutator) misspell() bool {
	w := m.word()
	text := []byte(m.raw(w.Range))
	if len(text) < 2 {
		return false
	}
	i := m.random.IntN(len(text))
	switch m.random.IntN(4) {
	case 0:
		text = slices.Delete(text, i, i+1)
	case 1:
		text = slices.Insert(text, i, text[i])
	case 2:
		j := (i + 1) % len(text)
		text[i], text[j] = text[j], text[i]
	case 3:
		text[i] = byte('a' + m.random.IntN(26))
	}
	return m.replace(w.Range, string(text))
}

func (m *nginxMutator) dropSemicolon() bool {
	d := m.directive()
	return !d.HasBlock && m.replace(d.Terminator, "")
}

func (m *nginxMutator) doubleSemicolon() bool {
	d := m.directive()
	return !d.HasBlock && m.replace(d.Terminator, ";;")
}

func (m *nginxMutator) brace() (source.Range, bool) {
	d := m.directive()
	if !d.HasBlock {
		return source.Range{}, false
	}
	return pick(m.random, []source.Range{d.Terminator, d.Close}), true
}

func (m *nginxMutator) dropBrace() bool {
	at, ok := m.brace()
	return ok && m.replace(at, "")
}

func (m *nginxMutator) doubleBrace() bool {
	at, ok := m.brace()
	return ok && m.replace(at, m.raw(at)+m.raw(at))
}

// move takes a directive out and puts it into another block, or outside all.
func (m *nginxMutator) move() bool {
	d := m.directive()
	places := []int32{int32(len(m.text))}
	for _, other := range m.directives {
		outside := other.Range.Start < d.Range.Start || other.Range.Start >= d.Range.End
		if other.HasBlock && other != d.Parent && outside {
			places = append(places, other.Terminator.End)
		}
	}
	at, moved := pick(m.random, places), m.raw(d.Range)
	if at >= d.Range.End {
		m.edited = m.text[:d.Range.Start] + m.text[d.Range.End:at] + "\n" + moved + "\n" + m.text[at:]
	} else {
		m.edited = m.text[:at] + "\n" + moved + "\n" + m.text[at:d.Range.Start] + m.text[d.Range.End:]
	}
	return true
}

var (
	wrongFlags  = []string{"yes", "no", "true", "false", "1", "0", "On", "OFF", "onn", "enabled", "none", `""`}
	wrongValues = []string{"-1", "0", "1.5", "10x", "5 m", "99999999999999999999", "auto", "default", "10kb", "2h", "1d", "$", "$nothing", `""`, "256"}
)

// wrongValue puts something else in the place of an argument: of a flag if the
// argument is one.
func (m *nginxMutator) wrongValue() bool {
	d := m.directive()
	if len(d.Words) < 2 {
		return false
	}
	w := pick(m.random, d.Words[1:])
	if w.Value == "on" || w.Value == "off" {
		return m.replace(w.Range, pick(m.random, wrongFlags))
	}
	if strings.ContainsAny(w.Value, "0123456789") || m.random.IntN(3) == 0 {
		return m.replace(w.Range, pick(m.random, wrongValues))
	}
	return m.replace(w.Range, m.raw(m.word().Range))
}

func (m *nginxMutator) extraArgument() bool {
	d := m.directive()
	last := d.Words[len(d.Words)-1].Range
	extra := pick(m.random, []string{"on", "off", "extra", "1", "10m", "$host", `"two words"`, "a=b", "default"})
	return m.replace(last, m.raw(last)+" "+extra)
}

func (m *nginxMutator) duplicateDirective() bool {
	d := m.directive()
	return m.replace(d.Range, m.raw(d.Range)+"\n"+m.raw(d.Range))
}

func (m *nginxMutator) deleteDirective() bool { return m.replace(m.directive().Range, "") }
