package directives

import (
	"slices"
	"strings"
)

// requireProviders are the names after Require with the module of each.
// Source: the providers that httpd 2.4.71's modules register.
var requireProviders = map[string]string{
	"all": "mod_authz_core.c", "env": "mod_authz_core.c", "method": "mod_authz_core.c", "expr": "mod_authz_core.c",
	"ip": "mod_authz_host.c", "host": "mod_authz_host.c", "forward-dns": "mod_authz_host.c", "local": "mod_authz_host.c",
	"user": "mod_authz_user.c", "valid-user": "mod_authz_user.c", "group": "mod_authz_groupfile.c",
	"file-group": "mod_authz_owner.c", "file-owner": "mod_authz_owner.c",
	"dbm-group": "mod_authz_dbm.c", "dbm-file-group": "mod_authz_dbm.c",
	"dbd-group": "mod_authz_dbd.c", "dbd-login": "mod_authz_dbd.c", "dbd-logout": "mod_authz_dbd.c",
	"ldap-user": "mod_authnz_ldap.c", "ldap-group": "mod_authnz_ldap.c", "ldap-dn": "mod_authnz_ldap.c",
	"ldap-attribute": "mod_authnz_ldap.c", "ldap-filter": "mod_authnz_ldap.c", "ldap-search": "mod_authnz_ldap.c",
	"ssl": "mod_ssl.c", "ssl-verify-client": "mod_ssl.c",
	"claim": "mod_auth_openidc.c", "shibboleth": "mod_shib.cpp", "shib-session": "mod_shib.cpp", "shib-attr": "mod_shib.cpp",
	"shib-user": "mod_shib.cpp", "cas-attribute": "mod_auth_cas.c",
}

// RequireModule is the module that provides `Require provider`; ok is false
// for a name that no known module has. Names are compared with regard to case.
func RequireModule(provider string) (source string, ok bool) {
	source, ok = requireProviders[provider]
	return source, ok
}

// checkRequire judges `Require [not] provider …`. An unknown provider may be
// defined by <AuthzProviderAlias>, which References tells; this reports only
// names that differ from a known one in case or by a slip.
func checkRequire(c Call) []Problem {
	provider, rest := nextWord(c.Raw)
	negative := strings.EqualFold(provider, "not")
	arg := 0
	if negative {
		provider, rest = nextWord(rest)
		arg = 1
	}
	if provider == "" {
		return argumentsProblem("Require needs a provider such as all, ip, user or expr")
	}
	if negative && !insideRequireAll(c.Place) {
		return argumentsProblem("Require not has no effect outside <RequireAll>, and the server refuses it")
	}
	if _, known := requireProviders[provider]; !known {
		if near := nearestProvider(provider); near != "" {
			p := valueProblem(arg, "Require has no provider %q", provider)
			p[0].Suggestion = near
			return p
		}
		return nil
	}
	return checkProvider(provider, rest, arg+1)
}

// insideRequireAll reports whether the innermost authorization section is
// <RequireAll>.
func insideRequireAll(p Place) bool {
	for _, s := range slices.Backward(p.Enclosing) {
		switch strings.ToLower(s) {
		case "requireall":
			return true
		case "requireany", "requirenone":
			return false
		}
	}
	return false
}

func nearestProvider(name string) string {
	names := make(map[string]bool)
	for n := range requireProviders {
		names[n] = true
	}
	if lower := strings.ToLower(name); lower != name && names[lower] {
		return lower
	}
	if len(name) < 4 {
		return ""
	}
	return nearestWord(name, sortedWords(names))
}

