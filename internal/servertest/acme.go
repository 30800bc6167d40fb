package servertest

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fetch is how a certificate authority asks for the answer to a challenge: the body of
// http://NAME/.well-known/acme-challenge/TOKEN.
type Fetch func(name, token string) (string, error)

// acme is an authority that certifies by itself (RFC 8555): one account after the other, orders, http-01 challenges.
type acme struct {
	authority *Authority
	fetch     Fetch

	mu       sync.Mutex
	nonces   map[string]bool
	accounts []*accountKey
	orders   []*acmeOrder
}

type acmeOrder struct {
	names       []string
	token       string
	valid       []bool // by name
	certificate string // PEM, once it is issued
}

// ACME answers what servers ask that obtain their certificates themselves. Its directory is /dir.
func (a *Authority) ACME(fetch Fetch) http.Handler {
	s := &acme{authority: a, fetch: fetch, nonces: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /dir", s.directory)
	mux.HandleFunc("/nonce", func(w http.ResponseWriter, _ *http.Request) { s.answer(w, http.StatusNoContent, nil) })
	mux.HandleFunc("POST /account", s.signed(s.newAccount))
	mux.HandleFunc("POST /account/{account}", s.signed(func(*acmeCall) (int, any, error) { return http.StatusOK, acmeFields{"status": "valid"}, nil }))
	mux.HandleFunc("POST /order", s.signed(s.newOrder))
	mux.HandleFunc("POST /order/{order}", s.signed(func(c *acmeCall) (int, any, error) { return http.StatusOK, s.shown(c), nil }))
	mux.HandleFunc("POST /authorization/{order}/{name}", s.signed(s.authorization))
	mux.HandleFunc("POST /challenge/{order}/{name}", s.signed(s.challenge))
	mux.HandleFunc("POST /finalize/{order}", s.signed(s.finalize))
	mux.HandleFunc("POST /certificate/{order}", s.signed(func(c *acmeCall) (int, any, error) { return http.StatusOK, c.order.certificate, nil }))
	return mux
}

// acmeFields is an object of JSON.
type acmeFields map[string]any

// acmeCall is a signed request.
type acmeCall struct {
	*http.Request
	header  http.Header // of the answer
	base    string      // "https://127.0.0.1:14000"
	payload []byte
	account *accountKey
	order   *acmeOrder
	number  int // of the order
	name    int // of the name in the order
}

func (s *acme) directory(w http.ResponseWriter, r *http.Request) {
	base := "https://" + r.Host
	s.answer(w, http.StatusOK, acmeFields{
		"newNonce": base + "/nonce", "newAccount": base + "/account", "newOrder": base + "/order",
		"revokeCert": base + "/revoke", "keyChange": base + "/key", "meta": acmeFields{"termsOfService": base + "/terms"},
	})
}

// answer writes JSON, or PEM that is given as a string, and hands out a nonce.
func (s *acme) answer(w http.ResponseWriter, status int, body any) {
	nonce := rand.Text()
	s.mu.Lock()
	s.nonces[nonce] = true
	s.mu.Unlock()
	w.Header().Set("Replay-Nonce", nonce)
	if text, ok := body.(string); ok {
		w.Header().Set("Content-Type", "application/pem-certificate-chain")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text)) // who asks sees that it is not there
		return
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	if body != nil {
		_ = json.NewEncoder(w).Encode(body)
	}
}

// signed checks the signature and the nonce of a request, and finds what its path names.
func (s *acme) signed(do func(*acmeCall) (int, any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := &acmeCall{Request: r, header: w.Header(), base: "https://" + r.Host}
		status, body, err := http.StatusBadRequest, any(nil), s.open(c)
		if err == nil {
			status, body, err = do(c)
		}
		if err != nil {
			w.Header().Set("Content-Type", "application/problem+json")
			status, body = http.StatusBadRequest, acmeFields{"type": "urn:ietf:params:acme:error:malformed", "detail": err.Error()}
		}
		s.answer(w, status, body)
	}
}

func (s *acme) open(c *acmeCall) error {
	var message struct{ Protected, Payload, Signature string }
	if err := json.NewDecoder(http.MaxBytesReader(nil, c.Body, 1<<20)).Decode(&message); err != nil {
		return err
	}
	var protected struct {
		Nonce, URL, Kid string
		JWK             *accountKey
	}
	head, err := base64.RawURLEncoding.DecodeString(message.Protected)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(head, &protected); err != nil {
		return err
	}
	if c.payload, err = base64.RawURLEncoding.DecodeString(message.Payload); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.nonces[protected.Nonce] {
		return errors.New("this nonce was not given, or it was used")
	}
	delete(s.nonces, protected.Nonce)
	if protected.URL != c.base+c.URL.Path {
		return fmt.Errorf("signed for %s", protected.URL)
	}
	if c.account = protected.JWK; c.account == nil {
		i := slices.IndexFunc(s.accounts, func(a *accountKey) bool { return protected.Kid == fmt.Sprint(c.base, "/account/", a.number) })
		if i < 0 {
			return errors.New("there is no such account")
		}
		c.account = s.accounts[i]
	}
	if err := c.account.verify(message.Protected+"."+message.Payload, message.Signature); err != nil {
		return err
	}
	return s.find(c)
}

