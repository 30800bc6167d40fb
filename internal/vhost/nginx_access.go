package vhost

import (
	"net/netip"
	"slices"
	"strings"

	"padlock/internal/nginx"
)

// accessVerdict is what one check of the access phase says.
type accessVerdict uint8

const (
	noOpinion accessVerdict = iota
	allowed
	forbidden
	unauthorized
)

// access runs the access phase: address rules, passwords, subrequests, in this
// order (the order of the modules, reversed), under satisfy.
func (q *nginxRequest) access() step {
	any := false
	if node := q.at.setting("satisfy"); node != nil {
		any = node.Arg(0) == "any"
	}
	for _, name := range []string{"access_by_lua", "access_by_lua_block", "access_by_lua_file", "js_access"} {
		if node := q.at.setting(name); node != nil && !q.world.ask(question{"access by", name}, "the code of "+name, true) {
			q.took(node)
			return q.special(403)
		}
	}
	denied := 0
	for _, check := range [...]func(*nginxRequest) accessVerdict{
		(*nginxRequest).addressRules, (*nginxRequest).passwordRules, (*nginxRequest).subrequestRules,
	} {
		verdict, status := check(q), 403
		if verdict == unauthorized {
			status = 401
		}
		switch {
		case verdict == noOpinion:
		case verdict == allowed && any:
			return step{}
		case verdict == allowed:
		case !any:
			return q.special(status)
		case denied != 401:
			denied = status
		}
	}
	if denied != 0 {
		return q.special(denied)
	}
	return step{}
}

// addressRules are allow and deny: the first that fits the client decides.
func (q *nginxRequest) addressRules() accessVerdict {
	at := q.at
	for at != nil && len(at.own("allow")) == 0 && len(at.own("deny")) == 0 {
		at = at.parent
	}
	if at == nil {
		return noOpinion
	}
	for _, node := range at.node.Children {
		if (node.Name == "allow" || node.Name == "deny") && q.fromAddress(node.Arg(0)) {
			q.took(node)
			if node.Name == "deny" {
				return forbidden
			}
			return allowed
		}
	}
	return noOpinion
}

// fromAddress tells whether the client is one of allow's or deny's argument. An
// unknown client is somewhere in the public internet.
func (q *nginxRequest) fromAddress(argument string) bool {
	if argument == "all" {
		return true
	}
	local := q.listener.Address.Unix != ""
	if argument == "unix:" {
		return local
	}
	network, ok := nginxNetwork(argument)
	client := q.client()
	switch {
	case !ok || local:
		return false
	case client.IsValid():
		return network.Contains(client)
	case isPrivate(network):
		return false
	}
	return q.world.ask(question{"client in", network.String()}, "the client's address", false)
}

// client is the address of the client, as the proxies that are trusted tell it;
// the zero address if it is not known.
func (q *nginxRequest) client() netip.Addr {
	client := q.in.Client.Unmap()
	proxies := q.at.array("set_real_ip_from")
	if len(proxies) == 0 {
		return client
	}
	name := "X-Real-IP"
	if node := q.at.setting("real_ip_header"); node != nil {
		name = node.Arg(0)
	}
	header, sent := q.header(name)
	if !sent {
		return client
	}
	recursive := q.at.setting("real_ip_recursive")
	return believed(client, header, func(address netip.Addr) bool {
		return slices.ContainsFunc(proxies, func(node *nginx.Node) bool {
			network, ok := nginxNetwork(node.Arg(0))
			return ok && network.Contains(address)
		})
	}, recursive != nil && recursive.Arg(0) == "on")
}

func nginxNetwork(text string) (netip.Prefix, bool) {
	if network, err := netip.ParsePrefix(text); err == nil {
		return network.Masked(), true
	}
	if ip, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(ip, ip.BitLen()), true
	}
	if address, mask, ok := strings.Cut(text, "/"); ok { // 10.0.0.0/255.0.0.0
		ip, err := netip.ParseAddr(address)
		bits, errMask := netip.ParseAddr(mask)
		if err == nil && errMask == nil && ip.Is4() && bits.Is4() {
			if network, err := ip.Prefix(maskBits(bits)); err == nil {
				return network, true
			}
		}
	}
	return netip.Prefix{}, false
}

// maskBits is the number of bits set at the front of a mask.
func maskBits(mask netip.Addr) int {
	bits := 0
	for _, b := range mask.As4() {
		for ; b&0x80 != 0; b <<= 1 {
			bits++
		}
	}
	return bits
}

// privateNetworks are those that nobody in the public internet has an address in.
var privateNetworks = func() []netip.Prefix {
	var list []netip.Prefix
	for text := range strings.FieldsSeq("0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 ::1/128 fc00::/7 fe80::/10 2001:db8::/32") {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}()

func isPrivate(network netip.Prefix) bool {
	for _, private := range privateNetworks {
		if private.Bits() <= network.Bits() && private.Contains(network.Addr()) {
			return true
		}
	}
	return false
}

// passwordRules are auth_basic and its kin. A client with a password is taken
// either way.
func (q *nginxRequest) passwordRules() accessVerdict {
	realm := q.at.setting("auth_basic")
	if realm == nil || q.at.setting("auth_basic_user_file") == nil {
		return noOpinion
	}
	value := q.expand(realm.Arg(0), false)
	if value.isKnown() && value.known == "off" {
		return noOpinion
	}
	if !value.isKnown() && !q.world.ask(question{"auth_basic", realm.Arg(0)}, value.rest, false) {
		return noOpinion
	}
	q.took(realm)
	if _, sent := q.header("Authorization"); sent && q.world.ask(question{"password"}, "the password", true) {
		return allowed
	}
	q.askedPassword = true
	return unauthorized
}

// subrequestRules are those that ask somebody else.
func (q *nginxRequest) subrequestRules() accessVerdict {
	for _, name := range []string{"auth_request", "auth_jwt", "auth_oidc", "auth_ldap", "auth_pam"} {
		node := q.at.setting(name)
		if node == nil || node.Arg(0) == "off" {
			continue
		}
		if q.world.ask(question{"auth", name}, "what "+name+" finds", true) {
			return allowed
		}
		q.took(node)
		if q.world.ask(question{"auth status"}, "what "+name+" finds", true) {
			q.askedPassword = true
			return unauthorized
		}
		return forbidden
	}
	return noOpinion
}

// header is a request header by its name; sent tells whether there is one.
func (q *nginxRequest) header(name string) (value string, sent bool) {
	for key, value := range q.in.Header {
		if strings.EqualFold(key, name) {
			return value, true
		}
	}
	return "", false
}

// mentionsHandler tells whether a node hands the request to another server.
func mentionsHandler(node *nginx.Node) bool { return strings.HasSuffix(node.Name, "_pass") }
