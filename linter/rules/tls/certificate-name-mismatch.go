package tls

import (
	_ "embed"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"padlock/internal/certificate"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed certificate-name-mismatch.md
var certificateNameMismatchText string

// CertificateNameMismatch finds names that the certificate is not for.
var CertificateNameMismatch = &rule.Rule{
	ID:       "certificate-name-mismatch",
	Title:    "The certificate is not for a name of the virtual host",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://www.rfc-editor.org/rfc/rfc9525",
	},
	JudgesCopies: true,
	Text:         certificateNameMismatchText,
	Check: func(p *rule.Pass) {
		p.OnModel(func(m *vhost.Model) {
			for _, h := range slices.Concat(m.Hosts, p.CopiedHosts()) {
				if encrypts(h) && !h.TLS.Reject.V && !h.TLS.Managed {
					mismatches(p, h)
				}
			}
		})
	},
}

func mismatches(p *rule.Pass, h *vhost.Host) {
	shown, ok := leavesOf(p, h)
	if !ok {
		return
	}
	var missed []vhost.Name
	severity := source.Info
	for _, n := range h.Names {
		if !properName(n) || n.Implied && p.Target.Server == tlspolicy.Apache || covered(shown, n.Text) {
			continue
		}
		missed = append(missed, n)
		if n.Kind == vhost.Exact {
			severity = source.Error
		}
	}
	if len(missed) == 0 || missed[0].Origin.IsDefault() {
		return
	}
	var names []string
	for _, n := range missed {
		names = append(names, n.Text)
	}
	f := p.AtOrigin(missed[0].Origin, h, fmt.Sprintf("the certificate is not for %s: clients refuse the connection", listed(names, 3)))
	f.Severity = severity
	f.Help = fmt.Sprintf("Get a certificate that has the name; this one is for %s.", listed(shown[0].Names, 3))
	if shown[0].CommonNameOnly() {
		f.Help = fmt.Sprintf("The certificate says %s in its common name alone, which no browser looks at: get one with subject alternative names.", shown[0].CommonName)
	}
	f.Related = append(f.Related, source.Related{Subject: h.TLS.Certificates[0].Certificate.Origin.Span, Message: "the certificate is named here"})
	p.Report(f)
}

// leavesOf are the certificates that a host shows; ok is false unless all of
// them could be read.
func leavesOf(p *rule.Pass, h *vhost.Host) (shown []certificate.Certificate, ok bool) {
	for _, cp := range h.TLS.Certificates {
		file := p.PEM(cp.Certificate.V)
		if cp.Variable || !file.Read || file.Fault != nil || len(file.Bundle.Certificates) == 0 {
			return nil, false
		}
		shown = append(shown, file.Bundle.Certificates[0])
	}
	return shown, len(shown) > 0
}

func covered(shown []certificate.Certificate, name string) bool {
	for _, c := range shown {
		if c.Covers(name) {
			return true
		}
	}
	return false
}

// properName tells that a name can be in a certificate and is meant for clients:
// "_", "localhost", addresses, patterns and names below .invalid, which nobody can
// ask for (RFC 6761 section 6.4), are not.
func properName(n vhost.Name) bool {
	if n.Unmatchable != "" || n.Kind != vhost.Exact && n.Kind != vhost.WildcardBefore {
		return false
	}
	if _, err := netip.ParseAddr(strings.Trim(n.Text, "[]")); err == nil {
		return false
	}
	return strings.Contains(strings.Trim(n.Text, "."), ".") && !strings.Contains(n.Text, "$") && !strings.HasSuffix(n.Text, ".invalid")
}
