package https

import (
	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/vhost"
)

// unread tells where files are included that were not there to be read.
type unread struct {
	// elsewhere tells that other virtual hosts may stand in one of them.
	elsewhere bool
	// hosts are the virtual hosts that include one.
	hosts map[source.Span]bool
}

// partlyUnread tells that a virtual host includes a file that was not there to
// be read: it may redirect, or turn clients away.
func (s *survey) partlyUnread(h *vhost.Host) bool { return s.missing().hosts[h.Origin.Span] }

// knowsAllHosts tells that there are no virtual hosts but those of the model.
func (s *survey) knowsAllHosts() bool {
	return s.config.Complete || !s.config.Fragment && !s.missing().elsewhere
}

func (s *survey) missing() *unread {
	if s.unread != nil {
		return s.unread
	}
	s.unread = &unread{hosts: map[source.Span]bool{}}
	lines := map[source.Span]bool{}
	for _, d := range s.config.Diagnostics() {
		if d.Rule == "include-missing" {
			lines[lineOf(d.Subject)] = true
		}
	}
	switch {
	case len(lines) == 0:
	case s.config.Nginx != nil:
		s.nginxUnread(lines)
	default:
		s.apacheUnread(lines)
	}
	return s.unread
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

func (s *survey) nginxUnread(lines map[source.Span]bool) {
	s.config.Nginx.Walk(func(n *nginx.Node) bool {
		if n.Name != "include" || !lines[lineOf(n.Span())] {
			return true
		}
		switch n.Context() {
		case "main", "http":
			if !nginx.Shipped(n.Arg(0)) {
				s.unread.elsewhere = true
			}
		case "server":
			s.unread.hosts[n.Parent.HeadSpan()] = true
		}
		return true
	})
}

func (s *survey) apacheUnread(lines map[source.Span]bool) {
	for item := range s.config.Apache.All() {
		if !item.Is("Include") || !lines[lineOf(item.Span())] {
			continue
		}
		inside := false
		for _, section := range item.Sections() {
			if section.Is("VirtualHost") {
				s.unread.hosts[section.Span()] = true
				inside = true
			}
		}
		s.unread.elsewhere = s.unread.elsewhere || !inside
	}
}
