package headers

import (
	_ "embed"
	"fmt"

	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed hsts-max-age.md
var hstsMaxAgeText string

// HSTSMaxAge finds HSTS that lasts for too short a time, or not at all.
var HSTSMaxAge = &rule.Rule{
	ID:       "hsts-max-age",
	Title:    "The max-age of Strict-Transport-Security is short, or browsers cannot read it",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://www.rfc-editor.org/rfc/rfc6797#section-6.1",
		"https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Strict-Transport-Security",
	},
	Text: hstsMaxAgeText,
	Check: func(p *rule.Pass) {
		judgeLines(p, func(l *line) {
			if l.unset {
				return
			}
			if found, ok := readPolicy(l.value); ok {
				judgeMaxAge(p, l, found)
			}
		})
	},
}

// minMaxAge is half a year, which guidelines ask for at least; two years are
// usual.
const minMaxAge = 15_768_000

func judgeMaxAge(p *rule.Pass, l *line, found policy) {
	const recommended = "Set max-age=63072000 (two years) once all is well; begin with a short time to try it out."
	switch {
	case found.wrong != "":
		f := l.start(fmt.Sprintf("%s %s, and browsers ignore it", hsts, found.wrong))
		f.Help = "Write max-age=63072000, and a semicolon before what follows."
		p.Report(f)
	case found.maxAge == 0:
		f := l.start("max-age=0 makes browsers forget that the site is to be reached by HTTPS alone")
		f.Severity = source.Info
		f.Help = recommended
		p.Report(f)
	case found.maxAge < minMaxAge:
		f := l.start(fmt.Sprintf("browsers remember for %s only to come by HTTPS: who visits less often is not protected", duration(found.maxAge)))
		f.Help = recommended
		p.Report(f)
	}
}

// duration is a number of seconds as people say it.
func duration(seconds int64) string {
	for _, unit := range []struct {
		seconds int64
		name    string
	}{{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}} {
		if n := seconds / unit.seconds; n == 1 {
			return "1 " + unit.name
		} else if n > 1 {
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return "no time"
}
