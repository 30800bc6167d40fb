package tls

import (
	"fmt"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

// setting is a directive of either server, at one place of its file.
type setting struct {
	// name as written.
	name  string
	words []word
	// span is what the effective model gives as the origin of its values.
	span source.Span
	// start begins a finding.
	start func(at source.Range, message string) rule.Finding
}

// word is an argument.
type word struct {
	value string
	file  *source.File
	at    source.Range
	// inner is where value stands byte for byte, without quotes; empty if it is
	// written otherwise.
	inner source.Range
}

func newWord(file *source.File, at source.Range, value string) word {
	w := word{value: value, file: file, at: at}
	text := string(file.Text(at))
	switch {
	case text == value:
		w.inner = at
	case len(text) == len(value)+2 && text[1:len(text)-1] == value:
		w.inner = source.Range{Start: at.Start + 1, End: at.End - 1}
	}
	return w
}

// part is where a part of the value stands; the whole word if that is not known.
func (w word) part(start, end int) source.Range {
	if w.inner.Len() != len(w.value) || start < 0 || end > len(w.value) || start >= end {
		return w.at
	}
	return source.Range{Start: w.inner.Start + int32(start), End: w.inner.Start + int32(end)}
}

// replace is the edit that gives the word another value.
func (w word) replace(text string) rule.Edit { return rule.Replace(w.file.Span(w.at), text) }

// arg is the value of argument i, counted from 0; empty if there is none.
func (s *setting) arg(i int) string {
	if i < len(s.words) {
		return s.words[i].value
	}
	return ""
}

// report begins a finding at the whole directive.
func (s *setting) report(format string, args ...any) rule.Finding {
	return s.start(s.span.Range, fmt.Sprintf(format, args...))
}

// end is the empty span behind the last word.
func (s *setting) end() source.Span {
	at := s.words[len(s.words)-1].at.End
	return s.span.File.Span(source.Range{Start: at, End: at})
}

// judgeSettings calls judge, after the walk, for every directive of the names,
// once for each place in a file however often that is included, in the server's
// order. Directives without arguments are left out: other rules tell of them.
func judgeSettings(p *rule.Pass, nginxNames, apacheNames []string, judge func(*setting)) {
	var all []*setting
	seen := map[source.Span]bool{}
	add := func(s *setting) {
		if len(s.words) > 0 && !seen[s.span] {
			seen[s.span] = true
			all = append(all, s)
		}
	}
	if len(nginxNames) > 0 {
		p.OnNginx(func(d *rule.NginxDirective) { add(nginxSetting(p, d.Node)) }, nginxNames...)
	}
	if len(apacheNames) > 0 {
		p.OnApache(func(d *rule.ApacheDirective) { add(apacheSetting(p, d)) }, apacheNames...)
	}
	p.OnEnd(func() {
		for _, s := range all {
			judge(s)
		}
	})
}

func nginxSetting(p *rule.Pass, n *nginx.Node) *setting {
	s := &setting{name: n.Name, span: n.HeadSpan()}
	for _, w := range n.Args() {
		s.words = append(s.words, newWord(n.Tree.File, w.Range, w.Value))
	}
	s.start = func(at source.Range, message string) rule.Finding { return p.AtNode(n, at, message) }
	return s
}

func apacheSetting(p *rule.Pass, d *rule.ApacheDirective) *setting {
	item := d.Item
	s := &setting{name: d.Name(), span: item.Span()}
	for _, w := range d.Words() {
		s.words = append(s.words, newWord(item.File(), w.Range, w.Value))
	}
	s.start = func(at source.Range, message string) rule.Finding { return p.AtItem(item, at, message) }
	return s
}

// command is the value of an OpenSSL command in ssl_conf_command or
// SSLOpenSSLConfCmd, if it is one of these names (in any case).
func (s *setting) command(names ...string) (word, bool) {
	if len(s.words) == 2 && isCommand(s.name) {
		for _, name := range names {
			if strings.EqualFold(s.words[0].value, name) {
				return s.words[1], true
			}
		}
	}
	return word{}, false
}

func isCommand(name string) bool {
	return name == "ssl_conf_command" || strings.EqualFold(name, "SSLOpenSSLConfCmd")
}

// encrypts tells that a virtual host speaks TLS.
func encrypts(h *vhost.Host) bool {
	if h.TLS == nil {
		return false
	}
	for _, l := range h.Listeners {
		if l.TLS.V {
			return true
		}
	}
	return len(h.Listeners) == 0 && h.TLS.Enabled.V
}

// reach groups the virtual hosts that speak TLS by the directive that gives them
// a value.
func reach(m *vhost.Model, origin func(*vhost.TLS) vhost.Origin) map[source.Span][]*vhost.Host {
	hosts := map[source.Span][]*vhost.Host{}
	for _, h := range m.Hosts {
		if encrypts(h) {
			span := origin(h.TLS).Span
			hosts[span] = append(hosts[span], h)
		}
	}
	return hosts
}

// reacher is reach for one configuration, found out when it is asked first: a
// configuration may have as many directives as hosts.
func reacher(p *rule.Pass, origin func(*vhost.TLS) vhost.Origin) func(source.Span) []*vhost.Host {
	var hosts map[source.Span][]*vhost.Host
	return func(span source.Span) []*vhost.Host {
		if hosts == nil {
			hosts = reach(p.Model(), origin)
		}
		return hosts[span]
	}
}

// holdsFor tells in a finding how many virtual hosts a directive reaches. One
// that reaches none, though everything is known, is worth an info.
func holdsFor(p *rule.Pass, f *rule.Finding, hosts []*vhost.Host) {
	switch {
	case len(hosts) > 1:
		count := p.HostCount(hosts)
		if p.Copies(f.Subject.File, nil) > 0 {
			// A copy of the file has a directive of its own.
			count = len(hosts)
		}
		if first := hosts[0].Origin; !first.IsDefault() {
			f.Related = append(f.Related, source.Related{
				Subject: first.Span, Message: fmt.Sprintf("it holds for %d virtual hosts; this is the first", count),
			})
		}
		f.Site = ""
	case len(hosts) == 1:
		f.Site = hosts[0].Site()
	case p.Complete:
		f.Severity = source.Info
		f.Message += "; no virtual host uses it at present"
	}
}

// listed joins names for a sentence: "a", "a and b", "a, b and 3 more".
func listed(names []string, most int) string {
	switch {
	case len(names) == 0:
		return ""
	case len(names) == 1:
		return names[0]
	case len(names) > most:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
