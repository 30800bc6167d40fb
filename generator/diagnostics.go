package generator

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

// Diagnostics are the mistakes and warnings of a description, together with
// the sources they point into.
type Diagnostics struct {
	List  hcl.Diagnostics
	Files map[string]*hcl.File
}

// HasErrors tells whether any of them forbids the use of the result.
func (d Diagnostics) HasErrors() bool { return d.List.HasErrors() }

// maxShown bounds how many diagnostics are written: one mistake in a mixin of
// ten thousand sites must not fill the screen.
const maxShown = 50

// Write shows every diagnostic with its source lines, errors first, each once,
// wrapped at width columns.
func (d Diagnostics) Write(w io.Writer, width int, color bool) error {
	list := unique(d.List)
	slices.SortStableFunc(list, compareDiagnostics)
	left := 0
	if len(list) > maxShown {
		left = len(list) - maxShown
		list = list[:maxShown]
	}
	if err := hcl.NewDiagnosticTextWriter(w, harmlessFiles(d.List, d.Files), uint(max(width, 0)), color).WriteDiagnostics(hideValues(list)); err != nil {
		return err
	}
	if left > 0 {
		_, err := fmt.Fprintf(w, "… and %d more.\n", left)
		return err
	}
	return nil
}

// compareDiagnostics puts errors first, then goes by place.
func compareDiagnostics(a, b *hcl.Diagnostic) int {
	place := func(d *hcl.Diagnostic) hcl.Range {
		if d.Subject == nil {
			return hcl.Range{}
		}
		return *d.Subject
	}
	return cmp.Or(
		cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(place(a).Filename, place(b).Filename),
		cmp.Compare(place(a).Start.Byte, place(b).Start.Byte),
	)
}

// unique drops repetitions: a mistake in a mixin shows once, not per site.
func unique(list hcl.Diagnostics) hcl.Diagnostics {
	type key struct {
		summary, detail, at string
	}
	seen := map[key]bool{}
	var out hcl.Diagnostics
	for _, d := range list {
		k := key{summary: d.Summary, detail: d.Detail}
		if d.Subject != nil {
			k.at = d.Subject.String()
		}
		if !seen[k] {
			seen[k] = true
			out = append(out, d)
		}
	}
	return out
}

// privateSource marks a diagnostic whose subject may hold a password.
type privateSource struct{}

// harmlessFiles are the files that diagnostics point into, with a question mark for
// each byte that a terminal would take for a command, and stars for texts that may be
// passwords. Ranges stay as they are.
func harmlessFiles(list hcl.Diagnostics, files map[string]*hcl.File) map[string]*hcl.File {
	out := map[string]*hcl.File{}
	for _, d := range list {
		if d.Subject == nil || out[d.Subject.Filename] != nil || files[d.Subject.Filename] == nil {
			continue
		}
		copied := *files[d.Subject.Filename]
		copied.Bytes = harmless(copied.Bytes)
		out[d.Subject.Filename] = &copied
	}
	for _, d := range list {
		if _, ok := d.Extra.(privateSource); ok && out[d.Subject.Filename] != nil {
			file := out[d.Subject.Filename]
			file.Bytes = withoutTexts(file.Bytes, *d.Subject)
		}
	}
	return out
}

// withoutTexts puts stars over the texts in a part of a file: of all that it says, if
// it holds lines of text (<<).
func withoutTexts(source []byte, at hcl.Range) []byte {
	out := bytes.Clone(source)
	part := out[min(at.Start.Byte, len(out)):min(at.End.Byte, len(out))]
	inside := bytes.Contains(part, []byte("<<"))
	lines := inside
	for i := 0; i < len(part); i++ {
		switch c := part[i]; {
		case c == '\n', c == '"' && lines:
		case c == '"':
			inside = !inside
		case inside:
			if c == '\\' && i+1 < len(part) {
				part[i] = '*'
				i++
			}
			part[i] = '*'
		}
	}
	return out
}

func harmless(text []byte) []byte {
	var out []byte
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 || unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' {
			if out == nil {
				out = bytes.Clone(text)
			}
			for j := range size {
				out[i+j] = '?'
			}
		}
		i += size
	}
	if out == nil {
		return text
	}
	return out
}

// hideValues removes the evaluated values that the HCL library would print
// beside an expression: they may come from sensitive variables.
func hideValues(list hcl.Diagnostics) hcl.Diagnostics {
	out := make(hcl.Diagnostics, len(list))
	for i, d := range list {
		copied := *d
		copied.Expression, copied.EvalContext = nil, nil
		copied.Summary, copied.Detail = string(harmless([]byte(d.Summary))), string(harmless([]byte(d.Detail)))
		out[i] = &copied
	}
	return out
}
