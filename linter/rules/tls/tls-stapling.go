package tls

import (
	_ "embed"
	"fmt"
	"strings"

	"padlock/internal/certificate"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed tls-stapling.md
var tlsStaplingText string

// TLSStapling finds OCSP stapling that cannot work.
var TLSStapling = &rule.Rule{
	ID:       "tls-stapling",
	Title:    "OCSP stapling is on but cannot work, or is off where clients insist on it",
	Severity: source.Warning,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://letsencrypt.org/2024/12/05/ending-ocsp/",
		"https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_stapling",
		"https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslusestapling",
	},
	Fix:  rule.FixSafe,
	Text: tlsStaplingText,
	Check: func(p *rule.Pass) {
		given := map[string]bool{}
		note := func(name string) { given[strings.ToLower(name)] = true }
		p.OnNginx(func(d *rule.NginxDirective) { note(d.Name) }, "ssl_stapling_file", "ssl_stapling_responder", "resolver")
		p.OnApache(func(d *rule.ApacheDirective) { note(d.Name()) }, "SSLStaplingCache", "SSLStaplingForceURL")
		hosts := reacher(p, func(t *vhost.TLS) vhost.Origin { return t.Stapling.Origin })
		judgeSettings(p, []string{"ssl_stapling"}, []string{"SSLUseStapling"}, func(s *setting) {
			if strings.EqualFold(s.arg(0), "on") {
				judgeStapling(p, s, hosts(s.span), given)
			}
		})
		judgeLeaves(p, func(c *pair, leaf certificate.Certificate) { missedStaple(p, c, leaf) })
	},
}

func judgeStapling(p *rule.Pass, s *setting, hosts []*vhost.Host, given map[string]bool) {
	if len(hosts) == 0 {
		return
	}
	if p.Target.Server == tlspolicy.Apache && p.Complete && !given["sslstaplingcache"] {
		f := s.report("there is no SSLStaplingCache: Apache does not start, though its configuration test finds nothing (AH01958)")
		f.Severity = source.Error
		f.Help = "Set SSLStaplingCache for the whole server, such as shmcb:${APACHE_RUN_DIR}/ssl_stapling(32768)."
		holdsFor(p, &f, hosts)
		p.Report(f)
		return
	}
	if given["ssl_stapling_file"] || given["ssl_stapling_responder"] || given["sslstaplingforceurl"] {
		return
	}
	known, stapled := respondersOf(p, hosts)
	f := s.report("")
	switch {
	case known && !stapled:
		f.Message = "no certificate here names an OCSP responder, so there is nothing to staple; the server says so at each start"
		f.Help = "Switch it off: it has no effect."
		f.Fixes = []rule.Fix{{Title: "Switch it off", Safe: true, Edits: []rule.Edit{s.words[0].replace("off")}}}
	case !known && fromLetsEncrypt(hosts):
		f.Message = "Let's Encrypt ended its OCSP service in 2025: there is nothing to staple"
		f.Severity = source.Info
		f.Help = "Switch it off: it has no effect."
	case known && p.Target.Server == tlspolicy.Nginx && p.Complete && !given["resolver"]:
		f.Message = "without a resolver nginx looks up the OCSP responder once, when it starts, and staples nothing any more when its address changes"
		f.Severity = source.Info
		f.Help = "Name a resolver that you trust, such as the one of this machine."
	default:
		return
	}
	holdsFor(p, &f, hosts)
	p.Report(f)
}

// respondersOf tells whether all certificates of the hosts could be read, and
// whether one of them names an OCSP responder.
func respondersOf(p *rule.Pass, hosts []*vhost.Host) (known, stapled bool) {
	known = true
	for _, h := range hosts {
		if h.TLS.Reject.V {
			continue
		}
		leaves, ok := leavesOf(p, h)
		known = known && ok
		for _, leaf := range leaves {
			stapled = stapled || len(leaf.OCSPServers) > 0
		}
	}
	return known, stapled
}

// fromLetsEncrypt tells from the path, as certbot lays its files out, who issued
// all certificates.
func fromLetsEncrypt(hosts []*vhost.Host) bool {
	any := false
	for _, h := range hosts {
		for _, c := range h.TLS.Certificates {
			if !strings.Contains(c.Certificate.V, "/etc/letsencrypt/live/") {
				return false
			}
			any = true
		}
	}
	return any
}

// missedStaple finds certificates that ask clients to insist on stapling, on
// hosts that do not staple.
func missedStaple(p *rule.Pass, c *pair, leaf certificate.Certificate) {
	if !leaf.MustStaple {
		return
	}
	var without []*vhost.Host
	for _, h := range c.hosts {
		if !h.TLS.Stapling.V && !h.TLS.Managed {
			without = append(without, h)
		}
	}
	if len(without) == 0 {
		return
	}
	f := p.AtOrigin(c.Certificate.Origin, without[0], fmt.Sprintf("the certificate of %s demands stapling, which is off: clients that look at it refuse the connection", called(leaf)))
	f.Help = "Switch stapling on, or get a certificate without the demand (must-staple)."
	holdsFor(p, &f, without)
	p.Report(f)
}
