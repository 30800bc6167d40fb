package diff

import (
	"cmp"
	"slices"
	"strings"
)

// changesOf puts together what is told: consequences, and the edits that no
// consequence speaks of.
func changesOf(facts []*fact, edits []*edit) (changes, cosmetic []Change) {
	for _, f := range group(facts) {
		changes = append(changes, f.change())
	}
	var plain, idle []*fact
	for _, e := range edits {
		switch {
		case e.cosmetic != "" && !e.told:
			idle = append(idle, e.idle())
		case !e.told:
			plain = append(plain, e.plain())
		}
	}
	for _, f := range group(plain) {
		c := f.change()
		c.Consequence = false
		changes = append(changes, c)
	}
	for _, f := range idle {
		c := f.change()
		c.Consequence = false
		cosmetic = append(cosmetic, c)
	}
	sortChanges(changes)
	sortChanges(cosmetic)
	return changes, cosmetic
}

// plain is an edit told as such.
func (e *edit) plain() *fact {
	f := e.plainFact()
	if f.before == f.after && e.old != nil && e.new != nil {
		f.before, f.after = f.before+conditionsOf(e.old), f.after+conditionsOf(e.new)
	}
	return f
}

// conditionsOf are the conditions that an element of Apache stands under.
func conditionsOf(e *element) string {
	if e.apache.IsZero() {
		return ""
	}
	var list []string
	for _, c := range e.apache.Conditions() {
		list = append(list, c.String())
	}
	if len(list) == 0 {
		return ", unconditionally"
	}
	return ", " + strings.Join(list, " and ")
}

func (e *edit) plainFact() *fact {
	at := e.at()
	switch {
	case e.action == Moved:
		f := e.base("order-changed")
		f.what, f.before, f.after = e.class, orderText(e.before), orderText(e.after)
		f.path = at.parent.path()
		f.old, f.new = placesOfElements(e.before), placesOfElements(e.after)
		return f
	case e.action == Renamed:
		f := e.base("block-renamed")
		f.before, f.after = e.old.text(), e.new.text()
		return f
	case at.block:
		f := e.base(e.byAction("block"))
		if e.old != nil {
			f.before = blockTitle(e.old)
		}
		if e.new != nil {
			f.after = blockTitle(e.new)
		}
		return f
	}
	f := e.base(e.byAction("directive"))
	f.what = at.shownName()
	if at.entry() {
		f.what += " of " + at.parent.text()
	}
	f.risk = riskOf(at)
	return f
}

func blockTitle(e *element) string {
	if e.isHost() {
		return hostTitle(e)
	}
	return e.text()
}

// idle is an edit without meaning.
func (e *edit) idle() *fact {
	f := e.base(e.cosmetic)
	f.what = e.at().shownName()
	if e.action == Moved && e.cosmetic == "order" {
		f.path, f.before, f.after = e.at().parent.path(), orderText(e.before), orderText(e.after)
	}
	return f
}

// sortChanges puts changes in their one order: by risk, highest first, then by
// site, place and kind.
func sortChanges(list []Change) {
	slices.SortStableFunc(list, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(a.Risk, b.Risk),
			-compareBools(a.Consequence, b.Consequence),
			strings.Compare(strings.Join(a.Sites, " "), strings.Join(b.Sites, " ")),
			compareFirst(a.New, b.New), compareFirst(a.Old, b.Old),
			strings.Compare(a.Kind, b.Kind),
			strings.Compare(a.Message, b.Message),
		)
	})
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func compareFirst(a, b []Place) int {
	if len(a) == 0 || len(b) == 0 {
		return cmp.Compare(len(a), len(b))
	}
	return comparePlaces(a[0], b[0])
}

// mediumRisk are the directives whose changes deserve more than a glance.
var mediumRisk = map[string]bool{
	"add_header": true, "header": true, "requestheader": true, "proxy_set_header": true, "return": true, "rewrite": true, "rewriterule": true,
	"rewritecond": true, "redirect": true, "redirectmatch": true, "try_files": true, "error_page": true, "autoindex": true, "options": true,
	"allowoverride": true, "proxy_ssl_verify": true, "sslproxyverify": true, "proxy_ssl_trusted_certificate": true, "set_real_ip_from": true,
	"real_ip_header": true, "remoteipheader": true, "remoteiptrustedproxy": true, "user": true, "group": true, "disable_symlinks": true,
	"server_name": true, "servername": true, "serveralias": true, "listen": true, "virtualhost": true, "ssl_protocols": true,
	"sslprotocol": true, "ssl_ciphers": true, "sslciphersuite": true, "ssl_certificate": true, "ssl_certificate_key": true,
	"sslcertificatefile": true, "sslcertificatekeyfile": true, "ssl_trusted_certificate": true, "ssl_crl": true, "sslengine": true,
	"proxy_intercept_errors": true, "proxyrequests": true, "proxypreservehost": true, "traceenable": true, "dav": true, "dav_methods": true,
	"sethandler": true, "addhandler": true, "fastcgi_split_path_info": true, "merge_slashes": true, "setenvif": true, "include": true,
	"stricthostcheck": true, "sslstrictsnivhostcheck": true, "usecanonicalname": true, "rewriteengine": true, "rewriteoptions": true,
	"ssl_password_file": true, "resolver": true, "limit_req_zone": true, "env": true, "protocols": true,
}

func riskOf(e *element) Risk {
	if mediumRisk[e.name] || e.entry() {
		return Medium
	}
	return Low
}
