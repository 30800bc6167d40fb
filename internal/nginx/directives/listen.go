package directives

import (
	"slices"
	"strings"
)

// checkListen judges the address and the parameters of listen
// (ngx_http_core_listen, ngx_stream_core_listen, ngx_mail_core_listen).
func checkListen(c *checker) {
	if fault := addressFault(c.args[0], true, false); fault != "" {
		c.fail(0, fault+" in "+quote(c.args[0])+" of \"listen\"", "It takes a port, address:port, [IPv6 address]:port, *:port or unix:path.")
		return
	}
	var parameters []alternative
	if list, ok := listenParameters[c.context]; ok {
		parameters = list()
	}
	for i, arg := range c.args[1:] {
		if !acceptsAny(parameters, arg) {
			c.fail(i+1, "invalid parameter "+quote(arg)+" of \"listen\"", "It takes: "+describe(parameters)+".")
			c.suggest(words(parameters))
			return
		}
	}
	checkListenCombination(c)
}

// listenParameters are what listen takes after the address, by context.
var listenParameters = map[Context]func() []alternative{
	Server: parameterList("default_server default bind ssl http2 quic proxy_protocol deferred reuseport multipath " +
		"fastopen=number setfib=number backlog=number(1..) rcvbuf=size sndbuf=size accept_filter=any ipv6only=on ipv6only=off so_keepalive=keepalive"),
	StreamServer: parameterList("default_server bind ssl udp proxy_protocol deferred reuseport multipath " +
		"fastopen=number setfib=number backlog=number(1..) rcvbuf=size sndbuf=size accept_filter=any ipv6only=on ipv6only=off so_keepalive=keepalive"),
	MailServer: parameterList("bind ssl proxy_protocol multipath " +
		"backlog=number(1..) rcvbuf=size sndbuf=size ipv6only=on ipv6only=off so_keepalive=keepalive"),
}

// incompatible are the parameters that cannot stand beside quic or udp.
var incompatible = map[string][]string{
	"quic": {"fastopen=", "backlog=", "deferred", "ssl", "http2", "so_keepalive=", "proxy_protocol", "multipath"},
	"udp":  {"backlog=", "deferred", "ssl", "so_keepalive=", "proxy_protocol", "fastopen=", "multipath"},
}

func checkListenCombination(c *checker) {
	for _, main := range []string{"quic", "udp"} {
		if !slices.Contains(c.args[1:], main) {
			continue
		}
		for i, arg := range c.args[1:] {
			for _, other := range incompatible[main] {
				if arg == other || strings.HasSuffix(other, "=") && strings.HasPrefix(arg, other) {
					c.fail(i+1, quote(strings.TrimSuffix(other, "="))+" cannot be combined with "+quote(main), "Give them separate listen directives.")
					return
				}
			}
		}
	}
}

// isKeepalive reads idle:interval:count, each of which may be empty, but not
// all of them; or on or off.
func isKeepalive(v string) bool {
	if v == "on" || v == "off" {
		return true
	}
	parts := strings.SplitN(v, ":", 3)
	any := false
	for i, part := range parts {
		if part == "" {
			continue
		}
		n, ok := parseTime(part, true)
		if i == 2 {
			n, ok = parseNumber(part)
		}
		if !ok {
			return false
		}
		any = any || n != 0
	}
	return any
}
