package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// writeJSON writes a value on lines of two spaces' indentation. Characters that
// could act on a terminal, or hide what stands beside them, are written as
// escapes, so that the text stays what it is and the output can be looked at.
func writeJSON(w io.Writer, value any) error {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(escapeInvisible(out.Bytes()))
	return err
}

// escapeInvisible escapes what encoding/json leaves as it is: C1 control
// characters, direction marks and other characters without a shape. Outside of
// strings JSON has none of them.
func escapeInvisible(data []byte) []byte {
	escaped := func(r rune) bool { return r >= 0x7f && !unicode.IsPrint(r) }
	if bytes.IndexFunc(data, escaped) < 0 {
		return data
	}
	var out bytes.Buffer
	for _, r := range string(data) {
		if !escaped(r) {
			out.WriteRune(r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(&out, "\\u%04x", unit)
		}
	}
	return out.Bytes()
}

// fixesInJSON are the fixes whose text JSON can carry: its strings are Unicode,
// and bytes that are not would be changed on the way into the file.
func fixesInJSON(f *rule.Finding) []rule.Fix {
	var fixes []rule.Fix
	for _, fix := range f.Fixes {
		valid := true
		for _, edit := range fix.Edits {
			valid = valid && utf8.ValidString(edit.Text)
		}
		if valid {
			fixes = append(fixes, fix)
		}
	}
	return fixes
}

// uriOf is a file's name as a URI reference (RFC 3986): relative to the current
// directory if the file lies below it.
func uriOf(f *source.File) (uri string, relative bool) {
	name := path.Clean(f.Name)
	segments := strings.Split(name, "/")
	for i, s := range segments {
		// A colon in the first segment would end a scheme.
		segments[i] = strings.ReplaceAll(url.PathEscape(s), ":", "%3A")
	}
	uri = strings.Join(segments, "/")
	if path.IsAbs(name) {
		return "file://" + uri, false
	}
	return uri, true
}

// firstRunes is at most n code points of a text, with an ellipsis if some are
// missing.
func firstRunes(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	runes := []rune(text)
	return string(runes[:n-1]) + "…"
}

// toolName is what the reports call the program that wrote them.
const toolName = "Padlock"

// bySeverity are the findings, worst first, otherwise in their order; for
// readers that show only the first ones.
func bySeverity(findings []rule.Finding) []*rule.Finding {
	sorted := make([]*rule.Finding, 0, len(findings))
	for _, s := range severities {
		for i := range findings {
			if findings[i].Severity == s {
				sorted = append(sorted, &findings[i])
			}
		}
	}
	return sorted
}

// severities are all of them, worst first.
var severities = []source.Severity{source.Error, source.Warning, source.Info}
