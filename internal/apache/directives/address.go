package directives

import (
	"net/netip"
	"strconv"
	"strings"
)

// splitAddress takes host:port apart as apr_parse_addr_port of APR 1.7 does:
// digits alone are a port; the digits after the last colon are one; a bracketed
// IPv6 address keeps its colons. ok is false for what it refuses.
func splitAddress(text string) (host, port string, ok bool) {
	digits := len(text)
	for digits > 0 && isDigit(text[digits-1]) {
		digits--
	}
	switch {
	case digits == 0 && text != "":
		return "", text, validPort(text)
	case digits < len(text) && digits > 0 && text[digits-1] == ':':
		host, port = text[:digits-1], text[digits:]
		if host == "" || !validPort(port) {
			return host, port, false
		}
	default:
		host = text
	}
	if strings.HasPrefix(host, "[") {
		end := strings.IndexByte(host, ']')
		if end < 0 {
			return host, port, false
		}
		inner, _, _ := strings.Cut(host[1:end], "%")
		_, err := netip.ParseAddr(inner)
		return host, port, err == nil && end == len(host)-1
	}
	return host, port, true
}

func validPort(port string) bool {
	n, err := strconv.Atoi(port)
	return err == nil && 1 <= n && n <= 65535
}

func checkListen(c Call) []Problem {
	if len(c.Args) < 1 || len(c.Args) > 2 {
		return argumentsProblem("Listen takes an address with a port, and a protocol, not %s", countWords(len(c.Args)))
	}
	host, port, ok := splitAddress(c.Args[0])
	switch {
	case !ok:
		return valueProblem(0, "Listen has an invalid address or port: %q", c.Args[0])
	case port == "":
		return valueProblem(0, "Listen needs a port, %q has none", c.Args[0])
	}
	problems := dubiousHost(host, c.Args[0])
	if len(c.Args) == 2 {
		problems = append(problems, checkListenProtocol(c.Args[1])...)
	}
	return problems
}

// dubiousHost notes addresses that only look like one.
func dubiousHost(host, text string) []Problem {
	if host != "" && strings.Trim(host, "0123456789.") == "" && strings.Count(host, ".") == 3 {
		if _, err := netip.ParseAddr(host); err != nil {
			return valueProblem(0, "Listen has an invalid IPv4 address: %q", text)
		}
	}
	return nil
}

// checkListenProtocol notes words that the server takes for a protocol's name
// and that no module serves.
func checkListenProtocol(protocol string) []Problem {
	switch strings.ToLower(protocol) {
	case "http", "https", "ftp", "":
		return nil
	}
	if strings.HasPrefix(strings.ToLower(protocol), "options=") {
		return nil
	}
	p := valueProblem(1, "Listen takes %q for the name of a protocol", protocol)
	p[0].Silent = true
	if validPort(protocol) {
		p[0].Help = "Each port needs a Listen of its own: this one is not opened."
	} else {
		p[0].Suggestion = nearestWord(protocol, []string{"http", "https"})
	}
	return p
}

func checkVirtualHost(f *Facts, c Call) []Problem {
	if problems := needsMore(f, c); problems != nil {
		return problems
	}
	var problems []Problem
	for i, address := range splitWords(c.Raw) {
		problems = append(problems, checkHostAddress(i, address)...)
	}
	return problems
}

// checkHostAddress judges one address of <VirtualHost>. What looks like a host
// name is resolved when the server reads it; when that fails, the address is
// dropped with a note in the log, so names that can never resolve are silent
// problems.
func checkHostAddress(arg int, address string) []Problem {
	lower := strings.ToLower(address)
	bare := strings.TrimSuffix(lower, ":*")
	switch bare {
	case "*", "_default_", "":
		return nil
	}
	host, port, ok := splitAddress(bare)
	switch {
	case !ok && overlongZeros(host):
		return droppedAddress(arg, address)
	case !ok:
		return valueProblem(arg, "<VirtualHost> has an invalid address or port: %q", address)
	case host == "":
		p := valueProblem(arg, "<VirtualHost> needs an address, %q is only a port", address)
		p[0].Suggestion = "*:" + port
		return p
	case host == "*" || host == "_default_":
		return nil
	}
	if strings.ContainsAny(host, "*,/#") || strings.Contains(host, ":") && !strings.HasPrefix(host, "[") {
		return droppedAddress(arg, address)
	}
	return nil
}

func droppedAddress(arg int, address string) []Problem {
	p := valueProblem(arg, "<VirtualHost> cannot use the address %q: the server drops it, and the virtual host is not reached through it", address)
	p[0].Silent = true
	p[0].Help = "Write an address, *, or [IPv6], then : and a port number; separate addresses by spaces."
	return p
}

// overlongZeros tells a bracketed IPv6 address whose groups have more than four
// digits, all of them zeros in front: APR reads it, and the resolver, which is
// asked next, does not (httpd 2.4.68 to 2.4.71, tried).
func overlongZeros(host string) bool {
	groups := strings.Split(strings.Trim(host, "[]"), ":")
	for i, group := range groups {
		if trimmed := strings.TrimLeft(group, "0"); len(group) > 4 {
			groups[i] = "0" + trimmed
		}
	}
	_, err := netip.ParseAddr(strings.Join(groups, ":"))
	return err == nil && strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]")
}

// ServerName accepts scheme://host:port; what follows the last colon must be
// a port.
func checkServerName(c Call) []Problem {
	name := c.Args[0]
	if _, rest, ok := strings.Cut(name, "://"); ok {
		name = rest
	}
	if strings.ContainsAny(name, "*?[]") {
		p := valueProblem(0, "ServerName %q must be one host name", c.Args[0])
		p[0].Help = "Patterns belong in ServerAlias."
		return p
	}
	if _, port, ok := strings.Cut(name, ":"); ok {
		if n, _ := leadingInt(port); n < 1 || n > 65535 {
			return valueProblem(0, "ServerName %q has a port outside 1 to 65535", c.Args[0])
		}
	}
	return nil
}

// networkProblem says what is wrong with an address, a network, or the first
// numbers of one, as apr_ipsubnet_create of APR 1.7 reads them; "" if nothing.
func networkProblem(text string) string {
	address, mask, masked := strings.Cut(text, "/")
	if strings.Contains(address, ":") {
		return prefixProblem(address, mask, masked, 128)
	}
	parts := strings.Split(strings.TrimSuffix(address, "."), ".")
	if strings.Trim(address, "0123456789.") != "" || len(parts) > 4 {
		return "it is not an IP address"
	}
	for _, part := range parts {
		if n, err := strconv.Atoi(part); err != nil || n > 255 {
			return "it is not an IP address"
		}
	}
	if masked && len(parts) < 4 {
		address += strings.Repeat(".0", 4-len(parts))
	}
	if len(parts) < 4 && !masked {
		return ""
	}
	return prefixProblem(strings.TrimSuffix(address, "."), mask, masked, 32)
}

func prefixProblem(address, mask string, masked bool, bits int) string {
	if _, err := netip.ParseAddr(address); err != nil {
		return "it is not an IP address"
	}
	if !masked {
		return ""
	}
	if n, err := strconv.Atoi(mask); err == nil && n > 0 && n <= bits {
		return ""
	}
	if _, err := netip.ParseAddr(mask); err == nil && bits == 32 {
		return ""
	}
	return "its network mask is invalid"
}
