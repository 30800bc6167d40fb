package tls

import (
	_ "embed"
	"fmt"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

//go:embed tls-cipher-unknown.md
var tlsCipherUnknownText string

// TLSCipherUnknown finds words in cipher lists that do nothing, and lists that
// OpenSSL refuses.
var TLSCipherUnknown = &rule.Rule{
	ID:       "tls-cipher-unknown",
	Title:    "The cipher list has a word that OpenSSL does not know",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://docs.openssl.org/master/man1/openssl-ciphers/",
	},
	Fix:  rule.FixUnsafe,
	Text: tlsCipherUnknownText,
	Check: func(p *rule.Pass) {
		judgeCiphers(p, func(c *cipherString) { unknownCiphers(p, c) })
	},
}

func unknownCiphers(p *rule.Pass, c *cipherString) {
	if c.list.Refused != "" {
		refusedCiphers(p, c)
		return
	}
	for _, problem := range c.list.Problems {
		severity, ok := severityOf(p, problem.Kind)
		if !ok {
			continue
		}
		f := c.start(c.word.part(problem.Start, problem.End), fmt.Sprintf("%q in the cipher list: %s", problem.Word, problem.Message))
		f.Severity = severity
		f.Help = "Leave the word out."
		if problem.Kind == tlspolicy.CipherTLS13Name {
			f.Help = "Leave it out; TLS 1.3 has its three good suites on by default."
		}
		suggest(&f, c.word, problem.Start, problem.End, problem.Word, problem.Suggestion)
		holdsFor(p, &f, c.hosts)
		p.Report(f)
	}
}

// severityOf tells how bad a problem is; ok is false for what is no business of
// the rule. That a suite is missing from today's builds says nothing about an
// OpenSSL of unknown version.
func severityOf(p *rule.Pass, kind tlspolicy.CipherProblemKind) (severity source.Severity, ok bool) {
	switch kind {
	case tlspolicy.CipherUnknown, tlspolicy.CipherTLS13Name, tlspolicy.CipherNewName, tlspolicy.CipherSyntax:
		return source.Warning, true
	case tlspolicy.CipherNotBuilt, tlspolicy.CipherNothing:
		return source.Info, !p.Target.OpenSSL.IsZero()
	}
	return 0, false
}

// refusedCiphers is an error: the server does not start. An OpenSSL of unknown
// version might take the list, if it consists of old suites.
func refusedCiphers(p *rule.Pass, c *cipherString) {
	if p.Target.OpenSSL.IsZero() && len(c.brokenElsewhere()) > 0 {
		return
	}
	at := c.word.at
	help := "Correct the list."
	for _, problem := range c.list.Problems {
		if problem.Kind == tlspolicy.CipherSyntax || problem.Kind == tlspolicy.CipherUnknown {
			at = c.word.part(problem.Start, problem.End)
			if problem.Suggestion != "" {
				help = fmt.Sprintf("Did you mean %q?", problem.Suggestion)
			}
			break
		}
	}
	f := c.start(at, fmt.Sprintf("OpenSSL refuses the cipher list, and the server does not start: %s", c.list.Refused))
	f.Severity, f.Help = source.Error, help
	holdsFor(p, &f, c.hosts)
	p.Report(f)
}

// suggest adds the nearest known word to a finding.
func suggest(f *rule.Finding, w word, start, end int, written, suggestion string) {
	if suggestion == "" {
		return
	}
	f.Help = fmt.Sprintf("Did you mean %q?", suggestion)
	if at := w.part(start, end); string(w.file.Text(at)) == written {
		f.Fixes = []rule.Fix{{Title: fmt.Sprintf("Write %s", suggestion), Edits: []rule.Edit{rule.Replace(w.file.Span(at), suggestion)}}}
	}
}
