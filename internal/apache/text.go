package apache

import (
	"padlock/internal/source"
)

// text is what httpd makes of some bytes of a file: lines joined, variables
// and macro arguments put in. It remembers where each byte came from.
type text struct {
	s string
	// parts tile s. Nil means that s is a plain copy of the bytes from base on.
	parts []part
	base  int32
}

// part is a piece of a text and the source bytes it stands for.
type part struct {
	at   int32 // offset of the piece in the text; it runs to the next part
	from source.Range
	// copied pieces are the source bytes themselves; others replace them.
	copied bool
}

// slice is a piece of the text with its origin kept.
func (t text) slice(from, to int) text {
	if t.parts == nil {
		return text{s: t.s[from:to], base: t.base + int32(from)}
	}
	if from == to {
		r := t.origin(from, to)
		return text{s: "", base: r.Start}
	}
	var out []part
	for i, p := range t.parts {
		end := t.partEnd(i)
		if end <= from || int(p.at) >= to {
			continue
		}
		if int(p.at) < from {
			if p.copied {
				p.from.Start += int32(from) - p.at
			}
			p.at = int32(from)
		}
		if end > to && p.copied {
			p.from.End -= int32(end - to)
		}
		p.at -= int32(from)
		out = append(out, p)
	}
	if len(out) == 1 && out[0].copied {
		return text{s: t.s[from:to], base: out[0].from.Start}
	}
	return text{s: t.s[from:to], parts: out}
}

// origin is the source range that the bytes from..to of the text came from.
func (t text) origin(from, to int) source.Range {
	if t.parts == nil {
		return source.Range{Start: t.base + int32(from), End: t.base + int32(to)}
	}
	first := t.partAt(from)
	start := t.parts[first].from.Start
	if t.parts[first].copied {
		start = min(start+int32(from)-t.parts[first].at, t.parts[first].from.End)
	}
	if from == to {
		return source.Range{Start: start, End: start}
	}
	last := t.partAt(to - 1)
	end := t.parts[last].from.End
	if t.parts[last].copied {
		end = t.parts[last].from.Start + int32(to) - t.parts[last].at
	}
	return source.Range{Start: start, End: max(start, end)}
}

// verbatim tells whether the bytes from..to stand in the source as they are,
// so that an edit there changes exactly them.
func (t text) verbatim(from, to int) bool {
	if t.parts == nil {
		return true
	}
	if from == to {
		return t.parts[t.partAt(from)].copied
	}
	first, last := t.partAt(from), t.partAt(to-1)
	return first == last && t.parts[first].copied
}

// partAt is the index of the part that covers offset.
func (t text) partAt(offset int) int {
	lo, hi := 0, len(t.parts)-1
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if int(t.parts[mid].at) <= offset {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return lo
}

func (t text) partEnd(i int) int {
	if i+1 < len(t.parts) {
		return int(t.parts[i+1].at)
	}
	return len(t.s)
}

// builder puts a text together from pieces.
type builder struct {
	s     []byte
	parts []part
}

// copy appends bytes of t as they are.
func (b *builder) copy(t text, from, to int) {
	if from == to {
		return
	}
	at := int32(len(b.s))
	b.s = append(b.s, t.s[from:to]...)
	if t.parts == nil {
		b.add(part{at: at, from: t.origin(from, to), copied: true})
		return
	}
	for _, p := range t.slice(from, to).normal() {
		p.at += at
		b.add(p)
	}
}

// replace appends s in place of the bytes from..to of t.
func (b *builder) replace(t text, from, to int, s string) {
	if s == "" {
		return
	}
	b.add(part{at: int32(len(b.s)), from: t.origin(from, to)})
	b.s = append(b.s, s...)
}

func (b *builder) add(p part) {
	if n := len(b.parts); n > 0 {
		last := &b.parts[n-1]
		if last.copied && p.copied && last.from.End == p.from.Start {
			last.from.End = p.from.End
			return
		}
	}
	b.parts = append(b.parts, p)
}

// last is the last byte so far, 0 if there is none.
func (b *builder) last() byte {
	if len(b.s) == 0 {
		return 0
	}
	return b.s[len(b.s)-1]
}

// drop takes back the last byte, which was copied.
func (b *builder) drop() {
	b.s = b.s[:len(b.s)-1]
	last := &b.parts[len(b.parts)-1]
	if last.from.End--; last.from.End == last.from.Start {
		b.parts = b.parts[:len(b.parts)-1]
	}
}

func (b *builder) text(base int32) text {
	if len(b.parts) == 0 {
		return text{base: base}
	}
	if len(b.parts) == 1 && b.parts[0].copied {
		return text{s: string(b.s), base: b.parts[0].from.Start}
	}
	return text{s: string(b.s), parts: b.parts}
}

// normal is the parts of a text, made up for a plain copy.
func (t text) normal() []part {
	if t.parts != nil || t.s == "" {
		return t.parts
	}
	return []part{{from: t.origin(0, len(t.s)), copied: true}}
}
