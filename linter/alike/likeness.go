package alike

import (
	"bytes"
	"hash/maphash"
	"path"
	"strings"

	"padlock/internal/source"
	"padlock/internal/vhost"
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
	// public tells that the name can be one of the public internet.
	public bool
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
	return kind{h.Sum64(), path.Dir(s.path), path.Ext(s.path), s.name[strings.LastIndexByte(s.name, '.')+1:], labels, vhost.PublicName(s.name)}
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

// places are the offsets of the site's name in its file.
func (s *site) places() []int32 {
	var places []int32
	data := s.file.Data
	for at := 0; ; at += len(s.name) {
		next := bytes.Index(data[at:], []byte(s.name))
		if next < 0 {
			return places
		}
		at += next
		places = append(places, int32(at))
	}
}

// swap is what makes one site of another that is alike. It is a rule.Copy.
type swap struct {
	from, to *site
	// places are those of from.
	places []int32
}

// File is the file of the site that it makes.
func (s *swap) File() *source.File { return s.to.file }

// Text is a text about the one site, about the other.
func (s *swap) Text(text string) string { return strings.ReplaceAll(text, s.from.name, s.to.name) }

// Span is what a span of the one file is in the other; spans of other files stay
// as they are.
func (s *swap) Span(span source.Span) source.Span {
	if span.File != s.from.file {
		return span
	}
	return s.to.file.Span(source.Range{Start: s.offset(span.Start), End: s.offset(span.End)})
}

// offset is where a place of the one file is in the other: inside of a name, which
// may be shorter there, the same letter or the end.
func (s *swap) offset(offset int32) int32 {
	from, to := int32(len(s.from.name)), int32(len(s.to.name))
	moved := offset
	for _, at := range s.places {
		if offset <= at {
			break
		}
		if offset < at+from {
			return min(moved, moved-offset+at+to)
		}
		moved += to - from
	}
	return moved
}

// splits tells that an end of a span lies inside of the name, so that what it
// covers in the other file is a guess.
func (s *swap) splits(span source.Span) bool {
	if span.File != s.from.file {
		return false
	}
	for _, at := range s.places {
		for _, end := range []int32{span.Start, span.End} {
			if end > at && end < at+int32(len(s.from.name)) {
				return true
			}
		}
	}
	return false
}
