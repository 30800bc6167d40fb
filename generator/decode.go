package generator

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// The accessors below ask a layer for an attribute by name. A name without a
// row in the schema is a mistake of the program, which any use reveals.

func (l *layer) setting(name string) (setting, bool) {
	if l == nil {
		return setting{}, false
	}
	if l.schema.attribute(name) == nil {
		panic(fmt.Sprintf("block %q has no attribute %q", l.schema.Name, name))
	}
	s, ok := l.settings[name]
	return s, ok
}

func (l *layer) text(name, fallback string) Text {
	if s, ok := l.setting(name); ok {
		return Text{Value: s.Value.AsString(), Range: s.Range}
	}
	return Text{Value: fallback, Range: l.where()}
}

func (l *layer) texts(name string, fallback ...string) []Text {
	s, ok := l.setting(name)
	if !ok {
		out := make([]Text, len(fallback))
		for i, f := range fallback {
			out[i] = Text{Value: f, Range: l.where()}
		}
		return out
	}
	var out []Text
	for it := s.Value.ElementIterator(); it.Next(); {
		_, v := it.Element()
		out = append(out, Text{Value: v.AsString(), Range: s.Range})
	}
	return out
}

func (l *layer) flag(name string, fallback bool) bool {
	if s, ok := l.setting(name); ok {
		return s.Value.True()
	}
	return fallback
}

func (l *layer) number(name string, fallback int) int {
	if s, ok := l.setting(name); ok {
		n, _ := s.Value.AsBigFloat().Int64()
		return int(n)
	}
	return fallback
}

func (l *layer) nested(name string) *layer {
	if l == nil || len(l.blocks[name]) == 0 {
		return nil
	}
	return l.blocks[name][0]
}

func (l *layer) where() hcl.Range {
	if l == nil {
		return hcl.Range{}
	}
	return l.Range
}

// defaultMaxBody is "10m" in bytes.
const defaultMaxBody = 10 << 20

func decodeSite(l *layer, label Text) (*Site, hcl.Diagnostics) {
	s := &Site{
		Name:         l.text("name", label.Value),
		Aliases:      l.texts("aliases"),
		ServeAliases: l.flag("serve_aliases", false),
		ErrorRoot:    l.text("error_root", ""),
		Log:          decodeLog(l.nested("log")),
		Maintenance:  decodeMaintenance(l.nested("maintenance")),
		RedirectCode: l.number("redirect_code", 308),
		Unsupported:  Unsupported(l.text("unsupported", string(unsupportedError)).Value),
		Listen:       decodeListen(l.nested("listen")),
		Range:        l.Range,
	}
	raw, wrong := rawOf(l)
	s.Raw = raw
	s.Listen.Wire = decodeWire(l, l.nested("listen"))
	diags := wrong
	if _, ok := l.setting("name"); !ok {
		name, err := siteName(label.Value)
		if err != nil {
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError,
				Summary:  "The label is not a host name",
				Detail:   sentence(err.Error()) + " The label is the site's name, unless the attribute name says another.",
				Subject:  &label.Range,
			})
		}
		s.Name = Text{Value: name, Range: label.Range}
	}
	if table, ok := l.setting("redirects"); ok {
		targets := table.Value.AsValueMap()
		for _, from := range sortedKeys(targets) {
			to := targets[from].AsString()
			s.Redirects = append(s.Redirects, Redirect{From: Text{from, table.Range}, To: Text{to, table.Range}})
		}
	}
	moved, more := decodeRedirects(l)
	s.Redirects = append(s.Redirects, moved...)
	diags = append(diags, more...)
	rest, more := s.decodeRoutes(l)
	diags = append(diags, more...)
	s.Place, more = decodePlace(rest)
	diags = append(diags, more...)
	s.extend()
	s.RealIP, more = decodeRealIP(l)
	diags = append(diags, more...)
	s.Limits = decodeLimits(l.nested("limits"))
	s.TLS, more = decodeTLS(l.nested("tls"), s.Name)
	return s, append(diags, more...)
}

