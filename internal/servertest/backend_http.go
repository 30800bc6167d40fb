package servertest

import (
	"crypto/tls"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"
)

func (b *Backend) httpServer() *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(b.config.Protocol == HTTPS)
	protocols.SetUnencryptedHTTP2(b.config.Protocol == H2C)
	server := &http.Server{Handler: b, Protocols: protocols, TLSConfig: b.config.TLS}
	if server.TLSConfig == nil {
		server.TLSConfig = &tls.Config{}
	}
	return server
}

// ServeHTTP implements http.Handler.
func (b *Backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if b.config.Handler != nil {
		b.config.Handler.ServeHTTP(w, r)
		return
	}
	grpc := strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	seen := b.remember(Seen{Proto: r.Proto, Method: r.Method, URI: r.RequestURI, Host: r.Host, Fields: r.Header, Body: string(body)})
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		echo(w, r)
		return
	}
	a := behave(seen)
	time.Sleep(a.delay)
	if a.drop {
		panic(http.ErrAbortHandler) // closes the connection without an answer
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if grpc {
		// The status of a call stands behind the body (gRPC over HTTP/2, "Responses").
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set("Trailer", "Grpc-Status, Grpc-Message")
		_, _ = w.Write(body)
		w.Header().Set("Grpc-Status", "0")
		w.Header().Set("Grpc-Message", b.config.Name+" "+r.RequestURI)
		return
	}
	if r.Method == http.MethodHead || a.status == http.StatusNotModified || a.status == http.StatusNoContent {
		a.body = ""
	} else {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body) // a client that has gone does not matter
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
