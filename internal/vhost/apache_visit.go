package vhost

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// apacheVisit is one request on its way through httpd.
type apacheVisit struct {
	s *apacheServer
	h *apacheHost
	l *Listener
	r Request

	// world answers what the configuration does not tell.
	world *world

	// uri is the path as the modules see it: decoded, without dot segments.
	uri     string
	args    string
	hasArgs bool
	// filename is mod_rewrite's view of the target; file where the request
	// ends in the file system, if it does.
	filename string
	file     string
	// base is the part of file that is a directory for sure.
	base string
	// backend is where the request is passed to, or "".
	backend string
	env     map[string]string // made when the first variable is set
	// groups are those of the last regular expression of a condition.
	groups []string

	layers []apacheLayer
	// fixed tells that the last phase before content has been reached, where
	// more of the environment is set.
	fixed bool
	// answered is the status of the answer once it is known, else 0.
	answered int
	// ended tells that mod_rewrite's END flag was met.
	ended bool
	// inside tells that the server itself asks, for an index file.
	inside bool
	// erring tells that the server asks for an error document.
	erring bool
	// ruledOut tells that a rule of mod_rewrite has refused the request, which also
	// takes the status back that an inner request has from the outer one.
	ruledOut bool
	// status is what a rule has set for a redirect that a later one has taken back;
	// 0 if none has.
	status int
	// rooted tells that a rule outside of sections made the path "/".
	rooted bool
	// depth counts the requests around this one, which the server has made it for.
	depth int
	// rounds counts internal redirects.
	rounds int

	// why tells what the value last computed depends on that is not known.
	why string
	by  []Origin
}

// apacheLayer is one scope whose settings apply, weakest first.
type apacheLayer struct {
	scope *apacheScope
	// doubt tells why it may not apply; "" if it does for sure.
	doubt string
	// directory is the path that rules of mod_rewrite there start from.
	directory string
}

// unknown notes that a value depends on something unknown.
func (v *apacheVisit) unknown(why string) string {
	if v.why == "" {
		v.why = why
	}
	return ""
}

// certainty is an answer that may be open.
type certainty uint8

const (
	no certainty = iota
	yes
	unsure
)

func sure(b bool) certainty {
	if b {
		return yes
	}
	return no
}

func (c certainty) not() certainty {
	switch c {
	case no:
		return yes
	case yes:
		return no
	}
	return unsure
}

// and is no as soon as one is.
func (c certainty) and(other certainty) certainty {
	switch {
	case c == no || other == no:
		return no
	case c == yes && other == yes:
		return yes
	}
	return unsure
}

func (c certainty) or(other certainty) certainty { return c.not().and(other.not()).not() }

// attempt computes a value and tells why it is not known, without leaving a
// trace in v.why.
func (v *apacheVisit) attempt(compute func() string) (value, why string) {
	outer := v.why
	v.why = ""
	value = compute()
	why, v.why = v.why, outer
	return value, why
}

// setting is the last directive of that name in the layers; doubt tells that a
// layer which may not apply has one too.
func (v *apacheVisit) setting(name string) (d apacheDirective, doubt string, ok bool) {
	for i := len(v.layers) - 1; i >= 0; i-- {
		if d, ok = v.layers[i].scope.last(name); ok {
			return d, v.layers[i].doubt, true
		}
	}
	return apacheDirective{}, "", false
}

// switchedOn is an On/Off setting in the layers.
func (v *apacheVisit) switchedOn(name string, standard bool) bool {
	d, doubt, ok := v.setting(name)
	if !ok {
		return standard
	}
	if doubt != "" {
		v.unknown(doubt)
	}
	on, _ := flag(d.first())
	return on
}

// host is the Host header as a browser sends it.
func (v *apacheVisit) hostHeader() string {
	if v.r.Name == "" {
		return ""
	}
	standard := uint16(80)
	if v.r.TLS {
		standard = 443
	}
	if v.r.Port == 0 || v.r.Port == standard {
		return v.r.Name
	}
	return v.r.Name + ":" + strconv.Itoa(int(v.r.Port))
}

