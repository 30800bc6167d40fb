package directives

import (
	"strings"
)

var tlsProtocols = []string{"all", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}

func splitSign(word string) (sign, name string) {
	if strings.HasPrefix(word, "+") || strings.HasPrefix(word, "-") {
		return word[:1], word[1:]
	}
	return "", word
}

// checkTLSProtocol judges SSLProtocol and SSLProxyProtocol. An unsigned name
// after others throws them away, which the server only notes in its log.
func checkTLSProtocol(c Call) []Problem {
	var problems []Problem
	for i, word := range c.Args {
		sign, name := splitSign(word)
		switch {
		case strings.EqualFold(name, "SSLv2"):
			if sign != "-" {
				problems = append(problems, valueProblem(i, "SSLv2 is no longer supported")...)
			}
		case strings.EqualFold(name, "SSLv3") && sign != "-":
			problems = append(problems, valueProblem(i, "SSLv3 is not supported by current OpenSSL, and broken")...)
		case !containsFold(tlsProtocols, name):
			p := valueProblem(i, "there is no protocol %q: use %s", name, oneOf(tlsProtocols[2:]))
			if near := nearestWord(name, tlsProtocols); near != "" {
				p[0].Suggestion = sign + near
			}
			problems = append(problems, p...)
		case sign == "" && i > 0:
			p := valueProblem(i, "%q throws away the protocols before it", word)
			p[0].Silent, p[0].Suggestion = true, "+"+word
			p[0].Help = "Put a sign before every name: -all +TLSv1.2 +TLSv1.3."
			problems = append(problems, p...)
		}
	}
	return problems
}

// checkCipherSuite judges the protocol word; cipher names pass the syntax
// check and fail at start.
func checkCipherSuite(c Call) []Problem {
	if len(c.Args) < 2 {
		return nil
	}
	switch {
	case c.Args[0] != "SSL" && c.Args[0] != "TLSv1.3":
		p := valueProblem(0, "the protocol of a cipher list must be SSL or TLSv1.3, not %q", c.Args[0])
		if strings.EqualFold(c.Args[0], "TLSv1.3") {
			p[0].Suggestion = "TLSv1.3"
		}
		return p
	case c.Args[0] == "TLSv1.3" && isDirectoryLike(c.Place):
		return argumentsProblem("TLS 1.3 ciphers cannot be set in a directory context")
	}
	return nil
}

// checkClientAuthorities: the table of mod_ssl allows the authorities of clients
// in sections with a path, and its code refuses them there ("Your SSL library does
// not have support for per-directory CA", httpd 2.4).
func checkClientAuthorities(c Call) []Problem {
	if !isDirectoryLike(c.Place) {
		return nil
	}
	return []Problem{{Arg: -1, Kind: Context, Message: "authorities of client certificates hold for a whole virtual host: the server refuses them in a section with a path",
		Help: "Write it in the virtual host, and in the section what a certificate must say: Require expr %{SSL_CLIENT_I_DN} == \"…\"."}}
}

var tlsOptions = []string{"StdEnvVars", "ExportCertData", "FakeBasicAuth", "StrictRequire", "OptRenegotiate", "LegacyDNStringFormat"}

func checkTLSOptions(c Call) []Problem {
	for i, word := range c.Args {
		sign, name := splitSign(word)
		if !containsFold(tlsOptions, name) {
			p := valueProblem(i, "SSLOptions has no option %q", name)
			if near := nearestWord(name, tlsOptions); near != "" {
				p[0].Suggestion = sign + near
			}
			return p
		}
	}
	return nil
}

// flagsAfter judges a first word from one list and later ones from another.
func flagsAfter(title string, first, later []string) checker {
	return func(c Call) []Problem {
		if len(c.Args) == 0 {
			return argumentsProblem("%s must be %s", title, oneOf(first))
		}
		for i, word := range c.Args {
			known := first
			if i > 0 {
				known = later
			}
			if !containsFold(known, word) {
				p := valueProblem(i, "%s: %q must be %s", title, word, oneOf(known))
				p[0].Suggestion = nearestWord(word, known)
				return p
			}
		}
		return nil
	}
}

