package generator

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Access says who may ask.
type Access struct {
	// Deny refuses everybody.
	Deny bool
	// Allow are the addresses and networks that may ask; empty is all of them.
	Allow []Text
	// Denied are those that may not, also if Allow has them.
	Denied []Text
	// Any lets in who has an allowed address or a password; otherwise both are asked
	// for.
	Any bool
	// Auth asks for a password; nil does not.
	Auth *Auth
	// Certificate asks for a certificate of the client, beside all else.
	Certificate bool
}

// Auth asks for a name and a password (RFC 7617).
type Auth struct {
	Realm, UsersFile Text
	// Users are written to UsersFile; nil if that is somebody else's. The site's
	// configuration does not depend on them.
	Users []User    `json:"-"`
	Range hcl.Range `json:"-"`
}

var accessAttributes = []attribute{
	{Name: "allow", Type: cty.List(cty.String), Check: networks, Default: "everybody", Example: `["198.51.100.0/24", "2001:db8::/32"]`,
		Doc: `Addresses and networks that may ask; all others are answered 403. A route's list takes the place of the one around it; ["all"] lets everybody in again.`},
	{Name: "deny", Type: cty.DynamicPseudoType, TypeName: "true, false or a list of texts", Check: denied, Default: "false", Example: "true",
		Doc: `true: nobody may ask, 403; a list: these addresses and networks may not, also if allow has them. false and [] take it back.`},
	{Name: "satisfy", Type: cty.String, Check: oneOf("all", "any"), Default: "all",
		Doc: "all: the address has to be allowed and the password right; any: one of the two is enough."},
	{Name: "client_cert", Type: cty.String, Check: oneOf("required", "off"), Default: "off",
		Doc: "required: without a certificate that tls.client_auth accepts the answer is 403, whatever else is allowed."},
}

var authBlock = &block{
	Name:    "auth",
	Doc:     "Ask for a name and a password.",
	Example: "auth {\n  realm      = \"Staff\"\n  users_file = \"/etc/nginx/users\"\n}",
	Attributes: []attribute{
		{Name: "type", Type: cty.String, Check: oneOf("basic", "off"), Default: "basic", Doc: "basic: HTTP basic authentication; off: no password is asked for, also if the places around do."},
		{Name: "realm", Type: cty.String, Check: check(realm), Default: "the site's name", Example: `"Staff"`, Doc: "What browsers show with the question."},
		{Name: "users_file", Type: cty.String, Check: check(absolutePath), Example: `"/etc/nginx/users"`, Doc: "File of name:hash lines on the server; padlock hash-password makes the hashes (bcrypt)."},
		usersAttribute,
	},
}

func decodeAccess(l *layer) (Access, hcl.Diagnostics) {
	a := Access{Any: l.text("satisfy", "all").Value == "any", Certificate: l.text("client_cert", "off").Value == "required"}
	for _, t := range l.texts("allow") {
		if t.Value != everybody {
			a.Allow = append(a.Allow, t)
		}
	}
	if s, ok := l.setting("deny"); ok {
		if s.Value.Type() == cty.Bool {
			a.Deny = s.Value.True()
		} else {
			a.Denied = l.texts("deny")
		}
	}
	auth := l.nested(authBlock.Name)
	if auth == nil || auth.text("type", "basic").Value == "off" {
		return a, nil
	}
	a.Auth = &Auth{Realm: auth.text("realm", ""), UsersFile: auth.text("users_file", ""), Users: decodeUsers(auth), Range: auth.Range}
	switch {
	case a.Auth.UsersFile.Value == "" && len(a.Auth.Users) == 0:
		return a, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "A password that nobody has",
			Detail: `Add users, or users_file, the file with name:hash lines on the server; "padlock hash-password" makes the hashes.`, Subject: &auth.Range}}
	case a.Auth.UsersFile.Value != "" && len(a.Auth.Users) > 0:
		return a, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Users in two places",
			Detail: "The servers look into one file: it is either users_file, or the one that is made of users. Remove one of the two.", Subject: &auth.Range}}
	}
	return a, nil
}

