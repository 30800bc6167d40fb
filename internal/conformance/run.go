package conformance

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"padlock/internal/servertest"
	"padlock/internal/tlspolicy"
)

// eventually is how long a step waits for what comes about in time: a log line, a health check.
const eventually = 10 * time.Second

// Observer is told of every request of a row and its answer (nil where there was none), to make checks of its own.
type Observer func(t testing.TB, step Step, r servertest.Request, answer *servertest.Response)

// Setup is what a row needs on the server's machine, made once for each server.
type Setup struct {
	row  *Row
	keys *keyring
}

// Prepare makes the certificates of a row.
func (r *Row) Prepare(t testing.TB, sites *servertest.Authority) *Setup {
	t.Helper()
	return &Setup{row: r, keys: newKeyring(t, r.certificates, sites)}
}

// Files are all files that the row puts on the server's machine.
func (s *Setup) Files() servertest.Files { return s.row.Files.With(s.keys.files) }

// Run runs the row's steps against a server that has its sites.
func (s *Setup) Run(t *testing.T, instance *servertest.Instance, sites *servertest.Authority, target tlspolicy.Target, observe Observer) {
	r := &running{
		Setup: s, instance: instance, target: target, observe: observe, backends: map[string]*servertest.Backend{},
		client: instance.Client(sites.Pool()), credulous: instance.Client(nil),
	}
	for _, b := range s.row.backends {
		if b.certificate != "" {
			b.TLS = &tls.Config{Certificates: []tls.Certificate{s.keys.pairs[b.certificate]}}
		}
		if b.responder != "" {
			b.Handler = s.keys.authorities[b.responder].Responder(s.keys.state(t, b.revoked, b.unknown))
		}
		if b.acme != "" {
			b.Handler = s.keys.authorities[b.acme].ACME(r.challenge)
		}
		r.backends[b.Name] = instance.StartBackend(t, b.BackendConfig)
	}
	for _, step := range s.row.Steps {
		if err := r.step(t, step); err != nil {
			t.Errorf("line %d: %v", step.Line, err)
		}
	}
}

type running struct {
	*Setup
	instance          *servertest.Instance
	target            tlspolicy.Target
	observe           Observer
	client, credulous *servertest.Client
	backends          map[string]*servertest.Backend
	last              http.Header // of the row's last answer
}

func (r *running) step(t *testing.T, step Step) error {
	t.Helper()
	switch step.Do {
	case "write":
		return r.instance.WriteFile(step.Object, strings.Join(step.Text, "\n")+"\n")
	case "remove":
		return r.instance.RemoveFile(step.Object)
	case "log":
		return r.log(t, step)
	case "reload":
		return r.instance.Reread()
	case "stop", "start":
		b := r.backends[step.Object]
		if b == nil {
			return fmt.Errorf("there is no backend %q", step.Object)
		}
		if step.Do == "stop" {
			b.Stop()
			return nil
		}
		return b.Start()
	}
	for _, ask := range step.Asks {
		if err := r.ask(t, step, ask); err != nil {
			return fmt.Errorf("%s %s: %w", ask.Method, ask.URL, err)
		}
	}
	return nil
}

// challenge asks the server for the answer to a challenge, as authorities do.
func (r *running) challenge(name, token string) (string, error) {
	answer, err := r.client.Get("http://" + name + "/.well-known/acme-challenge/" + token)
	if err != nil {
		return "", err
	}
	if answer.Status != http.StatusOK {
		return "", fmt.Errorf("%s answers a challenge with %d", name, answer.Status)
	}
	return answer.Body, nil
}

// ask makes a request, as often as the step says, and judges what comes.
func (r *running) ask(t *testing.T, step Step, ask Ask) error {
	t.Helper()
	request, err := r.request(step, ask)
	if err != nil {
		return err
	}
	var all []observed
	wrong := r.settle(step, func() []string {
		all = r.repeat(step, func() observed { return r.once(step, ask, request) })
		wrong := judgeCounts(step.Checks, all, r.instance.Server.Kind)
		for _, o := range all {
			wrong = append(wrong, judge(step.Checks, o, r.target)...)
		}
		return wrong
	})
	for _, text := range wrong {
		t.Errorf("%s %s: %s", ask.Method, ask.URL, text)
	}
	for _, o := range all {
		if o.response != nil {
			r.last = o.response.Header
		}
		if ask.Method != "HANDSHAKE" && ask.Method != "RAW" && ask.Method != "WEBSOCKET" {
			r.observe(t, step, request, o.response)
		}
	}
	return nil
}

