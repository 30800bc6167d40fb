package servertest

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync/atomic"
	"syscall"
)

// openssl asks by "openssl s_client" of the server's system what crypto/tls cannot: to be offered some kinds of signature
// only, and to send the request in the first flight of a resumed connection. It does not judge the server's certificate.
type openssl struct {
	client *Client
	to     target
	// signs is a key of signatures; empty is what openssl takes by itself.
	signs string
	// early sends the request as early data (RFC 8446 section 2.3).
	early bool
	// accepted is what became of the early data.
	accepted bool
}

// signatures are the algorithms of a kind of key (SSL_CONF_cmd(3)); of both, in the order of browsers.
var signatures = map[string]string{
	"RSA":   "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA+SHA256",
	"ECDSA": "ECDSA+SHA256:ECDSA+SHA384",
	"both":  "ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256:ECDSA+SHA384:RSA-PSS+SHA384:RSA+SHA384",
}

// CloseIdleConnections implements roundTripper; there are none.
func (*openssl) CloseIdleConnections() {}

// RoundTrip implements http.RoundTripper.
func (o *openssl) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Close = true
	var text bytes.Buffer
	if err := r.Write(&text); err != nil {
		return nil, err
	}
	arguments := []string{"-servername", o.to.tls.ServerName, "-ign_eof", "-nocommands"}
	if o.signs != "" {
		arguments = append(arguments, "-sigalgs", signatures[o.signs])
	}
	for version, option := range map[uint16]string{tls.VersionTLS12: "-tls1_2", tls.VersionTLS13: "-tls1_3"} {
		if o.to.tls.MaxVersion == version {
			arguments = append(arguments, option)
		}
	}
	if !o.early {
		said, err := o.run(r.Context(), o.to.address, text.String(), arguments...)
		if err != nil {
			return nil, err
		}
		return o.read(said, r)
	}
	dir := fmt.Sprintf("/tmp/openssl-%d", opensslRuns.Add(1))
	session, request := path.Join(dir, "session"), path.Join(dir, "request")
	if err := o.client.instance.WriteFile(request, text.String()); err != nil {
		return nil, err
	}
	first := "HEAD / HTTP/1.1\r\nHost: " + r.Host + "\r\nConnection: close\r\n\r\n"
	if _, err := o.run(r.Context(), o.to.address, first, append(arguments, "-sess_out", session)...); err != nil {
		return nil, err
	}
	// The request stands on standard input too: what the server does not take early, clients send again.
	held, err := o.client.heldRelay(r.Context(), o.to)
	if err != nil {
		return nil, err
	}
	said, err := o.run(r.Context(), held, text.String(), append(arguments, "-sess_in", session, "-early_data", request)...)
	if err != nil {
		return nil, err
	}
	o.accepted = bytes.Contains(said, []byte("\nEarly data was accepted\n"))
	return o.read(said, r)
}

var opensslRuns atomic.Int64

// run runs openssl in the server's network and returns what it printed; that it ends with an error is seen by that.
func (o *openssl) run(ctx context.Context, address, input string, arguments ...string) ([]byte, error) {
	box := o.client.instance.session.box
	cmd := box.command(false, append([]string{"/usr/bin/openssl", "s_client", "-connect", address}, arguments...)...)
	var said, complaint bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &said, &complaint
	if err := box.do(cmd.Start); err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	defer stop()
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("openssl s_client: %w: %s", err, complaint.String())
	}
	return said.Bytes(), nil
}

// read finds the answer, and what it tells of the connection, in what openssl printed.
func (o *openssl) read(said []byte, r *http.Request) (*http.Response, error) {
	about, _, found := bytes.Cut(said, []byte("\nHTTP/1.1 "))
	if !found {
		return nil, fmt.Errorf("openssl s_client: no answer in %q", said)
	}
	answer, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(said[len(about)+1:])), r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body = io.NopCloser(bytes.NewReader(bytes.TrimSuffix(body, []byte("closed\n"))))
	answer.TLS = &tls.ConnectionState{DidResume: bytes.Contains(about, []byte("\nReused, "))}
	for name, version := range map[string]uint16{", TLSv1.2, Cipher": tls.VersionTLS12, ", TLSv1.3, Cipher": tls.VersionTLS13} {
		if bytes.Contains(about, []byte(name)) {
			answer.TLS.Version = version
		}
	}
	if block, _ := pem.Decode(about); block != nil {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		answer.TLS.PeerCertificates = []*x509.Certificate{certificate}
	}
	return answer, err
}
