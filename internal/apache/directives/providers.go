package directives

import "strings"

// filterModules are the output filters that AddOutputFilterByType finds, with
// the module of each, in small letters. Source: 2.4.71, each tried.
var filterModules = map[string]string{
	"deflate": "mod_deflate.c", "inflate": "mod_deflate.c", "brotli_compress": "mod_brotli.c", "includes": "mod_include.c",
	"substitute": "mod_substitute.c", "sed": "mod_sed.c", "rate_limit": "mod_ratelimit.c", "buffer": "mod_buffer.c",
	"xml2enc": "mod_xml2enc.c", "proxy-html": "mod_proxy_html.c", "xlateout": "mod_charset_lite.c", "data": "mod_data.c",
	"cache": "mod_cache.c", "cache_save": "mod_cache.c", "cache_out": "mod_cache.c", "cache_save_subreq": "mod_cache.c",
	"cache_out_subreq": "mod_cache.c", "cache_remove_url": "mod_cache.c", "cache_invalidate": "mod_cache.c",
	"mod_expires": "mod_expires.c", "fixup_headers_out": "mod_headers.c", "fixup_headers_err": "mod_headers.c",
	"mod_session_out": "mod_session.c", "byterange": "core.c", "content_length": "core.c", "chunk": "core.c",
	"http_header": "core.c", "http_outerror": "core.c", "old_write": "core.c", "core": "core.c", "subreq_core": "core.c",
}

// filterNames are the filters of `AddOutputFilterByType A;B type…`: the server
// refuses an unknown one, where SetOutputFilter and AddOutputFilter do not.
func filterNames(words []string) []Name {
	if len(words) < 2 {
		return nil
	}
	var names []Name
	for name := range strings.SplitSeq(words[0], ";") {
		if name != "" {
			names = append(names, Name{OutputFilters, name, 0, true})
		}
	}
	return names
}

// mutexModules are the names that Mutex takes, with the modules that register
// each. Source: the manual's entry of Mutex and 2.4.71, each tried.
var mutexModules = map[string][]string{
	"mpm-accept": {"prefork.c", "worker.c", "event.c"}, "rewrite-map": {"mod_rewrite.c"},
	"ssl-cache": {"mod_ssl.c"}, "ssl-stapling": {"mod_ssl.c"}, "ssl-stapling-refresh": {"mod_ssl.c"},
	"ldap-cache": {"util_ldap.c"}, "authdigest-client": {"mod_auth_digest.c"}, "authdigest-opaque": {"mod_auth_digest.c"},
	"authn-socache": {"mod_authn_socache.c"}, "cache-socache": {"mod_cache_socache.c"},
	"proxy": {"mod_proxy.c"}, "proxy-balancer-shm": {"mod_proxy_balancer.c"}, "watchdog-callback": {"mod_watchdog.c"},
}

func mutexNames(words []string) []Name {
	var names []Name
	for i, word := range words {
		if i > 0 && !strings.EqualFold(word, "default") && !strings.EqualFold(word, "OmitPID") {
			names = append(names, Name{Mutexes, word, i, true})
		}
	}
	return names
}

// davModules are the providers that Dav takes. Source: mod_dav_fs of 2.4 and
// mod_dav_svn of Subversion 1.14.
var davModules = map[string]string{"filesystem": "mod_dav_fs.c", "svn": "mod_dav_svn.c"}

func davProvider(words []string) []Name {
	switch {
	case len(words) != 1 || strings.EqualFold(words[0], "off"):
		return nil
	case strings.EqualFold(words[0], "on"):
		return []Name{{DAVProviders, "filesystem", 0, true}}
	}
	return wordName(DAVProviders, words, 0, true)
}
