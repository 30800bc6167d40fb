package directives

import (
	"fmt"
	"strings"
)

// readers judge arguments by the function of the server that reads them.
var readers = map[string]func(*checker, *Form){
	"conf_set_flag":                 ofType("flag"),
	"conf_set_size":                 ofType("size"),
	"conf_set_off":                  ofType("offset"),
	"conf_set_msec":                 ofType("msec"),
	"conf_set_sec":                  ofType("sec"),
	"conf_set_num":                  readNumber,
	"conf_set_enum":                 readWord,
	"conf_set_bitmask":              readWords,
	"conf_set_bufs":                 readBuffers,
	"conf_set_access":               readAccess,
	"conf_set_path":                 readLevels,
	"http_set_complex_value":        readScript,
	"http_set_complex_value_zero":   readScript,
	"http_set_complex_value_size":   orScript("size"),
	"http_set_predicate":            readScript,
	"conf_set_keyval":               readKeyValue,
	"stream_set_complex_value":      readScript,
	"stream_set_complex_value_zero": readScript,
	"stream_set_complex_value_size": orScript("size"),
	"http_upstream_bind":            func(c *checker, _ *Form) { checkBind(c) },
	"http_upstream_param":           readParameter,
	"http_file_cache":               func(c *checker, _ *Form) { checkCachePath(c) },
	"http_file_cache_valid":         func(c *checker, _ *Form) { checkCacheValid(c) },
}

// ofType wants the first argument to be of one type.
func ofType(name string) func(*checker, *Form) {
	t := types[name]
	return func(c *checker, _ *Form) {
		if !t.accepts(c.args[0], 0, maxNumber) {
			c.invalid(0, "It takes "+t.describe(0, maxNumber)+".")
			if name == "flag" {
				c.suggest([]string{"on", "off"})
			}
		}
	}
}

// orScript wants a type too, unless the value has variables and is evaluated
// per request.
func orScript(name string) func(*checker, *Form) {
	plain := ofType(name)
	return func(c *checker, f *Form) {
		if strings.Contains(c.args[0], "$") {
			c.script(0)
			return
		}
		plain(c, f)
	}
}

func readNumber(c *checker, f *Form) {
	low, high := int64(0), int64(maxNumber)
	if len(f.words) == 1 {
		fmt.Sscanf(f.words[0], "%d..%d", &low, &high)
		if high < 0 {
			high = maxNumber
		}
	}
	if n, ok := parseNumber(c.args[0]); !ok || n < low || n > high {
		c.invalid(0, "It takes "+describeNumber(low, high)+".")
	}
}

func readWord(c *checker, f *Form) {
	if !containsFold(f.words, c.args[0]) {
		c.invalid(0, "It takes one of: "+strings.Join(f.words, ", ")+".")
		c.suggest(f.words)
	}
}

func readWords(c *checker, f *Form) {
	for i, arg := range c.args {
		if !containsFold(f.words, arg) {
			c.invalid(i, "It takes any of: "+strings.Join(f.words, ", ")+".")
			c.suggest(f.words)
			return
		}
	}
}

// containsFold: words are compared without regard to case
// (ngx_conf_set_enum_slot, ngx_conf_set_bitmask_slot).
func containsFold(words []string, word string) bool {
	for _, w := range words {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

func readBuffers(c *checker, _ *Form) {
	if n, ok := parseNumber(c.args[0]); !ok || n == 0 {
		c.invalid(0, "The first argument is the number of buffers, at least 1.")
		return
	}
	if n, ok := parseSize(c.args[1]); !ok || n == 0 {
		c.invalid(1, "The second argument is the size of a buffer, such as 4k or 8k.")
	}
}

// readAccess: user, group and all with rw or r (ngx_conf_set_access_slot).
func readAccess(c *checker, _ *Form) {
	for i, arg := range c.args {
		who, rights, _ := strings.Cut(arg, ":")
		if who != "user" && who != "group" && who != "all" || rights != "rw" && rights != "r" {
			c.invalid(i, "It takes user:, group: and all:, each with rw or r, such as user:rw group:r.")
			return
		}
	}
}

// readLevels: a path and up to three levels, which are the numbers of digits of
// a name that each folder takes, at most 10 in all (ngx_conf_set_path_slot).
func readLevels(c *checker, _ *Form) {
	total := int64(0)
	for i := 1; i < len(c.args); i++ {
		n, ok := parseNumber(c.args[i])
		if total += min(n, 99); !ok || n == 0 || total > 10 {
			c.invalid(i, "After the path come up to three levels, each a number from 1 on, 10 digits in all.")
			return
		}
	}
}

func readScript(c *checker, _ *Form) {
	for i := range c.args {
		if c.script(i); c.failed() {
			return
		}
	}
}

// readKeyValue: the second of two words is expanded where a header is made of
// them; only the modules' own ones are known to do so.
func readKeyValue(c *checker, _ *Form) {
	if strings.HasSuffix(c.name, "_set_header") && len(c.args) == 2 {
		c.script(1)
	}
}

// readParameter: fastcgi_param and its kin take a third word
// (ngx_http_upstream_param_set_slot).
func readParameter(c *checker, _ *Form) {
	if len(c.args) == 3 && c.args[2] != "if_not_empty" {
		c.invalid(2, "The third argument can only be if_not_empty.")
		c.suggest([]string{"if_not_empty"})
		return
	}
	c.script(1)
}
