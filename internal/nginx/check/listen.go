package check

import (
	"fmt"
	"net/netip"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/nginx/directives"
)

const ruleListen = "listen-conflict"

// socket is what a listen directive opens: an address in one spelling, and
// whether it is for datagrams.
type socket struct {
	protocol string
	address  string
	datagram bool
}

// listener is a listen directive and the server it stands in.
type listener struct {
	*use
	server *nginx.Node
}

// Listens finds sockets of stream and mail servers that are listened on twice.
// There, unlike in http, one server alone can have a socket
// (ngx_stream_core_listen, ngx_mail_core_listen). From 1.25.5 on several stream
// servers can share one.
func (s *Subject) Listens() []Problem {
	var found []Problem
	sockets := map[socket][]listener{}
	for _, u := range s.uses {
		if u.name() != "listen" || u.protocol() == "http" {
			continue
		}
		for _, address := range addressesOf(u.Use.Arguments[0]) {
			key := socket{u.protocol(), address, u.has("udp")}
			l := listener{u, u.Node.Parent}
			if p, bad := s.conflict(l, sockets[key], address); bad {
				found = append(found, p)
				break
			}
			sockets[key] = append(sockets[key], l)
		}
	}
	return found
}

// conflict compares a listen directive with those of the same socket above it.
func (s *Subject) conflict(l listener, before []listener, address string) (p Problem, bad bool) {
	alone := l.protocol() == "mail" || directives.CompareVersions(s.version(), "1.25.5") < 0
	for _, other := range before {
		message, help := "", "Remove one of the lines."
		switch {
		case alone || other.server == l.server:
			message = fmt.Sprintf("%s is listened on twice", address)
		case l.option() != "" && other.option() != "":
			message = fmt.Sprintf("options of the socket %s, such as %q, are given twice", address, l.option())
			help = "A socket's options stand on one of its listen directives only, and hold for all."
		case l.isDefault() && other.isDefault():
			message = fmt.Sprintf("%s has a second default server", address)
			help = "Take default_server away from one of them."
		default:
			continue
		}
		return l.problem(ruleListen, 0, message, help).and(other.use, "the first one"), true
	}
	return p, false
}

func (s *Subject) version() string {
	if s.target.Version == "" {
		return "999"
	}
	return s.target.Version
}

func (l listener) isDefault() bool { return l.has("default_server") || l.has("default") }

// socketOptions are the parameters that only one listen directive of a socket
// may have.
var socketOptions = []string{"bind", "deferred", "reuseport", "multipath", "setfib=", "fastopen=", "backlog=", "rcvbuf=", "sndbuf=",
	"accept_filter=", "ipv6only=", "so_keepalive="}

// option is the first of the socket's options that a listen directive has.
func (l listener) option() string {
	for _, arg := range l.Use.Arguments[1:] {
		for _, option := range socketOptions {
			if arg == option || strings.HasSuffix(option, "=") && strings.HasPrefix(arg, option) {
				return arg
			}
		}
	}
	return ""
}

// maxPorts bounds the ports of a range that are looked at.
const maxPorts = 1024

// addressesOf are the sockets that an address of listen stands for, in one
// spelling: "80" and "*:80" are "0.0.0.0:80", and a range of ports is each of
// them. Host names are left as they are.
func addressesOf(address string) []string {
	if strings.HasPrefix(address, "unix:") {
		return []string{address}
	}
	host, port := address, ""
	switch i := strings.LastIndexByte(address, ':'); {
	case i >= 0 && !strings.HasSuffix(address, "]"):
		host, port = address[:i], address[i+1:]
	case strings.Trim(address, "0123456789-") == "":
		host, port = "*", address
	}
	if host == "*" || host == "" {
		host = "0.0.0.0"
	}
	if port == "" {
		port = "80"
	}
	if parsed, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		host = parsed.String()
		if parsed.Is6() {
			host = "[" + host + "]"
		}
	}
	first, last, isRange := strings.Cut(port, "-")
	from, to := number(first), number(last)
	if !isRange || to < from || to-from > maxPorts {
		return []string{host + ":" + strings.TrimLeft(port, "0")}
	}
	var all []string
	for n := from; n <= to; n++ {
		all = append(all, fmt.Sprintf("%s:%d", host, n))
	}
	return all
}

// number reads digits; 0 for anything else.
func number(text string) int {
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' || n > 1<<40 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// connections finds fewer worker_connections than sockets to listen on. Every
// port counts once: how many sockets a port needs depends on the addresses
// (ngx_event_process_init).
func (s *Subject) connections() []Problem {
	events := s.child(s.config.Root, "events")
	if events == nil {
		return nil
	}
	limit := s.child(events.Node, "worker_connections")
	if limit == nil {
		return nil
	}
	ports := map[socket]bool{}
	for _, u := range s.uses {
		if u.name() != "listen" {
			continue
		}
		for _, address := range addressesOf(u.Use.Arguments[0]) {
			if i := strings.LastIndexByte(address, ':'); i >= 0 {
				address = address[i:]
			}
			ports[socket{"", address, u.has("udp") || u.has("quic")}] = true
		}
	}
	if len(ports) == 0 || number(limit.Use.Arguments[0]) > len(ports) {
		return nil
	}
	return []Problem{limit.problem(ruleValue, 0, fmt.Sprintf("%s connections are not enough: %d ports are listened on", limit.Use.Arguments[0], len(ports)), "Give the number of connections that a worker may have at once, such as 1024.")}
}
