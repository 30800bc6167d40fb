package vhost

import (
	"slices"
	"strconv"
	"strings"

	"padlock/internal/tlspolicy"
)

// tls are the settings of a host after inheritance from the main server.
func (s *apacheServer) tls(h *apacheHost) *TLS {
	t := &TLS{Certificates: s.certificates(h)}
	t.TLSSettings = &TLSSettings{
		Protocols:    s.protocols(h),
		PreferServer: s.switched(h, "sslhonorcipherorder", tlspolicy.DefaultPreferServerCiphers(s.target).Value),
		Tickets:      s.switched(h, "sslsessiontickets", true),
		SessionCache: s.text(s.main, "sslsessioncache", tlspolicy.DefaultSessionCache(s.target).Value),
		Stapling:     s.switched(h, "sslusestapling", false),
		Compression:  s.switched(h, "sslcompression", false),

		Renegotiation: s.switched(h, "sslinsecurerenegotiation", false),
		ClientAuth:    clientAuth(s.text(h, "sslverifyclient", "none")),
		ClientCA:      s.text(h, "sslcacertificatefile", ""),
		ClientDepth:   Value[int]{V: 1},
	}
	if t.ClientCA.V == "" {
		t.ClientCA = s.text(h, "sslcacertificatepath", "")
	}
	if d, _, ok := s.setting(h, "sslverifydepth"); ok {
		if n, err := strconv.Atoi(d.first()); err == nil {
			t.ClientDepth = Value[int]{n, originOf(d.item)}
		}
	}
	t.Ciphers, t.CipherSuites = s.cipherSuites(h)
	s.commands(h, t)
	_, t.Managed = s.managedName(h)
	t.Enabled, t.Implicit = s.engine(h, t)
	t.ProtocolsInEffect = t.Protocols
	for kind := range routeSections(h.scope) {
		if d, ok := kind.last("sslverifyclient"); ok {
			t.ClientAuthRoutes = append(t.ClientAuthRoutes, clientAuth(Value[string]{d.first(), originOf(d.item)}))
		}
	}
	return t
}

// engine tells whether a host speaks TLS: SSLEngine of the host, of the main
// server, or nothing but https in Listen and a certificate (mod_ssl 2.4.71).
func (s *apacheServer) engine(h *apacheHost, t *TLS) (enabled Value[bool], implicit bool) {
	if d, _, ok := s.setting(h, "sslengine"); ok {
		// "optional" was removed in 2.4.64; before, it began in clear text.
		on, _ := flag(d.first())
		return Value[bool]{on, originOf(d.item)}, false
	}
	if h.protocol == "https" && len(t.Certificates) > 0 {
		return Value[bool]{V: true}, true
	}
	return Value[bool]{}, false
}

// certificates are the host's own, or else those of the main server: the lists
// replace each other, they are not merged.
func (s *apacheServer) certificates(h *apacheHost) []CertificatePair {
	files, inherited := s.list(h, "sslcertificatefile")
	keys, _ := s.list(h, "sslcertificatekeyfile")
	chains, _ := s.list(h, "sslcertificatechainfile")
	var out []CertificatePair
	for i, f := range files {
		pair := CertificatePair{Certificate: f, Key: f, Inherited: inherited}
		if i < len(keys) {
			pair.Key = keys[i]
		}
		if len(chains) > 0 {
			pair.Chain = chains[len(chains)-1]
		}
		out = append(out, pair)
	}
	return out
}

func (s *apacheServer) list(h *apacheHost, name string) (values []Value[string], inherited bool) {
	for d := range h.scope.all(name) {
		values = append(values, Value[string]{d.first(), originOf(d.item)})
	}
	if len(values) == 0 && h != s.main {
		values, _ = s.list(s.main, name)
		return values, len(values) > 0
	}
	return values, false
}

// protocols are those of SSLProtocol. A directive replaces what was set above;
// a name without sign replaces what stands before it in the line.
func (s *apacheServer) protocols(h *apacheHost) Value[[]tlspolicy.Protocol] {
	d, _, ok := s.setting(h, "sslprotocol")
	if !ok {
		return Value[[]tlspolicy.Protocol]{V: tlspolicy.DefaultProtocols(s.target).Value}
	}
	return Value[[]tlspolicy.Protocol]{s.protocolList(d.words()), originOf(d.item)}
}

func (s *apacheServer) protocolList(words []string) []tlspolicy.Protocol {
	set := map[tlspolicy.Protocol]bool{}
	for _, word := range words {
		sign := byte(0)
		if word != "" && (word[0] == '+' || word[0] == '-') {
			sign, word = word[0], word[1:]
		}
		named := s.protocolsNamed(word)
		if sign == 0 {
			clear(set)
		}
		for _, p := range named {
			set[p] = sign != '-'
		}
	}
	out := []tlspolicy.Protocol{}
	for p := tlspolicy.SSLv2; p <= tlspolicy.TLSv13; p++ {
		if set[p] {
			out = append(out, p)
		}
	}
	return out
}

func (s *apacheServer) protocolsNamed(word string) []tlspolicy.Protocol {
	if strings.EqualFold(word, "all") {
		return tlspolicy.ProtocolsOfAll(s.target)
	}
	for p := tlspolicy.SSLv2; p <= tlspolicy.TLSv13; p++ {
		if strings.EqualFold(word, p.String()) {
			return []tlspolicy.Protocol{p}
		}
	}
	return nil
}

// perHostProtocols is the first version that negotiates by the virtual host of
// the server name (CHANGES 2.4.42; OpenSSL 1.1.1 is needed too).
func (s *apacheServer) perHostProtocols() bool {
	return tlspolicy.Supports(tlspolicy.FeaturePerHostProtocols, s.target).OK
}

