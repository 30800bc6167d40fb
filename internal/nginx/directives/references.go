package directives

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed references.tsv
var referencesData string

// Reference is the name of a thing in an argument: of an upstream, a shared
// memory zone, a log format, a named location and the like.
type Reference struct {
	// Kind names what it is the name of, in words: "upstream", "log format".
	Kind string
	Name string
	// Argument holds the name, which begins at byte Offset of it.
	Argument, Offset int
	// Defines tells that the directive brings the thing about; else it speaks
	// of one.
	Defines bool
	// Required tells that the server refuses a name that nothing defines.
	Required bool
}

type referenceRow struct {
	reference Reference
	locator   string
}

var referenceRows = sync.OnceValue(func() map[string][]referenceRow {
	all := map[string][]referenceRow{}
	for _, r := range rows(referencesData, 5) {
		all[r[0]] = append(all[r[0]], referenceRow{
			Reference{Kind: r[2], Defines: r[1] == "define", Required: r[4] == "must"}, r[3]})
	}
	return all
})

// builtIn are names that exist without a definition.
var builtIn = map[string]map[string]bool{
	"log format":  {"combined": true},
	"thread pool": {"default": true},
}

// References finds the names in a directive's arguments. Names that hold
// variables (but of a log format), the word off, and things that exist without a definition are left
// out.
func References(u Use) []Reference {
	var found []Reference
	for _, row := range referenceRows()[u.Name] {
		for i, arg := range u.Arguments {
			name, offset, ok := row.at(u, i, arg)
			if !ok || name == "" || strings.Contains(name, "$") && row.reference.Kind != "log format" || !row.reference.Defines && (name == "off" && row.reference.Kind != "log format" || isBuiltIn(row.reference.Kind, name, u.Context)) {
				continue
			}
			r := row.reference
			r.Name, r.Argument, r.Offset = name, i, offset
			found = append(found, r)
		}
	}
	return found
}

// isBuiltIn: the stream module has no log format of its own.
func isBuiltIn(kind, name string, context Context) bool {
	return builtIn[kind][name] && !(kind == "log format" && protocolOf(context) == "stream")
}

// at reads the name that an argument holds, and where it begins.
func (row *referenceRow) at(u Use, i int, arg string) (name string, offset int, ok bool) {
	switch row.locator {
	case "0", "1":
		ok = int(row.locator[0]-'0') == i
	case "last":
		ok = i == len(u.Arguments)-1
	default:
		ok = strings.HasPrefix(arg, row.locator)
		offset = len(row.locator)
	}
	if !ok {
		return "", 0, false
	}
	name = arg[offset:]
	switch row.reference.Kind {
	case "upstream":
		if !row.reference.Defines {
			return upstreamName(name)
		}
		return name, 0, true
	case "named location":
		return name, 0, strings.HasPrefix(name, "@")
	case "log format":
		// Everything after "access_log off", and a stream's if= and buffer=.
		return name, 0, row.reference.Defines || u.Arguments[0] != "off"
	case "js module":
		name = strings.TrimSuffix(name[strings.LastIndex(name, "/")+1:], ".js")
		return name, strings.LastIndex(arg, name), true
	}
	if row.locator[len(row.locator)-1] == '=' || row.locator == "shared:" {
		name, _, _ = strings.Cut(name, ":")
	}
	return name, offset, true
}

// upstreamName takes the host out of an address with or without a scheme and
// a path. An address with a port is no name of an upstream.
func upstreamName(address string) (name string, offset int, ok bool) {
	if i := strings.Index(address, "://"); i >= 0 {
		offset = i + len("://")
	}
	name = address[offset:]
	if i := strings.IndexAny(name, "/?"); i >= 0 {
		name = name[:i]
	}
	return name, offset, name != "unix:" && !strings.ContainsAny(name, ":[")
}
