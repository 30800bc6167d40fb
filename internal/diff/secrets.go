package diff

import (
	"cmp"
	"slices"
	"strings"

	"padlock/internal/apache"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// Secrets are the parts of a configuration's files that hold a secret, in order
// and without overlap: who prints lines of files leaves them out. Files that are
// included several times have them once.
func Secrets(c *rule.Config) []source.Span {
	var list []source.Span
	tell := func(s source.Span) { list = append(list, s) }
	if c.Nginx != nil {
		newUnit(serverOf(c), []*rule.Config{c}).root.eachSecret(tell)
	} else {
		for _, tree := range c.Apache.Files() {
			for n := range tree.Nodes() {
				if n.Kind() == apache.Directive || n.Kind() == apache.Section {
					secretsOfLine(n, tell)
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b source.Span) int {
		return cmp.Or(strings.Compare(a.File.Name, b.File.Name), cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	kept := list[:0]
	for _, s := range list {
		if n := len(kept); n == 0 || kept[n-1].File != s.File || kept[n-1].End <= s.Start {
			kept = append(kept, s)
		}
	}
	return kept
}

// eachSecret goes through the blocks of nginx, where what is around a line may
// make it a secret.
func (e *element) eachSecret(tell func(source.Span)) {
	for _, c := range e.open() {
		if c.nginx != nil && !c.nginx.Synthetic() {
			var words []string
			var ranges []source.Range
			for _, w := range c.nginx.Args() {
				words, ranges = append(words, w.Value), append(ranges, w.Range)
			}
			secretWordsOf(c.nginx.Tree.File, words, c.maskedWords(words), ranges, tell)
			if c.entry() && c.shownName() != c.name {
				tell(c.nginx.NameSpan())
			}
		}
		if c.block {
			c.eachSecret(tell)
		}
		if c.isHost() {
			c.release()
		}
	}
}

// secretsOfLine is for a line of Apache, whether httpd would come by it or not.
func secretsOfLine(n apache.Node, tell func(source.Span)) {
	list := n.Words()
	if n.Is("RewriteRule") || n.Is("RewriteCond") {
		list = n.RewriteWords()
	}
	var words []string
	var ranges []source.Range
	for _, w := range list {
		words, ranges = append(words, w.Value), append(ranges, w.Range)
	}
	secretWordsOf(n.File(), words, masked(strings.ToLower(n.Name()), words), ranges, tell)
}

// secretWordsOf tells of the words that are hidden; of words that are put
// together to be hidden it is all.
func secretWordsOf(file *source.File, words, hidden []string, ranges []source.Range, tell func(source.Span)) {
	for i, r := range ranges {
		if len(hidden) != len(words) || hidden[i] != words[i] {
			tell(file.Span(r))
		}
	}
}
