package generator

// access says who may ask. A section without a word on it would let in, or keep
// out, whomever the ones before it do.
func (a apacheAt) access() []apacheItem {
	own := a.place.Access
	if own.Deny {
		return []apacheItem{ap("Require", "all", "denied")}
	}
	var out, rules []apacheItem
	if own.Auth != nil {
		realm := own.Auth.Realm
		if realm.Value == "" {
			realm = a.host.site.title()
		}
		out = append(out, ap("AuthType", "Basic"), ap("AuthName", a.w.plain(realm)), ap("AuthUserFile", a.w.plain(own.Auth.UsersFile)))
		rules = append(rules, ap("Require", "valid-user"))
	}
	if own.byAddress() {
		rules = append(rules, a.addresses(own))
	}
	if own.either() {
		rules = []apacheItem{apBlock(rules, "RequireAny")}
	}
	if own.Certificate {
		rules = append(rules, ap("Require", "expr", `"%{SSL_CLIENT_VERIFY} == 'SUCCESS'"`))
	}
	switch len(rules) {
	case 0:
		rules = append(rules, ap("Require", "all", "granted"))
	case 1:
	default:
		rules = []apacheItem{apBlock(rules, "RequireAll")}
	}
	return append(out, rules...)
}

// addresses judges the client's address.
func (a apacheAt) addresses(access Access) apacheItem {
	let := ap("Require", "all", "granted")
	if len(access.Allow) > 0 {
		let = ap("Require", "ip")
		let.Args = append(let.Args, a.list(access.Allow)...)
	}
	if len(access.Denied) == 0 {
		return let
	}
	ban := ap("Require", "not", "ip")
	ban.Args = append(ban.Args, a.list(access.Denied)...)
	return apBlock([]apacheItem{let, ban}, "RequireAll")
}

func (a apacheAt) list(texts []Text) []apacheWord {
	var out []apacheWord
	for _, t := range texts {
		out = append(out, a.w.plain(t))
	}
	return out
}

// guarded is the section of all paths that no route takes, where not everybody may
// ask.
func (a apacheAt) guarded() []apacheItem {
	if a.place.Access.open() {
		return nil
	}
	return []apacheItem{apBlock(a.access(), "Location", "/")}
}