// settle judges once, or, for a step that says so, until nothing is wrong.
func (r *running) settle(step Step, judge func() []string) []string {
	_, waits := step.Options["eventually"]
	deadline := time.Now().Add(eventually)
	for {
		wrong := judge()
		if len(wrong) == 0 || !(waits || step.Do == "log") || time.Now().After(deadline) {
			return wrong
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (r *running) log(t *testing.T, step Step) error {
	t.Helper()
	var err error
	wrong := r.settle(step, func() []string {
		var text string
		text, err = r.instance.ReadFile(step.Object)
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		return judge(step.Checks, observed{body: lines[len(lines)-1]}, r.target)
	})
	for _, text := range wrong {
		t.Errorf("log %s: %s", step.Object, text)
	}
	return err
}

// repeat asks one time, so many times, or so many at once.
func (r *running) repeat(step Step, once func() observed) []observed {
	times, _ := strconv.Atoi(step.Options["times"])
	parallel, _ := strconv.Atoi(step.Options["parallel"])
	all := make([]observed, max(1, times, parallel))
	var wait sync.WaitGroup
	for i := range all {
		if parallel > 0 {
			wait.Go(func() { all[i] = once() })
			continue
		}
		all[i] = once()
	}
	wait.Wait()
	return all
}

func (r *running) once(step Step, ask Ask, request servertest.Request) observed {
	for _, b := range r.backends {
		b.Forget()
	}
	client := r.client
	if step.Options["trust"] == "any" {
		client = r.credulous
	}
	var o observed
	switch ask.Method {
	case "HANDSHAKE":
		state, err := client.Handshake(request)
		o.err = err
		if err == nil {
			o.response = &servertest.Response{TLS: state}
		}
	case "WEBSOCKET":
		o.echo, o.err = client.EchoWebSocket(request, "hello")
		if o.err == nil && o.echo != "hello" {
			o.err, o.echo = fmt.Errorf("the echo of %q is %q", "hello", o.echo), ""
		}
	case "RAW":
		text := strings.Join(step.Text, "\r\n") + "\r\n"
		if _, unfinished := step.Options["unfinished"]; !unfinished {
			text += "\r\n"
		}
		o.body, o.err = client.Raw(request, text)
		o.response = rawResponse(o.body)
		if o.response == nil && o.err == nil {
			o.err = fmt.Errorf("no answer, but %q", o.body)
		}
	default:
		o.response, o.err = client.Do(request)
		if o.err == nil {
			if o.body, o.err = o.response.Decoded(); ask.Method == "HEAD" {
				o.err = nil
			}
		}
	}
	for _, b := range r.backends {
		o.seen = append(o.seen, b.Requests()...)
	}
	return o
}

// rawResponse reads the status of an answer to a raw request; nil if it is none.
func rawResponse(text string) *servertest.Response {
	head, _, _ := strings.Cut(text, "\r\n")
	words := strings.Fields(head)
	if len(words) < 2 || !strings.HasPrefix(words[0], "HTTP/") {
		return nil
	}
	status, err := strconv.Atoi(words[1])
	if err != nil {
		return nil
	}
	return &servertest.Response{Status: status, Proto: words[0], Header: http.Header{}}
}

var tlsVersions = map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

func (r *running) request(step Step, ask Ask) (servertest.Request, error) {
	o := step.Options
	has := func(name string) bool { _, ok := o[name]; return ok }
	request := servertest.Request{
		URL: r.filled(ask.URL), Method: ask.Method, Host: o["host"], ServerName: o["sni"], Address: o["to"], From: o["from"],
		HTTP1: has("http1"), HTTP10: has("http1.0"), HTTP3: has("http3"), Chunked: has("chunked"),
		Body: o["body"], Header: http.Header{}, MinTLS: tlsVersions[o["tls"]], MaxTLS: tlsVersions[o["tls"]],
		Signs: o["signs"], Resume: has("resume"), Early: has("early"),
	}
	if len(step.Text) > 0 && ask.Method != "RAW" {
		request.Body = strings.Join(step.Text, "\n")
	}
	if count, err := strconv.Atoi(o["bytes"]); err == nil {
		request.Body = strings.Repeat("x", count)
	}
	for _, header := range step.Header {
		request.Header.Add(header[0], r.filled(header[1]))
	}
	if name := o["certificate"]; name != "" {
		pair, ok := r.keys.pairs[name]
		if !ok {
			return request, fmt.Errorf("there is no certificate %q", name)
		}
		request.Certificate = &pair
	}
	if version, address, ok := strings.Cut(o["proxy"], " "); ok {
		client, err := netip.ParseAddr(address)
		if err != nil {
			return request, err
		}
		server := netip.MustParseAddr("192.0.2.1")
		if client.Is6() {
			server = netip.MustParseAddr("2001:db8::1")
		}
		write := servertest.ProxyV1
		if version == "v2" {
			write = servertest.ProxyV2
		}
		request.Proxy = write(netip.AddrPortFrom(client, 50000), netip.AddrPortFrom(server, 443))
	}
	return request, nil
}

// filled puts the headers of the last answer in their {places}: of a cookie its name and value.
func (r *running) filled(text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var pairs []string
	for name, values := range r.last {
		value, _, _ := strings.Cut(values[0], ";")
		if name != "Set-Cookie" {
			value = values[0]
		}
		pairs = append(pairs, "{"+name+"}", value)
		if name == "Etag" { // as Go spells it; RFC 9110 does otherwise
			pairs = append(pairs, "{ETag}", value)
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Ordinary tells that the request is one that the model of a configuration can be asked about.
func (s Step) Ordinary() bool {
	for _, option := range []string{"http3", "host", "sni", "tls", "signs", "certificate", "proxy", "to", "bytes", "body", "chunked", "trust", "early"} {
		if _, ok := s.Options[option]; ok {
			return false
		}
	}
	return true
}

// Speaks tells that the step says itself what becomes of a header.
func (s Step) Speaks(header string) bool {
	return slices.ContainsFunc(s.Checks, func(c Check) bool { return c.Mark == '<' && strings.EqualFold(c.Name, header) })
}
