package generator

import "fmt"

// keeping keeps answers of the other server. nginx makes the directory itself, but
// none above it.
func (a nginxAt) keeping(c *ProxyCache) []nginxItem {
	if c == nil {
		return nil
	}
	zone := "padlock_" + a.host.site.slug() + "_" + a.id()
	a.around.add("cache "+zone, ng("proxy_cache_path", nginxWord("/var/cache/nginx-"+zone), "levels=1:2",
		nginxWord("keys_zone="+zone+":10m"), nginxWord(fmt.Sprintf("max_size=%d", c.MaxSize)),
		nginxWord("inactive="+string(seconds(c.Inactive))), "use_temp_path=off"))
	bypass := []nginxWord{"$http_authorization"}
	for _, name := range c.Bypass {
		bypass = append(bypass, a.w.word("$cookie_"+name.Value, name))
	}
	return about("Answers are kept for all who ask the same.",
		ng("proxy_cache", nginxWord(zone)),
		ng("proxy_cache_key", "$scheme://$host$request_uri"),
		ng("proxy_cache_valid", "200", "301", seconds(c.Valid)),
		ng("proxy_cache_bypass", bypass...),
		ng("proxy_no_cache", bypass...),
		ng("proxy_cache_lock", "on"),
		ng("proxy_cache_use_stale", "error", "timeout", "updating", "http_500", "http_502", "http_503", "http_504"))
}
