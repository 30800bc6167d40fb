package main

import (
	"bytes"
	"cmp"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"padlock/generator"
	"padlock/generator/outdir"
	"padlock/internal/patch"
	"padlock/internal/source"
)

// causes finds the parts of a description that rendered text comes from.
type causes struct {
	// rendered are the files by their names, and order is these.
	rendered map[string]generator.File
	order    []string
	// described are the files of the description, parsed the same.
	described map[string]*source.File
	parsed    map[string]*hcl.File
	// edited are the lines that the other side's description does not have; nil if
	// there is none.
	edited map[string][]source.Span
	// ofSite are those within the block of a site, shared the others.
	ofSite map[*hclsyntax.Block][]source.Span
	shared []source.Span
}

func newCauses(rendered []generator.File, parsed map[string]*hcl.File) *causes {
	c := &causes{rendered: map[string]generator.File{}, described: map[string]*source.File{}, parsed: parsed}
	for _, f := range rendered {
		c.rendered[f.Name], c.order = f, append(c.order, f.Name)
	}
	for name, f := range parsed {
		c.described[name] = source.NewFile(name, f.Bytes)
	}
	return c
}

// findEdits finds the lines in which two descriptions differ, file by file;
// two of one file are compared whatever they are called.
func findEdits(old, new *causes) {
	old.edited, new.edited = map[string][]source.Span{}, map[string][]source.Span{}
	for name, f := range old.described {
		for other, g := range new.described {
			if filepath.Base(name) != filepath.Base(other) && (len(old.described) > 1 || len(new.described) > 1) {
				continue
			}
			before, after := 1, 1 // the numbers of the next lines
			for _, l := range patch.Lines(f.Data, g.Data) {
				switch {
				case l.Kind == patch.Removed && saysSomething(l.Text):
					old.edited[name] = append(old.edited[name], lineOf(f, before))
				case l.Kind == patch.Added && saysSomething(l.Text):
					new.edited[other] = append(new.edited[other], lineOf(g, after))
				}
				if l.Kind != patch.Added {
					before++
				}
				if l.Kind != patch.Removed {
					after++
				}
			}
		}
	}
	old.sort()
	new.sort()
}

// saysSomething is false for lines that change nothing by themselves.
func saysSomething(line string) bool {
	text := bytes.TrimSpace([]byte(line))
	return len(bytes.Trim(text, "{}[]() ")) > 0 && text[0] != '#' && !bytes.HasPrefix(text, []byte("//"))
}

func lineOf(f *source.File, n int) source.Span {
	at := f.LineRange(n)
	at.End = at.Start + int32(len(f.Line(n)))
	return f.Span(at)
}

// of is diff.Side.Causes: the words of the description that rendered text is made
// of, and if these are the same on the other side, or not known, the lines that
// differ in the blocks it comes from. Without another description it is what is
// known.
func (c *causes) of(at source.Span) []source.Span {
	if at.IsZero() {
		return nil
	}
	f, within, known := c.renderedAt(at)
	if !known {
		return nil
	}
	var all, changed []source.Span
	for _, r := range f.CausesOf(within) {
		file := c.described[r.Filename]
		if file == nil {
			continue
		}
		span := file.Span(source.Range{Start: int32(r.Start.Byte), End: int32(r.End.Byte)})
		all = append(all, span)
		if !isHead(f, r) && slices.ContainsFunc(c.edited[r.Filename], func(line source.Span) bool { return overlap(line, span) }) {
			changed = append(changed, span)
		}
	}
	if len(changed) > 0 {
		return changed
	}
	if related := c.related(all); len(related) > 0 {
		return related
	}
	return all
}

// renderedAt is the rendered file that a place lies in, and where in it. Sealing
// has put a line below the first one, and the layout single has put all files into
// one; where the layout modular has taken lines out, it is all of the file.
func (c *causes) renderedAt(at source.Span) (f generator.File, within source.Range, known bool) {
	within = at.Range
	shift := func(n int) {
		if within.Start > 0 {
			within.Start, within.End = max(0, within.Start-int32(n)), max(0, within.End-int32(n))
		}
	}
	sealed := len(outdir.Seal([]byte(outdir.Marker+"\n"))) - len(outdir.Marker+"\n")
	f, known = c.rendered[filepath.Base(at.File.Name)]
	if known {
		switch len(at.File.Data) - len(f.Content) {
		case 0:
		case sealed:
			shift(sealed)
		default:
			within = source.Range{End: int32(len(f.Content))}
		}
		return f, within, true
	}
	if filepath.Base(at.File.Name) != singleFile {
		return f, within, false
	}
	shift(sealed)
	for _, name := range c.order {
		f = c.rendered[name]
		if n := len(f.Content) + 1; int(within.Start) >= n {
			shift(n)
			continue
		}
		return f, within, int(within.Start) <= len(f.Content)
	}
	return f, within, false
}

// isHead tells that a range is the head of the block of the whole file.
func isHead(f generator.File, r hcl.Range) bool {
	return slices.ContainsFunc(f.Causes, func(c generator.Cause) bool {
		return c.From == r && c.Start == 0 && int(c.End) == len(f.Content)
	})
}

func overlap(a, b source.Span) bool { return a.Start < b.End && b.Start < a.End }

// maxRelated bounds how many lines are named that may be the cause.
const maxRelated = 20

// related are the edited lines within the sites' blocks of some places, and those
// outside of all sites: they hold for every site.
func (c *causes) related(places []source.Span) []source.Span {
	found := slices.Clone(c.shared)
	for i, p := range places {
		if b := c.siteAt(p); b != nil && !slices.ContainsFunc(places[:i], func(q source.Span) bool { return c.siteAt(q) == b }) {
			found = append(found, c.ofSite[b]...)
		}
	}
	slices.SortFunc(found, func(a, b source.Span) int {
		return cmp.Or(strings.Compare(a.File.Name, b.File.Name), cmp.Compare(a.Start, b.Start))
	})
	return found[:min(len(found), maxRelated)]
}

// sort tells edited lines within the blocks of sites from those outside.
func (c *causes) sort() {
	c.ofSite = map[*hclsyntax.Block][]source.Span{}
	for _, lines := range c.edited {
		for _, line := range lines {
			if b := c.siteAt(line); b != nil {
				c.ofSite[b] = append(c.ofSite[b], line)
			} else {
				c.shared = append(c.shared, line)
			}
		}
	}
}

// siteAt is the site's block that a place lies in; nil for none.
func (c *causes) siteAt(at source.Span) *hclsyntax.Block {
	body, ok := c.parsed[at.File.Name].Body.(*hclsyntax.Body)
	if !ok {
		return nil
	}
	i := sort.Search(len(body.Blocks), func(i int) bool { return body.Blocks[i].CloseBraceRange.End.Byte > int(at.Start) })
	if i == len(body.Blocks) || body.Blocks[i].Type != "site" || body.Blocks[i].Range().Start.Byte >= int(at.End) {
		return nil
	}
	return body.Blocks[i]
}
