package vhost

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"testing"

	"padlock/internal/servertest"
)

// TestApacheSelectionAgreesWithTheServers tries random names on random virtual
// hosts: each set of them in a server of its own, since its order is what counts.
// All that is decided must agree.
func TestApacheSelectionAgreesWithTheServers(t *testing.T) {
	sets, requests := 8, 40
	if os.Getenv("PADLOCK_PROVE") != "" {
		sets, requests = 250, 120
	}
	for _, server := range servertest.ApacheServers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			sum := &selections{}
			for set := range sets {
				sum.ask(t, server, rand.New(rand.NewPCG(9, uint64(set))), requests)
			}
			t.Logf("%d names were looked up, %d by their name; %d could not be told", sum.asked, sum.named, sum.undecided)
			if sum.named*10 < sum.asked {
				t.Error("hardly any name is known: the sets say little")
			}
		})
	}
}

type selections struct{ asked, named, undecided int }

// ask lets a server and the model choose among one set of virtual hosts.
func (c *selections) ask(t *testing.T, server *servertest.Server, r *rand.Rand, requests int) {
	t.Helper()
	text := apachePrelude + randomVirtualHosts(r)
	config := servertest.Config{Files: servertest.Files{"apache2.conf": text, "www/index.html": "main", "run/.keep": ""}, Main: "apache2.conf"}
	if verdict := server.Test(t, config); !verdict.Accepted {
		t.Fatalf("refused: %s\n%s", verdict.Output, text)
	}
	m := lowerApacheText(t, text, server.Version)
	running := server.Start(t, config)
	defer running.Stop()
	client := running.Client(nil)
	for range requests {
		address, port := pickOf(r, selectAddresses), uint16(80+r.IntN(2))
		l := m.Listener(netip.MustParseAddr(address), port)
		if l == nil {
			continue
		}
		name := randomName(r)
		if r.IntN(6) == 0 {
			name = pickOf(r, selectAddresses)
			if strings.Contains(name, ":") {
				name = "[" + name + "]"
			}
		}
		s := m.Select(l, strings.TrimSuffix(name, ":80"))
		c.asked++
		if s.Undecided != "" {
			c.undecided++
			continue
		}
		if s.Name != nil {
			c.named++
		}
		answer, err := client.Raw(servertest.Request{URL: "http://x/", Address: net.JoinHostPort(address, fmt.Sprint(port))},
			"GET / HTTP/1.1\r\nHost: "+name+"\r\nConnection: close\r\n\r\n")
		if err != nil {
			t.Fatal(err)
		}
		if got, want := markOf(answer), markedHost(s.Host); got != want {
			t.Errorf("%q on %s port %d is answered by %q, the model says %q\n%s", name, address, port, got, want, strings.TrimPrefix(text, apachePrelude))
			return
		}
	}
}

// selectAddresses are those that virtual hosts name, and one that none names.
var selectAddresses = []string{"10.3.0.1", "10.3.0.2", "10.3.0.3", "fd00::1", "fd00::2"}

func pickOf(r *rand.Rand, of []string) string { return of[r.IntN(len(of))] }

var mark = regexp.MustCompile(`(?mi)^(?:Header always set )?X-Host:? (\w+)`)

// markOf is the mark of the first virtual host in an answer or a text.
func markOf(text string) string {
	if m := mark.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// markedHost is the mark that a virtual host sets in its own text.
func markedHost(h *Host) string {
	if h == nil {
		return "none"
	}
	if h.Main {
		return "main"
	}
	return markOf(string(h.Origin.Span.File.Data[h.Origin.Span.Start:]))
}

// randomVirtualHosts are virtual hosts on few addresses, with names of all kinds
// that overlap.
func randomVirtualHosts(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("Listen 80\nListen 81\nHeader always set X-Host main\n")
	for host := range 1 + r.IntN(8) {
		var addresses []string
		for range 1 + r.IntN(2) {
			addresses = append(addresses, randomHostAddress(r))
		}
		fmt.Fprintf(&b, "<VirtualHost %s>\nHeader always set X-Host s%d\n", strings.Join(addresses, " "), host)
		if r.IntN(5) > 0 {
			fmt.Fprintf(&b, "ServerName %s\n", randomApacheName(r, false))
		}
		for range r.IntN(3) {
			fmt.Fprintf(&b, "ServerAlias %s %s\n", randomApacheName(r, true), randomApacheName(r, true))
		}
		b.WriteString("</VirtualHost>\n")
	}
	return b.String()
}

func randomHostAddress(r *rand.Rand) string {
	host := pickOf(r, append([]string{"*", "*", "_default_"}, selectAddresses[:2]...))
	if r.IntN(6) == 0 {
		host = "[" + pickOf(r, selectAddresses[3:]) + "]"
	}
	return host + pickOf(r, []string{":80", ":80", ":81", ":*", ""})
}

func randomApacheName(r *rand.Rand, pattern bool) string {
	name := strings.TrimSuffix(strings.TrimSuffix(randomName(r), ":80"), ".")
	switch {
	case pattern && r.IntN(3) == 0:
		return pickOf(r, []string{"*." + name, name + ".*", "*" + name, "?." + name, "*", "w*w." + name, "*b*", name[:len(name)-1] + "?"})
	case r.IntN(8) == 0:
		return strings.ToUpper(name)
	case !pattern && r.IntN(6) == 0:
		return pickOf(r, []string{"http://" + name, name + ":80", name + ":81", "https://" + name + ":443"})
	}
	return name
}
