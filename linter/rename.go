package linter

import (
	"fmt"
	"slices"
)

// renaming is a rule that went by another id in earlier versions.
type renaming struct {
	old, today string
}

// renamings are all rules that have been renamed: the old id stays valid in
// settings, on the command line and in ignore comments, and is warned about.
var renamings []renaming

// currentID is the id that a rule has today; renamed tells that it had another.
func currentID(id string) (today string, renamed bool) {
	at := slices.IndexFunc(renamings, func(r renaming) bool { return r.old == id })
	if at < 0 {
		return id, false
	}
	return renamings[at].today, true
}

func renamedWarning(old, today string) string {
	return fmt.Sprintf("the rule %s is called %s today", old, today)
}

// currentIDs are ids as they are today, and a warning for each that is not.
func currentIDs(ids []string) (today, warnings []string) {
	for _, id := range ids {
		new, renamed := currentID(id)
		if renamed {
			warnings = append(warnings, renamedWarning(id, new))
		}
		today = append(today, new)
	}
	return today, warnings
}
