package syntax

import (
	_ "embed"
	"fmt"
	"slices"

	"padlock/internal/apache"
	apachefacts "padlock/internal/apache/directives"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed module-missing.md
var moduleMissingText string

// ModuleMissing finds directives of modules that the configuration does not
// load. It speaks only where the configuration says which modules there are.
var ModuleMissing = &rule.Rule{
	ID:       "module-missing",
	Title:    "The module that the directive belongs to is not loaded",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/ngx_core_module.html#load_module",
		"https://httpd.apache.org/docs/2.4/mod/mod_so.html#loadmodule",
	},
	Text: moduleMissingText,
	Check: func(p *rule.Pass) {
		if p.Nginx != nil {
			told := map[string]bool{}
			p.OnNginx(func(d *rule.NginxDirective) { unloadedInNginx(p, d, told) })
		} else if p.Complete && p.Apache.HasLoadModule() {
			unloadedInApache(p)
			reportTogether(p)
		}
	},
}

// unloadedInNginx tells of each module once; what else it would provide is
// refused for the same reason.
func unloadedInNginx(p *rule.Pass, d *rule.NginxDirective, told map[string]bool) {
	for _, problem := range d.Problems() {
		if problem.Kind != nginxfacts.Unloaded || told[problem.Help] {
			continue
		}
		told[problem.Help] = true
		f := nginxFinding(p, d, problem)
		// Without a platform, somebody may have built it into the server.
		if p.Target.Platform == "" {
			f.Severity = source.Info
		}
		p.Report(f)
	}
}

// need is a module that is not loaded, and the first directive that needs it.
type need struct {
	module string
	first  apache.Item
	title  string
	more   int
}

func unloadedInApache(p *rule.Pass) {
	loaded := map[string]bool{}
	p.OnApache(func(d *rule.ApacheDirective) { loaded[apache.ModuleSource(d.Arg(0))] = true }, "LoadModule")
	var needs []*need
	byModule := map[string]*need{}
	p.OnApache(func(d *rule.ApacheDirective) {
		facts := d.Facts()
		if len(facts) == 0 || len(d.Conditions()) > 0 {
			return
		}
		if n := byModule[facts[0].Module]; n != nil {
			n.more += 1 + p.Copies(d.Item.File(), d.Item.Includes())
			return
		}
		n := &need{module: facts[0].Module, first: d.Item, title: facts[0].Title()}
		byModule[n.module] = n
		needs = append(needs, n)
	})
	p.OnEnd(func() {
		for _, n := range needs {
			if !provided(apachefacts.Lookup("<"+n.first.Name()), loaded, p.Build) && !provided(apachefacts.Lookup(n.first.Name()), loaded, p.Build) {
				p.Report(n.finding(p))
			}
		}
	})
}

// provided tells that one of several modules with the directive is there.
func provided(facts []*apachefacts.Facts, loaded map[string]bool, build apachefacts.Build) bool {
	return slices.ContainsFunc(facts, func(f *apachefacts.Facts) bool {
		return loaded[f.Module] || apachefacts.BuiltIn(f.Module, build)
	})
}

func (n *need) finding(p *rule.Pass) rule.Finding {
	module := apachefacts.ModuleOf(n.module)
	f := p.AtItem(n.first, n.first.Node().NameRange(), fmt.Sprintf("%s belongs to %s, which no LoadModule line loads: the server refuses it", n.title, n.module))
	f.Help = fmt.Sprintf("Add \"LoadModule %s modules/%s\" (Debian: a2enmod %s), or put what needs it into <IfModule %s>.", module.Symbol, module.File, module.Package, n.module)
	if n.more > 0 {
		f.Help += fmt.Sprintf(" %d more lines need the module.", n.more)
	}
	return f
}
