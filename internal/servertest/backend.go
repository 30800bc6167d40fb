package servertest

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// Protocol is what a backend speaks.
type Protocol string

// The protocols of backends.
const (
	// HTTP is HTTP/1.1 with WebSocket, HTTPS the same over TLS.
	HTTP  Protocol = "http"
	HTTPS Protocol = "https"
	// H2C is HTTP/2 without TLS and with HTTP/1.1 beside it: what gRPC needs.
	H2C     Protocol = "h2c"
	FastCGI Protocol = "fastcgi"
	UWSGI   Protocol = "uwsgi"
	SCGI    Protocol = "scgi"
	// PHP is FastCGI by the PHP-FPM of the server's system, which runs the scripts that it is told.
	PHP Protocol = "php"
)

// BackendConfig says what to answer as, and where.
type BackendConfig struct {
	// Name is told in every answer.
	Name     string
	Protocol Protocol
	// Address is as the configuration names it: "127.0.0.1:3000", or "unix:/run/app.sock".
	Address string
	// TLS holds the certificate of an HTTPS backend.
	TLS *tls.Config
	// Handler answers in place of behaviour.go, over HTTP; nil for most.
	Handler http.Handler
}

// Seen is a request as a backend got it.
type Seen struct {
	// Backend is the name of who got it.
	Backend string
	// Proto is "HTTP/1.1", "HTTP/2.0", or the name of another protocol.
	Proto       string
	Method, URI string
	// Host is the Host header or the parameter HTTP_HOST.
	Host string
	// Fields are the HTTP header fields, by canonical name, or the parameters of another protocol, as they are called
	// there.
	Fields map[string][]string
	Body   string
}

// Backend is a server to pass requests to. What it answers the path decides (behaviour.go); it echoes WebSocket messages.
type Backend struct {
	config   BackendConfig
	instance *Instance

	mu       sync.Mutex
	seen     []Seen
	listener net.Listener
	server   *http.Server // nil for protocols other than HTTP
	php      *fpm         // nil for protocols other than PHP
	running  sync.WaitGroup
	open     map[net.Conn]bool
}

// Backend opens an HTTP backend in the server's network, until the test ends.
func (i *Instance) Backend(t testing.TB, address string) *Backend {
	t.Helper()
	return i.StartBackend(t, BackendConfig{Name: "backend", Protocol: HTTP, Address: address})
}

// StartBackend opens a backend in the server's network, until the test ends.
func (i *Instance) StartBackend(t testing.TB, config BackendConfig) *Backend {
	t.Helper()
	b := &Backend{config: config, instance: i}
	if err := b.Start(); err != nil {
		t.Fatalf("servertest: backend %s: %v", config.Name, err)
	}
	t.Cleanup(b.Stop)
	return b
}

// Start opens a stopped backend again.
func (b *Backend) Start() error {
	if b.config.Protocol == PHP {
		return b.startPHP()
	}
	listener, err := b.instance.Listen(b.config.Address)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listener, b.open = listener, map[net.Conn]bool{}
	switch b.config.Protocol {
	case HTTP, HTTPS, H2C:
		server := b.httpServer()
		b.server = server
		b.running.Go(func() {
			// Any end is a stop; a request that is not answered shows in the test.
			if b.config.Protocol == HTTPS {
				_ = server.ServeTLS(listener, "", "")
			} else {
				_ = server.Serve(listener)
			}
		})
	case FastCGI, UWSGI, SCGI:
		b.running.Go(func() { b.serveGateway(listener) })
	default:
		_ = listener.Close()
		return fmt.Errorf("no backend speaks %q", b.config.Protocol)
	}
	return nil
}

// Stop closes the backend with all its connections: from now on they are refused.
func (b *Backend) Stop() {
	b.mu.Lock()
	listener, server := b.listener, b.server
	b.listener, b.server = nil, nil
	if listener != nil {
		_ = listener.Close()
	}
	for connection := range b.open {
		_ = connection.Close()
	}
	b.mu.Unlock()
	if server != nil {
		_ = server.Close()
	}
	if b.php != nil {
		b.php.stop()
	}
	b.running.Wait()
}

// Requests are the requests so far.
func (b *Backend) Requests() []Seen {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Seen(nil), b.seen...)
}

// Last is the newest request; nil when there was none.
func (b *Backend) Last() *Seen {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.seen) == 0 {
		return nil
	}
	return &b.seen[len(b.seen)-1]
}

// Forget drops the requests so far.
func (b *Backend) Forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen = nil
}

func (b *Backend) remember(s Seen) Seen {
	s.Backend = b.config.Name
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen = append(b.seen, s)
	return s
}

// Values are the values of a field, whatever the case of its name.
func (s *Seen) Values(name string) []string {
	for field, values := range s.Fields {
		if strings.EqualFold(field, name) {
			return values
		}
	}
	return nil
}
