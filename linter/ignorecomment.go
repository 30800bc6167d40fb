package linter

import (
	"bytes"
	"strings"

	"padlock/internal/apache"
	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

// ignoreComment is a comment that begins with padlock:ignore, and the bytes of
// its file that it is about.
type ignoreComment struct {
	span   source.Span
	server tlspolicy.Server
	scope  source.Range
}

// ignoreComments finds them in all files, each once.
func ignoreComments(configs []*rule.Config) []ignoreComment {
	var comments []ignoreComment
	seen := map[source.Span]bool{}
	add := func(c ignoreComment) {
		if !seen[c.span] {
			seen[c.span] = true
			comments = append(comments, c)
		}
	}
	for _, config := range configs {
		if config.Nginx != nil {
			for _, t := range config.Nginx.Trees {
				nginxComments(t, add)
			}
			continue
		}
		for _, t := range config.Apache.Files() {
			apacheComments(t, add)
		}
	}
	return comments
}

func nginxComments(t *nginx.Tree, add func(ignoreComment)) {
	if !mentionsIgnore(t.File) {
		return
	}
	for _, at := range t.Comments {
		kind := kindOfComment(t.File.Text(at))
		if kind == "" {
			continue
		}
		c := ignoreComment{span: t.File.Span(at), server: tlspolicy.Nginx, scope: t.Range}
		if kind == ignoreWord {
			c.scope = nginxScope(t, at)
		}
		add(c)
	}
}

// nginxScope is the line of a comment that stands behind something, and the
// next line with a directive for one that stands alone; with all lines of the
// directives that begin or end there.
func nginxScope(t *nginx.Tree, comment source.Range) source.Range {
	line := t.File.Position(int(comment.Start)).Line
	before := t.File.Data[t.File.LineRange(line).Start:comment.Start]
	if len(bytes.TrimSpace(before)) == 0 {
		line = nextStatement(t.File, line)
	}
	scope := t.File.LineRange(line)
	t.Walk(func(d *nginx.Directive) bool {
		head := source.Range{Start: d.Range.Start, End: max(d.HeadSpan().End, d.Terminator.End)}
		if head.Start < scope.End && head.End > scope.Start {
			scope.Start = min(scope.Start, head.Start)
			scope.End = max(scope.End, head.End)
		}
		return d.Range.End > scope.Start
	})
	return scope
}

func apacheComments(t *apache.Tree, add func(ignoreComment)) {
	if !mentionsIgnore(t.File) {
		return
	}
	for n := range t.Nodes() {
		if n.Kind() != apache.Comment {
			continue
		}
		kind := kindOfComment(t.File.Text(n.Range()))
		if kind == "" {
			continue
		}
		c := ignoreComment{span: n.Span(), server: tlspolicy.Apache, scope: source.Range{End: int32(len(t.File.Data))}}
		if kind == ignoreWord {
			c.scope = apacheScope(t, n)
		}
		add(c)
	}
}

// apacheScope is the next line that is neither blank nor a comment: Apache knows
// no comments behind a directive.
func apacheScope(t *apache.Tree, comment apache.Node) source.Range {
	for i := comment.Index() + 1; i < t.Len(); i++ {
		if n := t.Node(i); n.Kind() != apache.Comment && n.Kind() != apache.Blank {
			return n.Line()
		}
	}
	return source.Range{}
}

// kindOfComment is ignoreWord, ignoreFileWord, or empty for other comments.
func kindOfComment(comment []byte) string {
	text := strings.TrimLeft(string(comment[:min(len(comment), 100)]), "# \t")
	word := text
	if end := strings.IndexAny(text, " \t\r\n"); end >= 0 {
		word = text[:end]
	}
	if word == ignoreWord || word == ignoreFileWord {
		return word
	}
	return ""
}

// nextStatement is the number of the first line after a line that is neither
// blank nor a comment.
func nextStatement(f *source.File, line int) int {
	for line++; line < f.LineCount(); line++ {
		text := bytes.TrimSpace(f.Line(line))
		if len(text) > 0 && text[0] != '#' {
			break
		}
	}
	return line
}
