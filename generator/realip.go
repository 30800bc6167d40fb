package generator

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// RealIP says which servers in front of this one are believed about the address of
// a client, and how they tell it.
type RealIP struct {
	// Proxies are their addresses; empty is none.
	Proxies []Text
	Header  Text
	// Recursive goes back through several trusted proxies.
	Recursive bool
}

var realIPAttributes = []attribute{
	{Name: "trusted_proxies", Type: cty.List(cty.String), Check: check(trustedNetwork), Default: "none", Needs: []capability{capRealAddress}, Example: `["10.0.0.0/8"]`,
		Doc: "Addresses and networks of the proxies in front of this server. What they say of the client's address counts for allow, deny, limits, logs and the application; what anybody else says is dropped."},
	{Name: "real_ip", Type: cty.DynamicPseudoType, TypeName: "an object", Default: `{ header = "X-Forwarded-For", recursive = true }`,
		Doc: "How trusted proxies tell the client's address.", Keys: []attribute{
			{Name: "header", Type: cty.String, Check: check(realIPHeader), Default: "X-Forwarded-For", Doc: "Request header that holds it."},
			{Name: "recursive", Type: cty.Bool, Default: "true", Needs: []capability{capRealAddressLast}, Doc: "Of several addresses, take the last one that is not a trusted proxy's; false takes the last."},
		}},
}

func decodeRealIP(l *layer) (RealIP, hcl.Diagnostics) {
	r := RealIP{Proxies: l.texts("trusted_proxies"), Header: Text{Value: "X-Forwarded-For", Range: l.Range}, Recursive: true}
	o, ok := l.object("real_ip")
	if !ok {
		return r, nil
	}
	r.Header = o.text("header", r.Header.Value)
	r.Recursive = o.flag("recursive", true)
	if len(r.Proxies) == 0 {
		return r, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Nobody is trusted",
			Detail: "real_ip says how a proxy tells the client's address; add trusted_proxies, the addresses that may. Any client could choose its own otherwise.", Subject: &o.Range}}
	}
	return r, nil
}

func trustedNetwork(s string) (string, error) {
	if s == everybody {
		return s, fmt.Errorf(`"all" would let every client choose its address`)
	}
	s, err := clients(s)
	if err == nil && prefixOf(s).Bits() == 0 {
		return s, fmt.Errorf("%q is everybody, so every client could choose its address", s)
	}
	return s, err
}

func realIPHeader(s string) (string, error) {
	return s, usableHeader(s)
}

func (a nginxAt) realAddress() []nginxItem {
	r := a.host.site.RealIP
	var out []nginxItem
	for _, t := range r.Proxies {
		out = append(out, ng("set_real_ip_from", a.w.plain(t)))
	}
	if len(out) == 0 {
		return nil
	}
	return about("Only these say truly which address a client has.",
		append(out, ng("real_ip_header", a.realHeader()), ng("real_ip_recursive", nginxWord(onOff(r.Recursive))))...)
}

// realHeader is what tells the address: a header, or the PROXY protocol.
func (a nginxAt) realHeader() nginxWord {
	if a.host.site.Listen.ProxyProtocol {
		return "proxy_protocol"
	}
	return a.w.plain(a.host.site.RealIP.Header)
}

// realAddress takes the address from what trusted proxies say. Apache trusts the
// proxies of RemoteIPTrustedProxy less: it would not take private addresses from
// them.
func (a apacheAt) realAddress() []apacheItem {
	r := a.host.site.RealIP
	if len(r.Proxies) == 0 || a.host.site.Listen.ProxyProtocol {
		return nil
	}
	proxies := ap("RemoteIPInternalProxy")
	proxies.Args = a.list(r.Proxies)
	return about("Only these say truly which address a client has.", ap("RemoteIPHeader", a.w.plain(r.Header)), proxies)
}