// open tells that everybody may ask.
func (a Access) open() bool {
	return !a.Deny && len(a.Allow) == 0 && len(a.Denied) == 0 && a.Auth == nil && !a.Certificate
}

// either tells that one of an address and a password is enough.
func (a Access) either() bool {
	return a.Any && !a.Deny && a.Auth != nil && a.byAddress()
}

// byAddress tells that the client's address matters.
func (a Access) byAddress() bool { return a.Deny || len(a.Allow) > 0 || len(a.Denied) > 0 }

func (a Access) sameAddresses(b Access) bool {
	return a.Deny == b.Deny && (a.Deny || sameTexts(a.Allow, b.Allow) && sameTexts(a.Denied, b.Denied))
}

func (a *Auth) equal(b *Auth) bool {
	return a == b || a != nil && b != nil && a.Realm.Value == b.Realm.Value && a.UsersFile.Value == b.UsersFile.Value && slices.Equal(a.Users, b.Users)
}

// everybody stands for all addresses.
const everybody = "all"

// networks checks a list of who may ask.
func networks(v cty.Value) (cty.Value, error) {
	v, err := check(clients)(v)
	if err != nil {
		return v, err
	}
	if v.LengthInt() == 0 {
		return v, fmt.Errorf(`an empty list does not say whether nobody is meant or everybody: write deny = true, or allow = ["all"]`)
	}
	for it := v.ElementIterator(); it.Next(); {
		if _, e := it.Element(); e.AsString() == everybody && v.LengthInt() > 1 {
			return v, fmt.Errorf(`"all" lets everybody in, so the rest of the list means nothing; write it alone, or leave it out`)
		}
	}
	return v, nil
}

// clients canonicalises an address or a network; its bits beyond the mask are
// zero, or a wrong mask would go unnoticed.
func clients(s string) (string, error) {
	if s == everybody {
		return s, nil
	}
	if addr, err := netip.ParseAddr(s); err == nil && addr.Zone() == "" && !addr.Is4In6() {
		return addr.String(), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil || p.Addr().Is4In6() {
		return s, fmt.Errorf(`%q is not an address or a network such as "198.51.100.0/24" or "2001:db8::/32"`, s)
	}
	if p != p.Masked() {
		return s, fmt.Errorf("%q is an address within the network %s; write the one or the other", s, p.Masked())
	}
	if p.IsSingleIP() {
		return p.Addr().String(), nil
	}
	return p.String(), nil
}

// denied accepts true, false and a list of who may not ask.
func denied(v cty.Value) (cty.Value, error) {
	if v.Type() == cty.Bool {
		return v, nil
	}
	list, err := listOf(v, clients)
	if err != nil {
		return v, fmt.Errorf("deny is true, false or a list of addresses and networks: %w", err)
	}
	for it := list.ElementIterator(); it.Next(); {
		if _, e := it.Element(); e.AsString() == everybody {
			return v, fmt.Errorf(`"all" is everybody: write deny = true`)
		}
	}
	return list, nil
}

// realm accepts what both servers send as it stands.
func realm(s string) (string, error) {
	switch {
	case s == "":
		return s, fmt.Errorf("the realm is empty")
	case s == "off":
		return s, fmt.Errorf(`"off" as a realm would switch nginx's question off; write type = "off" for that`)
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }):
		return s, fmt.Errorf("%q: a realm is of ASCII characters without quotes and backslashes", s)
	}
	return s, nil
}

// covers tells that all addresses of a network are in some of a list, all of them
// when it is empty.
func covers(list []Text, network string) bool {
	inner := prefixOf(network)
	return len(list) == 0 || slices.ContainsFunc(list, func(t Text) bool {
		outer := prefixOf(t.Value)
		return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
	})
}

// prefixOf reads what clients has accepted.
func prefixOf(s string) netip.Prefix {
	if addr, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(addr, addr.BitLen())
	}
	return netip.MustParsePrefix(s)
}
