package tls

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

//go:embed tls-cipher-weak.md
var tlsCipherWeakText string

// TLSCipherWeak finds cipher suites that can be broken.
var TLSCipherWeak = &rule.Rule{
	ID:       "tls-cipher-weak",
	Title:    "The cipher list allows suites that can be broken",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://www.rfc-editor.org/rfc/rfc9325#section-4.1",
		"https://sweet32.info/",
		"https://www.rfc-editor.org/rfc/rfc7465",
	},
	Text: tlsCipherWeakText,
	Check: func(p *rule.Pass) {
		judgeCiphers(p, func(c *cipherString) {
			if !c.tls13 {
				weakCiphers(p, c)
			}
		})
	},
}

func weakCiphers(p *rule.Pass, c *cipherString) {
	broken := brokenSuites(c.usable(p))
	f := rule.Finding{}
	switch {
	case len(broken) > 0:
		f = c.start(c.word.at, "the cipher list allows "+suiteNames(broken))
	case p.Target.OpenSSL.IsZero() && len(c.brokenElsewhere()) > 0:
		f = c.start(c.word.at, "the cipher list allows "+suiteNames(c.brokenElsewhere())+", where OpenSSL still has them")
		f.Severity = source.Warning
	case c.list.SecurityLevel == 0:
		f = c.start(c.word.at, "@SECLEVEL=0 lets OpenSSL take keys, signatures and protocols that it refuses otherwise")
		f.Severity = source.Info
		f.Help = "Leave it out unless clients need TLS 1.0 or 1.1."
	default:
		return
	}
	if f.Help == "" {
		f.Help = "Take the list of the intermediate profile: suites with ECDHE and AES-GCM or ChaCha20." + c.guideline()
	}
	holdsFor(p, &f, c.hosts)
	p.Report(f)
}

// brokenSuites are the suites nobody should offer, the worst first.
func brokenSuites(suites []tlspolicy.Suite) []tlspolicy.Suite {
	var broken []tlspolicy.Suite
	for _, suite := range suites {
		if suite.Weaknesses().Has(tlspolicy.Broken) {
			broken = append(broken, suite)
		}
	}
	slices.SortStableFunc(broken, func(a, b tlspolicy.Suite) int {
		return cmp.Compare(worst(a), worst(b))
	})
	return broken
}

// worst is the worst reason against a suite: weaknesses are ordered by bits.
func worst(s tlspolicy.Suite) tlspolicy.Weakness {
	w := s.Weaknesses() & tlspolicy.Broken
	return w & -w
}

// lastBefore11 is the last release that the public could get of the branch whose
// builds had old suites.
var lastBefore11 = tlspolicy.Version{Major: 1, Minor: 0, Patch: 2, Letter: "u"}

// brokenElsewhere are the broken suites that the list names, and that only older
// builds of OpenSSL have. What merely comes with a word such as HIGH is not
// named, and what is excluded further on is not allowed.
func (c *cipherString) brokenElsewhere() []tlspolicy.Suite {
	named := map[uint16]bool{}
	for _, problem := range c.list.Problems {
		if problem.Kind == tlspolicy.CipherNotBuilt {
			for _, suite := range problem.Suites {
				named[suite.Code] = !suite.Weaknesses().Has(tlspolicy.WeakUncommon)
			}
		}
	}
	if len(named) == 0 {
		return nil
	}
	var allowed []tlspolicy.Suite
	for _, suite := range tlspolicy.Ciphers(c.text, lastBefore11).Suites {
		if named[suite.Code] {
			allowed = append(allowed, suite)
		}
	}
	return brokenSuites(allowed)
}

// suiteNames are the first names, each of another reason, and how many there are.
func suiteNames(suites []tlspolicy.Suite) string {
	var shown []string
	reason := tlspolicy.Weakness(0)
	for _, suite := range suites {
		if w := worst(suite); w != reason && len(shown) < 3 {
			shown = append(shown, fmt.Sprintf("%s (%s)", suite.Name, w))
			reason = w
		}
	}
	if more := len(suites) - len(shown); more > 0 {
		return fmt.Sprintf("%s and %d more of the kind", listed(shown, 3), more)
	}
	return listed(shown, 3)
}
