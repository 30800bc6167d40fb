package alike

import (
	"slices"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/parallel"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// certificates reads the certificates and keys of all sites, several at a time,
// and sets those apart for which a server may staple other things than for the
// site that stands for them. (What else is to be said of a certificate is said of
// each: see rule.Rule.JudgesCopies.)
func (a *admission) certificates() {
	if a.config.Files == nil {
		for _, g := range a.groups {
			g.unread = true
		}
		return
	}
	known := slices.ContainsFunc(a.certificateWords(nil), func(word string) bool { return staplingOf(a.config.PEM(word)).file })
	for _, g := range a.groups {
		words := slices.DeleteFunc(a.certificateWords(g.judged.file), func(word string) bool { return !g.speaks(word) })
		facts := make([][]stapling, len(g.others)+1)
		parallel.Do(len(facts), func(i int) {
			to := g.judged
			if i > 0 {
				to = g.others[i-1]
			}
			for _, word := range words {
				facts[i] = append(facts[i], staplingOf(a.config.PEM(g.swap(to).Text(word))))
			}
		})
		if slices.ContainsFunc(facts[0], func(s stapling) bool { return s.demanded }) {
			a.refuse(g)
			continue
		}
		g.unread = !known && !slices.ContainsFunc(slices.Concat(facts...), func(s stapling) bool { return s.file })
		for i, other := range g.others {
			if !slices.Equal(facts[0], facts[i+1]) {
				a.setApart(other)
			}
		}
	}
}

// stapling is what a certificate says about the stapling of OCSP responses.
type stapling struct {
	// file tells that something is known of the file at all.
	file                      bool
	known, possible, demanded bool
}

func staplingOf(file *rule.PEMFile) stapling {
	leaf, ok := file.Bundle.Leaf()
	if !ok || !file.Read || file.Fault != nil {
		return stapling{file: file.Read || file.Known || file.Fault != nil}
	}
	return stapling{true, true, len(leaf.OCSPServers) > 0, leaf.MustStaple}
}

// certificateWords are the words that name certificates and keys, in one file or in
// all that are read.
func (a *admission) certificateWords(in *source.File) []string {
	var words []string
	if a.config.Nginx == nil {
		for item := range a.config.Apache.All() {
			if (in == nil || item.File() == in) && certificateDirectives[strings.ToLower(item.Name())] {
				for _, w := range item.Words() {
					words = append(words, w.Value)
				}
			}
		}
		return words
	}
	for _, t := range a.config.Nginx.Trees {
		if in != nil && t.File != in {
			continue
		}
		t.Walk(func(d *nginx.Directive) bool {
			if certificateDirectives[d.Name] {
				for _, w := range d.Args() {
					words = append(words, w.Value)
				}
			}
			return true
		})
	}
	return words
}

// certificateDirectives are those of both servers whose files are read.
var certificateDirectives = setOf("ssl_certificate ssl_certificate_key sslcertificatefile sslcertificatekeyfile sslcertificatechainfile")
