package vhost

import (
	"strconv"
	"strings"

	"padlock/internal/apache/directives"
)

// aliasMatch tells how much of a path an Alias, Redirect or ProxyPass path
// covers: whole segments only, and slashes may be more than one.
func aliasMatch(uri, alias string) int {
	u, a := 0, 0
	for a < len(alias) {
		if alias[a] == '/' {
			if u >= len(uri) || uri[u] != '/' {
				return 0
			}
			for a < len(alias) && alias[a] == '/' {
				a++
			}
			for u < len(uri) && uri[u] == '/' {
				u++
			}
			continue
		}
		if u >= len(uri) || uri[u] != alias[a] {
			return 0
		}
		u, a = u+1, a+1
	}
	if a > 0 && alias[a-1] != '/' && u < len(uri) && uri[u] != '/' {
		return 0
	}
	return u
}

var redirectNames = map[string]string{
	"redirect": "", "redirectmatch": "", "redirectpermanent": "permanent", "redirecttemp": "temp",
}

// redirectParts reads one of the four Redirect directives.
func redirectParts(d apacheDirective, enclosing string) (parts directives.RedirectParts, isRedirect bool) {
	status, ok := redirectNames[d.name]
	if !ok {
		return parts, false
	}
	words := d.words()
	if status != "" {
		words = append([]string{status}, words...)
	}
	if len(words) == 0 {
		return parts, false
	}
	place := directives.Place{}
	if enclosing != "" {
		place.Enclosing = []string{enclosing}
	}
	parts, _ = directives.ParseRedirect(words, place, d.name == "redirectmatch")
	return parts, true
}

// serverRedirect tries the Redirects outside of sections: the host's own in
// their order, then the main server's.
func (v *apacheVisit) serverRedirect() (o Outcome, answered, placed bool) {
	scopes := v.scopes()
	for i := len(scopes) - 1; i >= 0; i-- {
		for _, d := range scopes[i].directives {
			parts, ok := redirectParts(d, "")
			if !ok {
				continue
			}
			if o, done := v.tryRedirect(d, parts); done || v.why != "" {
				return o, true, false
			}
		}
	}
	return Outcome{}, false, false
}

// tryRedirect answers if the path of a Redirect or RedirectMatch fits.
func (v *apacheVisit) tryRedirect(d apacheDirective, parts directives.RedirectParts) (Outcome, bool) {
	target := ""
	if d.name == "redirectmatch" {
		groups, ok, undecided := v.s.matchGroups(parts.Path, false, v.uri)
		if undecided != "" {
			v.unknown(undecided)
			return Outcome{}, false
		}
		if !ok {
			return Outcome{}, false
		}
		target = v.escapeTarget(substitute(parts.URL, groups))
	} else {
		n := aliasMatch(v.uri, parts.Path)
		if n == 0 {
			return Outcome{}, false
		}
		target = parts.URL + escapePath(v.uri[n:])
	}
	v.by = append(v.by, originOf(d.item))
	return v.redirectTo(parts.Status, target), true
}

// escapeTarget encodes a URL but for its query and fragment. The port that the
// scheme has anyway is left out (apr_uri_unparse).
func (v *apacheVisit) escapeTarget(url string) string {
	if scheme := absoluteScheme(url); strings.HasPrefix(scheme, "http") {
		authority, _, _ := strings.Cut(url[len(scheme):], "/")
		if _, port, ok := strings.Cut(authority, ":"); ok && strings.Trim(port, "0123456789") != "" {
			return v.unknown("the target " + strconv.Quote(url) + " is no URL")
		}
	}
	head, fragment, hasFragment := strings.Cut(url, "#")
	head, query, hasQuery := strings.Cut(head, "?")
	out := escapePath(withoutStandardPort(head))
	if hasQuery {
		out += "?" + query
	}
	if hasFragment {
		out += "#" + fragment
	}
	return out
}

func withoutStandardPort(url string) string {
	for prefix, port := range map[string]string{"http://": ":80", "https://": ":443"} {
		if !strings.HasPrefix(strings.ToLower(url), prefix) {
			continue
		}
		host, path, slash := strings.Cut(url[len(prefix):], "/")
		host = url[:len(prefix)] + strings.TrimSuffix(host, port)
		if slash {
			host += "/" + path
		}
		return host
	}
	return url
}

// redirectTo finishes a redirect of mod_alias: a path gets the server's own
// name, and the query is kept unless the target has one.
func (v *apacheVisit) redirectTo(status int, target string) Outcome {
	if status < 300 || status > 399 {
		return v.reject(status, "a Redirect says so")
	}
	if strings.HasPrefix(target, "/") {
		if v.switchedOn("redirectrelative", false) {
			// The path is sent as it is (2.4.58).
		} else {
			target = v.origin() + target
		}
	}
	if v.hasArgs && !strings.Contains(target, "?") {
		target += "?" + v.args
	}
	return Outcome{Kind: Redirects, Status: status, URL: target}
}

// wholeRedirect is Redirect without a path in <Location>, <If> and other
// sections, whose target is an expression. mod_alias looks for one before the
// Redirects of the servers, and once more when access has been granted.
func (v *apacheVisit) wholeRedirect() (o Outcome, answered, placed bool) {
	for i := len(v.layers) - 1; i >= len(v.scopes()); i-- {
		layer := v.layers[i]
		for j := len(layer.scope.directives) - 1; j >= 0; j-- {
			d := layer.scope.directives[j]
			parts, ok := redirectParts(d, layer.scope.kind)
			if ok && parts.Path == "" && d.name != "redirectmatch" {
				return v.expressionRedirect(layer, d, parts), true, false
			}
		}
	}
	return Outcome{}, false, false
}

