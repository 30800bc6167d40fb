package directives

import (
	"slices"
	"strings"
)

var upstreamParameters = parameterList("weight=number(1..) max_conns=number max_fails=number fail_timeout=sec backup down resolve service=nonempty slow_start=sec route=nonempty drain")

// checkUpstreamServer: address and parameters (ngx_http_upstream_server).
func checkUpstreamServer(c *checker) {
	if c.parameters(1, upstreamParameters()); c.failed() {
		return
	}
	if fault := addressFault(c.args[0], false, false); fault != "" {
		c.fail(0, fault+" in upstream "+quote(c.args[0]), "It takes host, host:port, [IPv6 address]:port or unix:path.")
	}
}

var cachePathParameters = parameterList("levels=levels use_temp_path=on use_temp_path=off keys_zone=cachezone! inactive=sec max_size=offset min_free=offset " +
	"loader_files=number loader_sleep=msec loader_threshold=msec manager_files=number manager_sleep=msec manager_threshold=msec " +
	"purger=on purger=off purger_files=number purger_sleep=msec purger_threshold=msec")

// checkCachePath: proxy_cache_path and its kin (ngx_http_file_cache_set_slot).
func checkCachePath(c *checker) {
	if c.parameters(1, cachePathParameters()); c.failed() {
		return
	}
	if !c.has("keys_zone=") {
		c.fail(-1, quote(c.name)+" must have a keys_zone parameter", "Add keys_zone=name:10m.")
	}
}

// checkCacheValid: codes or any, then a time; a time alone
// (ngx_http_file_cache_valid_set_slot).
func checkCacheValid(c *checker) {
	last := len(c.args) - 1
	if _, ok := parseTime(c.args[last], true); !ok {
		c.invalid(last, "The last argument is a time such as 10m.")
		return
	}
	for i, code := range c.args[:last] {
		if n, ok := parseNumber(code); code != "any" && (!ok || n < 100 || n > 599) {
			c.invalid(i, "Before the time come status codes from 100 to 599, or any.")
			return
		}
	}
}

// isLevels reads levels=, up to three digits 1 or 2 with colons between.
func isLevels(v string) bool {
	parts := strings.Split(v, ":")
	for _, p := range parts {
		if p != "1" && p != "2" {
			return false
		}
	}
	return len(parts) <= 3
}

// isCacheZone: the zone of a cache may be smaller than others, two pages.
func isCacheZone(v string) bool {
	_, size, ok := strings.Cut(v, ":")
	n, okSize := parseSize(size)
	return ok && okSize && n >= 2*4096
}

var (
	certificateCacheParameters = parameterList("max=number(1..) valid=sec inactive=sec")
	openFileCacheParameters    = parameterList("max=number(1..) inactive=sec")
	openLogFileCacheParameters = parameterList("max=number(1..) inactive=sec min_uses=number(1..) valid=sec")
)

func checkCertificateCache(c *checker) { checkCache(c, certificateCacheParameters()) }
func checkOpenFileCache(c *checker)    { checkCache(c, openFileCacheParameters()) }
func checkOpenLogFileCache(c *checker) { checkCache(c, openLogFileCacheParameters()) }

// checkCache: off, or parameters of which max must be one.
func checkCache(c *checker, list []alternative) {
	off := slices.Contains(c.args, "off")
	c.parameters(0, append(slices.Clone(list), alternative{word: "off"}))
	if !c.failed() && !off && !c.has("max=") {
		c.fail(-1, quote(c.name)+" must have the \"max\" parameter", "Add max=1000, or write off.")
	}
}

// checkSessionCache: off, none, builtin[:size], shared:name:size
// (ngx_http_ssl_session_cache).
func checkSessionCache(c *checker) {
	for i, arg := range c.args {
		kind, rest, sized := strings.Cut(arg, ":")
		ok := false
		switch kind {
		case "off", "none":
			ok = !sized
		case "builtin":
			_, isNumber := parseNumber(rest)
			ok = !sized || isNumber
		case "shared":
			ok = isZone(rest)
		}
		if !ok {
			c.fail(i, "invalid session cache "+quote(arg), "It takes off, none, builtin, builtin:number, or shared:name:size with a size of at least 32k.")
			c.suggest([]string{"off", "none", "builtin", "shared"})
			return
		}
	}
}

