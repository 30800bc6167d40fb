package directives

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"padlock/internal/tsv"
)

//go:embed data/versions.tsv
var versionTable string

// Life says when a directive came and went. An empty version means: before
// 2.4, or never. Versions are httpd's, as "2.4.66".
type Life struct {
	// Name is the directive's title; a section's with brackets.
	Name                       string
	Added, Deprecated, Removed string
	// Replacement is the directive to use instead; empty when there is none.
	Replacement string
	// Note says more about what to do; a whole sentence or empty.
	Note string
}

// LifeOf finds when a directive came and went, without regard to case; a
// section's name is given as "<IfFile>". It knows names that no 2.4 server
// has any more, which Lookup does not. ok is false when nothing is recorded:
// then a directive that Lookup knows has been there since 2.4.0 or before.
func LifeOf(name string) (life Life, ok bool) {
	if strings.HasPrefix(name, "<") {
		name = strings.TrimSuffix(name, ">") + ">"
	}
	if life, ok := livesAsked.Load(name); ok {
		return life.(Life), life.(Life).Name != ""
	}
	for _, row := range rows(tsv.LinesFold(versionTable, name), 6) {
		life, ok = Life{row[0], row[1], row[2], row[3], row[4], row[5]}, true
	}
	if ok || Lookup(name) != nil {
		livesAsked.Store(name, life)
	}
	return life, ok
}

// livesAsked are the known directives whose lives have been asked for; those
// that nothing is recorded of have no name in it.
var livesAsked sync.Map

// CompareVersions orders two httpd versions such as "2.4.66" number by
// number; a missing or unreadable part counts as 0. The result is negative,
// zero or positive.
func CompareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		if d := versionPart(as, i) - versionPart(bs, i); d != 0 {
			return d
		}
	}
	return 0
}

func versionPart(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, err := strconv.Atoi(parts[i])
	if err != nil || n < 0 {
		return 0
	}
	return n
}
