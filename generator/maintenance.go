package generator

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Maintenance answers 503 while a file exists.
type Maintenance struct {
	// WhenFile is the file whose existence closes the site.
	WhenFile Text
	// Page is what visitors see, the path of a file below the site's root; empty for
	// the server's own page.
	Page Text
	// Bypass are the addresses and networks that see the site all the same.
	Bypass []netip.Prefix
	// RetryAfter is when clients are asked to come back, in seconds.
	RetryAfter int64
	Range      hcl.Range `json:"-"`
}

var maintenanceBlock = &block{
	Name: "maintenance",
	Doc:  "Answer 503 while a file exists; certificate challenges stay open.",
	Attributes: []attribute{
		{Name: "when_file", Type: cty.String, Check: check(absolutePath), Example: `"/srv/www/MAINTENANCE"`, Doc: "File whose existence closes the site."},
		{Name: "page", Type: cty.String, Check: check(sitePage), Example: `"/maintenance.html"`, Doc: "Page for visitors, the path of a file below root."},
		{Name: "bypass", Type: cty.List(cty.String), Check: check(network), Default: "[]", Example: `["203.0.113.7"]`, Doc: "Addresses and networks that see the site all the same."},
		{Name: "retry_after", Type: cty.String, Check: check(span), Default: "5m", Doc: "When clients are asked to come back."},
	},
}

func sitePage(s string) (string, error) { return s, pageOfSite(s) }

// network accepts an address or a network.
func network(s string) (string, error) {
	p, err := parseClients(s)
	if err != nil {
		return s, err
	}
	return p.String(), nil
}

// parseClients reads an address, which is a network of one, or a network; bits
// beyond its length are a mistake, since both servers would drop them silently.
func parseClients(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, fmt.Errorf(`%q is neither an address nor a network such as "192.0.2.0/24"`, s)
	}
	if p.Masked() != p {
		return p, fmt.Errorf("%q has bits set beyond the length of the network; did you mean %q?", s, p.Masked())
	}
	return p, nil
}

func decodeMaintenance(l *layer) *Maintenance {
	if l == nil {
		return nil
	}
	m := &Maintenance{WhenFile: l.text("when_file", ""), Page: l.text("page", ""), Range: l.Range}
	retry, _ := parseSpan(l.text("retry_after", "5m").Value)
	m.RetryAfter = int64(retry.Seconds())
	for _, t := range l.texts("bypass") {
		p, _ := parseClients(t.Value)
		m.Bypass = append(m.Bypass, p)
	}
	return m
}

// maintenance closes the virtual host in nginx, before any location is chosen.
func (a nginxAt) maintenance() []nginxItem {
	m := a.host.site.Maintenance
	if m == nil {
		return nil
	}
	closed := nginxWord("$padlock_closed")
	out := []nginxItem{ng("set", closed, `""`),
		ngBlock([]nginxItem{ng("set", closed, "1")}, "if", "(-f", a.w.evaluated("", m.WhenFile, "")+")")}
	if len(m.Bypass) > 0 {
		variable := nginxWord("$padlock_bypass_" + a.host.site.slug())
		rows := []nginxItem{ng("default", "0")}
		for _, p := range m.Bypass {
			rows = append(rows, ng(p.String(), "1"))
		}
		a.around.add(string(variable), ngBlock(rows, "geo", variable))
		out = append(out, ngBlock([]nginxItem{ng("set", closed, `""`)}, "if", "("+variable+")"))
	}
	if a.host.challenge {
		out = append(out, ngBlock([]nginxItem{ng("set", closed, `""`)}, "if", "($uri", "~", `"^/\.well-known/acme-challenge/")`))
	}
	// The rules of a server run again when it finds its own page.
	out = append(out, ngBlock([]nginxItem{ng("set", closed, `""`)}, "if", "($uri", "~", `"^/\.padlock/")`))
	out = append(out, ngBlock([]nginxItem{ng("return", "503")}, "if", "("+closed+")"))
	return about("Closed while the file exists.", append(out, ng("error_page", "503", a.closedPages()))...)
}

// closedPages are what visitors see then, with the headers of the place that they
// asked for: one for the site, and one for each route that has others. No location
// has been chosen yet, so that a map finds the place.
func (a nginxAt) closedPages() nginxWord {
	s := a.host.site
	a.closedLocation(nil)
	var rows []nginxItem
	some := false
	for _, r := range s.strongestFirst() {
		page := s.closedPage(a.host, r)
		if page != closedPath(s.placeID(nil)) {
			some = true
			a.closedLocation(r)
		}
		rows = append(rows, ng(string(a.w.plain(Text{"~" + r.expression(), r.Path.Range})), nginxWord(page)))
	}
	site := nginxWord(closedPath(s.placeID(nil)))
	if !some {
		return site
	}
	return a.variable("closed", "$uri", append([]nginxItem{ng("default", site)}, rows...)...)
}

