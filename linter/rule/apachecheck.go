package rule

import "padlock/internal/apache/check"

// ApacheProblems is what httpd holds against directives of an Apache
// configuration that belong together. It is found when the first rule asks, and
// shared by all rules.
func (p *Pass) ApacheProblems() []check.Problem {
	p.walk.apacheOnce.Do(func() { p.walk.apacheProblems = check.Of(p.Apache, p.Complete).All() })
	return p.walk.apacheProblems
}
