package generator

import (
	"fmt"
	"strings"
)

// respond answers with a text; the access rules of the place are asked before.
func (a nginxAt) respond() []nginxItem {
	r := a.place.Respond
	if !r.hasText() {
		return a.afterAccess("respond", ng("return", nginxWord(fmt.Sprint(r.Status))))
	}
	return a.afterAccess("respond",
		ng("default_type", a.w.word(r.Type.Value, r.Type)),
		ng("return", nginxWord(fmt.Sprint(r.Status)), a.w.evaluated("", Text{r.Body.Value, r.Body.Range}, "")))
}

// move leads elsewhere.
func (a nginxAt) moveAll() []nginxItem {
	m := a.place.Move
	return a.afterAccess("move", ng("return", nginxWord(fmt.Sprint(a.code(m.Code))), a.moved(m.To, m.DropQuery)))
}

// moved is the target of a redirect: a path is one of this virtual host.
func (a nginxAt) moved(to Text, drop bool) nginxWord {
	prefix, suffix := "", ""
	if strings.HasPrefix(to.Value, "/") {
		prefix = a.self()
	}
	if keepsQuery(to.Value, drop) {
		suffix = "$is_args$args"
	}
	return a.w.evaluated(prefix, to, suffix)
}

// afterAccess puts directives into a named location of the place. nginx carries out
// return before it asks who may ask, and a file that never is leads there after.
func (a nginxAt) afterAccess(what string, items ...nginxItem) []nginxItem {
	name := nginxWord("@padlock_" + what + "_" + a.id())
	var body []nginxItem
	at, place := a, *a.place
	place.Root, place.Alias = place.directory(), Text{} // a named location holds no alias
	at.place = &place
	for _, setting := range nginxSettings {
		body = append(append(body, setting(at)...), gap[nginxWord]())
	}
	*a.named = append(append(*a.named, gap[nginxWord]()), ngBlock(append(body, items...), "location", name))
	return []nginxItem{ng("try_files", "/.padlock-nothing", name)}
}
