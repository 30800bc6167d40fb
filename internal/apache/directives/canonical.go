package directives

import (
	"slices"
	"strconv"
	"strings"
)

// Canonical are the arguments of a directive in the one spelling that stands for
// all that the server reads as the same: "On" and "on" of a flag or another word
// whose case does not matter, "1min" and "60" of a time in seconds. Other
// arguments stay. The result may share memory with the arguments.
func Canonical(f *Facts, args []string) []string {
	if f.Form == Flag {
		return lowered(args)
	}
	types := argumentTypes(strings.ToLower(f.Title()))
	if len(types) == 0 {
		types = argumentTypes(strings.ToLower(f.Name))
	}
	if len(types) == 0 {
		return args
	}
	out := args
	for i, value := range args {
		kind, detail, _ := strings.Cut(typeAt(types, i), ":")
		changed := value
		switch kind {
		case "word":
			changed = strings.ToLower(value)
		case "time":
			changed = canonicalTime(value, detail)
		}
		if changed == value {
			continue
		}
		if &out[0] == &args[0] {
			out = slices.Clone(args)
		}
		out[i] = changed
	}
	return out
}

func lowered(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = strings.ToLower(a)
	}
	return out
}

// milliseconds of the units of ap_timeout_parameter_parse.
var milliseconds = map[string]int64{"ms": 1, "s": 1000, "mi": 60_000, "min": 60_000, "h": 3_600_000}

// canonicalTime is a time in milliseconds; what is not one stays.
func canonicalTime(value, standard string) string {
	digits := len(value) - len(strings.TrimLeft(value, "0123456789"))
	n, err := strconv.ParseInt(value[:digits], 10, 64)
	unit := strings.ToLower(value[digits:])
	if unit == "" {
		unit = standard
	}
	scale, ok := milliseconds[unit]
	if err != nil || !ok || n > 1<<40 {
		return value
	}
	return strconv.FormatInt(n*scale, 10) + "ms"
}
