package check

import (
	"bytes"

	"padlock/internal/nginx"
	"padlock/internal/nginx/directives"
	"padlock/internal/source"
)

// SwallowedLine tells that a directive goes on over the end of a line where a
// ";" is missing, so that the server takes the next line for more arguments: a
// word that begins a line is the name of a directive that may stand there. It
// returns the word that lacks the ";" and that name.
func SwallowedLine(n *nginx.Node, context directives.Context, target directives.Target) (last, next nginx.Word, ok bool) {
	if n.Synthetic() || n.InData() {
		return last, next, false
	}
	for i := 1; i < len(n.Words); i++ {
		word := n.Words[i]
		between := n.Tree.File.Text(source.Range{Start: n.Words[i-1].Range.End, End: word.Range.Start})
		if word.Quote != 0 || !bytes.ContainsRune(between, '\n') {
			continue
		}
		if _, found := target.Find(word.Value, context); found {
			return n.Words[i-1], word, true
		}
	}
	return last, next, false
}
