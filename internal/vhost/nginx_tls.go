package vhost

import (
	"slices"
	"strconv"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/tlspolicy"
)

// hasSSLDirective tells whether "ssl on" still means something.
func (n *nginxModel) hasSSLDirective() bool {
	return tlspolicy.Supports(tlspolicy.FeatureSSLDirective, n.target).OK
}

// lowerTLS fills in the TLS settings of a host that has a TLS socket, or that
// says anything of certificates itself.
func (n *nginxModel) lowerTLS(h *Host) {
	server := detailOf(h).level
	t := &TLS{}
	for _, l := range h.Listeners {
		if l.TLS.V && !t.Enabled.V {
			t.Enabled = l.TLS
		}
	}
	// Mail servers can be asked for TLS within the plain protocol.
	if node := server.setting("starttls"); h.Layer == Mail && node != nil && node.Arg(0) != "off" && !t.Enabled.V {
		t.Enabled = Value[bool]{true, n.origin(node)}
	}
	if !t.Enabled.V && len(server.own("ssl_certificate")) == 0 {
		return
	}
	h.TLS = t
	t.Certificates = n.certificates(server)
	t.Managed = managed(server)
	t.Reject = n.flagValue(server, "ssl_reject_handshake", false)
	t.TLSSettings = n.tlsSettings(server)
	t.ProtocolsInEffect = t.Protocols
}

// tlsSettings are those of a server, shared with all that have none of their own.
func (n *nginxModel) tlsSettings(server *level) *TLSSettings {
	if server.parent != nil && !setsTLS(server) {
		shared := n.sharedTLS[server.parent]
		if shared == nil {
			shared = n.lowerTLSSettings(server.parent)
			n.sharedTLS[server.parent] = shared
		}
		return shared
	}
	return n.lowerTLSSettings(server)
}

// setsTLS tells that a server has TLS settings of its own.
func setsTLS(server *level) bool {
	return slices.ContainsFunc(server.node.Children, func(node *nginx.Node) bool {
		switch node.Name {
		case "ssl_certificate", "ssl_certificate_key", "ssl_reject_handshake":
			return false
		}
		return strings.HasPrefix(node.Name, "ssl_")
	})
}

func (n *nginxModel) lowerTLSSettings(server *level) *TLSSettings {
	t := &TLSSettings{}
	t.Protocols = n.protocols(server)
	t.Ciphers = n.textValue(server, "ssl_ciphers", tlspolicy.DefaultCiphers(n.target).Value)
	t.Groups = n.textValue(server, "ssl_ecdh_curve", "auto")
	t.PreferServer = n.flagValue(server, "ssl_prefer_server_ciphers", tlspolicy.DefaultPreferServerCiphers(n.target).Value)
	t.DHParameters = n.textValue(server, "ssl_dhparam", "")
	t.Tickets = n.flagValue(server, "ssl_session_tickets", tlspolicy.DefaultTickets(n.target).Value.Enabled)
	t.SessionCache = n.allArguments(server, "ssl_session_cache", tlspolicy.DefaultSessionCache(n.target).Value)
	t.Stapling = n.flagValue(server, "ssl_stapling", false)
	t.EarlyData = n.flagValue(server, "ssl_early_data", false)
	t.ClientAuth = n.clientAuth(server)
	t.ClientCA = n.clientCA(server)
	t.ClientDepth = n.depth(server)
	n.applyCommands(t, server)
	return t
}

// textValue is the first argument of a directive after inheritance.
func (n *nginxModel) textValue(at *level, name, standard string) Value[string] {
	if node := at.setting(name); node != nil {
		return Value[string]{node.Arg(0), n.origin(node)}
	}
	return Value[string]{V: standard}
}

// allArguments joins the arguments of directives that take several.
func (n *nginxModel) allArguments(at *level, name, standard string) Value[string] {
	node := at.setting(name)
	if node == nil {
		return Value[string]{V: standard}
	}
	var words []string
	for _, word := range node.Args() {
		words = append(words, word.Value)
	}
	return Value[string]{strings.Join(words, " "), n.origin(node)}
}

func (n *nginxModel) flagValue(at *level, name string, standard bool) Value[bool] {
	if node := at.setting(name); node != nil {
		return Value[bool]{node.Arg(0) == "on", n.origin(node)}
	}
	return Value[bool]{V: standard}
}

