package diff

import (
	"slices"
	"strconv"
	"strings"

	"padlock/internal/nginx/directives"
)

// fieldWords: names of header fields mean the same in any case.
func fieldWords(_ *element, args []string) []string {
	if len(args) == 0 {
		return args
	}
	return append([]string{strings.ToLower(args[0])}, args[1:]...)
}

func setWords(_ *element, args []string) []string {
	args = slices.Clone(args)
	slices.Sort(args)
	return slices.Compact(args)
}

// listenWords: an address may leave out what goes without saying, and the order
// of the parameters means nothing (ngx_http_core_module documentation, listen).
func listenWords(e *element, args []string) []string {
	if len(args) == 0 {
		return args
	}
	out := slices.Clone(args)
	out[0] = listenAddress(args[0], e.parent.parent != nil && e.parent.parent.name == "http")
	for i, p := range out[1:] {
		if p == "default" {
			out[i+1] = "default_server"
		}
	}
	out = slices.DeleteFunc(out, func(p string) bool { return p == "ipv6only=on" })
	slices.Sort(out[1:])
	return slices.Compact(out)
}

func listenAddress(address string, http bool) string {
	if strings.HasPrefix(address, "unix:") {
		return address
	}
	host, port := address, ""
	end := strings.LastIndexByte(address, ']')
	switch at := strings.LastIndexByte(address, ':'); {
	case address != "" && strings.Trim(address, "0123456789") == "":
		host, port = "*", address
	case at > end:
		host, port = address[:at], address[at+1:]
	}
	if port == "" && http {
		port = "80"
	}
	if n, err := strconv.Atoi(port); err == nil {
		port = strconv.Itoa(n)
	}
	if host == "" || host == "0.0.0.0" {
		host = "*"
	}
	return strings.ToLower(host) + ":" + port
}

// nameWords: the first name is what $server_name says; the order of the others
// means nothing, but for patterns, which are tried in their order.
func nameWords(_ *element, args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		if out[i] = a; !strings.HasPrefix(a, "~") {
			out[i] = strings.ToLower(a)
		}
	}
	if len(out) > 2 {
		slices.SortStableFunc(out[1:], func(a, b string) int {
			pa, pb := strings.HasPrefix(a, "~"), strings.HasPrefix(b, "~")
			switch {
			case pa && pb:
				return 0
			case pa:
				return 1
			case pb:
				return -1
			}
			return strings.Compare(a, b)
		})
	}
	return slices.Compact(out)
}

// locationWords are always mark and path: the blank between them may be left
// out (ngx_http_core_location).
func locationWords(args []string) []string {
	switch {
	case len(args) == 0:
		return args
	case len(args) > 1:
		return args
	}
	for _, mark := range []string{"=", "^~", "~*", "~"} {
		if path, ok := strings.CutPrefix(args[0], mark); ok {
			return []string{mark, path}
		}
	}
	return []string{"", args[0]}
}

// ifCondition is what stands between the parentheses.
func ifCondition(args []string) string {
	text := strings.TrimSpace(strings.Join(args, " "))
	text = strings.TrimPrefix(text, "(")
	return strings.TrimSpace(strings.TrimSuffix(text, ")"))
}

// peerWords are those of a server in an upstream; its parameters come in any
// order, and some say what holds without them (ngx_http_upstream_module
// documentation, server).
func peerWords(e *element, args []string) []string {
	if e.block || len(args) < 2 {
		return args
	}
	out := args[:1:1]
	for _, p := range args[1:] {
		if key, value, ok := strings.Cut(p, "="); ok && key == "fail_timeout" {
			p = key + "=" + directives.Canonical(directives.Use{Name: "keepalive_timeout", Arguments: []string{value}, Context: directives.HTTP})[0]
		}
		if p != "weight=1" && p != "max_fails=1" && p != "fail_timeout=10000" && p != "max_conns=0" {
			out = append(out, p)
		}
	}
	slices.Sort(out[1:])
	return out
}

// returnWords: a URL alone is a redirect with 302.
func returnWords(_ *element, args []string) []string {
	if len(args) == 1 && strings.Trim(args[0], "0123456789") != "" {
		return []string{"302", args[0]}
	}
	return args
}

// rewriteWords: a URL as the target is a redirect without saying so.
func rewriteWords(_ *element, args []string) []string {
	if len(args) != 2 {
		return args
	}
	for _, scheme := range []string{"http://", "https://", "$scheme"} {
		if strings.HasPrefix(args[1], scheme) {
			return append(slices.Clone(args), "redirect")
		}
	}
	return args
}

// errorPageWords puts the statuses in order, which stand before the target.
func errorPageWords(_ *element, args []string) []string {
	out := slices.Clone(args)
	n := 0
	for n < len(out) && out[n] != "" && strings.Trim(out[n], "0123456789") == "" {
		n++
	}
	slices.Sort(out[:n])
	return out
}