// sharedCaches are the socache providers with the module of each. Source:
// modules/cache of httpd 2.4.
var sharedCaches = map[string]string{
	"shmcb": "mod_socache_shmcb.c", "dbm": "mod_socache_dbm.c", "memcache": "mod_socache_memcache.c",
	"redis": "mod_socache_redis.c", "dc": "mod_socache_dc.c", "default": "mod_socache_shmcb.c",
}

// SharedCacheModule is the module behind the first part of SSLSessionCache
// and its like ("shmcb:/run/cache(512000)"); ok is false for names no module
// of the server has.
func SharedCacheModule(value string) (source string, ok bool) {
	name, _, _ := strings.Cut(value, ":")
	source, ok = sharedCaches[name]
	return source, ok
}

func sharedCache(title string, words ...string) checker {
	return func(c Call) []Problem {
		value := c.Args[0]
		if containsFold(words, value) {
			return nil
		}
		if _, ok := SharedCacheModule(value); !ok {
			p := valueProblem(0, "%s does not know the cache %q", title, value)
			p[0].Suggestion = nearestWord(value, append(sortedWords(map[string]bool{"shmcb": true, "dbm": true, "memcache": true, "redis": true}), words...))
			return p
		}
		return sharedCacheSize(title, value)
	}
}

// sharedCacheSize judges the size in parentheses of shmcb.
func sharedCacheSize(title, value string) []Problem {
	argument, ok := strings.CutPrefix(value, "shmcb:")
	_, size, found := strings.Cut(argument, "(")
	if !ok || !found {
		return nil
	}
	digits, closed := strings.CutSuffix(size, ")")
	n, rest := leadingInt(digits)
	switch {
	case !closed:
		return valueProblem(0, "%s: the size in %q has no closing parenthesis", title, value)
	case rest != "" || n < 8192:
		return valueProblem(0, "%s: the size in %q must be at least 8192 bytes", title, value)
	}
	return nil
}

func checkRandomSeed(c Call) []Problem {
	if !containsFold([]string{"startup", "connect"}, c.Args[0]) {
		return valueProblem(0, "SSLRandomSeed must start with startup or connect, not %q", c.Args[0])
	}
	if c.Args[1] == "builtin" && len(c.Args) == 3 {
		return argumentsProblem("SSLRandomSeed takes no number of bytes after builtin")
	}
	return nil
}

func checkPassPhraseDialog(c Call) []Problem {
	value := c.Args[0]
	if strings.EqualFold(value, "builtin") || strings.HasPrefix(value, "exec:") || strings.HasPrefix(value, "|") {
		return nil
	}
	return valueProblem(0, "SSLPassPhraseDialog must be builtin, exec:/path or |/path, not %q", value)
}

// opensslCommands are the names SSLOpenSSLConfCmd takes, in small letters.
// Source: SSL_CONF_cmd(3) of OpenSSL 3.0 and later, "configuration file
// commands".
var opensslCommands = wordSet(`cipherstring ciphersuites certificate privatekey chaincafile chaincapath verifycafile
	verifycapath requestcafile clientcafile requestcapath clientcapath serverinfofile dhparameters recordpadding
	signaturealgorithms clientsignaturealgorithms groups curves ecdhparameters minprotocol maxprotocol protocol options
	verifymode numtickets chaincastore verifycastore requestcastore rejecthandshaketime rxcertificatecompression
	txcertificatecompression`)

func checkOpenSSLCommand(c Call) []Problem {
	if opensslCommands()[strings.ToLower(c.Args[0])] {
		return nil
	}
	p := valueProblem(0, "SSLOpenSSLConfCmd: OpenSSL has no configuration command %q", c.Args[0])
	p[0].Suggestion = nearestWord(c.Args[0], sortedWords(opensslCommands()))
	return p
}

func checkSSLEngine(c Call) []Problem {
	if strings.EqualFold(c.Args[0], "optional") {
		p := valueProblem(0, "SSLEngine optional is no longer supported since 2.4.64: TLS stays off")
		p[0].Silent = true
		return p
	}
	return nil
}

func checkSSLRequire(c Call) []Problem {
	if problem := ExpressionProblem(c.Raw); problem != "" {
		return valueProblem(0, "SSLRequire: the condition %q is invalid: %s", c.Raw, problem)
	}
	return nil
}

func obsolete(message string) checker {
	return func(Call) []Problem { return argumentsProblem("%s", message) }
}