// sectionRedirect is Redirect and RedirectMatch in sections, which come after
// access control.
func (v *apacheVisit) sectionRedirect() (Outcome, bool) {
	if o, answered, _ := v.wholeRedirect(); answered {
		return o, true
	}
	for i := len(v.layers) - 1; i >= len(v.scopes()); i-- {
		layer := v.layers[i]
		for _, d := range layer.scope.directives {
			parts, ok := redirectParts(d, layer.scope.kind)
			if !ok || parts.Path == "" && d.name != "redirectmatch" {
				continue
			}
			if o, done := v.tryRedirect(d, parts); done {
				if layer.doubt != "" {
					v.unknown(layer.doubt)
				}
				return o, true
			}
			if v.why != "" {
				return Outcome{}, true
			}
		}
	}
	return Outcome{}, false
}

func (v *apacheVisit) expressionRedirect(layer apacheLayer, d apacheDirective, parts directives.RedirectParts) Outcome {
	if layer.doubt != "" {
		v.unknown(layer.doubt)
	}
	target := v.escapeTarget(v.expandString(parts.URL, false))
	v.by = append(v.by, originOf(d.item))
	return v.redirectTo(parts.Status, target)
}

// alias is Alias, ScriptAlias and AliasMatch: the host's own first.
func (v *apacheVisit) alias() (o Outcome, answered, placed bool) {
	for i := len(v.layers) - 1; i >= len(v.scopes()); i-- {
		layer := v.layers[i]
		for _, name := range []string{"alias", "scriptalias"} {
			if d, ok := layer.scope.last(name); ok {
				if layer.doubt != "" {
					v.unknown(layer.doubt)
				}
				v.by = append(v.by, originOf(d.item))
				v.base, v.file = "", "?"
				v.unknown("Alias in a section is not followed")
				return Outcome{}, false, true
			}
		}
	}
	scopes := v.scopes()
	for i := len(scopes) - 1; i >= 0; i-- {
		for _, d := range scopes[i].directives {
			if !strings.Contains(d.name, "alias") || d.name == "serveralias" {
				continue
			}
			words := d.item.Words()
			if len(words) < 2 {
				continue
			}
			switch d.name {
			case "alias", "scriptalias":
				if n := aliasMatch(v.uri, words[0].Value); n > 0 {
					v.by = append(v.by, originOf(d.item))
					base := words[1].Value
					v.place(base, v.uri[n:])
					if !strings.HasSuffix(base, "/") && !strings.HasPrefix(v.uri[n:], "/") && v.uri[n:] != "" {
						v.base = base[:strings.LastIndexByte(base, '/')+1]
					}
					return Outcome{}, false, true
				}
			case "aliasmatch", "scriptaliasmatch":
				groups, ok, undecided := v.s.matchGroups(words[0].Value, false, v.uri)
				if undecided != "" {
					v.unknown(undecided)
				}
				if ok {
					v.by = append(v.by, originOf(d.item))
					v.place("", substitute(words[1].Value, groups))
					return Outcome{}, false, true
				}
			}
		}
	}
	return Outcome{}, false, false
}

// proxyPass is ProxyPass and ProxyPassMatch: that of a section first, then the
// main server's, then the host's; the first that fits wins, and "!" ends the
// search.
func (v *apacheVisit) proxyPass() (o Outcome, answered, placed bool) {
	for i := len(v.layers) - 1; i >= len(v.scopes()); i-- {
		layer := v.layers[i]
		for j := len(layer.scope.directives) - 1; j >= 0; j-- {
			d := layer.scope.directives[j]
			if d.name != "proxypass" && d.name != "proxypassmatch" {
				continue
			}
			if layer.doubt != "" {
				v.unknown(layer.doubt)
			}
			if d.first() == "!" {
				return Outcome{}, false, false
			}
			v.pass(d, d.first())
			return Outcome{}, false, true
		}
	}
	for _, scope := range v.scopes() {
		for _, d := range scope.directives {
			if d.name != "proxypass" && d.name != "proxypassmatch" {
				continue
			}
			words := d.item.Words()
			if len(words) < 2 {
				continue
			}
			target, fits := v.proxyTarget(d.name, words[0].Value, words[1].Value)
			if v.why != "" {
				return Outcome{}, false, true
			}
			if !fits {
				continue
			}
			if words[1].Value == "!" {
				return Outcome{}, false, false
			}
			v.pass(d, target)
			return Outcome{}, false, true
		}
	}
	return Outcome{}, false, false
}

func (v *apacheVisit) pass(d apacheDirective, target string) {
	v.by = append(v.by, originOf(d.item))
	v.backend = target
	if strings.Contains(v.uri, "%") && v.encodedSlashes() == slashesKept {
		v.unknown("how a percent sign is passed on with AllowEncodedSlashes NoDecode")
	}
}

func (v *apacheVisit) proxyTarget(name, from, to string) (target string, fits bool) {
	if name == "proxypass" {
		n := aliasMatch(v.uri, from)
		return to + v.uri[n:], n > 0
	}
	groups, ok, undecided := v.s.matchGroups(from, false, v.uri)
	if undecided != "" {
		v.unknown("ProxyPassMatch " + strconv.Quote(from) + ": " + undecided)
	}
	return substitute(to, groups), ok
}
