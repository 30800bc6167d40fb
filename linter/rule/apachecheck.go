package rule

import "padlock/internal/apache/check"

// ApacheProblems is what httpd holds against directives of an Apache
// configuration that belong together. It is found when the first rule of a
// category asks, and shared by all of them; it is for OnEnd.
func (p *Pass) ApacheProblems() []check.Problem {
	if !p.notes.hasApache {
		p.notes.hasApache = true
		p.notes.apache = check.Of(p.Apache, p.Complete).All()
	}
	return p.notes.apache
}
