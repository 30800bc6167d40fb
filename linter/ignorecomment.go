package linter

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

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
	scope := lineScope(t.File, comment.Start)
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

// descriptionComments finds them in the descriptions of sites. They count for
// the line that they stand on, or for the next one with something on it.
func descriptionComments(p *processing) []ignoreComment {
	var comments []ignoreComment
	for _, f := range p.descriptions {
		if !mentionsIgnore(f) {
			continue
		}
		tokens, _ := hclsyntax.LexConfig(f.Data, f.Name, hcl.InitialPos)
		for _, token := range tokens {
			if token.Type != hclsyntax.TokenComment {
				continue
			}
			text := bytes.TrimRight(token.Bytes, "\r\n")
			kind := kindOfComment(bytes.TrimLeft(text, "/"))
			if kind == "" {
				continue
			}
			start := int32(token.Range.Start.Byte)
			c := ignoreComment{span: f.Span(source.Range{Start: start, End: start + int32(len(text))}), server: p.renderingOf(f).Target.Server}
			c.scope = source.Range{End: int32(len(f.Data))}
			if kind == ignoreWord {
				c.scope = lineScope(f, start)
			}
			comments = append(comments, c)
		}
	}
	return comments
}

// lineScope is the line of a comment that stands behind something, and the next
// line with a statement for one that stands alone.
func lineScope(f *source.File, comment int32) source.Range {
	line := f.Position(int(comment)).Line
	if before := f.Data[f.LineRange(line).Start:comment]; len(bytes.TrimSpace(before)) == 0 {
		line = nextStatement(f, line)
	}
	return f.LineRange(line)
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
