package alike

import (
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/source"
)

// maxWord is how long a word or comment may be for sure: nginx reads 4096 bytes at
// once (ngx_conf_read_token).
const maxWord = 4000

// fits tells that with the longest name of the group each word and comment of the
// judged file is still as short as the server wants it.
func (g *group) fits(tree *nginx.Tree) bool {
	fits := func(at source.Range) bool {
		count := strings.Count(string(tree.File.Text(at)), g.judged.name)
		more := count * (g.longest - len(g.judged.name))
		if label := g.label(); label != "" {
			more += maxLabel * strings.Count(string(tree.File.Text(at)), label)
		}
		return int(at.Len())+more < maxWord
	}
	for _, at := range tree.Comments {
		if !fits(at) {
			return false
		}
	}
	ok := true
	tree.Walk(func(d *nginx.Directive) bool {
		for _, w := range d.Words {
			ok = ok && fits(w.Range)
		}
		return ok
	})
	return ok
}
