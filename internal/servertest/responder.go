package servertest

import (
	"encoding/base64"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Responder answers what servers ask about the authority's certificates (RFC 6960): with what state says of a serial number
// (ocsp.Good, ocsp.Revoked, ocsp.Unknown), and that all are good if it is nil.
func (a *Authority) Responder(state func(serial *big.Int) int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, err := ocspRequest(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		status := ocsp.Good
		if state != nil {
			status = state(asked.SerialNumber)
		}
		answer, err := ocsp.CreateResponse(a.certificate, a.certificate, ocsp.Response{
			Status: status, RevokedAt: time.Now().Add(-time.Minute), SerialNumber: asked.SerialNumber, IssuerHash: asked.HashAlgorithm,
			ThisUpdate: time.Now().Add(-time.Minute), NextUpdate: time.Now().Add(time.Hour),
		}, a.key)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/ocsp-response")
		_, _ = w.Write(answer) // who asks sees that it is not there
	})
}

// ocspRequest reads a question: the body, or the path of a GET in base64 (RFC 6960 appendix A).
func ocspRequest(r *http.Request) (*ocsp.Request, error) {
	text, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	if err == nil && r.Method == http.MethodGet {
		var path string
		path = r.URL.EscapedPath() // below the path of the responder's own URL
		if path, err = url.PathUnescape(path[strings.LastIndexByte(path, '/')+1:]); err == nil {
			text, err = base64.StdEncoding.DecodeString(path)
		}
	}
	if err != nil {
		return nil, err
	}
	return ocsp.ParseRequest(text)
}
