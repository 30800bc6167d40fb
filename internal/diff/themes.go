package diff

import (
	"cmp"
	"slices"
	"strings"
)

// theme is what a directive is about, where a change of it has a consequence of
// its own, whatever requests are answered with.
type theme uint8

const (
	noTheme theme = iota
	accessTheme
	bodyTheme
	rootTheme
	rateTheme
	targetTheme
	moduleTheme
	peerTheme
	methodTheme
)

// themes are the directives with a theme.
var themes = map[string]theme{
	"allow": accessTheme, "deny": accessTheme, "auth_basic": accessTheme, "auth_basic_user_file": accessTheme, "satisfy": accessTheme,
	"auth_request": accessTheme, "auth_jwt": accessTheme, "auth_jwt_key_file": accessTheme, "internal": accessTheme,
	"limit_except": accessTheme, "valid_referers": accessTheme, "access_by_lua_block": accessTheme, "access_by_lua_file": accessTheme,
	"auth_ldap": accessTheme, "js_access": accessTheme, "secure_link": accessTheme,
	"require": accessTheme, "requireall": accessTheme, "requireany": accessTheme, "requirenone": accessTheme, "order": accessTheme,
	"authtype": accessTheme, "authuserfile": accessTheme, "authgroupfile": accessTheme, "authbasicprovider": accessTheme,
	"authname": accessTheme, "authmerging": accessTheme, "sslrequiressl": accessTheme, "sslrequire": accessTheme, "limit": accessTheme,
	"limitexcept": accessTheme, "allowmethods": accessTheme, "authdigestprovider": accessTheme, "authldapurl": accessTheme,
	"client_max_body_size": bodyTheme, "limitrequestbody": bodyTheme,
	"root": rootTheme, "alias": rootTheme, "documentroot": rootTheme, "scriptalias": rootTheme,
	"limit_req": rateTheme, "limit_conn": rateTheme, "limit_req_zone": rateTheme, "limit_conn_zone": rateTheme,
	"proxy_pass": targetTheme, "fastcgi_pass": targetTheme, "uwsgi_pass": targetTheme, "scgi_pass": targetTheme, "grpc_pass": targetTheme,
	"memcached_pass": targetTheme, "proxypass": targetTheme, "proxypassmatch": targetTheme,
	"load_module": moduleTheme, "loadmodule": moduleTheme,
	"balancermember": peerTheme,
	"least_conn":     methodTheme, "ip_hash": methodTheme, "hash": methodTheme, "random": methodTheme, "least_time": methodTheme,
}

func themeOf(e *element) theme {
	if e.entry() {
		return noTheme
	}
	for at := e; at != nil && !at.isHost(); at = at.parent {
		if themes[at.name] == accessTheme {
			return accessTheme
		}
	}
	if e.parent != nil && e.parent.name == "upstream" && e.name == "server" {
		return peerTheme
	}
	t := themes[e.name]
	if t == methodTheme && e.parent.name != "upstream" {
		return noTheme
	}
	return t
}

// scopeOf says what a block is the scope of: "location /admin/ of shop.example".
func scopeOf(e *element) string {
	site := e.site()
	switch {
	case e.parent == nil || e.isNginx() && e.name == "http":
		return "all virtual hosts"
	case e.isHost():
		return site
	case site == "":
		return e.text()
	}
	return e.text() + " of " + site
}

// fromEdits turns edits that no consequence speaks of into ones of their own,
// where their directives have a theme.
func (w *comparer) fromEdits() {
	w.settle()
	w.accessRules()
	w.peers()
	w.inheritance()
	defaults := slices.ContainsFunc(w.facts, func(f *fact) bool { return f.kind == "default-server-changed" })
	for _, e := range w.matcher.edits {
		if e.class == hostOrder && defaults {
			e.told = true
		}
		if e.told || e.cosmetic != "" || e.action == Moved || e.at().block {
			continue
		}
		if f := w.themed(e); f != nil {
			e.told = true
			w.note(f)
		}
	}
}

// base is a fact about one edit.
func (e *edit) base(kind string) *fact {
	f := &fact{kind: kind, sites: e.sites(), path: e.at().path()}
	if e.old != nil {
		f.old, f.before = []Place{e.old.place()}, e.old.value()
	}
	if e.new != nil {
		f.new, f.after = []Place{e.new.place()}, e.new.value()
	}
	return f
}

// sites are the names of the virtual hosts around an edit.
func (e *edit) sites() []string { return sitesAround([]*edit{e}) }

// sitesAround are the names of the virtual hosts around edits; those without a
// name count only where there is no other.
func sitesAround(edits []*edit) []string {
	var list []string
	for _, e := range edits {
		for _, c := range []*element{e.old, e.new} {
			if c != nil && c.site() != "" {
				list = append(list, c.site())
			}
		}
	}
	slices.Sort(list)
	if list = slices.Compact(list); len(list) > 1 {
		list = slices.DeleteFunc(list, func(s string) bool { return s == "_" })
	}
	return list
}

// byAction is the kind of a family that goes with an edit.
func (e *edit) byAction(family string) string {
	switch e.action {
	case Added:
		return family + "-added"
	case Removed:
		return family + "-removed"
	}
	return family + "-changed"
}

func (w *comparer) themed(e *edit) *fact {
	scope := scopeOf(e.at().parent)
	switch themeOf(e.at()) {
	case bodyTheme:
		f := e.base("body-limit-changed")
		f.what = scope
		f.before, f.after = w.effective(e, "1m")
		return f
	case rootTheme:
		f := e.base("root-changed")
		if parent := e.at().parent; !parent.isHost() && len(f.sites) > 0 {
			f.where = " in " + parent.text()
		}
		f.before, f.after = w.effective(e, "the default")
		return f
	case rateTheme:
		f := e.base(e.byAction("rate-limit"))
		f.what = scope
		return f
	case moduleTheme:
		if e.action == Changed {
			return nil
		}
		f := e.base(e.byAction("module"))
		f.before, _, _ = strings.Cut(f.before, " ")
		f.after, _, _ = strings.Cut(f.after, " ")
		return f
	case targetTheme:
		f := e.base("proxy-target-changed")
		f.before, f.after = cmp.Or(f.before, "none"), cmp.Or(f.after, "none")
		if parent := e.at().parent; !parent.isHost() {
			f.where = " in " + parent.text()
		}
		return f
	}
	return nil
}

// effective are the values of a directive that hold on either side: where one
// side lacks it, that of a block around.
func (w *comparer) effective(e *edit, standard string) (before, after string) {
	value := func(own, other *element) string {
		if own != nil {
			return own.value()
		}
		for at := w.matcher.peers[other.parent]; at != nil; at = at.parent {
			if list := at.all(other.name); len(list) > 0 {
				return list[0].value()
			}
			if list := at.all("root"); len(list) > 0 && other.name == "alias" && other.isNginx() {
				return list[0].value()
			}
		}
		return standard
	}
	return value(e.old, e.new), value(e.new, e.old)
}
