package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"padlock/internal/tlspolicy"
)

// checker judges all sites together, before anything is rendered.
type checker struct {
	target Target
	// abilities are those of the site at hand.
	abilities *capabilities
	diags     hcl.Diagnostics
	// asked are the answers of need and once.
	asked map[string]bool
}

func checkSites(sites []*Site, d DefaultSite, target Target) hcl.Diagnostics {
	c := &checker{target: target}
	for _, s := range sites {
		c.site(s)
	}
	c.turnAway(sites, d)
	c.redirects(sites)
	c.upstreams(sites)
	c.names(sites)
	c.protocolPerSocket(sites)
	c.profiles(sites)
	c.suitesOfPorts(sites)
	c.oneWire(sites)
	c.oneDefault(sites, d)
	c.tickets(sites)
	return c.diags
}

func (c *checker) report(severity hcl.DiagnosticSeverity, at hcl.Range, summary, detail string) {
	c.diags = append(c.diags, &hcl.Diagnostic{Severity: severity, Summary: summary, Detail: detail, Subject: &at})
}

func (c *checker) site(s *Site) {
	if s.onFiles() && s.Root.Value == "" {
		c.report(hcl.DiagError, s.Range, "Nothing to serve",
			fmt.Sprintf("%s has neither root, the directory of its files, nor another source of content such as a proxy block.", s.Name.Value))
	}
	c.abilities = newCapabilities(c.target, s.Unsupported)
	c.asked = nil
	c.namePatterns(s)
	c.ableToBelieve(s)
	c.ableToBound(s)
	c.clientAuth(s)
	c.place(s, nil, &s.Place)
	c.raw(s, s.Raw, false)
	for _, r := range s.Routes {
		c.route(s, r)
		c.raw(s, r.Raw, true)
		c.place(s, r, &r.Place)
	}
	c.wire(s)
	c.tls(s)
	c.native(s)
	c.log(s)
	c.sharedWorkers(s)
	for _, r := range s.Redirects {
		if strings.Contains(r.From.Value, "//") {
			c.need(capDoubleSlash, "redirects", r.From.Range)
		}
	}
	c.diags = append(c.diags, c.abilities.diags...)
	s.notes = c.abilities.comments
	c.patternAccess(s)
	if s.Listen.HTTP == s.Listen.HTTPS && s.TLS.Mode != ModeOff {
		c.report(hcl.DiagError, s.Range, "One port for two protocols",
			fmt.Sprintf("listen.http and listen.https are both %d; a port speaks either plain HTTP or HTTPS.", s.Listen.HTTP))
	}
	if manyNames(s.Name.Value) && len(s.Aliases) > 0 && !s.ServeAliases {
		c.report(hcl.DiagError, s.Aliases[0].Range, "Aliases with nowhere to go",
			fmt.Sprintf("Aliases redirect to the site's name, but %q is no single name. Write serve_aliases = true, or give the site an exact name.", s.Name.Value))
	}
	c.shadowed(s)
	c.checkPages(s)
	c.diags = append(c.diags, s.conflicts...)
}

// place checks what a place says.
func (c *checker) place(s *Site, r *Route, p *Place) {
	c.ableTo(p)
	c.compress(p)
	c.access(s, p)
	c.csp(s, r, p)
	if p.Proxy != nil {
		c.proxy(s, r, p.Proxy)
	}
	if p.Gateway != nil {
		c.gateway(s, p.Gateway)
	}
	if p.PHP != nil && p.onFiles() {
		c.php(s, p)
	}
}

// route checks a route among the others of its site.
func (c *checker) route(s *Site, r *Route) {
	if r.onFiles() && r.Root.Value == "" && r.Alias.Value == "" {
		c.report(hcl.DiagError, r.Range, "Nothing to serve",
			fmt.Sprintf("The route %s has no directory of files, and neither has the site: add root or alias.", r.Path.Value))
	}
	if r.Alias.Value != "" && r.Kind == Regex {
		c.report(hcl.DiagError, r.Alias.Range, "An alias for a pattern",
			"An alias stands for the path of a route, and a pattern has no single one. Use root, or a route for a directory.")
	}
	for _, redirect := range s.Redirects {
		if r.Kind == Exact && redirect.From.Value == r.Path.Value {
			c.report(hcl.DiagError, r.Range, "A route that is never taken", fmt.Sprintf("%s is redirected by the site.", r.Path.Value))
		}
	}
}

