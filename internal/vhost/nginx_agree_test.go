package vhost

import (
	"bufio"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"padlock/internal/servertest"
	"padlock/internal/tlspolicy"
)

// agreeing is how many random configurations, and requests to each, are tried.
// PADLOCK_PROVE=1 tries thousands.
func agreeing() (batches, groups, requests int) {
	if os.Getenv("PADLOCK_PROVE") != "" {
		return 6, 100, 40
	}
	return 1, 60, 30
}

// otherSeeds is the number in PADLOCK_SEED, which chooses other random
// configurations than the usual ones.
func otherSeeds() uint64 {
	n, _ := strconv.ParseUint(os.Getenv("PADLOCK_SEED"), 10, 64)
	return n
}

// TestNginxModelAgreesWithTheServer lets random configurations answer random
// requests, and the model with them.
func TestNginxModelAgreesWithTheServer(t *testing.T) {
	authority := servertest.NewAuthority(t)
	certificate := authority.Issue(t, servertest.Leaf{Names: []string{"a.test"}})
	for _, server := range servertest.NginxServers(t) {
		if server.Suite == "trixie" && os.Getenv("PADLOCK_PROVE") == "" {
			continue
		}
		t.Run(server.Name(), func(t *testing.T) {
			tally := &agreement{}
			batches, groups, requests := agreeing()
			first := otherSeeds() * uint64(batches)
			for batch := range batches {
				tally.run(t, server, certificate, first+uint64(batch), groups, requests)
			}
			tally.judge(t)
		})
	}
}

// agreement counts how the model fares.
type agreement struct {
	mu                       sync.Mutex
	agreed, wrong, undecided int
	reasons                  map[string]int
}

func (a *agreement) run(t *testing.T, server *servertest.Server, certificate servertest.Certificate, seed uint64, groups, requests int) {
	files := servertest.Files{
		"www/index.html": "x", "www/a/index.html": "x", "www/a/b": "x", "www/x.html": "x", "www/dir/f.txt": "x", "www/50x.html": "x", "www/b.html": "x",
		"users": "u:{PLAIN}p\n",
	}.With(certificate.Files("/etc/tls"))
	session := server.Session(t)
	prelude := "ssl_certificate /etc/tls/fullchain.pem; ssl_certificate_key /etc/tls/privkey.pem;\n"
	var whole strings.Builder
	var all []*randomSites
	for group := range groups {
		g := newRandomSites(seed, group)
		g.inherit = knowsInherit(server)
		config := g.write()
		if verdict := session.Test(servertest.Config{Prelude: prelude, Files: files.With(servertest.Files{"sites/a.conf": config})}); !verdict.Accepted {
			t.Logf("refused: %s", verdict.Output)
			continue
		}
		whole.WriteString(config)
		all = append(all, g)
	}
	if len(all) < groups*9/10 {
		t.Fatalf("of %d random configurations the server takes only %d", groups, len(all))
	}
	running := server.Start(t, servertest.Config{Prelude: prelude, Files: files.With(servertest.Files{"sites/a.conf": whole.String()})})
	running.Backend(t, "10.9.9.9:3000")
	m := lowerNginx(t, server.Version, "http {"+prelude+whole.String()+"}")
	client := running.Client(nil)
	next := make(chan *randomSites)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for g := range next {
				for range requests {
					a.compare(t, m, client, g)
				}
			}
		})
	}
	for _, g := range all {
		next <- g
	}
	close(next)
	wait.Wait()
	running.Stop()
}

// knowsInherit tells that a server knows add_header_inherit, which came with 1.29.3.
func knowsInherit(server *servertest.Server) bool {
	return tlspolicy.MustVersion(server.Version).AtLeast(tlspolicy.MustVersion("1.29.3"))
}

// compare asks both.
func (a *agreement) compare(t *testing.T, m *Model, client *servertest.Client, g *randomSites) {
	r := g.randomRequest()
	address := netip.MustParseAddr(g.address)
	switch g.IntN(10) {
	case 0, 1:
		r.Port = 443
		r.TLS = g.IntN(6) > 0
	case 2:
		r.Port = 8080
	}
	l := m.Listener(address, r.Port)
	if l == nil {
		r.Port, r.TLS = 80, false
		l = m.Listener(address, 80)
	}
	r.Client = address // what connects from one machine to itself has its address
	o := m.Answer(l, r)
	answer, raw, err := askServer(client, g.address, r)
	a.mu.Lock()
	defer a.mu.Unlock()
	if o.Kind == CannotTell {
		a.undecided++
		if a.reasons == nil {
			a.reasons = map[string]int{}
		}
		a.reasons[o.Reason]++
		return
	}
	if problem := disagreement(o, answer, err); problem != "" {
		a.wrong++
		if a.wrong <= 10 {
			t.Logf("%s\nrequest: %s\nmodel:   %s\nserver:  %s\n%s", problem, raw, short(o), live(answer, err), g.out.String())
		}
		return
	}
	a.agreed++
}

