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

	instance *Instance
}

// Client returns a client in the server's network; roots as in Client.Roots.
func (i *Instance) Client(roots *x509.CertPool) *Client {
	return &Client{Roots: roots, instance: i}
}

// Do asks. An error means that there is no answer: the connection was refused or closed, or TLS failed.
func (c *Client) Do(r Request) (*Response, error) {
	u, to, err := c.target(r)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), requestLimit)
	defer cancel()
	if r.Resume {
		to.tls.ClientSessionCache = tls.NewLRUClientSessionCache(1)
		if _, err := c.do(ctx, u, to, r); err != nil {
			return nil, err
		}
	}
	return c.do(ctx, u, to, r)
}

func (c *Client) do(ctx context.Context, u *url.URL, to target, r Request) (*Response, error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, u.String(), r.body())
	if err != nil {
		return nil, err
	}
	request.Host = to.host
	for name, values := range r.Header {
		request.Header[name] = values
	}
	var transport roundTripper
	early := &openssl{client: c, to: to, signs: r.Signs, early: r.Early}
	switch {
	case r.Signs != "" || r.Early:
		transport = early
	case r.HTTP10:
		transport = &http10{c, to}
	case r.HTTP3:
		if transport, err = c.http3(to); err != nil {
			return nil, err
		}
	default:
		transport = c.transport(to, r.HTTP1)
	}
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
	return &Response{
		Status: answer.StatusCode, Header: answer.Header, Trailer: answer.Trailer, Body: string(body), Proto: answer.Proto, TLS: answer.TLS,
		Early: early.accepted,
	}, nil
}

// roundTripper is a transport for one request.
type roundTripper interface {
	http.RoundTripper
	CloseIdleConnections()
}

// body is the body to send: a reader that does not tell its length is sent in chunks.
func (r Request) body() io.Reader {
	if r.Chunked {
		return io.MultiReader(strings.NewReader(r.Body))
	}
	return strings.NewReader(r.Body)
}

// connect opens a connection as the target says, with its PROXY header sent.
func (c *Client) connect(ctx context.Context, to target) (net.Conn, error) {
	connection, err := c.instance.dialFrom(ctx, "tcp", to.from, to.address)
	if err != nil || to.proxy == "" {
		return connection, err
	}
	if _, err := io.WriteString(connection, to.proxy); err != nil {
		_ = connection.Close()
		return nil, err
	}
	return connection, nil
}

// Get asks for a URL.
func (c *Client) Get(address string) (*Response, error) { return c.Do(Request{URL: address}) }

func (c *Client) transport(to target, http1 bool) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(!http1)
	return &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return c.connect(ctx, to)
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
	connection, err := c.connect(ctx, to)
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
	connection, err := c.connect(ctx, to)
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
