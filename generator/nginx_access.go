package generator

import "slices"

// access says who may ask, where the block around says something else. What nginx
// inherits, it inherits piece by piece: satisfy, the list of addresses, the
// password.
func (a nginxAt) access() []nginxItem {
	own, around := a.place.Access, Access{}
	if a.outer != nil {
		around = a.outer.Access
	}
	var out []nginxItem
	if own.either() != around.either() {
		out = append(out, ng("satisfy", map[bool]nginxWord{true: "any", false: "all"}[own.either()]))
	}
	if !own.sameAddresses(around) {
		out = append(out, a.addresses(own)...)
	}
	switch {
	case own.Deny || own.Auth.equal(around.Auth):
	case own.Auth == nil:
		out = append(out, ng("auth_basic", "off"))
	default:
		realm := own.Auth.Realm
		if realm.Value == "" {
			realm = a.host.site.title()
		}
		out = append(out, ng("auth_basic", a.w.evaluated("", realm, "")), ng("auth_basic_user_file", a.w.evaluated("", own.Auth.UsersFile, "")))
	}
	return out
}

// addresses is a complete list: the first that fits decides.
func (a nginxAt) addresses(access Access) []nginxItem {
	if access.Deny {
		return []nginxItem{ng("deny", "all")}
	}
	var out []nginxItem
	for _, t := range access.Denied {
		out = append(out, ng("deny", a.w.plain(t)))
	}
	for _, t := range access.Allow {
		out = append(out, ng("allow", a.w.plain(t)))
	}
	if len(access.Allow) > 0 {
		return append(out, ng("deny", "all"))
	}
	return append(out, ng("allow", "all"))
}

// nobody refuses everybody in a location within the place, also who has the password
// that is enough around it.
func (a nginxAt) nobody() []nginxItem {
	out := []nginxItem{ng("deny", "all")}
	if a.place.Access.either() {
		out = append(out, ng("satisfy", "all"))
	}
	return out
}

// guards are what a location asks of a request before all else. A location within
// does not have them from the one around it, so each that answers writes them.
func (a nginxAt) guards() []nginxItem {
	var out []nginxItem
	p := a.place
	if p.CORS != nil && !p.Access.Deny {
		out = append(out, about("What browsers ask before a script may send a request to another origin.",
			ngBlock([]nginxItem{ng("return", "204")}, "if", "("+a.preflight()+")"))...)
	}
	out = append(out, a.methods()...)
	if p.Access.Certificate {
		out = append(out, certificateGuard())
	}
	return out
}

// certificateGuard refuses who has no certificate.
func certificateGuard() nginxItem {
	return ngBlock([]nginxItem{ng("return", "403")}, "if", "($ssl_client_verify", "!=", "SUCCESS)")
}

// guarded puts the guards into locations of the place's content.
func (a nginxAt) guarded(items []nginxItem) []nginxItem {
	guards := a.guards()
	for i := range items {
		if items[i].Block && items[i].Name == "location" {
			items[i].Items = append(slices.Clone(guards), items[i].Items...)
		}
	}
	return items
}

// openAgain takes back what the server says of access and limits, for what
// everybody may always ask.
func (a nginxAt) openAgain() []nginxItem {
	a.outer, a.place = &a.host.site.Place, &Place{}
	return append(a.access(), a.rates()...)
}
