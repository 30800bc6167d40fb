package vhost

import (
	"strings"
	"sync"

	"padlock/internal/nginx"
)

// writtenName is one argument of server_name, in lower case unless a regex.
type writtenName struct {
	text  string // as nginx registers it, with a leading dot
	index int    // of the first Name of the Host that it makes
}

// lowerNames reads the server_name directives of a host.
func (n *nginxModel) lowerNames(h *Host, detail *nginxHost) {
	for _, node := range detail.level.own("server_name") {
		for _, word := range node.Args() {
			n.lowerName(h, detail, node, word)
		}
	}
	if len(detail.names) == 0 {
		// A server without server_name has the empty name: it answers requests
		// without a Host header (ngx_http_core_merge_srv_conf).
		detail.names = []writtenName{{"", len(h.Names)}}
		h.Names = append(h.Names, Name{Kind: Exact, Implied: true, Origin: h.Origin})
	}
	detail.primary = strings.TrimPrefix(detail.names[0].text, ".")
}

func (n *nginxModel) lowerName(h *Host, detail *nginxHost, node *nginx.Node, word nginx.Word) {
	origin := n.wordOrigin(node, word)
	text := word.Value
	if !strings.HasPrefix(text, "~") {
		text = asciiLower(text)
	}
	detail.names = append(detail.names, writtenName{text, len(h.Names)})
	switch {
	case strings.HasPrefix(text, "~"):
		h.Names = append(h.Names, Name{Text: text[1:], Kind: Regex, Origin: origin})
	case strings.HasPrefix(text, "*.") && len(text) > 2:
		h.Names = append(h.Names, Name{Text: text, Kind: WildcardBefore, Origin: origin, Unmatchable: unmatchable(text[2:])})
	case strings.HasPrefix(text, ".") && len(text) > 1:
		h.Names = append(h.Names,
			Name{Text: text[1:], Kind: Exact, Origin: origin, Unmatchable: unmatchable(text[1:])},
			Name{Text: "*" + text, Kind: WildcardBefore, Origin: origin, Implied: true, Unmatchable: unmatchable(text[1:])})
	case strings.HasSuffix(text, ".*") && len(text) > 2:
		h.Names = append(h.Names, Name{Text: text, Kind: WildcardAfter, Origin: origin, Unmatchable: unmatchable(text[:len(text)-2])})
	case text == "$hostname":
		h.Names = append(h.Names, Name{Text: text, Kind: Exact, Origin: origin,
			Unmatchable: "it stands for the name of the machine, which the configuration does not tell"})
	default:
		h.Names = append(h.Names, Name{Text: text, Kind: Exact, Origin: origin, Unmatchable: unmatchable(text)})
	}
}

// unmatchable says why no Host header can be this name; empty if one can.
func unmatchable(name string) string {
	switch {
	case strings.Contains(name, "://"):
		return "a name has no scheme"
	case strings.Contains(name, "/"):
		return "a name has no path"
	case strings.Contains(name, ":") && !strings.HasPrefix(name, "["):
		return "the port is no part of the name"
	case strings.Contains(name, ","):
		return "names are separated by blanks, not commas"
	case strings.HasSuffix(name, "."):
		return "the server takes the dot at the end off what clients ask for"
	case strings.Contains(name, "*"):
		return "a wildcard stands for whole labels at one end of the name only"
	case strings.Contains(name, ".."):
		return "a label of the name is empty"
	case name == "_":
		return "it is no name, only a mark for a server that is chosen by default"
	}
	return ""
}

