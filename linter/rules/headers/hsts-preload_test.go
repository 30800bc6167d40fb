package headers_test

import (
	"testing"

	"padlock/linter/rules/headers"
	"padlock/linter/ruletest"
)

func TestHSTSPreload(t *testing.T) {
	ruletest.Run(t, headers.HSTSPreload, []ruletest.Case{
		{Name: "without subdomains", Nginx: `add_header Strict-Transport-Security "max-age=63072000; preload" always;`, Want: []string{"1: without includeSubDomains"}},
		{Name: "for too short a time", Apache: `Header always set Strict-Transport-Security "max-age=15768000; includeSubDomains; preload"`, Want: []string{"1: without a max-age of a year"}},
		{Name: "as the list wants it", Nginx: `add_header Strict-Transport-Security "max-age=31536000; includeSubDomains; preload" always;`},
		{Name: "not asked for", Nginx: nginxHSTS},
	})
}
