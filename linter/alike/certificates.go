package alike

import (
	"slices"
	"strings"

	"padlock/internal/nginx"
	"padlock/linter/rule"
)

// certificates reads the certificates and keys of all sites, several at a time,
// and sets those apart for which a server may staple other things than for the
// site that stands for them. (What else is to be said of a certificate is said of
// each: see rule.Rule.JudgesCopies.)
func (a *admission) certificates() {
	if a.config.Files == nil {
		return
	}
	for _, g := range a.groups {
		words := a.namedFiles(g)
		if len(words) == 0 {
			continue
		}
		facts := make([][]stapling, len(g.others)+1)
		parallel(len(facts), func(i int) {
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
		for i, other := range g.others {
			if !slices.Equal(facts[0], facts[i+1]) {
				a.setApart(other)
			}
		}
	}
}

// stapling is what a certificate says about the stapling of OCSP responses.
type stapling struct{ known, possible, demanded bool }

func staplingOf(file *rule.PEMFile) stapling {
	leaf, ok := file.Bundle.Leaf()
	if !ok || !file.Read || file.Fault != nil {
		return stapling{}
	}
	return stapling{true, len(leaf.OCSPServers) > 0, leaf.MustStaple}
}

// namedFiles are the words in a site's file that name certificates and keys with
// the site's name in their path.
func (a *admission) namedFiles(g *group) []string {
	var words []string
	add := func(text string) {
		if strings.Contains(text, g.judged.name) {
			words = append(words, text)
		}
	}
	if a.config.Nginx == nil {
		for item := range a.config.Apache.All() {
			if item.File() == g.judged.file && certificateDirectives[strings.ToLower(item.Name())] {
				for _, w := range item.Words() {
					add(w.Value)
				}
			}
		}
		return words
	}
	for _, t := range a.config.Nginx.Trees {
		if t.File == g.judged.file {
			t.Walk(func(d *nginx.Directive) bool {
				if certificateDirectives[d.Name] {
					for _, w := range d.Args() {
						add(w.Value)
					}
				}
				return true
			})
		}
	}
	return words
}

// certificateDirectives are those of both servers whose files are read.
var certificateDirectives = setOf("ssl_certificate ssl_certificate_key sslcertificatefile sslcertificatekeyfile sslcertificatechainfile")