// find is the order, and the name in it, of a path.
func (s *acme) find(c *acmeCall) error {
	if text := c.PathValue("order"); text != "" {
		if _, err := fmt.Sscan(text, &c.number); err != nil || c.number < 0 || c.number >= len(s.orders) {
			return errors.New("there is no such order")
		}
		c.order = s.orders[c.number]
	}
	if text := c.PathValue("name"); text != "" {
		if _, err := fmt.Sscan(text, &c.name); err != nil || c.name < 0 || c.name >= len(c.order.names) {
			return errors.New("there is no such name")
		}
	}
	return nil
}

func (s *acme) newAccount(c *acmeCall) (int, any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.account.number = len(s.accounts)
	s.accounts = append(s.accounts, c.account)
	c.header.Set("Location", fmt.Sprint(c.base, "/account/", c.account.number))
	return http.StatusCreated, acmeFields{"status": "valid"}, nil
}

func (s *acme) newOrder(c *acmeCall) (int, any, error) {
	var asked struct {
		Identifiers []struct{ Type, Value string }
	}
	if err := json.Unmarshal(c.payload, &asked); err != nil || len(asked.Identifiers) == 0 {
		return 0, nil, fmt.Errorf("an order without names (%w)", err)
	}
	c.order = &acmeOrder{token: rand.Text(), valid: make([]bool, len(asked.Identifiers))}
	for _, i := range asked.Identifiers {
		c.order.names = append(c.order.names, i.Value)
	}
	s.mu.Lock()
	c.number = len(s.orders)
	s.orders = append(s.orders, c.order)
	s.mu.Unlock()
	c.header.Set("Location", fmt.Sprint(c.base, "/order/", c.number))
	return http.StatusCreated, s.shown(c), nil
}

// shown is an order as it stands.
func (s *acme) shown(c *acmeCall) acmeFields {
	s.mu.Lock()
	defer s.mu.Unlock()
	var identifiers []acmeFields
	var authorizations []string
	for i, name := range c.order.names {
		identifiers = append(identifiers, acmeFields{"type": "dns", "value": name})
		authorizations = append(authorizations, fmt.Sprint(c.base, "/authorization/", c.number, "/", i))
	}
	status := "pending"
	switch {
	case c.order.certificate != "":
		status = "valid"
	case !slices.Contains(c.order.valid, false):
		status = "ready"
	}
	out := acmeFields{"status": status, "identifiers": identifiers, "authorizations": authorizations, "finalize": fmt.Sprint(c.base, "/finalize/", c.number)}
	if status == "valid" {
		out["certificate"] = fmt.Sprint(c.base, "/certificate/", c.number)
	}
	return out
}

func (s *acme) authorization(c *acmeCall) (int, any, error) {
	challenge := s.shownChallenge(c)
	return http.StatusOK, acmeFields{
		"status": challenge["status"], "identifier": acmeFields{"type": "dns", "value": c.order.names[c.name]}, "challenges": []acmeFields{challenge},
	}, nil
}

func (s *acme) shownChallenge(c *acmeCall) acmeFields {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := "pending"
	if c.order.valid[c.name] {
		status = "valid"
	}
	return acmeFields{"type": "http-01", "status": status, "token": c.order.token, "url": fmt.Sprint(c.base, "/challenge/", c.number, "/", c.name)}
}

// challenge asks the server that wants the certificate for the answer (RFC 8555 section 8.3).
func (s *acme) challenge(c *acmeCall) (int, any, error) {
	got, err := s.fetch(c.order.names[c.name], c.order.token)
	if err != nil {
		return 0, nil, err
	}
	if want := c.order.token + "." + c.account.thumbprint(); strings.TrimSpace(got) != want {
		return 0, nil, fmt.Errorf("the answer for %s is %q, not %q", c.order.names[c.name], got, want)
	}
	s.mu.Lock()
	c.order.valid[c.name] = true
	s.mu.Unlock()
	c.header.Set("Link", fmt.Sprintf("<%s/authorization/%d/%d>;rel=\"up\"", c.base, c.number, c.name))
	return http.StatusOK, s.shownChallenge(c), nil
}

func (s *acme) finalize(c *acmeCall) (int, any, error) {
	var sent struct{ CSR string }
	if err := json.Unmarshal(c.payload, &sent); err != nil {
		return 0, nil, err
	}
	der, err := base64.RawURLEncoding.DecodeString(sent.CSR)
	if err != nil {
		return 0, nil, err
	}
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return 0, nil, err
	}
	if err := request.CheckSignature(); err != nil {
		return 0, nil, err
	}
	if asked := slices.Sorted(slices.Values(c.order.names)); slices.Contains(c.order.valid, false) || !slices.Equal(slices.Sorted(slices.Values(request.DNSNames)), asked) {
		return 0, nil, fmt.Errorf("a certificate for %v in an order for %v", request.DNSNames, asked)
	}
	chain, err := s.authority.certify(request)
	if err != nil {
		return 0, nil, err
	}
	s.mu.Lock()
	c.order.certificate = chain
	s.mu.Unlock()
	return http.StatusOK, s.shown(c), nil
}

// certify makes the certificate of a request, with those of the authorities below the root.
func (a *Authority) certify(request *x509.CertificateRequest) (chain string, err error) {
	template := &x509.Certificate{
		DNSNames: request.DNSNames, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(0, 0, 90),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, request.PublicKey, a.key)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	out.WriteString(pemOf("CERTIFICATE", der))
	out.WriteString(a.chain)
	return out.String(), nil
}
