package servertest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// requestLimit bounds a request with all its reading.
const requestLimit = 20 * time.Second

// Client asks a running server. It follows no redirect, keeps no connection and asks no name server.
type Client struct {
	// Roots are the trusted authorities; nil means that any certificate is taken.
	Roots *x509.CertPool

	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Client returns a client in the server's network; roots as in Client.Roots.
func (i *Instance) Client(roots *x509.CertPool) *Client {
	return &Client{Roots: roots, dial: i.DialContext}
}

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
	// HTTP1 keeps the client from offering HTTP/2.
	HTTP1 bool
	// MinTLS and MaxTLS bound the TLS versions offered, as tls.VersionTLS12; zero: TLS 1.2 and the newest.
	MinTLS, MaxTLS uint16
	// Groups are the key exchange groups offered; nil means the usual ones with X25519MLKEM768.
	Groups []tls.CurveID
	// Certificate is shown when the server asks for one.
	Certificate *tls.Certificate
}

// Response is the server's answer.
type Response struct {
	Status int
	Header http.Header
	Body   string
	// Proto is "HTTP/1.1" or "HTTP/2.0".
	Proto string
	// TLS is nil over plain HTTP; it tells Version, CurveID (the group), NegotiatedProtocol and PeerCertificates.
	TLS *tls.ConnectionState
}

// target is where and how a request goes.
type target struct {
	address string
	host    string
	tls     *tls.Config
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
	to := target{address: r.Address, host: r.Host}
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

// Do asks. An error means that there is no answer: the connection was refused or closed, or TLS failed.
func (c *Client) Do(r Request) (*Response, error) {
	u, to, err := c.target(r)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), requestLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, r.Method, u.String(), strings.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	request.Host = to.host
	for name, values := range r.Header {
		request.Header[name] = values
	}
	transport := c.transport(to, r.HTTP1)
	defer transport.CloseIdleConnections()
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("body of the answer: %w", err)
	}
	return &Response{Status: answer.StatusCode, Header: answer.Header, Body: string(body), Proto: answer.Proto, TLS: answer.TLS}, nil
}

// Get asks for a URL.
func (c *Client) Get(address string) (*Response, error) { return c.Do(Request{URL: address}) }

func (c *Client) transport(to target, http1 bool) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(!http1)
	return &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return c.dial(ctx, network, to.address)
		},
		TLSClientConfig:    to.tls,
		Protocols:          protocols,
		DisableCompression: true,
	}
}

// Raw sends text as it is, over TLS where the request's URL says https, and returns all that comes until the server closes
// the connection; so the text should ask for that. Method, Header and Body of the request are not used.
func (c *Client) Raw(r Request, text string) (string, error) {
	u, to, err := c.target(r)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), requestLimit)
	defer cancel()
	connection, err := c.dial(ctx, "tcp", to.address)
	if err != nil {
		return "", err
	}
	if u.Scheme == "https" {
		connection = tls.Client(connection, to.tls)
	}
	defer connection.Close()
	deadline, _ := ctx.Deadline()
	if err := connection.SetDeadline(deadline); err != nil {
		return "", err
	}
	if _, err := io.WriteString(connection, text); err != nil {
		return "", err
	}
	answer, err := io.ReadAll(connection)
	return string(answer), err
}

// Handshake makes a TLS connection and tells what was negotiated. A Request with MaxTLS of TLS 1.1 learns here whether the
// server refuses it.
func (c *Client) Handshake(r Request) (*tls.ConnectionState, error) {
	_, to, err := c.target(r)
	if err != nil {
		return nil, err
	}
	if !r.HTTP1 {
		to.tls.NextProtos = []string{"h2", "http/1.1"}
	}
	ctx, cancel := context.WithTimeout(context.Background(), requestLimit)
	defer cancel()
	connection, err := c.dial(ctx, "tcp", to.address)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	secured := tls.Client(connection, to.tls)
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	state := secured.ConnectionState()
	return &state, nil
}

// EchoWebSocket opens a WebSocket, sends a message, and returns the message that comes back.
func (c *Client) EchoWebSocket(r Request, message string) (string, error) {
	u, to, err := c.target(r)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), requestLimit)
	defer cancel()
	transport := c.transport(to, true)
	defer transport.CloseIdleConnections()
	socket, _, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: transport}, HTTPHeader: r.Header, Host: to.host,
	})
	if err != nil {
		return "", err
	}
	defer socket.CloseNow()
	if err := socket.Write(ctx, websocket.MessageText, []byte(message)); err != nil {
		return "", err
	}
	_, echo, err := socket.Read(ctx)
	if err != nil {
		return "", err
	}
	return string(echo), socket.Close(websocket.StatusNormalClosure, "")
}
