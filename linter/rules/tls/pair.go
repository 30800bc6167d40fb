package tls

import (
	"padlock/internal/certificate"
	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

// pair is a certificate with its key, as a configuration names them once, and
// the virtual hosts that show it to clients.
type pair struct {
	vhost.CertificatePair
	hosts []*vhost.Host
	// certificate, key and chain are the files; of those that cannot be read
	// nothing is known.
	certificate, key, chain *rule.PEMFile
}

// leaf is the certificate itself, if it could be read.
func (c *pair) leaf() (certificate.Certificate, bool) {
	if !c.certificate.Read || c.certificate.Fault != nil {
		return certificate.Certificate{}, false
	}
	return c.certificate.Bundle.Leaf()
}

// report begins a finding at the directive that names the certificate.
func (c *pair) report(p *rule.Pass, message string) rule.Finding {
	return c.reportAt(p, c.Certificate.Origin, message)
}

func (c *pair) reportAt(p *rule.Pass, at vhost.Origin, message string) rule.Finding {
	f := p.AtOrigin(at, nil, message)
	holdsFor(p, &f, c.hosts)
	return f
}

// public tells that clients ask for one of the hosts by a name of its own. What
// a catch-all shows to strangers is nobody's concern.
func (c *pair) public() bool {
	for _, h := range c.hosts {
		for _, n := range h.Names {
			if properName(n) {
				return true
			}
		}
	}
	return false
}

// judgePairs calls judge for each certificate with its key that a TLS host uses,
// once for each place that names it.
func judgePairs(p *rule.Pass, judge func(*pair)) {
	p.OnEnd(func() {
		for _, c := range pairs.Of(p.Config) {
			judge(c)
		}
		if !p.Rule.JudgesCopies {
			return
		}
		for _, c := range copiedPairs.Of(p.Config) {
			judge(c)
		}
	})
}

var pairs = rule.NewShared(func(config *rule.Config) []*pair {
	return findPairs(config, config.Model().Hosts, func(vhost.CertificatePair, *vhost.Host) bool { return true })
})

// copiedPairs are those that copies name themselves. Of those that are named for
// all hosts, the ones that are read tell enough.
var copiedPairs = rule.NewShared(func(config *rule.Config) []*pair {
	return findPairs(config, config.CopiedHosts(), func(cp vhost.CertificatePair, h *vhost.Host) bool {
		own := h.Origin.Span.File
		return cp.Certificate.Origin.Span.File == own || cp.Key.Origin.Span.File == own || cp.Chain.Origin.Span.File == own
	})
})

func findPairs(config *rule.Config, hosts []*vhost.Host, wanted func(vhost.CertificatePair, *vhost.Host) bool) []*pair {
	type place struct {
		certificate, key, chain source.Span
	}
	found := map[place]*pair{}
	var all []*pair
	for _, h := range hosts {
		if !encrypts(h) || h.TLS.Reject.V {
			continue
		}
		for _, cp := range h.TLS.Certificates {
			if cp.Variable || cp.Certificate.IsDefault() || !wanted(cp, h) {
				continue
			}
			at := place{cp.Certificate.Origin.Span, cp.Key.Origin.Span, cp.Chain.Origin.Span}
			c := found[at]
			if c == nil {
				c = &pair{CertificatePair: cp, certificate: config.PEM(cp.Certificate.V), key: config.PEM(cp.Key.V), chain: config.PEM(cp.Chain.V)}
				found[at] = c
				all = append(all, c)
			}
			c.hosts = append(c.hosts, h)
		}
	}
	return all
}

// judgeLeaves calls judge for each certificate that could be read.
func judgeLeaves(p *rule.Pass, judge func(*pair, certificate.Certificate)) {
	judgePairs(p, func(c *pair) {
		if leaf, ok := c.leaf(); ok {
			judge(c, leaf)
		}
	})
}

// called is what people call a certificate.
func called(c certificate.Certificate) string {
	switch {
	case len(c.Names) > 0:
		return c.Names[0]
	case c.CommonName != "":
		return c.CommonName
	}
	return c.Subject
}
