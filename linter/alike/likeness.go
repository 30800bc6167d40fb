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
	// label is the first one of the name. By itself it stands for the site too, in
	// paths and names of other things; empty if it is not one that is easily told
	// from other words.
	label string
}

func newSite(path string, file *source.File, name string) *site {
	label, _, _ := strings.Cut(name, ".")
	if len(label) < 3 || strings.Count(label, "-") >= maxParts || strings.Trim(label, "0123456789-") == "" {
		label = ""
	}
	return &site{path, file, name, label}
}

// place is where a file speaks of its site.
type place struct {
	start, end int32
	// whole tells that the whole name stands there, and not its first label.
	whole bool
}

// places are those of a site's file, in order.
func (s *site) places() []place {
	word := s.label
	if word == "" {
		word = s.name
	}
	var found []place
	data := s.file.Data
	for at := 0; ; {
		next := bytes.Index(data[at:], []byte(word))
		if next < 0 {
			return found
		}
		at += next
		switch {
		case bytes.HasPrefix(data[at:], []byte(s.name)):
			found = append(found, place{int32(at), int32(at + len(s.name)), true})
			at += len(s.name)
		case (at == 0 || !isAlphanumeric(data[at-1])) && (at+len(word) == len(data) || !isAlphanumeric(data[at+len(word)])):
			found = append(found, place{int32(at), int32(at + len(word)), false})
			at += len(word)
		default:
			at += len(word)
		}
	}
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
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
	at := int32(0)
	for _, p := range s.places() {
		h.Write(s.file.Data[at:p.start])
		mark := byte(0)
		if p.whole {
			mark = 1
		}
		h.WriteByte(mark)
		at = p.end
	}
	h.Write(s.file.Data[at:])
	labels := strings.Count(s.name, ".") + 1
	return kind{h.Sum64(), path.Dir(s.path), path.Ext(s.path), s.name[strings.LastIndexByte(s.name, '.')+1:], labels, vhost.PublicName(s.name)}
}

// alike tells that a file is another one with another name in it. places are those
// of the other one.
func (s *site) alike(other *site, places []place) bool {
	rest, at := s.file.Data, int32(0)
	for _, p := range places {
		before, word := other.file.Data[at:p.start], s.label
		if p.whole {
			word = s.name
		}
		if word == "" || !bytes.HasPrefix(rest, before) || !bytes.HasPrefix(rest[len(before):], []byte(word)) {
			return false
		}
		rest, at = rest[len(before)+len(word):], p.end
	}
	return bytes.Equal(rest, other.file.Data[at:])
}

// swap is what makes one site of another that is alike. It is a rule.Copy.
type swap struct {
	from, to *site
	places   []place // of from
	byLabel  bool
}

// File is the file of the site that it makes.
func (s *swap) File() *source.File { return s.to.file }

// Text is a text about the one site, about the other.
func (s *swap) Text(text string) string {
	if !s.byLabel {
		return strings.ReplaceAll(text, s.from.name, s.to.name)
	}
	parts := strings.Split(text, s.from.name)
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(part, s.from.label, s.to.label)
	}
	return strings.Join(parts, s.to.name)
}

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
	moved := offset
	for _, p := range s.places {
		length := int32(len(s.to.label))
		if p.whole {
			length = int32(len(s.to.name))
		}
		switch {
		case offset <= p.start:
			return moved
		case offset < p.end:
			return moved - (offset - p.start) + min(offset-p.start, length)
		}
		moved += length - (p.end - p.start)
	}
	return moved
}

// splits tells that an end of a span lies inside of the name, so that what it
// covers in the other file is a guess.
func (s *swap) splits(span source.Span) bool {
	if span.File != s.from.file {
		return false
	}
	for _, p := range s.places {
		for _, end := range []int32{span.Start, span.End} {
			if end > p.start && end < p.end {
				return true
			}
		}
	}
	return false
}
