package directives

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
)

// maxNumber is the largest number nginx keeps on 64-bit machines.
const maxNumber = math.MaxInt64

// valueType is a type of values: what it accepts and how people call it.
type valueType struct {
	accepts  func(value string, low, high int64) bool
	describe func(low, high int64) string
}

// plain makes a type without bounds.
func plain(description string, accepts func(string) bool) valueType {
	return valueType{
		func(v string, _, _ int64) bool { return accepts(v) },
		func(_, _ int64) string { return description },
	}
}

// types are the types that values.tsv speaks of.
var types = map[string]valueType{
	"any":       plain("any text", func(string) bool { return true }),
	"nonempty":  plain("a text that is not empty", func(v string) bool { return v != "" }),
	"script":    plain("a text that may contain $variables", func(v string) bool { return scriptError(v) == "" }),
	"variables": plain("a text with $variables", func(v string) bool { return strings.Contains(v, "$") && scriptError(v) == "" }),
	"variable":  plain("a $variable", func(v string) bool { return len(v) > 1 && v[0] == '$' }),
	"flag":      plain("on or off", isFlag),
	"script1":   plain("a text that is not empty", func(v string) bool { return v != "" && scriptError(v) == "" }),
	"size": {
		func(v string, low, high int64) bool { n, ok := parseSize(v); return ok && n >= low && n <= high },
		describeSize,
	},
	"power": {
		func(v string, low, high int64) bool {
			n, ok := parseSize(v)
			return ok && n >= low && n <= high && n&(n-1) == 0
		},
		func(low, high int64) string { return fmt.Sprintf("a power of two from %d to %d", low, high) },
	},
	"poolsize": plain("a multiple of 16, at least 112", func(v string) bool {
		n, ok := parseSize(v)
		return ok && n >= 112 && n%16 == 0
	}),
	"zonesize": plain("a size of at least 32k", func(v string) bool { n, ok := parseSize(v); return ok && n >= minZone }),
	"offset":   plain("a size such as 512, 8k, 1m or 1g", func(v string) bool { _, ok := parseOffset(v); return ok }),
	"msec":     plain("a time such as 500ms, 30s or 1h 30m", func(v string) bool { _, ok := parseTime(v, false); return ok }),
	"sec":      plain("a time such as 30s, 10m or 1d", func(v string) bool { _, ok := parseTime(v, true); return ok }),
	"number": {
		func(v string, low, high int64) bool { n, ok := parseNumber(v); return ok && n >= low && n <= high },
		describeNumber,
	},
	"signed": plain("a number, possibly negative", func(v string) bool {
		_, ok := parseNumber(strings.TrimPrefix(v, "-"))
		return ok
	}),
	"number_dotted": plain("a version such as 5.5", func(v string) bool { return v != "" && strings.Trim(v, "0123456789.") == "" }),
	"network":       plain("an address or network such as 192.0.2.0/24", isNetwork),
	"host":          plain("a host name or address", isHost),
	"regex":         plain("a regular expression", func(v string) bool { return v != "" }),
	"regex2":        plain("a regular expression with two captures", func(v string) bool { return strings.Count(v, "(") >= 2 }),
	"zone":          plain("name:size, such as one:10m", isZone),
	"cachezone":     plain("name:size, such as one:10m", isCacheZone),
	"levels":        plain("up to three digits 1 or 2, such as 1:2", isLevels),
	"keepalive":     plain("on, off, or idle:interval:count", isKeepalive),
	"rate":          plain("a rate such as 10r/s or 30r/m", isRate),
	"shared_zone":   plain("shared:name:size", func(v string) bool { z, ok := strings.CutPrefix(v, "shared:"); return ok && isZone(z) }),
	"mark": plain("off, one letter or digit, or =", func(v string) bool {
		return v == "off" || len(v) == 1 && (isAlnum(v[0]) || v == "=")
	}),
}

func describeNumber(low, high int64) string {
	switch {
	case high < maxNumber:
		return fmt.Sprintf("a number from %d to %d", low, high)
	case low > 0:
		return fmt.Sprintf("a number from %d on", low)
	}
	return "a number"
}

func describeSize(low, high int64) string {
	text := "a size such as 512, 8k or 1m"
	if low > 0 {
		text += fmt.Sprintf(", at least %d", low)
	}
	if high < maxNumber {
		text += fmt.Sprintf(", at most %d", high)
	}
	return text
}

