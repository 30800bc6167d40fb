package directives

import (
	"fmt"
	"strings"
	"testing"

	"padlock/internal/servertest"
)

// entryCases are lines of blocks without directives, and whether the server
// takes them.
var entryCases = []struct {
	block, lines string
	good         bool
}{
	{"map $host $a", "default 1; a.example $host; ~^b 2; hostnames; volatile", true},
	{"map $host $a", "a", false},
	{"map $host $a", "a b c", false},
	{"map $host $a", "a b$", false},
	{"map $host $a", "a b {", false},
	{"geo $a", "default 0; 192.0.2.0/24 1; 2001:db8::/32 2; proxy 192.0.2.1; delete 192.0.2.0/24; proxy_recursive", true},
	{"geo $a", "192.0.2.0/33 1", false},
	{"geo $a", "example 1", false},
	{"geo $a", "192.0.2.1-192.0.2.9 1", false},
	{"geo $a", "ranges; default 0; 192.0.2.1-192.0.2.9 1", true},
	{"geo $a", "ranges; 192.0.2.9-192.0.2.1 1", false},
	{"geo $a", "192.0.2.1", false},
	{"types", "text/html html htm; image/png png; text/x", true},
	{"split_clients $host $a", "0.5% x; 10.25% z; * y", true},
	{"split_clients $host $a", "10 x", false},
	{"split_clients $host $a", "0% x", false},
	{"split_clients $host $a", "1.234% x", false},
	{"charset_map koi8-r utf-8", "C0 D18E", true},
	{"charset_map koi8-r utf-8", "C0", false},
	{"charset_map koi8-r utf-8", "xx D18E", false},
}

func TestJudgeEntry(t *testing.T) {
	for _, c := range entryCases {
		var problems []Problem
		ranges := false
		name, _, _ := strings.Cut(c.block, " ")
		for line := range strings.SplitSeq(c.lines, ";") {
			line, nested := strings.CutSuffix(strings.TrimSpace(line), "{")
			problems = append(problems, JudgeEntry(Entry{Block: name, Words: strings.Fields(line), Ranges: ranges, Nested: nested})...)
			ranges = ranges || line == "ranges"
		}
		if (len(problems) == 0) != c.good {
			t.Errorf("%s { %s }: %v", c.block, c.lines, problems)
		}
	}
}

// TestServersTakeEntries asks the newest real server about the same lines.
func TestServersTakeEntries(t *testing.T) {
	servers := servertest.NginxServers(t)
	server := servers[len(servers)-1]
	p := newProber(t, server)
	for _, c := range entryCases {
		end := ";"
		if strings.HasSuffix(c.lines, "{") {
			end = "}"
		}
		config := fmt.Sprintf("events {} http { %s { %s%s } server { listen 80; } }", c.block, c.lines, end)
		v := p.session.Test(servertest.Config{Main: "nginx.conf", Files: servertest.Files{"nginx.conf": config}})
		if v.Accepted != c.good {
			t.Errorf("%s: %s { %s }: accepted=%t\n%s", server.Name(), c.block, c.lines, v.Accepted, v.Output)
		}
	}
}
