package vhost

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"strings"
	"testing"

	"padlock/internal/servertest"
)

func TestNginxSelectsByName(t *testing.T) {
	m := lowerNginx(t, "1.26.3", `http {
		server { listen 80; server_name first; }
		server { listen 80; server_name example.com www.example.com; }
		server { listen 80; server_name *.example.com; }
		server { listen 80; server_name *.deep.example.com; }
		server { listen 80; server_name www.example.*; }
		server { listen 80; server_name .example.org; }
		server { listen 80; server_name "~^(?<user>\w+)\.users\.example\.net$" ~Capital; }
		server { listen 80; server_name example.com late; }
		server { listen 80; server_name ""; }
		server { listen 80; server_name _; }
	}`)
	for name, want := range map[string]int{
		"example.com": 1, "EXAMPLE.com.": 1, "www.example.com:8080": 1, "api.example.com": 2, "a.b.example.com": 2, "x.deep.example.com": 3,
		"deep.example.com": 2, "www.example.de": 4, "www.example.co.uk": 4, "example.org": 5, "a.b.example.org": 5, "joe.users.example.net": 6,
		"a.joe.users.example.net": 0, "capital.test": 6, "late": 7, "": 8, "_": 9, "unknown.test": 0,
	} {
		if s := m.Select(m.Listeners[0], name); s.Host != m.Hosts[want] {
			t.Errorf("%q is answered by %s, want %s", name, s.Host.Site(), m.Hosts[want].Site())
		}
	}
}

// TestNginxSelectionAgreesWithTheServer tries random names on random sockets.
func TestNginxSelectionAgreesWithTheServer(t *testing.T) {
	sets, requests := 12, 40
	if os.Getenv("PADLOCK_PROVE") != "" {
		sets, requests = 400, 200
	}
	for _, server := range servertest.NginxServers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			var whole strings.Builder
			session := server.Session(t)
			for set := range sets {
				text := randomNames(rand.New(rand.NewPCG(7, uint64(set))), set)
				if session.Test(servertest.Config{Files: servertest.Files{"sites/a.conf": text}}).Accepted {
					whole.WriteString(text)
				}
			}
			prelude := "server_names_hash_bucket_size 128;\n"
			running := server.Start(t, servertest.Config{Prelude: prelude, Files: servertest.Files{"sites/a.conf": whole.String()}})
			m := lowerNginx(t, server.Version, "http {"+whole.String()+"}")
			client := running.Client(nil)
			asked := 0
			for set := range sets {
				r := rand.New(rand.NewPCG(8, uint64(set)))
				for range requests {
					address, name := fmt.Sprintf("10.2.%d.%d", set, 1+r.IntN(3)), randomName(r)
					port := uint16(80 + r.IntN(2))
					l := m.Listener(netip.MustParseAddr(address), port)
					if l == nil {
						continue
					}
					asked++
					answer, err := client.Raw(servertest.Request{URL: "http://x/", Address: fmt.Sprintf("%s:%d", address, port)},
						"GET / HTTP/1.1\r\nHost: "+name+"\r\nConnection: close\r\n\r\n")
					if err != nil {
						t.Fatal(err)
					}
					_, body, _ := strings.Cut(answer, "\r\n\r\n")
					s := m.Select(l, name)
					if marker := detailOf(s.Host).level.own("return")[0].Arg(1); s.Undecided != "" || marker != body {
						t.Errorf("%s on %s:%d is answered by %s, the model says %s (%s)", name, address, port, body, marker, s.Undecided)
					}
				}
			}
			t.Logf("%d names were looked up", asked)
		})
	}
}

// randomName is a name that clients ask for, of few labels so that many match.
func randomName(r *rand.Rand) string {
	labels := []string{"a", "b", "www", "x1"}
	var parts []string
	for range 1 + r.IntN(4) {
		parts = append(parts, labels[r.IntN(len(labels))])
	}
	return strings.Join(parts, ".") + []string{"", "", "", ".", ":80", "A"}[r.IntN(6)]
}

// randomNames are servers on few sockets: with exact addresses, wildcards of the
// port, default servers and names of every kind.
func randomNames(r *rand.Rand, set int) string {
	var b strings.Builder
	standard := map[string]bool{}
	for server := range 2 + r.IntN(7) {
		b.WriteString("server {\n")
		listens := map[string]bool{}
		for range 1 + r.IntN(2) {
			listen := fmt.Sprintf("10.2.%d.%d:%d", set, 1+r.IntN(2), 80+r.IntN(2))
			if r.IntN(4) == 0 {
				listen = fmt.Sprintf("%d", 80+r.IntN(2))
			}
			if listens[listen] {
				continue
			}
			listens[listen] = true
			option := ""
			if len(listen) > 2 && !standard[listen] && r.IntN(4) == 0 {
				option, standard[listen] = " default_server", true
			}
			fmt.Fprintf(&b, "listen %s%s;\n", listen, option)
		}
		for range r.IntN(3) {
			fmt.Fprintf(&b, "server_name %s;\n", randomServerName(r))
		}
		fmt.Fprintf(&b, "return 200 s%d-%d;\n}\n", set, server)
	}
	return b.String()
}

func randomServerName(r *rand.Rand) string {
	name := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(randomName(r), "."), ":80"), "A")
	switch r.IntN(8) {
	case 0:
		return "*." + name
	case 1:
		return "." + name
	case 2:
		return name + ".*"
	case 3:
		return []string{`"~^(\w+)\.b$"`, `~www`, `"~^[ab]{1,2}\."`, `"~X1"`, `"~^(?!a)\w+$"`}[r.IntN(5)]
	case 4:
		return `""`
	}
	return name
}