// askServer sends a request as it is.
func askServer(client *servertest.Client, address string, r Request) (*http.Response, string, error) {
	version := "1.1"
	if r.HTTP10 {
		version = "1.0"
	}
	uri := r.Path
	if r.HasQuery {
		uri += "?" + r.Query
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/%s\r\n", r.Method, uri, version)
	host := r.Name
	if host != "" {
		if r.Port != 80 && (r.Port != 443 || !r.TLS) {
			host += fmt.Sprintf(":%d", r.Port)
		}
		fmt.Fprintf(&b, "Host: %s\r\n", host)
	}
	for name, value := range r.Header {
		fmt.Fprintf(&b, "%s: %s\r\n", name, value)
	}
	b.WriteString("Connection: close\r\n\r\n")
	request := servertest.Request{URL: fmt.Sprintf("http://x:%d/", r.Port), Address: fmt.Sprintf("%s:%d", address, r.Port)}
	if r.TLS {
		request.URL = fmt.Sprintf("https://x:%d/", r.Port)
		if request.ServerName = strings.TrimSuffix(r.Name, "."); r.Name == "" {
			request.ServerName = "-"
		}
	}
	text, err := client.Raw(request, b.String())
	if err != nil {
		return nil, b.String(), err
	}
	answer, err := http.ReadResponse(bufio.NewReader(strings.NewReader(text)), &http.Request{Method: r.Method})
	return answer, b.String(), err
}

func live(answer *http.Response, err error) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d %s %v", answer.StatusCode, answer.Header.Get("Location"), answer.Header)
}

// disagreement says how an answer differs from the model's; empty if it does not.
func disagreement(o Outcome, answer *http.Response, err error) string {
	if err != nil {
		if o.Kind == Rejects && (o.Status == 444 || o.Status == 0) || o.Kind == Serves && o.Status == 0 {
			return "" // what a site does not have it may answer by closing
		}
		return "the connection is closed"
	}
	status, location := answer.StatusCode, answer.Header.Get("Location")
	path := location
	if i := strings.LastIndexByte(path, '?'); i >= 0 && !strings.HasSuffix(path, "/") {
		path = path[:i] // a name that is a regular expression may have one too
	}
	switch {
	case o.Status != 0 && o.Status != status:
		return "status"
	case o.Kind == Redirects && o.Partial == "" && o.URL != location, o.Kind == Redirects && !strings.HasPrefix(location, o.URL):
		return "location"
	case o.Kind == Rejects && status < 400:
		return "not rejected"
	case o.Kind == Serves && redirectStatus[status] && location != "" && !strings.HasSuffix(path, "/"): // which is a directory
		return "redirects instead of serving"
	}
	if o.Status == 0 && status != 200 && status != 204 && status != 206 || o.HeadersUnknown {
		return ""
	}
	return headerDisagreement(o.Headers, answer.Header)
}

func headerDisagreement(want []Header, got http.Header) string {
	expected := http.Header{}
	for _, h := range want {
		if strings.HasPrefix(h.Name, "X-") {
			expected.Add(h.Name, h.Value)
		}
	}
	for name, values := range got {
		if strings.HasPrefix(name, "X-") && !slices.Equal(values, expected[name]) {
			return "header " + name
		}
	}
	for name := range expected {
		if got[name] == nil {
			return "no header " + name
		}
	}
	return ""
}

// judge holds the figures against what is promised.
func (a *agreement) judge(t *testing.T) {
	decided := a.agreed + a.wrong
	total := decided + a.undecided
	t.Logf("%d requests: %d agree, %d do not, %d (%.1f %%) cannot be told", total, a.agreed, a.wrong, a.undecided, 100*float64(a.undecided)/float64(total))
	for reason, n := range a.reasons {
		t.Logf("%5d %s", n, reason)
	}
	if a.wrong*100 > decided {
		t.Errorf("%d of %d decided answers are wrong", a.wrong, decided)
	}
	if a.undecided*10 > total {
		t.Errorf("%d of %d answers cannot be told", a.undecided, total)
	}
}
