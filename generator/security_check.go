package generator

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
)

// ableTo leaves out of a place what the target cannot do, if the description lets
// it (unsupported = "warn"). Places share what they inherit, which is told once.
func (c *checker) ableTo(p *Place) {
	if r := p.Rate; r != nil {
		if !c.need(capRequestRate, "rate_limit", r.Range) {
			p.Rate = nil
		} else if r.DryRun && !c.need(capRequestRateDryRun, "rate_limit.dry_run", r.Range) {
			p.Rate = nil // a limit that was to be tried must not begin to count
		}
	}
	if l := p.Connections; l != nil {
		if !c.need(capConnectionLimit, "conn_limit", l.Range) || l.DryRun && !c.need(capRequestRateDryRun, "conn_limit.dry_run", l.Range) {
			p.Connections = nil
		}
	}
	if p.link() != nil && p.MaxBody > 0 && p.MaxBodyRange.Filename != "" {
		c.need(capProxyBodyLimit, "max_body", p.MaxBodyRange)
	}
	if p.hasNonce() && !c.need(capCSPNonce, "csp.nonce", p.Headers.CSP.Nonce.Range) {
		p.Headers.CSP = p.Headers.CSP.withoutNonce()
	}
}

// need asks of the site's abilities; what several places have in common is told
// once, and answered alike.
func (c *checker) need(wanted capability, what string, at hcl.Range) bool {
	key := fmt.Sprint(wanted, what, at)
	if able, asked := c.asked[key]; asked {
		return able
	}
	if c.asked == nil {
		c.asked = map[string]bool{}
	}
	c.asked[key] = c.abilities.need(wanted, at, what)
	return c.asked[key]
}

// once tells the first time that something is asked of a place in the description.
func (c *checker) once(what string, at hcl.Range) bool {
	key := fmt.Sprint(what, at)
	if _, asked := c.asked[key]; asked {
		return false
	}
	if c.asked == nil {
		c.asked = map[string]bool{}
	}
	c.asked[key] = true
	return true
}

// ableToBound leaves out what the target cannot do about the heads of requests,
// which are read before it is known which site they ask for.
func (c *checker) ableToBound(s *Site) {
	l := &s.Limits
	if l.HeaderSize > 0 && !c.need(capHeadLimits, "limits.header_size", l.Range) {
		l.HeaderSize = 0
	}
	if l.HeaderTimeout >= 0 && !c.need(capHeadLimits, "limits.header_timeout", l.Range) {
		l.HeaderTimeout = -1
	}
}

// ableToBelieve leaves out what the target cannot do about the addresses of
// clients.
func (c *checker) ableToBelieve(s *Site) {
	if len(s.Proxies) == 0 {
		return
	}
	if !c.need(capRealAddress, "trusted_proxies", s.Proxies[0].Range) {
		s.Proxies = nil
	}
	if !s.Recursive && !c.need(capRealAddressLast, "real_ip.recursive = false", s.RealIP.Header.Range) {
		s.Recursive = true
	}
}
