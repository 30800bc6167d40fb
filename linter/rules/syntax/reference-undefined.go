package syntax

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"padlock/internal/apache"
	apachefacts "padlock/internal/apache/directives"
	"padlock/internal/nginx"
	"padlock/internal/nginx/check"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed reference-undefined.md
var referenceUndefinedText string

// ReferenceUndefined finds names of zones, log formats, named locations, macros,
// balancers and the like that nothing defines.
var ReferenceUndefined = &rule.Rule{
	ID:       "reference-undefined",
	Title:    "The name of a zone, log format, location, macro or the like is not defined",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/http/ngx_http_core_module.html#error_page",
		"https://httpd.apache.org/docs/2.4/mod/mod_macro.html",
	},
	Text: referenceUndefinedText,
	Check: func(p *rule.Pass) {
		if p.Nginx != nil {
			undefinedInNginx(p)
			reportAgainst(p, (*check.Subject).References)
			return
		}
		if p.Complete {
			p.Forward(nil)
			undefinedInApache(p)
			reportTogether(p)
		}
	},
}

// namedThing is a name within the part of nginx's configuration in which it
// counts: the http or stream block, or for a named location the server.
type namedThing struct {
	scope      *nginx.Node
	kind, name string
}

type nginxReference struct {
	namedThing
	node *nginx.Node
	at   source.Range
}

func undefinedInNginx(p *rule.Pass) {
	allRead := !slices.ContainsFunc(p.Diagnostics(), func(d source.Diagnostic) bool { return d.Rule == "include-missing" })
	defined := map[namedThing]bool{}
	var uses []nginxReference
	p.OnNginx(func(d *rule.NginxDirective) {
		if d.InData() {
			return
		}
		for _, r := range nginxfacts.References(d.Use()) {
			thing := namedThing{scopeOf(d.Node, r.Kind), r.Kind, r.Name}
			switch {
			case r.Defines:
				defined[thing] = true
			case r.Required && decidable(p, thing, allRead):
				uses = append(uses, nginxReference{thing, d.Node, d.ArgumentRange(r.Argument)})
			}
		}
	})
	p.OnEnd(func() {
		for _, use := range uses {
			if !defined[use.namedThing] {
				reportReference(p, use)
			}
		}
	})
}

const namedLocation = "named location"

// scopeOf finds the block in which a name counts; nil for the whole
// configuration.
func scopeOf(n *nginx.Node, kind string) *nginx.Node {
	if kind == namedLocation {
		return n.Within("server")
	}
	if stream := n.Within("stream"); stream != nil {
		return stream
	}
	if kind == "thread pool" {
		return nil
	}
	return n.Within("http")
}

// decidable tells that a definition would have been seen. A named location
// stands in its server, which a part of a configuration may hold as a whole.
func decidable(p *rule.Pass, thing namedThing, allRead bool) bool {
	if thing.kind == namedLocation {
		return allRead && thing.scope != nil && !thing.scope.Synthetic()
	}
	return p.Complete
}

func reportReference(p *rule.Pass, use nginxReference) {
	f := p.AtNode(use.node, use.at, fmt.Sprintf("the %s %q is not defined: nginx refuses the configuration", use.kind, use.name))
	f.Help = fmt.Sprintf("Define the %s, or correct its name.", use.kind)
	if use.kind == namedLocation {
		// Only a request finds out: it is answered with 500.
		f.Severity = source.Warning
		f.Message = fmt.Sprintf("the named location %q is not in this server: requests that are sent there fail with status 500", use.name)
		f.Help = fmt.Sprintf("Add \"location %s { … }\" to the server, or correct the name.", use.name)
	}
	p.Report(f)
}

type apacheName struct {
	space apachefacts.Space
	text  string
}

type apacheReference struct {
	apacheName
	item apache.Item
	at   source.Range
}

// spaces are the names without whose definition Apache starts, and then does
// something else: a log with the name in place of each line, a rewrite to
// nothing. Where it refuses to start is found by Pass.ApacheProblems.
var spaces = map[apachefacts.Space]bool{
	apachefacts.Balancers: true, apachefacts.LogFormats: true, apachefacts.RewriteMaps: true,
}

func undefinedInApache(p *rule.Pass) {
	defined := map[apacheName]bool{}
	var uses []apacheReference
	p.OnApache(func(d *rule.ApacheDirective) {
		for _, f := range d.Facts() {
			for _, name := range apachefacts.Defines(f, d.Call()) {
				defined[nameOf(name)] = true
			}
			if len(d.Conditions()) > 0 {
				continue
			}
			for _, name := range apachefacts.Refers(f, d.Call()) {
				if spaces[name.Space] && !name.Refused && !strings.Contains(name.Text, "${") {
					uses = append(uses, apacheReference{nameOf(name), d.Item, d.ArgumentRange(name.Arg)})
				}
			}
		}
	})
	p.OnEnd(func() {
		for _, use := range uses {
			if defined[use.apacheName] {
				continue
			}
			f := p.AtItem(use.item, use.at, fmt.Sprintf("the %s %q is not defined", use.space, use.text))
			f.Help = fmt.Sprintf("Define the %s, or correct its name.", use.space)
			f.Severity = source.Warning
			p.Report(f)
		}
	})
}

func nameOf(n apachefacts.Name) apacheName {
	if n.Space.FoldsCase() {
		return apacheName{n.Space, strings.ToLower(n.Text)}
	}
	return apacheName{n.Space, n.Text}
}
