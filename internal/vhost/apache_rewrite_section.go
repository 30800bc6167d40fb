package vhost

import "strings"

// directoryRewrite runs the rules of <Directory> and <Location>, where the
// path of the section is cut off the file's path (hook_fixup). It comes after
// access control.
func (v *apacheVisit) directoryRewrite() (Outcome, bool) {
	set, layer, found := v.sectionSet()
	if !found || v.ended || v.why != "" {
		return Outcome{}, false
	}
	if !v.switchedOn("rewriteengine", false) || v.why != "" {
		return Outcome{}, false
	}
	if layer.doubt != "" {
		v.unknown(layer.doubt)
		return Outcome{}, true
	}
	if layer.directory == "?" || v.backend != "" {
		v.unknown("rules in <" + layer.scope.item.Name() + "> are not followed")
		return Outcome{}, true
	}
	if v.rooted || strings.Contains(v.file, "//") {
		v.unknown("how rules in a section see the path that others have made")
		return Outcome{}, true
	}
	v.filename = v.file
	if len(v.filename) == len(layer.directory)-1 {
		return Outcome{}, false // the directory itself, before its slash is added
	}
	before := v.filename
	run := &rewriteVisit{v: v, set: set, maps: v.s.rules(v.h).set.maps, directory: layer.directory}
	action := run.apply()
	if v.why != "" {
		return Outcome{}, true
	}
	switch action {
	case actionNone:
		return Outcome{}, false
	case actionStatus:
		v.ruledOut = true
		return v.reject(run.status, "a RewriteRule says so"), true
	}
	v.rebase(layer, absoluteScheme(v.filename))
	if o, done := run.away(); done {
		return o, true
	}
	if run.proxied {
		v.backend = v.filename
		return Outcome{}, false
	}
	if v.filename == before {
		return Outcome{}, false
	}
	// Redirects of sections come before the request starts again.
	if o, done := v.sectionRedirect(); done || v.why != "" {
		return o, true
	}
	return v.again(layer)
}

// sectionSet is the rules of the last layer that has directives of mod_rewrite,
// with what it inherits.
func (v *apacheVisit) sectionSet() (set *rewriteSet, last apacheLayer, found bool) {
	servers := len(v.scopes())
	var above []*apacheScope // whose options hold until others are set
	for i := servers; i < len(v.layers); i++ {
		layer := v.layers[i]
		uses := false
		for _, d := range layer.scope.directives {
			uses = uses || strings.HasPrefix(d.name, "rewrite")
		}
		if !uses {
			continue
		}
		own := v.s.sectionRules(v.h, layer.scope)
		if found {
			outer := readRewriteOptions(above...)
			merged := own.merge(*set, readRewriteOptions(append(above, layer.scope)...), outer)
			own = &merged
		}
		if layer.doubt == "" && last.doubt != "" {
			last.doubt = ""
		}
		set, last, found, above = own, layer, true, append(above, layer.scope)
	}
	return set, last, found && len(set.rules) > 0
}

// rebase puts RewriteBase in place of the directory, in a URL behind its host.
func (v *apacheVisit) rebase(layer apacheLayer, scheme string) {
	d, ok := layer.scope.last("rewritebase")
	if !ok {
		return
	}
	base := strings.TrimSuffix(d.first(), "/") + "/"
	if scheme == "" {
		if rest, ok := strings.CutPrefix(v.filename, layer.directory); ok {
			v.filename = base + rest
		}
		return
	}
	slash := strings.IndexByte(v.filename[len(scheme):], '/')
	if slash < 0 {
		return
	}
	at := len(scheme) + slash
	if rest, ok := strings.CutPrefix(v.filename[at:], layer.directory); ok {
		v.filename = v.filename[:at] + base + rest
	}
}

// again is the internal redirect to what the rules of a section made.
func (v *apacheVisit) again(layer apacheLayer) (Outcome, bool) {
	if v.rounds++; v.rounds > maxRounds {
		return v.reject(500, "rules lead to each other"), true
	}
	if _, based := layer.scope.last("rewritebase"); !based {
		root := v.documentRoot()
		if rest, ok := strings.CutPrefix(v.filename, root); ok && strings.HasPrefix(rest, "/") {
			v.filename = rest
		} else if strings.HasPrefix(v.filename, v.base+"/") {
			v.unknown("rules below an Alias are not followed")
		}
	}
	if v.why != "" {
		return Outcome{}, true
	}
	v.redirected(v.env)
	v.backend, v.file, v.base, v.fixed = "", "", "", false
	v.walk(false)
	return v.process(v.filename, v.args, v.hasArgs), true
}
