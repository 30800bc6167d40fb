package directives

import (
	"fmt"
	"strings"
)

// Entry is a line in a block that holds no directives: map, geo, types,
// split_clients or charset_map.
type Entry struct {
	// Block is the name of the directive the block belongs to.
	Block string
	// Words are the words of the line after quotes are resolved; at least one.
	Words []string
	// Ranges tells that the line "ranges;" stands before it in a geo block.
	Ranges bool
	// Nested tells that "{" follows instead of ";".
	Nested bool
}

// HoldsEntries tells whether the block of a directive is read line by line as
// entries, so that JudgeEntry knows it.
func HoldsEntries(name string) bool {
	_, ok := entryChecks[name]
	return ok
}

var entryChecks = map[string]func(*checker, Entry){
	"map":           checkMapEntry,
	"geo":           checkGeoEntry,
	"types":         func(*checker, Entry) {},
	"split_clients": checkSplitEntry,
	"charset_map":   checkCharsetEntry,
}

// JudgeEntry says what the server holds against one line of such a block.
// Argument 0 of a problem is the first word after the key; -1 is the key.
func JudgeEntry(e Entry) []Problem {
	check, ok := entryChecks[e.Block]
	if !ok {
		return nil
	}
	if e.Nested {
		return []Problem{{Kind: Arguments, Argument: -1, Message: fmt.Sprintf("unexpected \"{\" in %q", e.Block), Help: "Its lines end with \";\"."}}
	}
	c := &checker{name: e.Block, args: e.Words[1:]}
	if e.Words[0] == "include" && e.Block != "split_clients" && e.Block != "charset_map" {
		c.count(1, "include takes one file.")
		return c.problems
	}
	check(c, e)
	return c.problems
}

// count wants a number of words after the key.
func (c *checker) count(n int, help string) bool {
	if len(c.args) == n {
		return true
	}
	c.problems = append(c.problems, Problem{Kind: Arguments, Argument: -1,
		Message: fmt.Sprintf("invalid number of parameters in %q", c.name), Help: help})
	return false
}

// checkMapEntry: a key and a value, or hostnames or volatile alone
// (ngx_http_map).
func checkMapEntry(c *checker, e Entry) {
	if len(c.args) == 0 && (e.Words[0] == "hostnames" || e.Words[0] == "volatile") {
		return
	}
	if c.count(1, "A line is a key and a value; only hostnames and volatile stand alone.") {
		c.script(0)
	}
}

// checkGeoEntry: a network or, after ranges, a range, and a value; default,
// delete and proxy (ngx_http_geo).
func checkGeoEntry(c *checker, e Entry) {
	key := e.Words[0]
	if len(c.args) == 0 && (key == "ranges" || key == "proxy_recursive" || key == "volatile") {
		return
	}
	if !c.count(1, "A line is a network and a value; only ranges, proxy_recursive and volatile stand alone.") {
		return
	}
	network, at := key, -1
	if key == "delete" || key == "proxy" {
		network, at = c.args[0], 0
	}
	switch {
	case network == "default":
	case e.Ranges && key != "proxy":
		first, last, _ := strings.Cut(network, "-")
		from, okFrom := parseAddress(first)
		to, okTo := parseAddress(last)
		if !okFrom || !okTo || !from.Is4() || !to.Is4() || to.Less(from) {
			c.fail(at, "invalid range "+quote(network)+" in \"geo\"", "After ranges, lines begin with two IPv4 addresses: 192.0.2.1-192.0.2.9.")
		}
	case !isNetwork(network):
		c.fail(at, "invalid network "+quote(network)+" in \"geo\"", "Lines begin with an address, a network such as 192.0.2.0/24, or default.")
	}
}

// checkSplitEntry: a share of a hundred, or *, and a value
// (ngx_http_split_clients).
func checkSplitEntry(c *checker, e Entry) {
	if len(c.args) == 0 {
		c.count(1, "A line is a share and a value.")
		return
	}
	share := e.Words[0]
	if share == "*" {
		return
	}
	number, ok := strings.CutSuffix(share, "%")
	whole, fraction, _ := strings.Cut(number, ".")
	if !ok || strings.Trim(number, "0123456789.") != "" || len(fraction) > 2 || strings.Trim(whole+fraction, "0") == "" {
		c.fail(-1, "invalid percent value "+quote(share), "It takes a share such as 12.5%, with at most two decimals, or * for the rest.")
	}
}

// checkCharsetEntry: a byte and what it becomes, both hexadecimal
// (ngx_http_charset_map).
func checkCharsetEntry(c *checker, e Entry) {
	if !c.count(1, "A line is a byte and its replacement, both hexadecimal.") {
		return
	}
	for i, word := range e.Words {
		if word == "" || strings.Trim(word, "0123456789abcdefABCDEF") != "" || i == 0 && len(word) > 2 {
			c.fail(i-1, "invalid value "+quote(word)+" in \"charset_map\"", "Both are hexadecimal; the first is one byte.")
			return
		}
	}
}