// closedLocation answers with the page for a place.
func (a nginxAt) closedLocation(r *Route) {
	m, place := a.host.site.Maintenance, a.host.site.Place
	if r != nil {
		place = r.Place
	}
	place.Cache = Cache{} // nothing of it is content
	at := a.in(r, &place)
	body := append([]nginxItem{ng("internal")}, at.headersOf(ng("add_header", "Retry-After", nginxWord(fmt.Sprint(m.RetryAfter)), "always"))...)
	body = append(body, at.openAgain()...)
	if m.Page.Value == "" {
		body = append(body, ng("return", "503"))
	} else {
		body = append(body, ng("alias", a.w.evaluated("", Text{a.host.site.errorRoot().Value + m.Page.Value, m.Page.Range}, "")),
			ng("default_type", nginxWord(typeOf(m.Page.Value))))
	}
	*a.named = append(*a.named, gap[nginxWord](), ngBlock(body, "location", "=", nginxWord(closedPath(at.id()))))
}

// closedPath is where the server finds the page of a place that is closed; see
// errorPath.
func closedPath(place string) string { return internalPages + place + "/maintenance" }

// closedPage is the page for a route: the site's, unless its headers are others.
func (s *Site) closedPage(h host, r *Route) string {
	if r == nil || sameHeaders(closedHeaders(s.headers(h, &r.Place)), closedHeaders(s.headers(h, &s.Place))) {
		return closedPath(s.placeID(nil))
	}
	return closedPath(s.placeID(r))
}

// closedHeaders are those that may come with a status of 503.
func closedHeaders(headers []Header) []Header {
	return slices.DeleteFunc(slices.Clone(headers), func(h Header) bool { return h.On.Status != 0 && h.On.Status != 503 })
}

// maintenance closes the virtual host in Apache.
func (a apacheAt) maintenance() []apacheItem {
	m := a.host.site.Maintenance
	if m == nil {
		return nil
	}
	out := []apacheItem{ap("RewriteCond", a.w.testString(m.WhenFile.Value, ""), "-f")}
	for _, p := range m.Bypass {
		out = append(out, ap("RewriteCond", "expr", apacheWord(fmt.Sprintf(`"! %%{REMOTE_ADDR} -ipmatch '%s'"`, p))))
	}
	if a.host.challenge {
		out = append(out, ap("RewriteCond", "%{REQUEST_URI}", `"!^/\.well-known/acme-challenge/"`))
	}
	return about("Closed while the file exists.", append(out, ap("RewriteRule", "^", "-", "[R=503,L,E=padlock_closed:1]"))...)
}

// retryAfter asks visitors to come back.
func (a apacheAt) retryAfter() []apacheItem {
	m := a.host.site.Maintenance
	if m == nil {
		return nil
	}
	closed := `"expr=%{REQUEST_STATUS} == 503 && (-n reqenv('padlock_closed') || -n reqenv('REDIRECT_padlock_closed'))"`
	return []apacheItem{ap("Header", "always", "set", "Retry-After", apacheWord(fmt.Sprint(m.RetryAfter)), apacheWord(closed))}
}

// closedPage is what visitors of the place see then; the file is among the server's
// own pages.
func (a apacheAt) closedPage() []apacheItem {
	s := a.host.site
	if s.Maintenance == nil || s.Maintenance.Page.Value == "" {
		return nil
	}
	own := closedHeaders(s.headers(a.host, a.place))
	if !a.differs(func(p *Place) bool { return sameHeaders(own, closedHeaders(s.headers(a.host, p))) }) {
		return nil
	}
	return []apacheItem{ap("ErrorDocument", "503", apacheWord(s.closedPage(a.host, a.route)))}
}

// checkPages refuses pages that no directory holds, and two answers to one error.
func (c *checker) checkPages(s *Site) {
	pages := s.anyPlace(func(p *Place) bool { return len(p.ErrorPages) > 0 })
	m := s.Maintenance
	if m != nil && m.WhenFile.Value == "" {
		c.report(hcl.DiagError, m.Range, "Maintenance at no time", `Add when_file, the file whose existence closes the site, for example when_file = "/srv/`+s.Name.Value+`/MAINTENANCE".`)
	}
	if m != nil {
		c.checkClosed(s)
	}
	if (pages || m != nil && m.Page.Value != "") && s.errorRoot().Value == "" {
		c.report(hcl.DiagError, s.Range, "Pages without a directory",
			strings.TrimSpace("The pages for errors and maintenance are files below root, and the site has none: add error_root, the directory that holds them."))
	}
}

// checkClosed refuses what else answers 503: in Apache one document does for a status,
// whatever the reason.
func (c *checker) checkClosed(s *Site) {
	taken := s.anyPlace(func(p *Place) bool {
		return p.Respond != nil && p.Respond.Status == 503 || slices.ContainsFunc(p.ErrorPages, func(e ErrorPage) bool { return e.Code == 503 })
	})
	if taken {
		c.report(hcl.DiagError, s.Maintenance.Range, "Two answers for one status",
			"A site that is closed answers 503, and so does error_pages or respond here: Apache would not tell them apart. Set maintenance.page for the page of 503, and respond with another status.")
	}
}
