package report

import (
	"fmt"
	"io"
	"strings"

	"padlock/internal/diff"
	"padlock/internal/secret"
	"padlock/internal/source"
)

// Diff is what a change means, and the files that changed.
type Diff struct {
	*diff.Comparison
	// Version is Padlock's.
	Version string
	// Files are the files of both sides, in the order of their names.
	Files []DiffFile
	// Sites are the names of the sites that both sides have.
	Sites []string
	// ShowCosmetic also tells differences without meaning.
	ShowCosmetic bool
}

// DiffFile is a file of both sides, or of one, and then the other is nil. Their
// names are those of a patch.
type DiffFile struct {
	Old, New *source.File
	// OldSecrets and NewSecrets are parts of them that are not to be shown, beside
	// what tells by itself that it is a secret.
	OldSecrets, NewSecrets []secret.Span
}

// DiffFormat is one way to write a Diff.
type DiffFormat interface {
	// WriteDiff writes all of it; of equal sides a format for people writes
	// nothing.
	WriteDiff(w io.Writer, d *Diff) error
}

// diffFormats are the ways to write a diff, by the name that users give.
var diffFormats = []struct {
	name string
	make func(Options) DiffFormat
}{
	{"text", func(o Options) DiffFormat { return diffText{o} }},
	{"unified", func(o Options) DiffFormat { return diffUnified{o} }},
	{"json", func(Options) DiffFormat { return diffJSON{} }},
	{"markdown", func(Options) DiffFormat { return diffMarkdown{} }},
}

// DiffNames are the names of all formats for diffs.
func DiffNames() []string {
	names := make([]string, len(diffFormats))
	for i, f := range diffFormats {
		names[i] = f.name
	}
	return names
}

// LookupDiff finds a format for diffs by its name.
func LookupDiff(name string, options Options) (DiffFormat, error) {
	for _, f := range diffFormats {
		if f.name == name {
			return f.make(options), nil
		}
	}
	return nil, fmt.Errorf("there is no format %q: it is one of %s", name, strings.Join(DiffNames(), ", "))
}

// risks are all of them, highest first.
var risks = []diff.Risk{diff.High, diff.Medium, diff.Low}

// Count is how many changes have a risk.
func (d *Diff) Count(risk diff.Risk) int {
	n := 0
	for i := range d.Changes {
		if d.Changes[i].Risk == risk {
			n++
		}
	}
	return n
}

// Summary is the outcome in half a sentence: "3 changes (1 high, 2 low), 1 new
// finding".
func (d *Diff) Summary() string {
	var parts []string
	if n := len(d.Changes); n > 0 {
		var counts []string
		for _, r := range risks {
			if n := d.Count(r); n > 0 {
				counts = append(counts, fmt.Sprintf("%d %s", n, r))
			}
		}
		parts = append(parts, fmt.Sprintf("%s (%s)", counted(n, "change"), strings.Join(counts, ", ")))
	} else {
		parts = append(parts, "no change of meaning")
	}
	if n := len(d.Introduced); n > 0 {
		part := counted(n, "new finding")
		if errors := d.newErrors(); errors > 0 {
			part += " (" + counted(errors, "error") + ")"
		}
		parts = append(parts, part)
	}
	if n := len(d.Resolved); n > 0 {
		parts = append(parts, counted(n, "resolved finding"))
	}
	return strings.Join(parts, ", ")
}

func (d *Diff) newErrors() int {
	n := 0
	for i := range d.Introduced {
		if d.Introduced[i].Severity == source.Error {
			n++
		}
	}
	return n
}

// counted is "1 change" or "2 changes".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// untouched is how many sites of both sides no change is about.
func (d *Diff) untouched() int {
	touched := map[string]bool{}
	for i := range d.Changes {
		for _, site := range d.Changes[i].Sites {
			touched[site] = true
		}
	}
	n := 0
	for _, site := range d.Sites {
		if !touched[site] {
			n++
		}
	}
	return n
}
