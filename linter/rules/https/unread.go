package https

import (
	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/vhost"
)

// partlyUnread tells that a virtual host includes a file that was not there to
// be read: it may redirect, or turn clients away.
func (s *survey) partlyUnread(h *vhost.Host) bool {
	if s.unread == nil {
		s.unread = map[source.Span]bool{}
		missing := map[source.Span]bool{}
		for _, d := range s.config.Diagnostics() {
			if d.Rule == "include-missing" {
				missing[lineOf(d.Subject)] = true
			}
		}
		if len(missing) > 0 {
			s.findUnread(missing)
		}
	}
	return s.unread[h.Origin.Span]
}

// lineOf is where the line of a span begins: an include directive and the
// argument that is wrong about it.
func lineOf(at source.Span) source.Span {
	start := at.Start
	for start > 0 && at.File.Data[start-1] != '\n' {
		start--
	}
	return source.Span{File: at.File, Range: source.Range{Start: start, End: start}}
}

func (s *survey) findUnread(missing map[source.Span]bool) {
	if s.config.Nginx != nil {
		s.config.Nginx.Walk(func(n *nginx.Node) bool {
			if n.Name == "include" && n.Context() == "server" && missing[lineOf(n.Span())] {
				s.unread[n.Parent.HeadSpan()] = true
			}
			return true
		})
		return
	}
	for item := range s.config.Apache.All() {
		if !item.Is("Include") || !missing[lineOf(item.Span())] {
			continue
		}
		for _, section := range item.Sections() {
			if section.Is("VirtualHost") {
				s.unread[section.Span()] = true
			}
		}
	}
}
