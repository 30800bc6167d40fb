package https

import (
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/vhost"
)

// proxySigns tells which virtual hosts seem to stand behind a proxy that may end
// TLS for them.
type proxySigns struct {
	all   bool
	hosts map[source.Span]bool
}

// behindProxy tells whether a virtual host reads what only a proxy in front of
// it writes.
func (s *survey) behindProxy(h *vhost.Host) bool {
	if s.proxies == nil {
		s.proxies = &proxySigns{hosts: map[source.Span]bool{}}
		if s.config.Nginx != nil {
			s.nginxSigns()
		} else {
			s.apacheSigns()
		}
	}
	return s.proxies.all || s.proxies.hosts[h.Origin.Span]
}

func (s *survey) nginxSigns() {
	s.config.Nginx.Walk(func(n *nginx.Node) bool {
		server := n.Within("server")
		switch {
		case n.Name == "real_ip_header" || n.Name == "set_real_ip_from":
			if server == nil || server.Synthetic() {
				s.proxies.all = true
				return true
			}
		case server == nil || server.Synthetic() || !readsForwarded(n):
			return true
		}
		s.proxies.hosts[server.HeadSpan()] = true
		return true
	})
}

// readsForwarded tells that a directive uses a request header in which proxies
// say how the client came.
func readsForwarded(n *nginx.Node) bool {
	for _, word := range n.Args() {
		for _, name := range []string{
			"$http_x_forwarded_proto", "$http_x_forwarded_ssl", "$http_x_forwarded_scheme", "$http_x_forwarded_port",
			"$http_front_end_https", "$http_cf_visitor", "$http_cloudfront_forwarded_proto",
		} {
			if strings.Contains(word.Value, name) {
				return true
			}
		}
	}
	return false
}

func (s *survey) apacheSigns() {
	for item := range s.config.Apache.All() {
		switch strings.ToLower(item.Name()) {
		case "remoteipheader", "remoteipproxyprotocol", "remoteipinternalproxy", "remoteiptrustedproxy":
		case "setenvif", "setenvifnocase", "setenvifexpr", "rewritecond", "if", "elseif", "require":
			if !strings.Contains(strings.ToLower(item.Args()), "x-forwarded-") {
				continue
			}
		default:
			continue
		}
		found := false
		for _, section := range item.Sections() {
			if section.Is("VirtualHost") {
				s.proxies.hosts[section.Span()] = true
				found = true
			}
		}
		s.proxies.all = s.proxies.all || !found
	}
}
