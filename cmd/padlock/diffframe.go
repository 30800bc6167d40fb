package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"padlock/internal/diff"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter"
	"padlock/linter/rule"
)

// frameName is what the main file would be called that includes rendered files.
const frameName = "padlock-frame"

// inFrame reads files of an output directory through a main file that includes
// them.
func (l *sideLoader) inFrame(ref *sideRef, request linter.Request, place outputPlace, names []string) (*loadedSide, error) {
	if len(names) == 0 {
		return &loadedSide{Side: diff.Side{Name: ref.name}, ref: ref, frame: &source.File{}}, nil
	}
	var main strings.Builder
	include, end, context := "include", ";", "http"
	if request.Server == tlspolicy.Apache {
		include, end, context = "Include", "", "server-config"
	}
	for _, name := range names {
		full, err := place.file(name)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&main, "%s %s%s\n", include, quotedPath(full), end)
	}
	frame, err := place.file(frameName)
	if err != nil {
		return nil, err
	}
	// The files are Padlock's own, not those of a server's root directory.
	request.StdinName, request.Context, request.Root = frame, context, ""
	return l.framed(ref, request, main.String())
}

// quotedPath is a name that both servers read as one word, and no pattern.
func quotedPath(name string) string {
	escaped := strings.NewReplacer(`\`, `\\\\`, `*`, `\\*`, `?`, `\\?`, `[`, `\\[`, `"`, `\"`).Replace(name)
	return `"` + escaped + `"`
}

// framed reads files that a main file of Padlock's own includes.
func (l *sideLoader) framed(ref *sideRef, request linter.Request, main string) (*loadedSide, error) {
	request.Paths, request.Stdin = []string{"-"}, io.Reader(strings.NewReader(main))
	side, err := l.lint(ref, request)
	if err != nil {
		return nil, err
	}
	for _, c := range side.Configs {
		side.frame = c.Sources()[0]
		for _, d := range c.Diagnostics() {
			if d.Subject.File == side.frame {
				return nil, fmt.Errorf("%s: %s", ref.name, d.Message)
			}
		}
	}
	side.Findings = slices.DeleteFunc(side.Findings, func(f rule.Finding) bool { return f.Subject.File == side.frame })
	return side, nil
}

// hideFrame takes Padlock's own main file out of the places of a comparison.
func (s *loadedSide) hideFrame(c *diff.Comparison) {
	if s.frame == nil {
		return
	}
	framed := func(span source.Span) bool { return span.File == s.frame }
	for _, list := range [][]diff.Change{c.Changes, c.Cosmetic} {
		for i := range list {
			for _, places := range []*[]diff.Place{&list[i].Old, &list[i].New} {
				*places = slices.DeleteFunc(slices.Clone(*places), func(p diff.Place) bool { return framed(p.Span) })
				for j := range *places {
					(*places)[j].Includes = slices.DeleteFunc(slices.Clone((*places)[j].Includes), framed)
				}
			}
		}
	}
	for _, list := range [][]rule.Finding{c.Introduced, c.Resolved} {
		for i := range list {
			list[i].Includes = slices.DeleteFunc(slices.Clone(list[i].Includes), framed)
		}
	}
}
