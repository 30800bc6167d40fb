package syntax

import (
	_ "embed"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/nginx/check"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed listen-conflict.md
var listenConflictText string

// ListenConflict finds listen directives that the server refuses beside each
// other.
var ListenConflict = &rule.Rule{
	ID:       "listen-conflict",
	Title:    "Two listen directives for the same address contradict each other",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/http/ngx_http_core_module.html#listen",
		"https://httpd.apache.org/docs/2.4/mod/mpm_common.html#listen",
	},
	Text: listenConflictText,
	Check: func(p *rule.Pass) {
		reportTogether(p)
		l := &listens{pass: p, inServer: map[serverSocket]*nginx.Node{}, defaults: map[socket]*nginx.Node{}, options: map[socket]*nginx.Node{}}
		p.OnNginx(l.visit, "listen")
		reportAgainst(p, (*check.Subject).Listens)
	},
}

// socket is an address that the server listens on: http and stream have their
// own, and so have TCP and UDP.
type socket struct {
	part, address string
	datagram      bool
}

type serverSocket struct {
	server *nginx.Node
	socket
}

// listens are the listen directives seen so far.
type listens struct {
	pass     *rule.Pass
	inServer map[serverSocket]*nginx.Node
	defaults map[socket]*nginx.Node
	options  map[socket]*nginx.Node
}

// socketOptions belong to the socket, so that they may be given in one listen
// directive only (ngx_http_core_listen sets lsopt.set, nginx 1.30).
var socketOptions = []string{
	"bind", "setfib", "fastopen", "backlog", "rcvbuf", "sndbuf", "accept_filter", "deferred", "ipv6only", "reuseport", "so_keepalive", "multipath",
}

func (l *listens) visit(d *rule.NginxDirective) {
	server := d.Node.Parent
	if server == nil || server.Name != "server" || server.Parent == nil || server.Parent.Name != "http" {
		return
	}
	address, ok := listenAddress(d.Arg(0))
	if !ok {
		return
	}
	s := socket{part: server.Parent.Name, address: address}
	isDefault, hasOptions := false, false
	for _, w := range d.Args()[1:] {
		name, _, _ := strings.Cut(w.Value, "=")
		s.datagram = s.datagram || name == "quic"
		isDefault = isDefault || name == "default_server" || name == "default"
		hasOptions = hasOptions || slices.Contains(socketOptions, name)
	}
	if first := l.inServer[serverSocket{server, s}]; first != nil {
		l.report(d, first, fmt.Sprintf("a duplicate listen %s in the same server: nginx refuses it", s.address), "Remove one of the two.")
		return
	}
	l.inServer[serverSocket{server, s}] = d.Node
	if isDefault {
		if first := l.defaults[s]; first != nil {
			l.report(d, first, fmt.Sprintf("a duplicate default server for %s: nginx takes one for each address", s.address),
				"Leave default_server to the virtual host that is to answer for unknown names.")
			return
		}
		l.defaults[s] = d.Node
	}
	if hasOptions {
		if first := l.options[s]; first != nil {
			l.report(d, first, fmt.Sprintf("duplicate listen options for %s: nginx takes options of the socket from one listen directive only", s.address),
				"Keep backlog, reuseport and the like in one listen directive of each address.")
			return
		}
		l.options[s] = d.Node
	}
}

func (l *listens) report(d *rule.NginxDirective, first *nginx.Node, message, help string) {
	f := l.pass.AtNode(d.Node, d.HeadSpan().Range, message)
	f.Help = help
	f.Related = []source.Related{{Subject: first.HeadSpan(), Message: "the first one"}}
	l.pass.Report(f)
}

// listenAddress writes an address as nginx compares it: with its port, and
// numeric. ok is false for ranges of ports, names of hosts and variables, of
// which it is not known what they stand for.
func listenAddress(text string) (address string, ok bool) {
	if strings.HasPrefix(text, "unix:") {
		return text, true
	}
	host, port := text, "80"
	if i := strings.LastIndexByte(text, ':'); i >= 0 && !strings.HasSuffix(text, "]") {
		host, port = text[:i], text[i+1:]
	} else if isNumber(text) {
		host, port = "*", text
	}
	if !isNumber(port) {
		return "", false
	}
	port = strings.TrimLeft(port, "0")
	if host == "*" {
		host = "0.0.0.0"
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err != nil {
		return "", false
	}
	if ip.Is6() {
		return "[" + ip.String() + "]:" + port, true
	}
	return ip.String() + ":" + port, true
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