func decodeListen(l *layer) Listen {
	out := Listen{
		HTTP:  l.number("http", 80),
		HTTPS: l.number("https", 443),
		IPv6:  l.flag("ipv6", true),
		HTTP2: l.flag("http2", true),
	}
	for _, a := range l.texts("addresses") {
		out.Addresses = append(out.Addresses, netip.MustParseAddr(a.Value))
	}
	return out
}

func decodeTLS(l *layer, name Text) (TLS, hcl.Diagnostics) {
	t := TLS{
		Mode:        Mode(l.text("mode", string(ModeRedirect)).Value),
		Profile:     l.text("profile", "intermediate").Value,
		Certificate: l.text("certificate", ""),
		Key:         l.text("key", ""),
		HSTS:        HSTS{Enabled: true, MaxAge: 2 * 365 * 24 * time.Hour},
	}
	if _, ok := l.setting(guidelineAttribute.Name); ok {
		t.Guideline = l.text(guidelineAttribute.Name, "")
	}
	if mode, ok := l.setting("mode"); ok {
		t.ModeRange = mode.Range
	}
	if profile, ok := l.setting("profile"); ok {
		t.ProfileRange = profile.Range
	}
	t.TLSOptions = decodeTLSOptions(l)
	acme := l.text("acme", "none")
	given := t.Certificate.Value != "" || t.Key.Value != ""
	t.Native = decodeNativeACME(l, acme)
	if acme.Value != "none" && t.Native == nil {
		// With a directory of its own for the challenges, it is certbot all the same.
		client := acmeClients[0]
		dir, isDir := strings.CutPrefix(acme.Value, "webroot:")
		if !isDir {
			dir = challengeDirectory
			client, _ = lookupACMEClient(acme.Value)
		}
		t.Challenge = Text{Value: dir, Range: acme.Range}
		if !given {
			// The files of a wildcard certificate are named without its star.
			base := strings.TrimPrefix(name.Value, "*.")
			t.Acquired = client.name
			t.Certificate = Text{fmt.Sprintf(client.certificate, base), acme.Range}
			t.Key = Text{fmt.Sprintf(client.key, base), acme.Range}
		}
	}
	if v, ok := l.setting("hsts"); ok {
		decodeHSTS(v, &t.HSTS)
	}
	var diags hcl.Diagnostics
	t.Client, diags = decodeClientAuth(l.nested(clientAuthBlock.Name))
	return t, append(diags, checkTLS(&t, l, name)...)
}

// checkTLS reports what cannot be served: HTTPS without a certificate, half a
// pair, and a preload request that browsers' lists refuse.
func checkTLS(t *TLS, l *layer, name Text) hcl.Diagnostics {
	at := name.Range
	if l != nil {
		at = l.Range
	}
	var diags hcl.Diagnostics
	refuse := func(at hcl.Range, summary, detail string) {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at})
	}
	if t.Mode.answersTLS() && t.Native == nil {
		switch {
		case t.Certificate.Value == "" && t.Key.Value == "":
			refuse(at, "No certificate",
				fmt.Sprintf(`%s is served over HTTPS, but nothing says where its certificate comes from. Write tls { acme = "certbot" }, or certificate and key, or mode = "off" for a site without HTTPS.`, name.Value))
		case t.Certificate.Value == "":
			refuse(t.Key.Range, "A key without a certificate", "Add certificate, the PEM file with the certificate and its chain.")
		case t.Key.Value == "":
			refuse(t.Certificate.Range, "A certificate without a key", "Add key, the PEM file with the private key of that certificate.")
		}
	}
	if h := t.HSTS; h.Enabled && h.Preload {
		// hstspreload.org, submission requirements.
		if h.MaxAge < 365*24*time.Hour || !h.IncludeSubdomains {
			refuse(h.Range, "HSTS preload without its conditions",
				`The browsers' preload list takes a name only with max_age of at least "1y" and include_subdomains = true.`)
		}
	}
	return diags
}
