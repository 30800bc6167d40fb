package directives

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed parameters.tsv
var parametersData string

// parameterRow is a word or parameter that not every target has.
type parameterRow struct {
	word                       string
	contexts                   Context
	since, deprecated, removed string
	plus                       bool
	instead                    string
}

var parameterRows = sync.OnceValue(func() map[string][]parameterRow {
	all := map[string][]parameterRow{}
	for _, r := range rows(parametersData, 8) {
		row := parameterRow{word: r[1], contexts: Anywhere, since: r[3], deprecated: r[4], removed: r[5], plus: r[6] == "plus", instead: r[7]}
		if r[2] != "" {
			row.contexts = parseContexts(r[2])
		}
		all[r[0]] = append(all[r[0]], row)
	}
	return all
})

// matches tells whether an argument is the word, or has the key.
func (row *parameterRow) matches(arg string) bool {
	return arg == row.word || strings.HasSuffix(row.word, "=") && strings.HasPrefix(arg, row.word)
}

// parameterProblems says which words of a directive the target does not have,
// or no longer wants.
func (t Target) parameterProblems(u Use) []Problem {
	var problems []Problem
	for _, row := range parameterRows()[u.Name] {
		if row.contexts&u.Context == 0 {
			continue
		}
		i := slices.IndexFunc(u.Arguments, row.matches)
		if i < 0 {
			continue
		}
		p := Problem{Kind: Version, Argument: i, Help: "Remove it, or raise the target version."}
		what := fmt.Sprintf("parameter %q of %q", strings.TrimSuffix(row.word, "="), u.Name)
		switch {
		case row.plus && !t.Plus:
			p.Message, p.Help = what+" is one of NGINX Plus", "The open-source server does not have it."
		case row.since != "" && !atLeast(t.Version, row.since):
			p.Message = fmt.Sprintf("%s needs nginx %s, the target is %s", what, row.since, t.Version)
		case row.removed != "" && atLeast(t.Version, row.removed):
			p.Message, p.Help = fmt.Sprintf("%s was removed in nginx %s", what, row.removed), useInstead(row.instead)
		case row.deprecated != "" && atLeast(t.Version, row.deprecated):
			p.Kind, p.Message, p.Help = Deprecated, fmt.Sprintf("%s is deprecated since nginx %s", what, row.deprecated), useInstead(row.instead)
		default:
			continue
		}
		problems = append(problems, p)
	}
	return problems
}

func useInstead(instead string) string {
	if instead == "" {
		return ""
	}
	return "Use " + instead + " instead."
}
