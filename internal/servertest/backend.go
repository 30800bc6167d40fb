package servertest

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"
)

// Backend is an HTTP server to proxy to. It echoes WebSocket messages and answers anything else with 200 and a line that
// tells the request.
type Backend struct {
	mu       sync.Mutex
	requests []*http.Request
	bodies   []string
}

// Backend opens a backend in the server's network, until the test ends. The address is one that the configuration names,
// such as "127.0.0.1:3000".
func (i *Instance) Backend(t testing.TB, address string) *Backend {
	t.Helper()
	listener, err := i.Listen(address)
	if err != nil {
		t.Fatalf("servertest: backend: %v", err)
	}
	backend := &Backend{}
	server := &http.Server{Handler: backend}
	ended := make(chan error)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("servertest: backend: %v", err)
		}
	})
	return backend
}

// Requests are the requests so far, with their bodies read.
func (b *Backend) Requests() []*http.Request {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]*http.Request(nil), b.requests...)
}

// Last is the newest request and its body; nil when there was none.
func (b *Backend) Last() (*http.Request, string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.requests) == 0 {
		return nil, ""
	}
	return b.requests[len(b.requests)-1], b.bodies[len(b.bodies)-1]
}

// ServeHTTP implements http.Handler.
func (b *Backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	b.requests = append(b.requests, r)
	b.bodies = append(b.bodies, string(body))
	b.mu.Unlock()
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		echo(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, "backend: "+r.Method+" "+r.RequestURI+"\n") // a client that has gone does not matter
}

// echo sends every WebSocket message back until the client closes.
func echo(w http.ResponseWriter, r *http.Request) {
	socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return // Accept has answered
	}
	defer socket.CloseNow()
	for {
		kind, message, err := socket.Read(r.Context())
		if err != nil {
			return
		}
		if err := socket.Write(r.Context(), kind, message); err != nil {
			return
		}
	}
}
