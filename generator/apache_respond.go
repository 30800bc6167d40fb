package generator

import (
	"fmt"
	"slices"
)

// respond answers with a text, by the rewriting of the section, which comes behind
// access: the text is that of an error document, whatever the status.
func (a apacheAt) respond() []apacheItem {
	r := a.place.Respond
	var out []apacheItem
	if r.hasText() {
		answers := func(p *Place) bool { return p.Respond != nil && p.Respond.hasText() }
		media := ap("Header", "always", "set", "Content-Type", a.w.format(r.Type.Value))
		media.Args = append(media.Args, a.exceptLater(answers)...)
		out = append(out, ap("ErrorDocument", apacheWord(fmt.Sprint(r.Status)), a.w.document(r.Body.Value)), media)
		out = append(out, a.typedAnswer(r, a.outsideLater(answers))...)
	}
	return a.afterAccess(append(out, ap("RewriteRule", "^", "-", apacheWord(fmt.Sprintf("[R=%d,L]", r.Status)))))
}

// typedAnswer are the headers that depend on the media type, for the text: httpd takes
// it for HTML, whatever header says else.
func (a apacheAt) typedAnswer(r *Respond, here string) []apacheItem {
	condition := a.w.word(fmt.Sprintf("expr=%%{REQUEST_STATUS} -eq %d%s", r.Status, here))
	var names []string
	chosen := map[string]Header{}
	for _, h := range a.host.site.headers(a.host, a.place) {
		if !h.On.typed() {
			continue
		}
		if !slices.Contains(names, h.Name) {
			names = append(names, h.Name)
		}
		if matches(h.On.TypePattern(), r.Type.Value) {
			chosen[h.Name] = h
		}
	}
	var out []apacheItem
	for _, name := range names {
		change := ap("Header", "always", "unset", apacheWord(name), condition)
		if h, ok := chosen[name]; ok {
			change = ap("Header", "always", "set", apacheWord(name), a.w.marked(a.w.format(h.Value), h.Range), condition)
		}
		out = append(out, change)
	}
	return out
}

// noAnswer takes back what earlier sections answer by themselves.
func (a apacheAt) noAnswer() []apacheItem {
	var out []apacheItem
	answers := false
	for _, before := range a.earlier {
		answers = answers || before.Respond != nil || before.Move != nil
		if r := before.Respond; r != nil && r.hasText() && !slices.ContainsFunc(a.place.ErrorPages, func(p ErrorPage) bool { return p.Code == r.Status }) {
			out = append(out, ap("ErrorDocument", apacheWord(fmt.Sprint(r.Status)), "default"))
		}
	}
	if answers && a.place.Respond == nil && a.place.Move == nil {
		// The rules of a section take the place of earlier ones, also when there are
		// none. Off would put those of the virtual host out of action too.
		out = append(out, rewritingOn()...)
	}
	return out
}

func (a apacheAt) moveAll() []apacheItem {
	m := a.place.Move
	flags := fmt.Sprintf("[R=%d,L,NE]", m.Code)
	if !keepsQuery(m.To.Value, m.DropQuery) {
		flags = fmt.Sprintf("[R=%d,L,NE,QSD]", m.Code)
	}
	return a.afterAccess([]apacheItem{ap("RewriteRule", "^", a.toSelf(m.To.Value), apacheWord(flags))})
}

// afterAccess switches rewriting on in the section; for the rest of a site that is
// one of its own.
func (a apacheAt) afterAccess(rules []apacheItem) []apacheItem {
	rules = append(rewritingOn(), rules...)
	if a.host.site.passesOn() && !a.whole() {
		rules = append(rules, ap(a.passName(), "!"))
	}
	if a.whole() {
		return []apacheItem{apBlock(rules, "Location", "/")}
	}
	return rules
}

// rewritingOn begins the rules of a section, which httpd refuses to carry out
// without FollowSymLinks.
func rewritingOn() []apacheItem {
	return []apacheItem{ap("Options", "+FollowSymLinks"), ap("RewriteEngine", "On")}
}
