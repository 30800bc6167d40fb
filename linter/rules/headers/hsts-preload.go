package headers

import (
	_ "embed"

	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed hsts-preload.md
var hstsPreloadText string

// HSTSPreload finds a wish to be preloaded that browsers cannot fulfil.
var HSTSPreload = &rule.Rule{
	ID:       "hsts-preload",
	Title:    "Strict-Transport-Security says preload, but does not meet its conditions",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://hstspreload.org/",
	},
	Text: hstsPreloadText,
	Check: func(p *rule.Pass) {
		judgeLines(p, func(l *line) {
			found, ok := readPolicy(l.value)
			if !ok || l.unset || !found.preload || found.wrong != "" {
				return
			}
			const year = 31_536_000
			lacks := ""
			switch {
			case !found.includeSubDomains && found.maxAge < year:
				lacks = "includeSubDomains and a max-age of a year"
			case !found.includeSubDomains:
				lacks = "includeSubDomains"
			case found.maxAge < year:
				lacks = "a max-age of a year"
			default:
				return
			}
			f := l.start("preload has no effect without " + lacks)
			f.Help = "Leave preload out, unless every name below the domain has HTTPS for good: the list is hard to leave."
			p.Report(f)
		})
	},
}
