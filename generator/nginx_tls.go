package generator

import (
	"fmt"
	"time"

	"padlock/internal/tlspolicy"
)

// tls is the TLS of a virtual host.
func (n *nginxRenderer) tls(s *Site, w *nginxWords) nginxBody {
	p := unitePolicies([]*Site{s}, n.target)
	p.lay(&s.TLS.TLSOptions, n.target)
	var out []nginxItem
	if s.TLS.Mode == ModeReject {
		// Where no other host is the default of the socket, this one decides for it.
		return append(nginxBody{ng("ssl_reject_handshake", "on")}, n.policyItems(p, s.TLS.Session, w)...)
	}
	if s.TLS.Bootstrap == BootstrapPlaceholder {
		out = about("Until the first certificate is there: a self-signed one. Then take bootstrap out of the description.",
			ng("ssl_certificate", nginxWord(quoteNginx(n.target.Platform.PlaceholderCertificate))),
			ng("ssl_certificate_key", nginxWord(quoteNginx(n.target.Platform.PlaceholderKey))))
	} else if s.TLS.Native != nil {
		out = about(fmt.Sprintf("TLS by the %s profile of guideline %s%s, with a certificate that nginx obtains.", p.Name, p.guideline, p.changed()), n.obtained(s.TLS.Native)...)
	} else {
		for i, pair := range s.TLS.certificates() {
			certificate := ng("ssl_certificate", w.fixed(pair.Certificate))
			if i == 0 {
				certificate.Comment = fmt.Sprintf("TLS by the %s profile of guideline %s%s.", p.Name, p.guideline, p.changed())
			}
			out = append(out, certificate, ng("ssl_certificate_key", w.fixed(pair.Key)))
		}
	}
	out = append(out, n.policyItems(p, s.TLS.Session, w)...)
	if stapling := s.TLS.Stapling; stapling != nil {
		out = append(out, ng("ssl_stapling", "on"), ng("ssl_stapling_verify", "on"))
		if stapling.Chain.Value != "" {
			out = append(out, ng("ssl_trusted_certificate", w.plain(stapling.Chain)))
		}
		out = append(out, resolverItem(w, s.TLS.nameServers()))
	}
	if s.TLS.EarlyData {
		out = append(out, ng("ssl_early_data", "on"))
	}
	return out
}

// policyItems are the protocols, ciphers and groups, and how sessions are resumed.
func (n *nginxRenderer) policyItems(p policy, session Session, w *nginxWords) []nginxItem {
	out := []nginxItem{ng("ssl_protocols", w.marked(nginxWord(joinStrings(p.Protocols, " ")), p.at))}
	if ciphers := p.cipherText(n.target.OpenSSL); ciphers.Value != "" {
		out = append(out, ng("ssl_ciphers", w.plain(ciphers)))
	}
	if suites := p.suiteText(); suites.Value != "" {
		out = append(out, ng("ssl_conf_command", "Ciphersuites", w.plain(suites)))
	}
	out = append(out,
		ng("ssl_prefer_server_ciphers", nginxWord(onOff(p.PreferServerCiphers))),
		ng("ssl_ecdh_curve", w.plain(p.groupText(n.target.OpenSSL))),
		ng("ssl_session_timeout", nginxWord(nginxTime(session.Timeout))),
		ng("ssl_session_cache", "shared:padlock:10m"))
	never := n.supports(tlspolicy.FeatureSessionTickets) && !n.supports(tlspolicy.FeatureTicketRotation)
	switch {
	case session.Tickets != nil:
		out = append(out, ng("ssl_session_tickets", nginxWord(onOff(*session.Tickets))))
	case never:
		out = append(out, about("This version never renews its ticket keys, so tickets would break forward secrecy.", ng("ssl_session_tickets", "off"))...)
	}
	return out
}

// nginxTime is a length of time as nginx writes it, in the largest unit that is
// whole.
func nginxTime(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if d >= unit.length && d%unit.length == 0 {
			return fmt.Sprint(int64(d/unit.length)) + unit.name
		}
	}
	return fmt.Sprint(int64(d/time.Second)) + "s"
}

// early refuses what must not be sent twice (RFC 8470 section 3), and all early data
// of a site that takes none: nginx goes by the default host of the socket, before it
// knows the name (measured on 1.22.1, 1.26.3 and 1.30.6).
func (a nginxAt) early() []nginxItem {
	if !a.host.tls || !a.takesEarly {
		return nil
	}
	if !a.host.site.TLS.EarlyData {
		return about("Another site takes early data, and with it the socket that both share. This one does not.",
			ngBlock([]nginxItem{ng("return", "425")}, "if", "($ssl_early_data)"))
	}
	a.around.add("early", ngBlock([]nginxItem{ng("default", `""`), ng(`"~^1:(?!GET$|HEAD$)"`, "1")}, "map", `"$ssl_early_data:$request_method"`, "$padlock_early"))
	return about("What an attacker could send again waits for the handshake.",
		ngBlock([]nginxItem{ng("return", "425")}, "if", "($padlock_early)"))
}