// asciiLower is ngx_strlow: nothing but A to Z changes.
func asciiLower(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for j, c := range b {
				if 'A' <= c && c <= 'Z' {
					b[j] = c + 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

// nameEntry is a name of a host in the tables of a socket.
type nameEntry struct {
	host *Host
	name *Name
	// both tells that ".example.com" made the entry: the name itself counts.
	both bool
}

// socketNames are the tables by which a socket finds the host of a name. They
// are made when the first name is asked for.
type socketNames struct {
	listener *Listener

	once          sync.Once
	exact         map[string]nameEntry
	before, after map[string]nameEntry // by the name without "*." and ".*"
	regexes       []nameEntry
	ignored       []nameEntry
}

func newSocketNames(l *Listener) *socketNames { return &socketNames{listener: l} }

// build registers the names as ngx_hash_add_key does, conflicts included: the
// later of two equal names is ignored, and ".example.com" is ignored as a whole
// when only "example.com" was there before.
func (s *socketNames) build() {
	s.exact = make(map[string]nameEntry, len(s.listener.Hosts))
	s.before, s.after = map[string]nameEntry{}, map[string]nameEntry{}
	taken := make(map[string]bool, len(s.listener.Hosts))
	for _, h := range s.listener.Hosts {
		for _, written := range detailOf(h).names {
			entry := nameEntry{host: h, name: &h.Names[written.index]}
			if !s.register(written.text, entry, taken) {
				s.ignored = append(s.ignored, entry)
			}
		}
	}
}

func (s *socketNames) register(text string, entry nameEntry, taken map[string]bool) bool {
	switch {
	case strings.HasPrefix(text, "~"):
		s.regexes = append(s.regexes, entry)
		return true
	case strings.HasPrefix(text, ".") && len(text) > 1:
		if taken[text[1:]] {
			return false
		}
		taken[text[1:]] = true
		entry.both = true
		return put(s.before, text[1:], entry)
	case strings.HasPrefix(text, "*.") && len(text) > 2:
		return put(s.before, text[2:], entry)
	case strings.HasSuffix(text, ".*") && len(text) > 2:
		return put(s.after, text[:len(text)-2], entry)
	case text == "$hostname":
		return true
	case taken[text]:
		return false
	}
	taken[text] = true
	return put(s.exact, text, entry)
}

func put(table map[string]nameEntry, key string, entry nameEntry) bool {
	if _, ok := table[key]; ok {
		return false
	}
	table[key] = entry
	return true
}

// find looks a name up that is already in lower case and without port: exact,
// longest wildcard at the front, longest at the end, first regex.
func (s *socketNames) find(patterns *patterns, name string) Selection {
	s.once.Do(s.build)
	if e, ok := s.exact[name]; ok {
		return e.selection()
	}
	if name == "" {
		return Selection{Host: s.listener.Default}
	}
	if e, ok := s.before[name]; ok && e.both {
		return e.selection()
	}
	for rest := name; ; {
		_, after, ok := strings.Cut(rest, ".")
		if !ok {
			break
		}
		if e, ok := s.before[after]; ok {
			return e.selection()
		}
		rest = after
	}
	for end := strings.LastIndexByte(name, '.'); end >= 0; end = strings.LastIndexByte(name[:end], '.') {
		if e, ok := s.after[name[:end]]; ok {
			return e.selection()
		}
	}
	return s.findRegex(patterns, name)
}

func (s *socketNames) findRegex(patterns *patterns, name string) Selection {
	for _, e := range s.regexes {
		// A capital letter anywhere in the regex makes it ignore case: clients'
		// names are in lower case by then (ngx_http_core_server_name).
		match, undecided := patterns.get(e.name.Text, e.name.Text != asciiLower(e.name.Text)).match(name)
		if undecided != "" {
			return Selection{Undecided: "the server name ~" + e.name.Text + " cannot be judged: " + undecided}
		}
		if match != nil {
			return e.selection()
		}
	}
	return Selection{Host: s.listener.Default}
}

func (e nameEntry) selection() Selection { return Selection{Host: e.host, Name: e.name} }

// selectHost finds the host as for a Host header or a server name of TLS.
func (n *nginxModel) selectHost(l *Listener, name string) Selection {
	s := n.sockets[l]
	if s == nil {
		return Selection{}
	}
	host, ok := cleanHost(name)
	if !ok {
		return Selection{Host: l.Default}
	}
	return s.find(n.patterns, host)
}

// cleanHost is what nginx makes of a Host header: lower case, without port and
// without the dot at the end; ok is false when it answers 400 to it
// (ngx_http_validate_host). The empty name stands for no header at all.
func cleanHost(name string) (host string, ok bool) {
	if name == "" {
		return "", true
	}
	end, dot := len(name), -2
	literal, rest := false, false
	for i := range len(name) {
		switch c := name[i]; {
		case c == '.':
			if dot == i-1 {
				return "", false
			}
			dot = i
		case c == ':' && !literal && !rest:
			end, rest = i, true
		case c == '[' && i == 0:
			literal = true
		case c == ']' && literal:
			end, literal, rest = i+1, false, true
		case c == '/' || c <= ' ' || c == 0x7f:
			return "", false
		}
	}
	if dot == end-1 {
		end--
	}
	if end <= 0 {
		return "", false
	}
	return asciiLower(name[:end]), true
}
