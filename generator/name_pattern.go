package generator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dlclark/regexp2"
	"github.com/hashicorp/hcl/v2"

	nginxwords "padlock/internal/nginx/directives"
	"padlock/internal/tlspolicy"
)

// isPattern tells that a name of a site is a regular expression, as nginx writes it
// (server_name).
func isPattern(name string) bool { return strings.HasPrefix(name, "~") }

// manyNames tells that a name of a site stands for several.
func manyNames(name string) bool { return isWildcard(name) || isPattern(name) }

// siteName canonicalises what a site is called: a host name, a wildcard or a pattern.
func siteName(s string) (string, error) {
	if isPattern(s) {
		return s, namePattern(s[1:])
	}
	return hostName(s)
}

// maxNamePattern is far below what nginx reads as one word.
const maxNamePattern = 1000

// namePattern checks a regular expression of server_name. Its named groups become
// variables of the whole configuration.
func namePattern(expression string) error {
	if len(expression) > maxNamePattern {
		return fmt.Errorf("the pattern is longer than %d bytes", maxNamePattern)
	}
	if strings.ContainsFunc(expression, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("%q: host names are of ASCII characters without white space, so this would never match; an international name is asked for in its ASCII form (xn--…)", "~"+expression)
	}
	compiled, err := regexp2.Compile(expression, regexp2.None)
	if err != nil || expression == "" {
		return fmt.Errorf(`%q is not a pattern that nginx understands; one is written "~^m[0-9]+[.]example[.]com$"`, "~"+expression)
	}
	var mistakes []string
	for _, group := range compiled.GetGroupNames() {
		if err := namedGroup(group); err != nil {
			mistakes = append(mistakes, err.Error())
		}
	}
	return joined(mistakes)
}

var variableName = pattern(`^[a-z_][a-z0-9_]{0,31}$`)

// namedGroup checks the name of a group, which is one of a variable. PCRE takes 32
// characters; nginx does not tell large letters from small ones.
func namedGroup(name string) error {
	lower := strings.ToLower(name)
	_, known := nginxwords.FindVariable(lower, nginxwords.Server)
	switch {
	case strings.Trim(name, "0123456789") == "":
		return nil // a group without a name
	case !variableName().MatchString(lower):
		return fmt.Errorf("the group %q has no name that a variable can have: letters, digits and _, 32 at most", name)
	case strings.HasPrefix(lower, "padlock_"):
		return fmt.Errorf("the group %q would be the variable $%s, and what is rendered has variables of its own that begin so; give it another name", name, lower)
	case known:
		return fmt.Errorf("the group %q would be the variable $%s, which nginx has already; give it another name", name, lower)
	}
	return nil
}

// plainPattern is a pattern as a part of the names of files and zones.
func plainPattern(name string) string {
	word := strings.Trim(notInFiles().ReplaceAllString(strings.ToLower(name), "-"), "-.")
	return "_pattern." + strings.Trim(word[:min(len(word), 40)], "-.") + "-" + shortHash(name)
}

var notInFiles = pattern(`[^a-z0-9]+`)

// title is what people are told of the site.
func (s *Site) title() Text {
	if isPattern(s.Name.Value) {
		return Text{plainPattern(s.Name.Value), s.Name.Range}
	}
	return s.Name
}

// numberPatterns gives the sites with patterns their turn among each other.
func numberPatterns(sites []*Site) {
	var turns []*Site
	for _, s := range sites {
		if s.rank() == patternRank {
			turns = append(turns, s)
		}
	}
	width := max(3, len(fmt.Sprint(len(turns))))
	for i, s := range turns {
		s.turn = fmt.Sprintf("%0*d-", width, i+1)
	}
}

// namePatterns checks the names of a site that are patterns, and takes out what is
// left out with a warning.
func (c *checker) namePatterns(s *Site) {
	s.Aliases = slices.DeleteFunc(s.Aliases, func(alias Text) bool {
		return isPattern(alias.Value) && !c.need(capNamePattern, "a pattern in aliases", alias.Range)
	})
	if isPattern(s.Name.Value) && !c.abilities.need(capNamePattern, s.Name.Range, "the name of the site as a pattern") && s.Unsupported == unsupportedWarn {
		c.report(hcl.DiagError, s.Name.Range, "Nothing is left of the site", "Without the pattern it has no name. Give it one, or leave it out with enabled = false.")
	}
	for _, name := range s.Names() {
		if !isPattern(name.Value) || c.target.Server == tlspolicy.Apache {
			continue
		}
		if example := looseName(name.Value[1:]); example != "" {
			c.report(hcl.DiagWarning, name.Range, "A pattern that is found within names",
				fmt.Sprintf("%q matches %q too. Begin it with ^ and end it with $, in every alternative.", name.Value, example))
		}
		if s.HTTPS() && s.TLS.Acquired != "" {
			c.certificateOfPattern(s, name)
		}
	}
}

// certificateOfPattern says what ACME cannot do for a pattern.
func (c *checker) certificateOfPattern(s *Site, name Text) {
	if name == s.Name {
		c.report(hcl.DiagError, name.Range, "A certificate for a pattern",
			"Certificates are for names and wildcards, so none can be asked for by this one, nor found by it. Write certificate and key, of a certificate whose wildcard covers the names.")
		return
	}
	c.report(hcl.DiagWarning, name.Range, "A pattern that no certificate is for",
		fmt.Sprintf("Certificates are for names and wildcards. The certificate of %s has to cover the names of %q, or browsers refuse the connection, redirects included.", s.Name.Value, name.Value))
}

// patternsTaken finds patterns whose names go to another site: nginx takes whole names
// first, then the longest wildcard, then the first pattern.
func (c *checker) patternsTaken(sites []*Site) {
	type taker struct {
		site    *Site
		pattern *regexp.Regexp
	}
	var earlier []taker
	wildcards := wildcardsOf(sites)
	for _, s := range sites {
		for _, name := range s.Names() {
			if !isPattern(name.Value) || len(earlier) > maxComparedPatterns {
				continue
			}
			compiled, example := exampleName(name.Value[1:])
			if compiled == nil {
				continue
			}
			over := wildcards.over(example, func(other *Site) bool { return other != s && other.sharesPort(s) })
			for _, e := range earlier {
				if over == nil && e.site != s && e.site.sharesPort(s) && e.pattern.MatchString(example) {
					over = e.site
				}
			}
			if example != "" && over != nil {
				c.report(hcl.DiagWarning, name.Range, "A pattern that another site goes before",
					fmt.Sprintf("nginx takes whole names first, then wildcards, then the first pattern of the description: %q, for example, goes to the site at %s.", example, over.Name.Range))
			}
			earlier = append(earlier, taker{s, compiled})
		}
	}
}

// maxComparedPatterns bounds the comparing of each pattern with those before it.
const maxComparedPatterns = 200

// sharesPort tells that two sites have a port in common.
func (s *Site) sharesPort(other *Site) bool {
	return s.Listen.HTTP == other.Listen.HTTP || s.Listen.HTTPS == other.Listen.HTTPS
}