func checkProvider(provider, rest string, arg int) []Problem {
	switch provider {
	case "all":
		if word := strings.TrimSpace(rest); !strings.EqualFold(word, "granted") && !strings.EqualFold(word, "denied") {
			p := valueProblem(arg, "Require all must be granted or denied, not %q", word)
			p[0].Suggestion = nearestWord(word, []string{"granted", "denied"})
			return p
		}
	case "ip":
		return checkNetworks("Require ip", rest, arg)
	case "method":
		for i, method := range splitWords(rest) {
			if !knownMethods()[method] && method != "TRACE" {
				p := valueProblem(arg+i, "Require method does not know the method %q", method)
				p[0].Suggestion = nearestWord(method, sortedWords(knownMethods()))
				return p
			}
		}
	case "expr":
		return checkRequireExpression(rest, arg)
	case "ssl", "ssl-verify-client":
		if rest != "" {
			return argumentsProblem("Require %s takes no argument", provider)
		}
	}
	return nil
}

// checkRequireExpression judges the rest of the line; a double quote at its
// start and one at its end are taken off, whatever stands between.
func checkRequireExpression(rest string, arg int) []Problem {
	expression := rest
	if n := len(rest); n > 1 && rest[0] == '"' && rest[n-1] == '"' {
		expression = rest[1 : n-1]
	}
	if problem := ExpressionProblem(expression); problem != "" {
		return valueProblem(arg, "Require expr: the condition %q is invalid: %s", expression, problem)
	}
	return nil
}

func checkNetworks(title, rest string, arg int) []Problem {
	words := splitWords(rest)
	if len(words) == 0 {
		return argumentsProblem("%s needs an address", title)
	}
	for i, word := range words {
		if problem := networkProblem(word); problem != "" {
			p := valueProblem(arg+i, "%s %q: %s", title, word, problem)
			p[0].Help = "Write addresses, 192.0.2.0/24, 2001:db8::/32 or the first numbers of an address, separated by spaces."
			return p
		}
	}
	return nil
}

// checkAllowFrom judges Allow and Deny of mod_access_compat.
func checkAllowFrom(c Call) []Problem {
	if !strings.EqualFold(c.Args[0], "from") {
		return argumentsProblem("Allow and Deny must be followed by \"from\"")
	}
	for i, host := range c.Args[1:] {
		address, _, masked := strings.Cut(host, "/")
		numeric := strings.Trim(address, "0123456789.") == "" || strings.Contains(address, ":")
		switch {
		case strings.HasPrefix(host, "#"):
			p := argumentsProblem("the server takes %q for a host, and refuses it: a comment needs a line of its own", host)
			p[0].Arg = i + 1
			return p
		case host == "all" || strings.HasPrefix(host, "env="):
		case masked || numeric:
			if problem := networkProblem(host); problem != "" {
				return valueProblem(i+1, "%q: %s", host, problem)
			}
		}
	}
	return nil
}

func checkOrder(c Call) []Problem {
	words := []string{"allow,deny", "deny,allow", "mutual-failure"}
	if containsFold(words, c.Args[0]) {
		return nil
	}
	p := valueProblem(0, "Order must be %s, not %q", oneOf(words), c.Args[0])
	p[0].Suggestion = nearestWord(c.Args[0], words)
	return p
}

// authnProviders check user names and passwords; digest tells which can do
// Digest. Source: the providers that httpd 2.4.71's modules register.
var authnProviders = map[string]struct {
	module string
	digest bool
}{
	"file": {"mod_authn_file.c", true}, "dbm": {"mod_authn_dbm.c", true}, "dbd": {"mod_authn_dbd.c", true},
	"anon": {"mod_authn_anon.c", false}, "socache": {"mod_authn_socache.c", true}, "ldap": {"mod_authnz_ldap.c", false},
}

// AuthnModule is the module that provides an AuthBasicProvider or
// AuthDigestProvider name; ok is false for a name no module of the server has.
func AuthnModule(provider string) (source string, ok bool) {
	p, ok := authnProviders[provider]
	return p.module, ok
}

func checkDigestProvider(c Call) []Problem {
	for i, name := range c.Args {
		if p, ok := authnProviders[name]; ok && !p.digest {
			return valueProblem(i, "AuthDigestProvider: %s cannot do Digest authentication", name)
		}
	}
	return nil
}
