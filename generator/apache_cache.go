package generator

import (
	"fmt"
	"regexp"
)

// keeping keeps answers of the other server. It is done where answers are made, not
// before anybody is asked who may have them (CacheQuickHandler).
func (a apacheAt) keeping(c *ProxyCache) []apacheItem {
	if c == nil {
		return nil
	}
	enable := ap("CacheEnable", "disk")
	if a.whole() {
		enable.Args = append(enable.Args, "/")
	}
	known := "-n %{req_novary:Authorization}"
	for _, name := range c.Bypass {
		known += " || %{req_novary:Cookie} =~ m#(?:^|; *)" + expressionPattern(regexp.QuoteMeta(name.Value)) + "=#"
	}
	return about("Answers are kept for all who ask the same.", enable,
		ap("CacheDefaultExpire", apacheWord(fmt.Sprint(int64(c.Valid.Seconds())))), ap("CacheIgnoreNoLastMod", "On"),
		// What the client says of caches does not count, but who it is does.
		ap("RequestHeader", "unset", "Cache-Control"), ap("RequestHeader", "unset", "Pragma"),
		ap("RequestHeader", "set", "Cache-Control", `"no-cache, no-store"`, a.w.word("expr="+known)))
}

// cacheSettings are those of all caches of the virtual host. Cookies are for one
// client, so that they are not kept with an answer.
func (a apacheAt) cacheSettings() []apacheItem {
	if !a.host.site.anyPlace(func(p *Place) bool { return p.Proxy != nil && p.Proxy.Cache != nil }) {
		return nil
	}
	return []apacheItem{
		ap("CacheQuickHandler", "Off"), ap("CacheRoot", "/var/cache/apache2/mod_cache_disk"),
		ap("CacheIgnoreHeaders", "Set-Cookie"), ap("CacheLock", "On"),
	}
}

// noKeeping takes a cache of an earlier section back.
func (a apacheAt) noKeeping() []apacheItem {
	if a.place.Proxy != nil && a.place.Proxy.Cache != nil {
		return nil
	}
	for _, p := range a.earlier {
		if p.Proxy != nil && p.Proxy.Cache != nil {
			return []apacheItem{ap("CacheDisable", "on")}
		}
	}
	return nil
}
