package vhost

import (
	"strconv"
	"strings"

	"padlock/internal/apache"
)

// nameHost reads ServerName and ServerAlias.
func (s *apacheServer) nameHost(h *apacheHost) {
	if d, ok := h.scope.last("servername"); ok {
		h.scheme, h.writtenName, h.port = serverName(d.first())
		h.name = strings.ToLower(h.writtenName)
		h.host.Names = append(h.host.Names, apacheName(h.name, originOf(d.item)))
	} else if h != s.main && s.main.name != "" {
		h.name, h.writtenName = s.main.name, s.main.writtenName
		n := apacheName(h.name, s.main.host.Names[0].Origin)
		n.Implied = true
		h.host.Names = append(h.host.Names, n)
	}
	for d := range h.scope.all("serveralias") {
		origin := originOf(d.item)
		for _, w := range d.item.Words() {
			n := apacheName(w.Value, origin)
			n.Origin.Span = d.item.File().Span(w.Range)
			h.host.Names = append(h.host.Names, n)
		}
	}
}

// serverName takes [scheme://]host[:port] apart.
func serverName(text string) (scheme, name string, port uint16) {
	if before, rest, ok := strings.Cut(text, "://"); ok {
		scheme, text = strings.ToLower(before), rest
	}
	if i := strings.LastIndexByte(text, ':'); i > strings.LastIndexByte(text, ']') {
		if n, err := strconv.ParseUint(text[i+1:], 10, 16); err == nil {
			return scheme, text[:i], uint16(n)
		}
	}
	return scheme, text, 0
}

func apacheName(text string, origin Origin) Name {
	n := Name{Text: strings.ToLower(text), Kind: Exact, Origin: origin, Unmatchable: unwanted(text)}
	if strings.ContainsAny(text, "*?") {
		n.Kind = Glob
		if rest, ok := strings.CutPrefix(text, "*."); ok && !strings.ContainsAny(rest, "*?") {
			n.Kind = WildcardBefore
		}
	}
	return n
}

// unwanted tells why a name is never asked for: httpd cuts the port and a
// final dot off the Host header, and refuses characters that no host name has
// (HttpProtocolOptions Strict, 2.4.71).
func unwanted(text string) string {
	switch {
	case strings.Contains(text, "://"):
		return "it has a scheme"
	case strings.HasPrefix(text, "["):
		return ""
	case strings.HasSuffix(text, "."):
		return "httpd takes the final dot off the name that is asked for"
	case strings.Contains(text, ","):
		return "names are separated by spaces, and the comma is taken for a part of the name"
	case strings.Contains(text, "/"):
		return "it has a slash"
	case strings.Contains(text, ":"):
		return "httpd takes the port off the name that is asked for"
	}
	for _, c := range text {
		if c >= 0x80 || !isNameByte(byte(c)) && c != '*' && c != '?' {
			return "host names have no character " + strconv.QuoteRune(c)
		}
	}
	return ""
}

func isNameByte(c byte) bool {
	return c == '-' || c == '_' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// apacheNames chooses among the virtual hosts of one address, in time that does
// not grow with their number unless there are patterns.
type apacheNames struct {
	hosts []*apacheHost // each once, in order
	exact map[string]found
	globs []found
	// written is the first host whose address is written like the name asked for.
	written map[string]int
}

// found is a name by the place of its host and its own place there.
type found struct{ host, name int }

func newApacheNames(on []hostOn) *apacheNames {
	n := &apacheNames{exact: make(map[string]found, len(on)), written: map[string]int{}}
	for _, h := range on {
		if len(n.hosts) == 0 || n.hosts[len(n.hosts)-1] != h.apacheHost {
			n.hosts = append(n.hosts, h.apacheHost)
			n.add(h.apacheHost, len(n.hosts)-1)
		}
		if _, ok := n.written[h.text]; !ok {
			n.written[h.text] = len(n.hosts) - 1
		}
	}
	return n
}

func (n *apacheNames) add(h *apacheHost, at int) {
	for i, name := range h.host.Names {
		if name.Unmatchable != "" {
			continue
		}
		if name.Kind != Exact {
			n.globs = append(n.globs, found{at, i})
		} else if _, ok := n.exact[name.Text]; !ok {
			n.exact[name.Text] = found{at, i}
		}
	}
}

// find is the first host with the name or with a pattern for it.
func (n *apacheNames) find(name string) (found, bool) {
	best, ok := n.exact[name]
	for _, g := range n.globs {
		if ok && g.host >= best.host {
			break
		}
		if globMatch(n.hosts[g.host].host.Names[g.name].Text, name) {
			return g, true
		}
	}
	return best, ok
}

// globMatch is ap_strcasecmp_match of lower-case texts: * and ? stand for any
// characters, dots too.
func globMatch(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p, t = p+1, t+1
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// selectHost chooses by name (vhost.c, update_server_from_aliases, 2.4.71).
func (s *apacheServer) selectHost(l *Listener, name string) Selection {
	names, ok := s.lists[l]
	if !ok {
		return Selection{}
	}
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	if f, ok := names.find(name); ok {
		h := names.hosts[f.host].host
		return Selection{Host: h, Name: &h.Names[f.name]}
	}
	if at, ok := names.written[strings.Trim(name, "[]")]; ok {
		return Selection{Host: names.hosts[at].host}
	}
	return Selection{Host: names.hosts[0].host}
}

// managedNames are the names of MDomain and <MDomainSet>.
func managedNames(main *apacheScope) map[string]Origin {
	out := map[string]Origin{}
	add := func(item apache.Item) {
		for _, w := range item.Words() {
			switch name := strings.ToLower(w.Value); name {
			case "auto", "manual":
			default:
				out[name] = originOf(item)
			}
		}
	}
	for _, name := range []string{"mdomain", "manageddomain"} {
		for d := range main.all(name) {
			add(d.item)
		}
	}
	for _, kind := range []string{"mdomainset", "mdomain"} {
		for section := range main.within(kind) {
			add(section.item)
			for _, member := range []string{"mdmember", "mdmembers"} {
				for d := range section.all(member) {
					add(d.item)
				}
			}
		}
	}
	return out
}
