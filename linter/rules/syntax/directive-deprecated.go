package syntax

import (
	_ "embed"
	"fmt"
	"slices"

	"padlock/internal/apache"
	apachefacts "padlock/internal/apache/directives"
	"padlock/internal/nginx"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed directive-deprecated.md
var directiveDeprecatedText string

// DirectiveDeprecated finds directives that the target's version does not have
// any more or does not have yet, and those that it will not have for long.
var DirectiveDeprecated = &rule.Rule{
	ID:       "directive-deprecated",
	Title:    "The directive is deprecated, removed, or newer than the server",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/CHANGES",
		"https://httpd.apache.org/docs/2.4/upgrading.html",
	},
	Text: directiveDeprecatedText,
	Check: func(p *rule.Pass) {
		p.OnNginx(func(d *rule.NginxDirective) { deprecatedInNginx(p, d) })
		told := map[successor]bool{}
		p.OnApache(func(d *rule.ApacheDirective) { deprecatedInApache(p, d, told) })
	},
}

func deprecatedInNginx(p *rule.Pass, d *rule.NginxDirective) {
	if hasRuleOfItsOwn(d) {
		return
	}
	for _, problem := range d.Problems() {
		switch problem.Kind {
		case nginxfacts.Version:
			f := nginxFinding(p, d, problem)
			// Without a version the newest nginx has spoken; the one that runs
			// may be older.
			if !p.Target.Version.IsZero() {
				f.Severity = source.Error
			}
			p.Report(f)
		case nginxfacts.Deprecated:
			p.Report(nginxFinding(p, d, problem))
		}
	}
}

// hasRuleOfItsOwn tells that a rule about HTTPS speaks of the directive, and
// mends it: ssl-on-deprecated and http2-listen-deprecated.
func hasRuleOfItsOwn(d *rule.NginxDirective) bool {
	switch d.Name {
	case "ssl":
		return true
	case "listen":
		return slices.ContainsFunc(d.Args(), func(w nginx.Word) bool { return w.Value == "http2" })
	}
	return false
}

// successor is what replaces deprecated directives of a section. Order, Allow
// and Deny are replaced together, and told of once.
type successor struct {
	parent apache.Item
	name   string
}

func deprecatedInApache(p *rule.Pass, d *rule.ApacheDirective, told map[successor]bool) {
	title := d.Title()
	if d.Opens() {
		title += ">"
	}
	life, ok := apachefacts.LifeOf(title)
	if !ok {
		return
	}
	f := p.AtItem(d.Item, d.ArgumentRange(-1), "")
	version := ""
	if !p.Target.Version.IsZero() {
		version = p.Target.Version.String()
	}
	switch {
	case life.Removed != "" && len(d.Facts()) == 0:
		f.Message = fmt.Sprintf("%s was removed in Apache %s: the server refuses it", life.Name, life.Removed)
		f.Severity = source.Error
	case life.Added != "" && version != "" && apachefacts.CompareVersions(version, life.Added) < 0:
		f.Message = fmt.Sprintf("%s needs Apache %s, the target is %s", life.Name, life.Added, version)
		f.Severity = source.Error
		life.Replacement, life.Note = "", "Remove it, or raise the target version."
	case life.Deprecated != "" && (version == "" || apachefacts.CompareVersions(version, life.Deprecated) >= 0):
		parent, _ := d.Parent()
		key := successor{parent, life.Replacement}
		if life.Replacement != "" && told[key] {
			return
		}
		told[key] = true
		f.Message = fmt.Sprintf("%s is deprecated since Apache %s", life.Name, life.Deprecated)
	default:
		return
	}
	if len(d.Conditions()) > 0 {
		f.Severity = source.Warning
	}
	for _, c := range d.Conditions() {
		f.Message += " (" + c.String() + ")"
	}
	f.Help = life.Note
	if life.Replacement != "" {
		f.Help = "Use " + life.Replacement + " instead."
		if life.Note != "" {
			f.Help += " " + life.Note
		}
	}
	p.Report(f)
}
