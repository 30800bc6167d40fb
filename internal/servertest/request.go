package servertest

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// Request says what to ask, and how.
type Request struct {
	// URL gives scheme, path and query, and, unless the fields below say otherwise, port, Host header and TLS server name.
	URL string
	// Address is the IP address and port to connect to; when empty, 127.0.0.1 and the URL's port. A lone address such as
	// "::1" is completed with the URL's port.
	Address string
	// Host is the Host header; when empty, the URL's host.
	Host string
	// ServerName is the TLS server name (SNI); when empty, the host name of Host; "-" sends none.
	ServerName string
	Method     string // GET when empty
	Header     http.Header
	Body       string
	// HTTP1 keeps the client from offering HTTP/2, HTTP10 asks by HTTP/1.0, HTTP3 over QUIC; at most one is set.
	HTTP1, HTTP10, HTTP3 bool
	// From is the client's IP address, which may be any; empty is 127.0.0.1, or ::1 to an IPv6 address.
	From string
	// Proxy is sent before all else: a header of the PROXY protocol (ProxyV1, ProxyV2).
	Proxy string
	// Chunked sends the body without its length.
	Chunked bool
	// MinTLS and MaxTLS bound the TLS versions offered, as tls.VersionTLS12; zero: TLS 1.2 and the newest.
	MinTLS, MaxTLS uint16
	// Groups are the key exchange groups offered; nil means the usual ones with X25519MLKEM768.
	Groups []tls.CurveID
	// Signs are the only signatures that the client takes: "RSA", "ECDSA", or "both", those of ECDSA first; empty is all.
	Signs string
	// Resume asks twice and returns the answer of the second connection, which goes on by the session of the first.
	Resume bool
	// Early sends the request in the first flight of a resumed connection.
	Early bool
	// Certificate is shown when the server asks for one.
	Certificate *tls.Certificate
}

// Response is the server's answer.
type Response struct {
	Status int
	Header http.Header
	Body   string // as sent: Decoded undoes its compression
	// Trailer is what came behind the body.
	Trailer http.Header
	// Proto is "HTTP/1.0", "HTTP/1.1", "HTTP/2.0" or "HTTP/3.0".
	Proto string
	// TLS is nil over plain HTTP; it tells Version, CurveID (the group), NegotiatedProtocol and PeerCertificates.
	TLS *tls.ConnectionState
	// Early tells that the server took the request as early data.
	Early bool
}

// target is where and how a request goes.
type target struct {
	address     string
	from, proxy string
	host        string
	tls         *tls.Config
}

func (c *Client) target(r Request) (*url.URL, target, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return nil, target{}, err
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "ws": "80", "https": "443", "wss": "443"}[u.Scheme]
	}
	if port == "" || u.Host == "" {
		return nil, target{}, fmt.Errorf("%q is not an address with scheme and host", r.URL)
	}
	to := target{address: r.Address, from: r.From, proxy: r.Proxy, host: r.Host}
	if to.host == "" {
		to.host = u.Host
	}
	switch {
	case to.address == "":
		to.address = net.JoinHostPort("127.0.0.1", port)
	case net.ParseIP(to.address) != nil:
		to.address = net.JoinHostPort(to.address, port)
	}
	to.tls = c.tlsConfig(r, (&url.URL{Host: to.host}).Hostname())
	return u, to, nil
}

func (c *Client) tlsConfig(r Request, name string) *tls.Config {
	config := &tls.Config{MinVersion: r.MinTLS, MaxVersion: r.MaxTLS, CurvePreferences: r.Groups, RootCAs: c.Roots, ServerName: name}
	if r.ServerName != "" {
		config.ServerName = r.ServerName
	}
	if r.Certificate != nil {
		config.Certificates = []tls.Certificate{*r.Certificate}
	}
	if c.Roots == nil || r.ServerName == "-" {
		config.InsecureSkipVerify = true // the caller looks at PeerCertificates itself
	}
	if r.ServerName == "-" {
		// No server name is sent for an address; left empty, net/http would fill in the URL's host.
		config.ServerName = "127.0.0.1"
	}
	return config
}
