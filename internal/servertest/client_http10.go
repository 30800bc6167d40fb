package servertest

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// http10 sends one request by HTTP/1.0, which net/http does not.
type http10 struct {
	client *Client
	to     target
}

// CloseIdleConnections implements roundTripper; there are none.
func (*http10) CloseIdleConnections() {}

// RoundTrip implements http.RoundTripper.
func (h *http10) RoundTrip(r *http.Request) (*http.Response, error) {
	connection, err := h.client.connect(r.Context(), h.to)
	if err != nil {
		return nil, err
	}
	if deadline, ok := r.Context().Deadline(); ok {
		_ = connection.SetDeadline(deadline) // a closed connection shows at once below
	}
	answer, err := h.ask(r.Context(), connection, r)
	if err != nil {
		_ = connection.Close()
		return nil, err
	}
	answer.Body = closer{answer.Body, connection}
	return answer, nil
}

func (h *http10) ask(ctx context.Context, connection net.Conn, r *http.Request) (*http.Response, error) {
	var state *tls.ConnectionState
	if r.URL.Scheme == "https" {
		secured := tls.Client(connection, h.to.tls)
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		s := secured.ConnectionState()
		connection, state = secured, &s
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s HTTP/1.0\r\nHost: %s\r\n", r.Method, r.URL.RequestURI(), r.Host)
	if r.ContentLength > 0 {
		fmt.Fprintf(&text, "Content-Length: %d\r\n", r.ContentLength)
	}
	if err := r.Header.Write(&text); err != nil {
		return nil, err
	}
	text.WriteString("\r\n")
	if r.Body != nil {
		if _, err := io.Copy(&text, r.Body); err != nil {
			return nil, err
		}
	}
	if _, err := io.WriteString(connection, text.String()); err != nil {
		return nil, err
	}
	answer, err := http.ReadResponse(bufio.NewReader(connection), r)
	if err != nil {
		return nil, err
	}
	answer.TLS = state
	return answer, nil
}

// closer closes the connection with the body that is read from it.
type closer struct {
	io.Reader
	connection net.Conn
}

// Close implements io.Closer.
func (c closer) Close() error { return c.connection.Close() }
