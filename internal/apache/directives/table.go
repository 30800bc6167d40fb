package directives

import (
	"bufio"
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"padlock/internal/tsv"
)

//go:embed data/directives.tsv
var directiveTable string

// rows splits an embedded table into its rows of exactly width columns,
// without comment lines. The tables are the package's own, so a row of
// another width is a programming error.
func rows(table string, width int) [][]string {
	var out [][]string
	scanner := bufio.NewScanner(strings.NewReader(table))
	for scanner.Scan() {
		line := scanner.Text()
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		columns := strings.Split(line, "\t")
		if len(columns) != width {
			panic(fmt.Sprintf("directives: table row of %d columns, want %d: %q", len(columns), width, line))
		}
		out = append(out, columns)
	}
	return out
}

func parseFacts(row []string) *Facts {
	f := &Facts{Name: row[0], Module: row[1], Form: formNames[row[3]], Status: row[8]}
	if name, ok := strings.CutPrefix(f.Name, "<"); ok {
		f.Name, f.Section = strings.TrimSuffix(name, ">"), true
	}
	f.lower, f.key = strings.ToLower(f.Name), lookupKey(f.Name, f.Section)
	switch row[2] {
	case "httpd":
	case "elsewhere":
		f.Origin = Elsewhere
	default:
		f.Origin, f.Package = ThirdParty, row[2]
	}
	where, proxy := strings.CutSuffix(row[4], ",proxy")
	f.Outside = where == "outside" || where == "anywhere"
	f.Inside = where == "inside" || where == "anywhere"
	f.inProxy = proxy
	f.Overrides = parseOverride(row[5])
	f.refused = parseRefused(row[6])
	f.ExecOnRead = row[7] == "read"
	return f
}

func parseOverride(text string) Override {
	if text == "All" {
		return OverrideAll
	}
	var o Override
	for word := range strings.SplitSeq(text, ",") {
		for _, c := range overrideNames {
			if c.name == word {
				o |= c.bit
			}
		}
	}
	return o
}

var refusedNames = map[string]refused{
	"VirtualHost": refuseVirtualHost, "Directory": refuseDirectory,
	"Location": refuseLocation, "Files": refuseFiles, "Proxy": refuseProxy,
	"Limit": refuseLimit, ".htaccess": refuseAccessFile,
}

func parseRefused(text string) refused {
	var r refused
	for word := range strings.SplitSeq(text, ",") {
		r |= refusedNames[word]
	}
	return r
}

func lookupKey(name string, section bool) string {
	name = strings.ToLower(name)
	if section {
		return "<" + name
	}
	return name
}

// Lookup finds the directives of that name without regard to case; a leading
// "<" asks for the section of that name, a closing ">" is ignored. The server's own come
// before third parties'. The result is nil for an unknown name and must not
// be changed.
func Lookup(name string) []*Facts {
	if known, ok := spelled.Load(name); ok {
		return known.([]*Facts)
	}
	bare, section := strings.CutPrefix(name, "<")
	key := lookupKey(strings.TrimSuffix(bare, ">"), section)
	known, ok := asked.Load(key)
	if !ok {
		title := key
		if section {
			title += ">"
		}
		var all []*Facts
		for _, row := range rows(tsv.LinesFold(directiveTable, title), 9) {
			all = append(all, parseFacts(row))
		}
		if all == nil {
			return nil
		}
		known, _ = asked.LoadOrStore(key, all)
	}
	spelled.Store(name, known)
	return known.([]*Facts)
}

// What Lookup has found, by lookupKey, and by the spelling that was asked for.
var asked, spelled sync.Map

// All lists every directive: the server's own first, and by name. The result
// must not be changed.
func All() []*Facts { return table() }

var table = sync.OnceValue(func() []*Facts {
	var all []*Facts
	for _, row := range rows(directiveTable, 9) {
		all = append(all, parseFacts(row))
	}
	slices.SortStableFunc(all, func(a, b *Facts) int { return cmp.Compare(a.Origin, b.Origin) })
	return all
})
