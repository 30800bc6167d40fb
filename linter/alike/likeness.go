package alike

import (
	"bytes"
	"hash/maphash"
	"path"
	"strings"

	"padlock/internal/source"
)

// site is a file that is about one name.
type site struct {
	path string // the server's
	file *source.File
	name string
}

// kind is what files that may be alike have in common. Files of one kind are
// compared byte by byte before they count as alike.
type kind struct {
	text uint64
	// directory and extension are of the path: what an include matches, and what
	// a settings file says, goes by them.
	directory, extension string
	// top is the name's last label, and labels is how many it has: what is said
	// of a name may depend on them.
	top    string
	labels int
}

// seed is one for the whole process, so that kinds can be compared.
var seed = maphash.MakeSeed()

func (s *site) kind() kind {
	var h maphash.Hash
	h.SetSeed(seed)
	name, rest := []byte(s.name), s.file.Data
	for {
		before, after, found := bytes.Cut(rest, name)
		h.Write(before)
		if !found {
			break
		}
		h.WriteByte(0)
		rest = after
	}
	labels := strings.Count(s.name, ".") + 1
	return kind{h.Sum64(), path.Dir(s.path), path.Ext(s.path), s.name[strings.LastIndexByte(s.name, '.')+1:], labels}
}

// alike tells that a file is another one with another name in it.
func (s *site) alike(other *site) bool {
	a, b := s.file.Data, other.file.Data
	for {
		at := bytes.Index(a, []byte(s.name))
		if at < 0 {
			return bytes.Equal(a, b)
		}
		if len(b) < at+len(other.name) || !bytes.Equal(a[:at], b[:at]) || string(b[at:at+len(other.name)]) != other.name {
			return false
		}
		a, b = a[at+len(s.name):], b[at+len(other.name):]
	}
}

// swap is what makes one site of another that is alike.
type swap struct {
	from, to *site
	// places are the offsets of from's name in from's file.
	places []int32
}

func newSwap(from, to *site) *swap {
	s := &swap{from: from, to: to}
	data := from.file.Data
	for at := 0; ; at += len(from.name) {
		next := bytes.Index(data[at:], []byte(from.name))
		if next < 0 {
			return s
		}
		at += next
		s.places = append(s.places, int32(at))
	}
}

// text is a text about the one site, about the other.
func (s *swap) text(text string) string { return strings.ReplaceAll(text, s.from.name, s.to.name) }

// offset is where a place of the one file is in the other; ok is false inside of
// a name, which may be longer or shorter there.
func (s *swap) offset(offset int32) (moved int32, ok bool) {
	longer := int32(len(s.to.name) - len(s.from.name))
	moved = offset
	for _, at := range s.places {
		if offset <= at {
			break
		}
		if offset < at+int32(len(s.from.name)) {
			return 0, false
		}
		moved += longer
	}
	return moved, true
}

// span is what a span of the one file is in the other; spans of other files stay
// as they are.
func (s *swap) span(span source.Span) (moved source.Span, ok bool) {
	if span.File != s.from.file {
		return span, true
	}
	start, ok := s.offset(span.Start)
	if !ok {
		return source.Span{}, false
	}
	end, ok := s.offset(span.End)
	return s.to.file.Span(source.Range{Start: start, End: end}), ok
}
