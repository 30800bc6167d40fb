package servertest

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"time"
)

// heldLimit is how long a relay waits with what ends the handshake, for a server that took no early data.
const heldLimit = 2 * time.Second

// heldRelay listens for one TLS connection, which it leads to the target; what the client sends behind its first record of
// data is kept until the server has answered and closed. So early data is answered before the handshake has ended, however
// fast the client is: on loopback its second flight otherwise arrives with the first.
func (c *Client) heldRelay(ctx context.Context, to target) (address string, err error) {
	listener, err := c.instance.Listen("127.0.0.1:0")
	if err != nil {
		return "", err
	}
	context.AfterFunc(ctx, func() { _ = listener.Close() })
	go func() {
		defer listener.Close()
		client, err := listener.Accept()
		if err != nil {
			return
		}
		defer client.Close()
		server, err := c.connect(ctx, to)
		if err != nil {
			return
		}
		defer server.Close()
		stop := context.AfterFunc(ctx, func() { _, _ = client.Close(), server.Close() })
		defer stop()
		answered := make(chan struct{})
		go func() {
			if firstFlight(server, client) != nil {
				return
			}
			select {
			case <-answered:
			case <-time.After(heldLimit):
				_, _ = io.Copy(server, client)
			}
		}()
		_, _ = io.Copy(client, server) // an end of either is the end of both
		close(answered)
	}()
	return listener.Addr().String(), nil
}

// firstFlight copies TLS records up to the first of application data (RFC 8446 section 5.1).
func firstFlight(to io.Writer, from net.Conn) error {
	const applicationData = 23
	for {
		head := make([]byte, 5)
		if _, err := io.ReadFull(from, head); err != nil {
			return err
		}
		record := make([]byte, binary.BigEndian.Uint16(head[3:]))
		if _, err := io.ReadFull(from, record); err != nil {
			return err
		}
		if _, err := to.Write(append(head, record...)); err != nil || head[0] == applicationData {
			return err
		}
	}
}
