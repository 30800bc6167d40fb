package syntax

import (
	_ "embed"

	"padlock/internal/nginx/check"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

//go:embed hash-size.md
var hashSizeText string

// HashSize finds words that are too long for the hash tables that nginx builds
// of them, and sizes with which no table can be built.
var HashSize = &rule.Rule{
	ID:       "hash-size",
	Title:    "A word does not fit into a hash table, or the table's sizes are impossible",
	Severity: source.Error,
	Servers:  []tlspolicy.Server{tlspolicy.Nginx},
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/hash.html",
		"https://nginx.org/en/docs/http/server_names.html#optimization",
	},
	Text:  hashSizeText,
	Check: func(p *rule.Pass) { reportAgainst(p, (*check.Subject).Hashes) },
}