// protocolsInEffect gives the hosts of TLS listeners what clients get: a host
// without SSLProtocol takes what the first host of its address has, unless the
// main server sets it; older servers go by the first host alone.
func (s *apacheServer) protocolsInEffect(listeners []*Listener) {
	perHost := s.perHostProtocols()
	done := map[*Host]bool{}
	for _, l := range listeners {
		if !l.TLS.V {
			continue
		}
		for _, h := range l.Hosts {
			if done[h] || h == l.Default {
				done[h] = true
				continue
			}
			done[h] = true
			if !perHost || h.TLS.Protocols.IsDefault() {
				h.TLS.ProtocolsInEffect = l.Default.TLS.Protocols
			}
		}
	}
}

// cipherSuites reads SSLCipherSuite [SSL|TLSv1.3] list, of which the two kinds
// are settings of their own.
func (s *apacheServer) cipherSuites(h *apacheHost) (ciphers, suites Value[string]) {
	scopes := []*apacheScope{s.main.scope, h.scope}
	if h == s.main {
		scopes = scopes[1:]
	}
	for _, scope := range scopes {
		for d := range scope.all("sslciphersuite") {
			words := d.words()
			switch {
			case len(words) == 1:
				ciphers = Value[string]{words[0], originOf(d.item)}
			case len(words) > 1 && strings.EqualFold(words[0], "TLSv1.3"):
				suites = Value[string]{words[1], originOf(d.item)}
			case len(words) > 1:
				ciphers = Value[string]{words[1], originOf(d.item)}
			}
		}
	}
	if ciphers.IsDefault() {
		ciphers.V = tlspolicy.DefaultCiphers(s.target).Value
	}
	return ciphers, suites
}

// commands reads SSLOpenSSLConfCmd. It comes last, so it overrides.
func (s *apacheServer) commands(h *apacheHost, t *TLS) {
	t.Groups = Value[string]{V: strings.Join(tlspolicy.DefaultGroups(s.target.OpenSSL).Value, ":")}
	scopes := []*apacheScope{s.main.scope, h.scope}
	if h == s.main {
		scopes = scopes[1:]
	}
	for _, scope := range scopes {
		for d := range scope.all("sslopensslconfcmd") {
			words := d.words()
			if len(words) != 2 {
				continue
			}
			value := Value[string]{words[1], originOf(d.item)}
			switch strings.ToLower(words[0]) {
			case "curves", "groups":
				t.Groups = value
			case "dhparameters":
				t.DHParameters = value
			case "cipherstring":
				t.Ciphers = value
			case "ciphersuites":
				t.CipherSuites = value
			case "protocol":
				t.Protocols = Value[[]tlspolicy.Protocol]{s.commandProtocols(t.Protocols.V, words[1]), value.Origin}
			case "minprotocol", "maxprotocol":
				t.Protocols = Value[[]tlspolicy.Protocol]{s.boundProtocols(t.Protocols.V, words[0], words[1]), value.Origin}
			case "options":
				t.commandOptions(value)
			}
		}
	}
}

// commandProtocols is the Protocol command of SSL_CONF_cmd(3): a list by commas
// that adds, and takes away with a minus.
func (s *apacheServer) commandProtocols(before []tlspolicy.Protocol, list string) []tlspolicy.Protocol {
	set := map[tlspolicy.Protocol]bool{}
	for _, p := range before {
		set[p] = true
	}
	for word := range strings.SplitSeq(list, ",") {
		named := s.protocolsNamed(strings.TrimLeft(word, "+-"))
		for _, p := range named {
			set[p] = !strings.HasPrefix(word, "-")
		}
	}
	out := []tlspolicy.Protocol{}
	for p := tlspolicy.SSLv2; p <= tlspolicy.TLSv13; p++ {
		if set[p] {
			out = append(out, p)
		}
	}
	return out
}

// boundProtocols is MinProtocol and MaxProtocol of SSL_CONF_cmd(3).
func (s *apacheServer) boundProtocols(before []tlspolicy.Protocol, command, bound string) []tlspolicy.Protocol {
	named := s.protocolsNamed(bound)
	if len(named) != 1 {
		return before
	}
	least := strings.EqualFold(command, "minprotocol")
	return slices.DeleteFunc(slices.Clone(before), func(p tlspolicy.Protocol) bool {
		if least {
			return p < named[0]
		}
		return p > named[0]
	})
}

// commandOptions reads the Options command of SSL_CONF_cmd(3).
func (t *TLS) commandOptions(value Value[string]) {
	for word := range strings.SplitSeq(value.V, ",") {
		on := Value[bool]{!strings.HasPrefix(word, "-"), value.Origin}
		switch strings.ToLower(strings.TrimLeft(word, "+-")) {
		case "sessionticket":
			t.Tickets = on
		case "compression":
			t.Compression = on
		case "serverpreference":
			t.PreferServer = on
		case "unsafelegacyrenegotiation":
			t.Renegotiation = on
		}
	}
}

// clientAuth puts SSLVerifyClient into the words of the model.
func clientAuth(v Value[string]) Value[string] {
	v.V = strings.ToLower(v.V)
	if v.V == "none" {
		v.V = "off"
	}
	return v
}

// managedName is the first name of the host that mod_md has a certificate for.
func (s *apacheServer) managedName(h *apacheHost) (string, bool) {
	if len(s.managed) == 0 {
		return "", false
	}
	for _, n := range h.host.Names {
		if _, ok := s.managed[n.Text]; ok {
			return n.Text, true
		}
	}
	return "", false
}
