package directives

import (
	"fmt"
	"strconv"
	"strings"
)

// Arity is the set of argument counts a directive takes, as nginx keeps it.
type Arity struct {
	// Counts has bit n set when exactly n arguments will do.
	Counts uint8
	// AtLeast is the smallest count from which on any number will do, or -1.
	AtLeast int8
	// Flag tells that the one argument is on or off.
	Flag bool
}

// maxArguments is the largest number of arguments when only exact counts are
// given: more always draw "invalid number of arguments" (NGX_CONF_MAX_ARGS in
// ngx_conf_file.h).
const maxArguments = 7

// Allows tells whether n arguments are accepted.
func (a Arity) Allows(n int) bool {
	if a.Flag {
		return n == 1
	}
	if a.AtLeast >= 0 {
		return n >= int(a.AtLeast)
	}
	return n <= maxArguments && a.Counts>>n&1 != 0
}

// String says what is accepted, such as "1 or 2 arguments".
func (a Arity) String() string {
	switch {
	case a.Flag:
		return "one argument, on or off"
	case a.AtLeast == 0:
		return "any number of arguments"
	case a.AtLeast == 1:
		return "at least 1 argument"
	case a.AtLeast > 1:
		return fmt.Sprintf("at least %d arguments", a.AtLeast)
	case a.Counts == 1:
		return "no arguments"
	case a.Counts == 1<<1:
		return "1 argument"
	}
	var counts []string
	for n := range 8 {
		if a.Counts>>n&1 != 0 {
			counts = append(counts, strconv.Itoa(n))
		}
	}
	if last := len(counts) - 1; last > 0 {
		return strings.Join(counts[:last], ", ") + " or " + counts[last] + " arguments"
	}
	return strings.Join(counts, "") + " arguments"
}

// parseArity reads the notation of directives.tsv: "1", "1|3", "1+", "any", "flag",
// with "{" at the end for a block.
func parseArity(text string) (arity Arity, block bool) {
	text, block = strings.CutSuffix(text, "{")
	arity.AtLeast = -1
	for form := range strings.SplitSeq(text, "|") {
		switch form {
		case "flag":
			arity.Flag = true
		case "any":
			arity.AtLeast = 0
		case "1+":
			arity.AtLeast = 1
		case "2+":
			arity.AtLeast = 2
		default:
			if n, err := strconv.Atoi(form); err == nil {
				arity.Counts |= 1 << n
			}
		}
	}
	return arity, block
}
