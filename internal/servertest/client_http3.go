package servertest

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
)

// http3Transport asks over QUIC, from a socket of its own in the server's network.
type http3Transport struct {
	*http3.Transport
	quic *quic.Transport
}

func (c *Client) http3(to target) (roundTripper, error) {
	var socket net.PacketConn
	err := c.instance.session.box.do(func() (err error) {
		socket, err = net.ListenPacket("udp", net.JoinHostPort(to.from, "0"))
		return err
	})
	if err != nil {
		return nil, err
	}
	t := &http3Transport{quic: &quic.Transport{Conn: socket}}
	t.Transport = &http3.Transport{
		TLSClientConfig:    to.tls,
		DisableCompression: true,
		Dial: func(ctx context.Context, _ string, tls *tls.Config, config *quic.Config) (*quic.Conn, error) {
			server, err := net.ResolveUDPAddr("udp", to.address)
			if err != nil {
				return nil, err
			}
			return t.quic.DialEarly(ctx, server, tls, config)
		},
	}
	return t, nil
}

// RoundTrip implements http.RoundTripper.
func (t *http3Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	return t.Transport.RoundTrip(r)
}

// CloseIdleConnections implements roundTripper; the one connection is idle when it is called.
func (t *http3Transport) CloseIdleConnections() {
	_ = t.Transport.Close()
	_ = t.quic.Close()
	_ = t.quic.Conn.Close()
}
