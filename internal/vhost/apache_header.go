package vhost

import (
	"net/http"
	"strings"

	"padlock/internal/apache/directives"
)

// apacheTables are the two tables of response headers: always is sent with
// errors too, success with content alone.
type apacheTables struct{ always, success []Header }

// addHeaders runs the Header directives of the layers in their order, first
// those of the table always. For a redirect or an error, only that table is
// sent (mod_headers, 2.4.71).
func (v *apacheVisit) addHeaders(o *Outcome) {
	t := &apacheTables{}
	v.answered = o.Status
	for _, always := range []bool{true, false} {
		// The page for an error is sent with both, if it is there.
		page := o.Kind == Rejects && !v.erring && v.showsErrorPage(o.Status)
		if !always && o.Kind != Serves && !page {
			break
		}
		for _, layer := range v.layers {
			for _, d := range layer.scope.directives {
				if d.name != "header" {
					continue
				}
				parts, problem := directives.ParseHeader(d.item.Args(), true)
				if problem != nil || parts.Always != always || strings.EqualFold(parts.Condition, "early") {
					continue
				}
				if layer.doubt != "" || !always && page {
					o.HeadersUnknown = true
					continue
				}
				if !v.headerHolds(parts.Condition) {
					continue
				}
				if v.why != "" {
					o.HeadersUnknown, v.why = true, ""
					continue
				}
				v.applyHeader(t, o, d, parts)
			}
		}
	}
	o.Headers = append(t.always, t.success...)
}

// headerHolds judges env=… and expr=….
func (v *apacheVisit) headerHolds(condition string) bool {
	switch {
	case strings.HasPrefix(strings.ToLower(condition), "env="):
		name := condition[4:]
		set := v.hasEnvironment(strings.TrimPrefix(name, "!"))
		return (set == yes) != strings.HasPrefix(name, "!") || set == unsure
	case strings.HasPrefix(strings.ToLower(condition), "expr="):
		answer, doubt := v.expression(condition[5:])
		if doubt != "" {
			v.unknown(doubt)
		}
		return answer != no
	}
	return true
}

func (v *apacheVisit) applyHeader(t *apacheTables, o *Outcome, d apacheDirective, parts directives.HeaderParts) {
	table := &t.success
	if parts.Always {
		table = &t.always
	}
	value, why := v.attempt(func() string { return v.headerValue(parts.Value) })
	name := http.CanonicalHeaderKey(parts.Name)
	header := Header{Name: name, Value: value, Origin: originOf(d.item), Always: parts.Always}
	if why != "" {
		o.HeadersUnknown = true
		header.Value = parts.Value
	}
	at := -1
	for i, h := range *table {
		if h.Name == name {
			at = i
			break
		}
	}
	switch parts.Action {
	case "set":
		*table = dropHeader(*table, name)
		*table = append(*table, header)
	case "add":
		*table = append(*table, header)
	case "setifempty":
		if at < 0 {
			*table = append(*table, header)
		}
	case "unset":
		*table = dropHeader(*table, name)
	case "append", "merge":
		if at < 0 {
			*table = append(*table, header)
		} else if parts.Action == "append" || !hasToken((*table)[at].Value, value) {
			(*table)[at].Value += ", " + header.Value
			(*table)[at].Origin = header.Origin
		}
	case "edit", "edit*":
		for i, h := range *table {
			if h.Name != name {
				continue
			}
			groups, ok, undecided := v.s.matchGroups(parts.Value, false, h.Value)
			if undecided != "" || strings.ContainsAny(parts.Replacement, "%") || parts.Action == "edit*" {
				o.HeadersUnknown = true
			} else if ok {
				(*table)[i].Value = strings.Replace(h.Value, groups[0], substitute(parts.Replacement, groups), 1)
				(*table)[i].Origin = header.Origin
			}
		}
	case "echo":
		o.HeadersUnknown = o.HeadersUnknown || len(v.r.Header) > 0
	}
}

func dropHeader(table []Header, name string) []Header {
	var out []Header
	for _, h := range table {
		if h.Name != name {
			out = append(out, h)
		}
	}
	return out
}

func hasToken(list, token string) bool {
	for part := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(part) == token {
			return true
		}
	}
	return false
}

// headerValue puts in the format of a header's value.
func (v *apacheVisit) headerValue(format string) string {
	if strings.HasPrefix(strings.ToLower(format), "expr=") {
		return v.expandString(format[5:], false)
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		switch {
		case format[i] == '\\' && i+1 < len(format):
			i++
			b.WriteByte(format[i])
			continue
		case format[i] != '%':
			b.WriteByte(format[i])
			continue
		case i+1 == len(format):
			b.WriteByte('%')
			continue
		}
		i++
		switch format[i] {
		case '%':
			b.WriteByte('%')
		case '{':
			end := strings.IndexByte(format[i:], '}')
			if end < 0 || i+end+1 >= len(format) {
				return v.unknown("a header's value is not understood")
			}
			name, kind := format[i+1:i+end], format[i+end+1]
			i += end + 1
			switch kind {
			case 'e':
				b.WriteString(v.presentEnvironment(name))
			case 's':
				b.WriteString(v.tlsVariable(name))
			default:
				return v.unknown("a header's value is not understood")
			}
		default:
			return v.unknown("a header's value depends on time or size")
		}
	}
	return b.String()
}

// presentEnvironment is %{name}e, which says so if nothing is set.
func (v *apacheVisit) presentEnvironment(name string) string {
	if v.hasEnvironment(name) == no {
		return "(null)"
	}
	return v.environment(name)
}