// isFlag: nginx compares without regard to case (ngx_conf_set_flag_slot).
func isFlag(v string) bool { return strings.EqualFold(v, "on") || strings.EqualFold(v, "off") }

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// parseNumber reads digits only, as ngx_atoi does: no sign, no spaces.
func parseNumber(v string) (int64, bool) {
	if v == "" || strings.Trim(v, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(v, 10, 64)
	return n, err == nil
}

// parseSize reads a size (ngx_parse_size): digits and k, K, m or M.
func parseSize(v string) (int64, bool) { return parseScaled(v, "kKmM") }

// parseOffset reads a file offset (ngx_parse_offset), which also takes g and G.
func parseOffset(v string) (int64, bool) { return parseScaled(v, "kKmMgG") }

func parseScaled(v, units string) (int64, bool) {
	shift := 0
	if v != "" && strings.ContainsRune(units, rune(v[len(v)-1])) {
		shift = map[byte]int{'k': 10, 'm': 20, 'g': 30}[v[len(v)-1]|0x20]
		v = v[:len(v)-1]
	}
	n, ok := parseNumber(v)
	if !ok || n > maxNumber>>shift {
		return 0, false
	}
	return n << shift, true
}

// timeUnits are the units of a time in the order they must come in.
var timeUnits = []struct {
	name    string
	seconds int64
}{{"y", 365 * 86400}, {"M", 30 * 86400}, {"w", 7 * 86400}, {"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}, {" ", 1}, {"ms", 0}}

// parseTime reads a time as ngx_parse_time does, in seconds, or in
// milliseconds unless inSeconds: numbers with units from large to small, the
// last may lack its unit and counts seconds. "ms" needs milliseconds; y and M
// need seconds.
func parseTime(v string, inSeconds bool) (int64, bool) {
	step, total, valid := -1, int64(0), false
	if !inSeconds {
		step = 1
	}
	scale := int64(1000)
	if inSeconds {
		scale = 1
	}
	for v != "" {
		n := len(v) - len(strings.TrimLeft(v, "0123456789"))
		value, ok := int64(0), true
		if n > 0 {
			value, ok = parseNumber(v[:n])
			valid = true
		}
		if !ok {
			return 0, false
		}
		v = v[n:]
		seconds, unit := int64(1), 7
		if v != "" {
			if unit = unitAt(v); unit < 0 || unit <= step || unit == 7 && step == 6 || unit == 8 && inSeconds {
				return 0, false
			}
			step = unit
			seconds = timeUnits[unit].seconds
			v = strings.TrimLeft(v[len(timeUnits[unit].name):], " ")
		}
		factor := seconds * scale
		if unit == 8 {
			factor = 1
		}
		if value > (maxNumber-total)/factor {
			return 0, false
		}
		total += value * factor
	}
	return total, valid
}

func unitAt(v string) int {
	if strings.HasPrefix(v, "ms") {
		return 8
	}
	for i, u := range timeUnits {
		if v[:1] == u.name {
			return i
		}
	}
	return -1
}

// scriptError says what is wrong with the variables in a text, or "".
func scriptError(v string) string {
	for i := 0; i < len(v); i++ {
		if v[i] != '$' {
			continue
		}
		i++
		braces := i < len(v) && v[i] == '{'
		if braces {
			i++
		}
		start := i
		for i < len(v) && (isAlnum(v[i]) || v[i] == '_') {
			i++
		}
		if braces && (i == len(v) || v[i] != '}') {
			return "the closing brace of a variable is missing"
		}
		if i == start {
			return "a \"$\" without the name of a variable"
		}
		if !braces {
			i--
		}
	}
	return ""
}

// isNetwork accepts addresses and networks (ngx_ptocidr).
func isNetwork(v string) bool {
	address, bits, hasBits := strings.Cut(v, "/")
	a, ok := parseAddress(address)
	if !ok {
		return false
	}
	if !hasBits {
		return true
	}
	n, ok := parseNumber(bits)
	return ok && n <= int64(a.BitLen())
}

// parseAddress reads an IP address as ngx_inet_addr and ngx_inet6_addr do: an
// IPv4 address is four numbers with dots between, leading zeros allowed, and a
// number that is missing counts as 0.
func parseAddress(v string) (netip.Addr, bool) {
	if strings.Contains(v, ":") {
		a, err := netip.ParseAddr(v)
		return a, err == nil && a.Zone() == ""
	}
	parts := strings.Split(v, ".")
	if len(parts) != 4 {
		return netip.Addr{}, false
	}
	var bytes [4]byte
	for i, part := range parts {
		n, ok := parseNumber("0" + part)
		if !ok || n > 255 {
			return netip.Addr{}, false
		}
		bytes[i] = byte(n)
	}
	return netip.AddrFrom4(bytes), true
}

// isHost accepts what can be looked up: nothing is asked here.
func isHost(v string) bool { return v != "" && !strings.ContainsAny(v, "/ ") }

func isZone(v string) bool {
	name, size, ok := strings.Cut(v, ":")
	n, okSize := parseSize(size)
	return ok && name != "" && okSize && n >= minZone
}

// minZone is the smallest shared memory zone: eight pages.
const minZone = 8 * 4096

func isRate(v string) bool {
	number, ok := strings.CutSuffix(v, "r/s")
	if !ok {
		number, ok = strings.CutSuffix(v, "r/m")
	}
	n, isNumber := parseNumber(number)
	return ok && isNumber && n > 0
}

// ParseSize reads a size such as 512, 8k or 1m, in bytes.
func ParseSize(v string) (bytes int64, ok bool) { return parseSize(v) }