// checkAffinity: masks of 0 and 1 for each worker, or auto
// (ngx_set_worker_affinity).
func checkAffinity(c *checker) {
	for i, arg := range c.args {
		if i == 0 && arg == "auto" {
			continue
		}
		if arg == "" || strings.Trim(arg, "01 ") != "" {
			c.invalid(i, "It takes masks such as 0001 0010, or auto.")
			return
		}
	}
}

// checkImageFilter (ngx_http_image_filter).
func checkImageFilter(c *checker) {
	kinds := map[int][]string{1: {"off", "test", "size"}, 2: {"rotate"}, 3: {"resize", "crop"}}
	if !slices.Contains(kinds[len(c.args)], c.args[0]) {
		c.invalid(0, "It takes off, test, size, rotate 90|180|270, resize width height, or crop width height.")
		return
	}
	for i, arg := range c.args[1:] {
		n, ok := parseNumber(arg)
		switch {
		case strings.Contains(arg, "$"):
			c.script(i + 1)
		case c.args[0] == "rotate" && n != 90 && n != 180 && n != 270:
			c.invalid(i+1, "It turns by 90, 180 or 270 degrees.")
		case arg != "-" && (!ok || n == 0):
			c.invalid(i+1, "It takes a number of pixels, or \"-\".")
		}
		if c.failed() {
			return
		}
	}
}

var (
	logLevels   = []string{"debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"}
	debugLevels = []string{"debug_core", "debug_alloc", "debug_mutex", "debug_event", "debug_http", "debug_mail", "debug_stream"}
)

// checkErrorLog: a file, then one level, or any of the debug ones
// (ngx_log_set_levels).
func checkErrorLog(c *checker) {
	for i := 1; i < len(c.args); i++ {
		level := c.args[i]
		isDebug := slices.Contains(debugLevels, level)
		switch {
		case !isDebug && !slices.Contains(logLevels, level):
			c.fail(i, "invalid log level "+quote(level), "It takes: "+strings.Join(logLevels, ", ")+".")
			c.suggest(logLevels)
		case i > 1 && (!isDebug || slices.Contains(logLevels, c.args[1]) || slices.Contains(c.args[1:i], level)):
			c.fail(i, "a second log level "+quote(level), "A level stands for all that are worse: one will do.")
		default:
			continue
		}
		return
	}
}

var disableSymlinksParameters = parameterList("on off if_not_owner from=script1")

// checkDisableSymlinks: one of off, on and if_not_owner, and where to begin
// (ngx_http_disable_symlinks).
func checkDisableSymlinks(c *checker) {
	if c.parameters(0, disableSymlinksParameters()); c.failed() {
		return
	}
	modes := slices.DeleteFunc(slices.Clone(c.args), func(arg string) bool { return strings.HasPrefix(arg, "from=") })
	switch {
	case len(modes) == 0:
		c.fail(0, "\"disable_symlinks\" says only where to begin", "Add on or if_not_owner.")
	case len(modes) > 1:
		c.fail(-1, "\"disable_symlinks\" has more than one of off, on and if_not_owner", "Keep one of them.")
	case modes[0] == "off" && len(c.args) > 1:
		c.fail(-1, "from= cannot be used with off", "Remove one of them.")
	}
}

var threadPoolParameters = parameterList("threads=number(1..) max_queue=number")

// checkThreadPool: threads= is needed; what is no parameter at all is passed
// over (ngx_thread_pool).
func checkThreadPool(c *checker) {
	for i, arg := range c.args[1:] {
		key, _, ok := strings.Cut(arg, "=")
		if ok && (key == "threads" || key == "max_queue") && !acceptsAny(threadPoolParameters(), arg) {
			c.invalid(i+1, "It takes: "+describe(threadPoolParameters())+".")
			return
		}
	}
	if !c.has("threads=") {
		c.fail(-1, "\"thread_pool\" has no threads parameter", "Add threads=32.")
	}
}
