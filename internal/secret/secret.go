// Package secret hides what must not be shown in lines of configuration files:
// passwords, keys and credentials. It takes text, not a syntax tree: comments,
// files with syntax errors and values within values hold secrets too. What it
// does not know to be harmless beside a telling word it hides.
package secret

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Mask is what stands in the place of a secret.
const Mask = "***"

// value is a quoted text, which may have line ends, or a word. The bound keeps a
// quote that is not closed from hiding the rest of a file.
const value = `(?s:"(?:[^"\\]|\\.){0,1000}"?|'(?:[^'\\]|\\.){0,1000}'?|[^\s;"'<>]+)`

// patterns find secrets; each has one group, the secret. That of a value may be
// in quotes. They are made when the first text wants them: that takes longer than
// to lint a file.
var patterns = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		// Request headers that carry credentials: proxy_set_header Authorization "…",
		// RequestHeader set X-Api-Key …, and the like.
		regexp.MustCompile(`(?i)(?:^|[^\w-])(?:(?:proxy-)?authorization|cookie)["']?(?:[ \t]+|[ \t]*[=:][ \t]*)(` + value + `)`),
		regexp.MustCompile(`(?i)\b[\w-]*(?:api-?key|access-?key|secret-?key|private-?key|auth-?token|access-?token|private-?token|csrf-?token)["']?(?:[ \t]+|[ \t]*[=:][ \t]*)(` + value + `)`),
		// Directives, variables and parameters that are called what they are.
		regexp.MustCompile(`(?i)\b[\w.-]*(?:password|passwd|passphrase|credential|secret)s?["']?(?:[ \t]+|[ \t]*[=:][ \t]*)(` + value + `)`),
		regexp.MustCompile(`(?i)\bpass=(` + value + `)`),
		// "Basic dXNlcjpwYXNzd29yZA==", wherever it stands.
		regexp.MustCompile(`(?i)\b(?:basic|bearer)[ \t]+([A-Za-z0-9+/=._~-]{6,})`),
		// user:password@ in a URL.
		regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://([^/\s"'@;]+)@`),
		// Hashes of passwords, as in htpasswd files.
		regexp.MustCompile(`(\$(?:apr1|1|2[abxy]|5|6|y|7|argon2[id]{1,2})\$[^\s:"';]{4,})`),
		regexp.MustCompile(`(\{(?:SSHA|SHA|PLAIN)\}[^\s:"';]+)`),
	}
})

// pem is a private key, as far as it is there.
var pem = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----([^-]*)`)

// harmless are values that hide nothing: variables, paths of files, switches, and
// the words that follow a name in a sentence.
var harmless = regexp.MustCompile(`^(?:\$\{?\w+\}?|%\{[\w:.-]+\}[a-z]?|""|''|on|off|/[^\s]*|\*+|` +
	`is|are|was|were|has|have|may|can|cannot|must|needs|takes|changes|not|no|and|or|of|in|to|for|from|the|an?|with|without|that|which|added|removed|changed|moved|renamed|→|>)$`)

// telling are words beside which a secret may stand. Most texts have none, and
// the patterns need not be tried.
var telling = regexp.MustCompile(`(?i)auth|cookie|key|token|pass|secret|credential|basic|bearer|@|\$[0-9a-z]+\$|\{S?SHA\}|\{PLAIN\}`)

// Span is a part of a text, in bytes.
type Span struct{ Start, End int }

// spans are the secrets of a text, in order, apart from each other.
func spans(text []byte) []Span {
	if !telling.Match(text) {
		return nil
	}
	var found []Span
	for _, p := range patterns() {
		for _, at := range p.FindAllSubmatchIndex(text, -1) {
			s := unquoted(text, Span{at[2], at[3]})
			if s.Start < s.End && !harmless.Match(text[s.Start:s.End]) {
				found = append(found, s)
			}
		}
	}
	for _, at := range pem.FindAllSubmatchIndex(text, -1) {
		// Line by line, so that lines stay lines.
		start := at[2]
		for line := range bytes.Lines(text[at[2]:at[3]]) {
			trimmed := bytes.TrimSpace(line)
			if len(trimmed) > 0 {
				from := start + bytes.Index(line, trimmed)
				found = append(found, Span{from, from + len(trimmed)})
			}
			start += len(line)
		}
	}
	return merged(found)
}

// merged puts spans in order, those that touch together.
func merged(found []Span) []Span {
	slices.SortFunc(found, func(a, b Span) int { return a.Start - b.Start })
	merged := found[:0]
	for _, s := range found {
		if n := len(merged); n > 0 && s.Start <= merged[n-1].End {
			merged[n-1].End = max(merged[n-1].End, s.End)
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

func unquoted(text []byte, s Span) Span {
	if s.End > s.Start && (text[s.Start] == '"' || text[s.Start] == '\'') {
		quote := text[s.Start]
		s.Start++
		if s.End > s.Start && text[s.End-1] == quote {
			s.End--
		}
	}
	return s
}

// Text is a text with its secrets masked.
func Text(text string) string {
	found := spans([]byte(text))
	if len(found) == 0 {
		return text
	}
	var out strings.Builder
	at := 0
	for _, s := range found {
		out.WriteString(text[at:s.Start] + Mask)
		at = s.End
	}
	out.WriteString(text[at:])
	return out.String()
}

// Lines masks the secrets of a whole file, and those that are known besides, and
// gives its lines, with their line ends; masked tells which of them had one. As
// many lines come out as go in.
func Lines(text []byte, known []Span) (lines []string, masked []bool) {
	found := merged(slices.Concat(spans(text), known))
	start := 0
	for line := range bytes.Lines(text) {
		end := start + len(line)
		content := start + len(bytes.TrimRight(line, "\r\n"))
		var out strings.Builder
		at, hidden := start, false
		for len(found) > 0 && found[0].Start < end {
			s := found[0]
			out.Write(text[at:max(at, min(s.Start, content))])
			if s.Start < content {
				out.WriteString(Mask)
				hidden = true
			}
			if s.End > content {
				// A quoted value that goes on: what is left of it is in the next lines.
				at, found[0].Start = content, end
			} else {
				at = s.End
			}
			if s.End > end {
				break
			}
			found = found[1:]
		}
		out.Write(text[at:end])
		lines, masked = append(lines, out.String()), append(masked, hidden)
		start = end
	}
	return lines, masked
}