// names finds names claimed twice on one socket, and sites whose names
// interleave with the wildcards of another so that the two servers would
// choose differently.
func (c *checker) names(sites []*Site) {
	type claim struct {
		name string
		port int
	}
	owners := map[claim]Text{}
	wildcards := map[string]*Site{}
	for _, s := range sites {
		for _, name := range s.Names() {
			for _, port := range slices.Compact([]int{s.Listen.HTTP, s.Listen.HTTPS}) {
				k := claim{name.Value, port}
				if before, ok := owners[k]; ok {
					c.report(hcl.DiagError, name.Range, "A name used twice",
						fmt.Sprintf("%q on port %d belongs to the site at %s already; the server would never choose this one.", name.Value, port, before.Range))
					break
				}
				owners[k] = name
			}
			if isWildcard(name.Value) {
				wildcards[name.Value] = s
			}
		}
	}
	if c.target.Server != tlspolicy.Apache {
		c.patternsTaken(sites)
		return
	}
	for _, s := range sites {
		for _, name := range s.Names() {
			c.shadowedByWildcard(s, name, wildcards)
		}
	}
}

// shadowedByWildcard reports a name that Apache would give to a site rendered
// earlier, because that site has a matching wildcard.
func (c *checker) shadowedByWildcard(s *Site, name Text, wildcards map[string]*Site) {
	rest := strings.TrimPrefix(name.Value, "*.")
	for {
		_, parent, ok := strings.Cut(rest, ".")
		if !ok {
			return
		}
		rest = parent
		other := wildcards["*."+parent]
		if other != nil && other != s && other.rank() < s.rank() {
			c.report(hcl.DiagError, name.Range, "Apache would choose another site",
				fmt.Sprintf("Apache takes the first virtual host that matches, and %q of %s matches %q too. Move %q to a site of its own.",
					"*."+parent, other.Name.Value, name.Value, name.Value))
			return
		}
	}
}

// protocolPerSocket finds a port that one site uses for HTTP and another for
// HTTPS.
func (c *checker) protocolPerSocket(sites []*Site) {
	plain := map[int]*Site{}
	for _, s := range sites {
		for _, h := range s.plan() {
			if !h.tls {
				plain[h.sockets[0].port] = s
			}
		}
	}
	for _, s := range sites {
		if other := plain[s.Listen.HTTPS]; other != nil && other != s && s.TLS.Mode != ModeOff && s.Listen.HTTP != s.Listen.HTTPS {
			c.report(hcl.DiagError, s.Range, "One port for two protocols",
				fmt.Sprintf("%s uses port %d for HTTPS, %s for plain HTTP.", s.Name.Value, s.Listen.HTTPS, other.Name.Value))
		}
	}
}

// profiles warns where the server would give one site the protocols of
// another.
func (c *checker) profiles(sites []*Site) {
	support := tlspolicy.Supports(tlspolicy.FeaturePerHostProtocols, c.target.Target)
	if support.OK {
		return
	}
	first := map[int]*Site{}
	for _, s := range sites {
		if !s.HTTPS() {
			continue
		}
		before, ok := first[s.Listen.HTTPS]
		if !ok {
			first[s.Listen.HTTPS] = s
			continue
		}
		one, other := "the profile "+before.TLS.Profile, s.TLS.Profile
		if ours, theirs := s.protocols(c.target), before.protocols(c.target); before.TLS.Profile == s.TLS.Profile {
			if slices.Equal(ours, theirs) || len(ours)*len(theirs) == 0 {
				continue // of none at all tlsLists tells
			}
			one, other = joinStrings(theirs, ", "), joinStrings(ours, ", ")
		}
		c.report(hcl.DiagWarning, s.Range, "Protocols are decided for all sites of a port together",
			fmt.Sprintf("%s has %s and %s has %s, but %s. All sites of port %d accept the protocols of both.",
				before.Name.Value, one, s.Name.Value, other, support.Reason, s.Listen.HTTPS))
		return
	}
}

// protocols are those that the site asks for, as far as the target has them.
func (s *Site) protocols(target Target) []tlspolicy.Protocol {
	p := unitePolicies([]*Site{s}, target)
	p.lay(&s.TLS.TLSOptions, target)
	return p.Protocols
}
