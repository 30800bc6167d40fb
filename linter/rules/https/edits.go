package https

import (
	"slices"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/source"
)

// listensWith are the listen directives of a server that stand in the file of
// the server itself and have a parameter.
func listensWith(server *nginx.Node, parameter string) []*nginx.Node {
	var list []*nginx.Node
	for _, n := range server.Children {
		if n.Name == "listen" && wordAt(n, parameter) > 1 {
			list = append(list, n)
		}
	}
	return list
}

// wordAt is the index of a parameter among a directive's words; -1 if it has
// none.
func wordAt(n *nginx.Node, parameter string) int {
	return slices.IndexFunc(n.Words, func(w nginx.Word) bool { return w.Value == parameter })
}

// after is the place behind a directive and its semicolon.
func after(n *nginx.Node) source.Span {
	end := n.Span().End
	return n.SpanOf(source.Range{Start: end, End: end})
}

// indentOf is the white space in front of a directive, if nothing else stands
// in its line before it.
func indentOf(n *nginx.Node) string {
	at := n.Span()
	before := string(at.File.Data[:at.Start])
	line := before[strings.LastIndexByte(before, '\n')+1:]
	if strings.TrimSpace(line) != "" {
		return ""
	}
	return line
}
