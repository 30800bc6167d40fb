package directives

import (
	"slices"
	"strconv"
	"strings"
)

// Canonical are the arguments of a directive in the one spelling that stands for
// all that the server reads as the same: "1m" of a time and "60s" give the same
// words, and so do "10k" and "10240" of a size, "On" and "on" of a flag, and two
// orders of a set. Arguments of unknown directives, and of no known type, stay.
// The result may share memory with the arguments.
func Canonical(u Use) []string {
	d, ok := Lookup(u.Name)
	if !ok || len(u.Arguments) == 0 {
		return u.Arguments
	}
	form := &d.Forms[0]
	for i := range d.Forms {
		if d.Forms[i].Contexts&u.Context != 0 && d.Forms[i].Block == u.Block {
			form = &d.Forms[i]
			break
		}
	}
	if u.Name == "expires" {
		return lastTime(u.Arguments)
	}
	if change, ok := canonicalReaders[form.reader]; ok {
		return change(u.Arguments)
	}
	if s := form.values; s != nil && (len(s.positions) > 0 || len(s.parameters) > 0) {
		return s.canonical(u.Arguments)
	}
	return u.Arguments
}

// canonicalReaders spell arguments anew by the function of the server that
// reads them.
var canonicalReaders = map[string]func([]string) []string{
	"conf_set_flag":               firstOf("flag"),
	"conf_set_size":               firstOf("size"),
	"conf_set_off":                firstOf("offset"),
	"conf_set_msec":               firstOf("msec"),
	"conf_set_sec":                firstOf("sec"),
	"conf_set_num":                firstOf("number"),
	"conf_set_enum":               lowered,
	"conf_set_bitmask":            setOfWords,
	"http_types":                  setOfWords,
	"http_set_complex_value_size": firstOf("size"),
	"conf_set_bufs": func(args []string) []string {
		out := slices.Clone(args)
		for i, typ := range []string{"number", "size"} {
			if i < len(out) {
				out[i] = canonicalValue(typ, out[i])
			}
		}
		return out
	},
}

// lastTime spells the time that expires ends with anew; epoch, max and off stay.
func lastTime(args []string) []string {
	last := len(args) - 1
	value := canonicalValue("sec", args[last])
	if value == args[last] {
		return args
	}
	out := slices.Clone(args)
	out[last] = value
	return out
}

func firstOf(typ string) func([]string) []string {
	return func(args []string) []string {
		value := canonicalValue(typ, args[0])
		if value == args[0] {
			return args
		}
		out := slices.Clone(args)
		out[0] = value
		return out
	}
}

func lowered(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = strings.ToLower(a)
	}
	return out
}

// setOfWords is for arguments whose order and repetition mean nothing.
func setOfWords(args []string) []string {
	out := lowered(args)
	slices.Sort(out)
	return slices.Compact(out)
}

// canonicalValue spells a value of a type anew; what is not of the type stays.
func canonicalValue(typ, value string) string {
	var n int64
	ok := false
	switch typ {
	case "flag":
		if isFlag(value) {
			return strings.ToLower(value)
		}
	case "size", "power", "poolsize", "zonesize":
		n, ok = parseSize(value)
	case "offset":
		n, ok = parseOffset(value)
	case "msec":
		n, ok = parseTime(value, false)
	case "sec":
		n, ok = parseTime(value, true)
	case "number":
		n, ok = parseNumber(value)
	case "zone":
		name, size, cut := strings.Cut(value, ":")
		if bytes, read := parseSize(size); cut && read {
			return name + ":" + strconv.FormatInt(bytes, 10)
		}
	}
	if !ok {
		return value
	}
	return strconv.FormatInt(n, 10)
}

// canonical goes through the positions, then puts the parameters in order.
func (s *shape) canonical(args []string) []string {
	out := slices.Clone(args)
	n := 0
	for _, p := range s.positions {
		for n < len(out) {
			out[n] = canonicalOf(p.any, out[n])
			n++
			if !p.repeated {
				break
			}
		}
	}
	if len(s.parameters) == 0 {
		return out
	}
	for i := n; i < len(out); i++ {
		out[i] = canonicalOf(s.parameters, out[i])
	}
	slices.Sort(out[min(n, len(out)):])
	return out
}

func canonicalOf(list []alternative, value string) string {
	for i := range list {
		if a := &list[i]; a.accepts(value) {
			if a.word != "" {
				return value
			}
			return a.key + canonicalValue(a.typ, value[len(a.key):])
		}
	}
	return value
}
