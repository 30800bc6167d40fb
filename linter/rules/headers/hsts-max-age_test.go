package headers_test

import (
	"testing"

	"padlock/linter/rules/headers"
	"padlock/linter/ruletest"
)

func TestHSTSMaxAge(t *testing.T) {
	ruletest.Run(t, headers.HSTSMaxAge, []ruletest.Case{
		{Name: "a day", Nginx: `add_header Strict-Transport-Security "max-age=86400" always;`, Want: []string{"1: browsers remember for 1 day only"}},
		{Name: "two years", Nginx: nginxHSTS},
		{Name: "half a year", Apache: `Header always set Strict-Transport-Security "max-age=15768000"`},
		{Name: "forgotten on purpose", Apache: `Header always set Strict-Transport-Security "max-age=0"`, Want: []string{"1: forget [info]"}},
		{Name: "a comma", Apache: `Header always set Strict-Transport-Security "max-age=31536000, includeSubDomains"`, Want: []string{"1: no number, and browsers ignore it"}},
		{Name: "no max-age", Nginx: `add_header Strict-Transport-Security includeSubDomains always;`, Want: []string{"1: has no max-age"}},
		{Name: "quotes and blanks are allowed", Nginx: `add_header Strict-Transport-Security 'Max-Age = "63072000" ; includeSubDomains' always;`},
		{Name: "a variable is not known", Nginx: `add_header Strict-Transport-Security $hsts always;`},
		{Name: "a number without end", Nginx: `add_header Strict-Transport-Security max-age=99999999999999999999999999 always;`},
	})
}
