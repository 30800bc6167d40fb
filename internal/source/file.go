// Package source holds the bytes of configuration files and everything that
// points into them: ranges, positions, edits and diagnostics.
//
// Files come in through a Set, which reads each file once and never reads
// outside the roots it was given. Nothing here knows the language of a file.
package source

import (
	"bytes"
	"sort"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// Range is a half-open span of byte offsets, counted from 0, within one file.
type Range struct {
	Start, End int32
}

// Len is the number of bytes covered.
func (r Range) Len() int { return int(r.End - r.Start) }

// Contains tells whether the byte at offset lies within the range.
func (r Range) Contains(offset int32) bool { return r.Start <= offset && offset < r.End }

// Position is a place in a file as people and editors count it.
type Position struct {
	// Line counts from 1.
	Line int
	// Column counts Unicode code points from 1; a byte that is not valid
	// UTF-8 counts as one.
	Column int
	// Offset counts bytes from 0.
	Offset int
}

// File is a named sequence of bytes. It is immutable once made, and safe for
// concurrent use.
type File struct {
	// Name is the path as shown to the user and as written in findings.
	Name string
	// Data is the content exactly as stored: byte order mark, line ends and
	// invalid UTF-8 included.
	Data []byte
	// Hidden files are read to understand a configuration, but lie outside the
	// roots the user pointed at: their lines are never shown.
	Hidden bool

	once  sync.Once
	lines []int32 // offset of the first byte of each line
}

// NewFile wraps data, which must not change afterwards.
func NewFile(name string, data []byte) *File {
	return &File{Name: name, Data: data}
}

// String is Data without a copy: files are immutable, and of a large
// configuration a second copy of all would be a tenth of the memory.
func (f *File) String() string { return unsafe.String(unsafe.SliceData(f.Data), len(f.Data)) }

// Position finds the line and column of a byte offset. An offset beyond the
// end is the end of the file.
func (f *File) Position(offset int) Position {
	offset = max(0, min(offset, len(f.Data)))
	line := f.lineAt(offset)
	start := int(f.lines[line])
	return Position{
		Line:   line + 1,
		Column: utf8.RuneCount(f.Data[start:offset]) + 1,
		Offset: offset,
	}
}

// LineCount is the number of lines; text after the last line end counts as a
// line, and an empty file has one.
func (f *File) LineCount() int {
	f.index()
	return len(f.lines)
}

// Line returns line n, counted from 1, without its line end. A line that does
// not exist is empty. To show a line to the user, use Excerpt.
func (f *File) Line(n int) []byte {
	f.index()
	if n < 1 || n > len(f.lines) {
		return nil
	}
	end := len(f.Data)
	if n < len(f.lines) {
		end = int(f.lines[n])
	}
	line := bytes.TrimSuffix(f.Data[f.lines[n-1]:end], []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r"))
}

// Excerpt is line n as it may be shown to the user; ok is false, and the line
// empty, if nothing of the file may be shown, or the line does not exist.
// Whatever prints lines of files takes them from here.
func (f *File) Excerpt(n int) (line []byte, ok bool) {
	if f.Hidden || n < 1 || n > f.LineCount() {
		return nil, false
	}
	return f.Line(n), true
}

// LineRange is the range of line n, counted from 1, with its line end.
func (f *File) LineRange(n int) Range {
	f.index()
	if n < 1 || n > len(f.lines) {
		end := int32(len(f.Data))
		return Range{end, end}
	}
	end := int32(len(f.Data))
	if n < len(f.lines) {
		end = f.lines[n]
	}
	return Range{f.lines[n-1], end}
}

// Text is the bytes of a range of this file.
func (f *File) Text(r Range) []byte {
	return f.Data[r.Start:r.End]
}

// Span makes a range of this file stand on its own.
func (f *File) Span(r Range) Span { return Span{File: f, Range: r} }

func (f *File) lineAt(offset int) int {
	f.index()
	return sort.Search(len(f.lines), func(i int) bool { return int(f.lines[i]) > offset }) - 1
}

// index is made on demand: most files of a healthy tree never need positions.
func (f *File) index() {
	f.once.Do(func() {
		f.lines = make([]int32, 1, 1+bytes.Count(f.Data, []byte{'\n'}))
		for i, c := range f.Data {
			if c == '\n' && i+1 < len(f.Data) {
				f.lines = append(f.lines, int32(i+1))
			}
		}
	})
}

// Span is a range together with the file it lies in. The zero Span is "no
// place known".
type Span struct {
	File *File
	Range
}

// IsZero tells that no place is known.
func (s Span) IsZero() bool { return s.File == nil }

// Text is the bytes covered, nil for the zero Span.
func (s Span) Text() []byte {
	if s.File == nil {
		return nil
	}
	return s.File.Text(s.Range)
}

// StartPosition and EndPosition are the line and column of both ends.
func (s Span) StartPosition() Position { return s.File.Position(int(s.Start)) }

// EndPosition is the position just after the last byte covered.
func (s Span) EndPosition() Position { return s.File.Position(int(s.End)) }
