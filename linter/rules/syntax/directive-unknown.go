package syntax

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"padlock/internal/apache"
	"padlock/internal/apache/check"
	apachefacts "padlock/internal/apache/directives"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed directive-unknown.md
var directiveUnknownText string

// DirectiveUnknown finds names that no module of the server has.
var DirectiveUnknown = &rule.Rule{
	ID:       "directive-unknown",
	Title:    "No module of the server has a directive of this name",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/dirindex.html",
		"https://httpd.apache.org/docs/2.4/mod/directives.html",
	},
	Text: directiveUnknownText,
	Check: func(p *rule.Pass) {
		p.OnNginx(func(d *rule.NginxDirective) { reportNginx(p, d, nginxfacts.Unknown) })
		allKnown := p.Apache != nil && p.Complete && check.OwnModulesOnly(p.Apache)
		p.OnApache(func(d *rule.ApacheDirective) { unknownInApache(p, d, allKnown) })
	},
}

// unknownInApache reports a name that no module has. allKnown tells that there
// are no modules but the server's own, so that nothing else can define it.
func unknownInApache(p *rule.Pass, d *rule.ApacheDirective, allKnown bool) {
	if len(d.Facts()) > 0 || underForeignModule(d) {
		return
	}
	title := d.Title()
	if d.Opens() {
		title += ">"
	}
	if life, ok := apachefacts.LifeOf(title); ok && life.Removed != "" {
		// Known, but gone: directive-deprecated says so.
		return
	}
	suggestions := apachefacts.Suggest(title, d.Place())
	f := p.AtItem(d.Item, d.ArgumentRange(-1), fmt.Sprintf("unknown directive %q", title))
	switch {
	case len(suggestions) > 0:
		f.Help = "Did you mean " + strings.Join(suggestions, " or ") + "?"
	case allKnown:
		f.Help = "None of the modules that are loaded has it: check the spelling."
	default:
		f.Help = "No module of Apache that is known here has it: check the spelling, or load the module that provides it."
		// A module nobody here knows may define it; the server decides. What is
		// no name is no module's.
		f.Severity = source.Info
		if !directiveName().MatchString(d.Title()) {
			f.Severity = source.Warning
		}
	}
	if len(d.Conditions()) > 0 {
		f.Severity = max(f.Severity, source.Warning)
	}
	p.Report(f)
}

// directiveName is what names of directives are made of, in all modules known.
var directiveName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^<?[A-Za-z][A-Za-z0-9_]*$`) })

// underForeignModule tells that the directive is read only if a module is
// loaded that nobody here knows: then it is most likely that module's.
func underForeignModule(d *rule.ApacheDirective) bool {
	return slices.ContainsFunc(d.Conditions(), func(c apache.Condition) bool {
		_, known := apachefacts.FindModule(c.Subject)
		return c.Kind == apache.IfModule && !c.Negated && !known
	})
}