// scheme is what mod_rewrite and others take the connection for: ServerName may
// say https:// in front of a proxy that ends TLS.
func (v *apacheVisit) scheme() string {
	if v.h.scheme == "https" {
		return "https"
	}
	// Which host a name leads to does not matter to the connection, but one with
	// "SSLEngine off" still says http of itself (mod_ssl's hook for http_scheme).
	if v.r.TLS && (v.h.host.TLS == nil || v.h.host.TLS.Enabled.V) {
		return "https"
	}
	return "http"
}

func (v *apacheVisit) standardPort() uint16 {
	if v.scheme() == "https" {
		return 443
	}
	return 80
}

// serverName is ap_get_server_name: what the client asked for, or ServerName
// if UseCanonicalName is on.
func (v *apacheVisit) serverName() string {
	canonical := "off"
	if d, doubt, ok := v.setting("usecanonicalname"); ok {
		if doubt != "" {
			v.unknown(doubt)
		}
		canonical = strings.ToLower(d.first())
	}
	switch {
	case canonical == "dns":
		return v.unknown("it depends on the host's name in DNS")
	case canonical == "off" && v.r.Name != "":
		return strings.ToLower(strings.TrimSuffix(v.r.Name, "."))
	case v.h.name == "":
		return v.unknown("it depends on the machine's name")
	case v.h.host.Names[0].Implied && len(v.h.addresses) > 0 && !v.h.addresses[0].any:
		// httpd asks for it when it starts (ap_fini_vhost_config).
		return v.unknown("it depends on the name that the address of the virtual host has")
	}
	return v.h.writtenName
}

// serverPort is ap_get_server_port.
func (v *apacheVisit) serverPort() uint16 {
	d, _, ok := v.setting("usecanonicalname")
	canonical := ok && !strings.EqualFold(d.first(), "off")
	_, asked, err := net.SplitHostPort(v.hostHeader())
	// What the server asks itself has no port of a Host header.
	if err == nil && !canonical && !v.inside {
		if n, err := strconv.ParseUint(asked, 10, 16); err == nil {
			return uint16(n)
		}
	}
	if v.switchedOn("usecanonicalphysicalport", false) {
		if canonical && v.h.port != 0 {
			return v.h.port
		}
		return v.r.Port
	}
	if v.h.port != 0 {
		return v.h.port
	}
	return v.standardPort()
}

// origin is scheme, name and port of URLs that the server makes.
func (v *apacheVisit) origin() string {
	url := v.scheme() + "://" + v.serverName()
	if port := v.serverPort(); port != v.standardPort() {
		url += ":" + strconv.Itoa(int(port))
	}
	return url
}

// requestLine is %{THE_REQUEST}.
func (v *apacheVisit) requestLine() string {
	version := " HTTP/1.1"
	if v.r.HTTP10 {
		version = " HTTP/1.0"
	}
	line := v.method() + " " + v.r.Path
	if v.r.HasQuery || v.r.Query != "" {
		line += "?" + v.r.Query
	}
	return line + version
}

func (v *apacheVisit) method() string {
	if v.r.Method == "" {
		return "GET"
	}
	return v.r.Method
}

// header is a request header. Those that the request does not hold are absent.
func (v *apacheVisit) header(name string) string {
	if strings.EqualFold(name, "Host") {
		return v.hostHeader()
	}
	for key, value := range v.r.Header {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// believeProxies takes the client's address from what trusted proxies tell. Those
// of RemoteIPTrustedProxy are not believed to have private clients.
func (v *apacheVisit) believeProxies() {
	d, _, ok := v.setting("remoteipheader")
	if !ok {
		return
	}
	var networks []netip.Prefix
	for _, layer := range v.layers {
		for d := range layer.scope.all("remoteipinternalproxy") {
			for _, word := range d.words() {
				if network, ok := parseNetwork(word); ok {
					networks = append(networks, network)
				}
			}
		}
	}
	v.r.Client = believed(v.r.Client.Unmap(), v.header(d.first()), func(address netip.Addr) bool {
		return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(address) })
	}, true)
}

// clientAddress is the client's address, if known.
func (v *apacheVisit) clientAddress() string {
	if !v.r.Client.IsValid() {
		return v.unknown("it depends on the client's address")
	}
	return v.r.Client.Unmap().String()
}