// protocols are those that ssl_protocols lists. Names that nginx does not know,
// which it refuses, are left out.
func (n *nginxModel) protocols(at *level) Value[[]tlspolicy.Protocol] {
	node := at.setting("ssl_protocols")
	if node == nil {
		return Value[[]tlspolicy.Protocol]{V: tlspolicy.DefaultProtocols(n.target).Value}
	}
	var list []tlspolicy.Protocol
	for _, word := range node.Args() {
		if p, ok := tlspolicy.ParseProtocol(word.Value); ok && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	slices.Sort(list)
	return Value[[]tlspolicy.Protocol]{list, n.origin(node)}
}

// protocolsInEffect takes the protocols from the default host of the socket,
// where the version of nginx does so: before 1.29.2 the protocol is settled
// before the server name is looked at.
func (n *nginxModel) protocolsInEffect(h *Host) {
	support := tlspolicy.Supports(tlspolicy.FeaturePerHostProtocols, n.target)
	if h.TLS == nil || support.OK && !support.Undecided {
		return
	}
	for _, l := range h.Listeners {
		if l.TLS.V && l.Default != nil && l.Default != h && l.Default.TLS != nil {
			h.TLS.ProtocolsInEffect = l.Default.TLS.Protocols
			return
		}
	}
}

// certificates pairs ssl_certificate with ssl_certificate_key by their order;
// both are inherited as whole lists.
func (n *nginxModel) certificates(server *level) []CertificatePair {
	certificates, keys := server.array("ssl_certificate"), server.array("ssl_certificate_key")
	var pairs []CertificatePair
	for i, node := range certificates {
		pair := CertificatePair{
			Certificate: Value[string]{node.Arg(0), n.origin(node)},
			Inherited:   node.Parent != server.node,
			Variable:    strings.Contains(node.Arg(0), "$"),
		}
		if i < len(keys) {
			pair.Key = Value[string]{keys[i].Arg(0), n.origin(keys[i])}
			pair.Variable = pair.Variable || strings.Contains(keys[i].Arg(0), "$")
		}
		pairs = append(pairs, pair)
	}
	return pairs
}

// managed tells that nginx obtains the certificate by its own ACME module.
func managed(server *level) bool {
	if server.setting("acme_certificate") != nil {
		return true
	}
	return slices.ContainsFunc(server.array("ssl_certificate"), func(node *nginx.Node) bool {
		return strings.HasPrefix(node.Arg(0), "$acme_certificate")
	})
}

func (n *nginxModel) clientAuth(server *level) Value[string] {
	node := server.setting("ssl_verify_client")
	if node == nil {
		return Value[string]{V: "off"}
	}
	mode := node.Arg(0)
	if mode == "on" {
		mode = "require"
	}
	return Value[string]{mode, n.origin(node)}
}

// clientCA is where the authorities of client certificates stand: the list that
// is sent to clients, or (since 1.27.2) the one that is not.
func (n *nginxModel) clientCA(server *level) Value[string] {
	if v := n.textValue(server, "ssl_client_certificate", ""); v.V != "" {
		return v
	}
	return n.textValue(server, "ssl_trusted_certificate", "")
}

func (n *nginxModel) depth(server *level) Value[int] {
	node := server.setting("ssl_verify_depth")
	if node == nil {
		return Value[int]{V: 1}
	}
	depth, err := strconv.Atoi(node.Arg(0))
	if err != nil {
		return Value[int]{V: 1}
	}
	return Value[int]{depth, n.origin(node)}
}

// applyCommands lets ssl_conf_command have its say: OpenSSL's own settings come
// after those of nginx. The list is inherited as a whole.
func (n *nginxModel) applyCommands(t *TLSSettings, server *level) {
	for _, node := range server.array("ssl_conf_command") {
		value := Value[string]{node.Arg(1), n.origin(node)}
		switch strings.ToLower(node.Arg(0)) {
		case "ciphersuites":
			t.CipherSuites = value
		case "cipherstring":
			t.Ciphers = value
		case "curves", "groups":
			t.Groups = value
		case "options":
			n.applyOptions(t, value)
		case "minprotocol":
			t.limitProtocols(value, func(p, limit tlspolicy.Protocol) bool { return p >= limit })
		case "maxprotocol":
			t.limitProtocols(value, func(p, limit tlspolicy.Protocol) bool { return p <= limit })
		}
	}
}

// applyOptions reads the words of OpenSSL's "Options" command that have a place
// in the model (SSL_CONF_cmd manual page).
func (n *nginxModel) applyOptions(t *TLSSettings, value Value[string]) {
	for word := range strings.SplitSeq(value.V, ",") {
		word = strings.ToLower(strings.TrimSpace(word))
		on := !strings.HasPrefix(word, "-")
		switch strings.TrimLeft(word, "+-") {
		case "serverpreference":
			t.PreferServer = Value[bool]{on, value.Origin}
		case "sessionticket":
			t.Tickets = Value[bool]{on, value.Origin}
		case "compression":
			t.Compression = Value[bool]{on, value.Origin}
		case "unsafelegacyrenegotiation", "clientrenegotiation":
			t.Renegotiation = Value[bool]{on, value.Origin}
		}
	}
}

func (t *TLSSettings) limitProtocols(value Value[string], keep func(p, limit tlspolicy.Protocol) bool) {
	limit, ok := tlspolicy.ParseProtocol(value.V)
	if !ok {
		return
	}
	var left []tlspolicy.Protocol
	for _, p := range t.Protocols.V {
		if keep(p, limit) {
			left = append(left, p)
		}
	}
	t.Protocols = Value[[]tlspolicy.Protocol]{left, value.Origin}
}
