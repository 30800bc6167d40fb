package directives

import (
	"net/netip"
	"strings"
)

// addressFault says what is wrong with host:port, [v6]:port or unix:path, as
// the server reads it, or "". Whether a host name exists is not asked.
func addressFault(v string, listen, uri bool) string {
	if path, ok := strings.CutPrefix(v, "unix:"); ok {
		if path == "" {
			return "no path in the unix domain socket"
		}
		return ""
	}
	host, rest := v, ""
	if i := strings.IndexAny(v, "/?"); i >= 0 && (v[i] == '/' || uri) {
		if listen || !uri {
			return "invalid host"
		}
		host = v[:i]
	}
	if strings.HasPrefix(host, "[") {
		address, after, ok := strings.Cut(host[1:], "]")
		if !ok || after != "" && after[0] != ':' {
			return "invalid host"
		}
		if after != "" {
			if fault := portFault(after[1:], listen); fault != "" {
				return fault
			}
		}
		if address == "" {
			return "no host"
		}
		if a, err := netip.ParseAddr(address); err != nil || !a.Is6() || a.Zone() != "" {
			return "invalid IPv6 address"
		}
		return ""
	}
	host, rest, hasPort := strings.Cut(host, ":")
	if hasPort {
		if fault := portFault(rest, listen); fault != "" {
			return fault
		}
	} else if listen && isPortOnly(host) {
		return portFault(host, true)
	}
	if host == "" {
		return "no host"
	}
	return ""
}

// isPortOnly tells whether a listen address is a port or a range of ports.
func isPortOnly(v string) bool {
	first, last, isRange := strings.Cut(v, "-")
	_, ok := parseNumber(first)
	if isRange {
		_, okLast := parseNumber(last)
		ok = ok && okLast
	}
	return ok
}

func portFault(v string, listen bool) string {
	first, last, isRange := v, "", false
	if listen {
		first, last, isRange = strings.Cut(v, "-")
	}
	n, ok := parseNumber(first)
	if !ok || n < 1 || n > 65535 {
		return "invalid port"
	}
	if isRange {
		m, ok := parseNumber(last)
		if !ok || m < 1 || m > 65535 {
			return "invalid port"
		}
		if n > m {
			return "invalid port range"
		}
	}
	return ""
}

// checkUpstreamAddress: fastcgi_pass and its kin, which take an address, the
// name of an upstream, or variables.
func checkUpstreamAddress(c *checker) {
	if strings.Contains(c.args[0], "$") {
		c.script(0)
		return
	}
	if fault := addressFault(c.args[0], false, false); fault != "" {
		c.fail(0, fault+" in "+quote(c.args[0])+" of "+quote(c.name), "It takes host:port, [IPv6 address]:port, unix:path, or the name of an upstream.")
	}
}

// checkSchemes makes a check of an address after one of some schemes.
func checkSchemes(schemes []string, needed bool) func(*checker) {
	return func(c *checker) {
		if strings.Contains(c.args[0], "$") {
			c.script(0)
			return
		}
		rest, found := c.args[0], false
		for _, scheme := range schemes {
			if len(rest) >= len(scheme) && strings.EqualFold(rest[:len(scheme)], scheme) {
				rest, found = rest[len(scheme):], true
				break
			}
		}
		if needed && !found {
			c.fail(0, "invalid URL prefix in "+quote(c.args[0])+" of "+quote(c.name), "It begins with one of: "+strings.Join(schemes, ", ")+".")
			return
		}
		if path, ok := strings.CutPrefix(rest, "unix:"); ok {
			if path == "" {
				c.fail(0, "no path in the unix domain socket of "+quote(c.name), "Write unix:/path.")
			}
			return
		}
		if fault := addressFault(rest, false, needed); fault != "" {
			c.fail(0, fault+" in "+quote(c.args[0])+" of "+quote(c.name), "After the scheme come a host and possibly a port from 1 to 65535.")
		}
	}
}

// checkAuthHTTP: an address with or without http:// and with or without a path
// (ngx_mail_auth_http).
func checkAuthHTTP(c *checker) {
	if fault := addressFault(strings.TrimPrefix(c.args[0], "http://"), false, true); fault != "" {
		c.fail(0, fault+" in "+quote(c.args[0])+" of \"auth_http\"", "It takes a URL such as http://127.0.0.1:9000/auth.")
	}
}

// checkPass: an IP address with a port, a socket, or variables
// (ngx_stream_pass).
func checkPass(c *checker) {
	v := c.args[0]
	if strings.Contains(v, "$") {
		c.script(0)
		return
	}
	if strings.HasPrefix(v, "unix:") && len(v) > len("unix:") {
		return
	}
	if _, err := netip.ParseAddrPort(v); err != nil {
		c.invalid(0, "It takes address:port with an IP address, or unix:path.")
	}
}

func quote(s string) string { return "\"" + s + "\"" }

// checkResolver: addresses of name servers and parameters (ngx_resolver_create).
func checkResolver(c *checker) {
	servers := 0
	off := map[string]bool{}
	for i, arg := range c.args {
		key, value, ok := strings.Cut(arg, "=")
		switch {
		case ok && key == "valid":
			if _, ok := parseTime(value, true); !ok {
				c.invalid(i, "valid= takes a time such as 30s.")
				return
			}
		case ok && (key == "ipv4" || key == "ipv6"):
			if value != "on" && value != "off" {
				c.invalid(i, key+"= takes on or off.")
				return
			}
			off[key] = value == "off"
		case ok && key == "status_zone":
		case addressFault(arg, false, false) != "":
			c.fail(i, addressFault(arg, false, false)+" in "+quote(arg)+" of \"resolver\"", "It takes addresses of name servers, and the parameters valid=time, ipv4=on|off and ipv6=on|off.")
			return
		default:
			servers++
		}
	}
	if off["ipv4"] && off["ipv6"] {
		c.fail(-1, "\"ipv4\" and \"ipv6\" cannot both be \"off\"", "No address could be resolved at all.")
		return
	}
	// "resolver off" stands alone: the server takes it for no resolver.
	if servers == 0 {
		c.fail(-1, "no name servers in \"resolver\"", "Name at least one address, such as 127.0.0.53.")
	}
}

// checkBind: a local address, off, or variables, and transparent.
func checkBind(c *checker) {
	if len(c.args) == 2 && c.args[1] != "transparent" {
		c.invalid(1, "The second argument can only be transparent.")
		c.suggest([]string{"transparent"})
		return
	}
	v := c.args[0]
	switch {
	case v == "off":
	case strings.Contains(v, "$"):
		c.script(0)
	default:
		host, port, hasPort := v, "", false
		if !strings.HasPrefix(v, "[") && strings.Count(v, ":") == 1 {
			host, port, hasPort = strings.Cut(v, ":")
		} else if i := strings.LastIndex(v, "]:"); i > 0 {
			host, port, hasPort = v[:i+1], v[i+2:], true
		}
		host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
		if _, ok := parseAddress(host); !ok || hasPort && portFault(port, false) != "" {
			c.invalid(0, "It takes an IP address of this machine, or off.")
		}
	}
}
