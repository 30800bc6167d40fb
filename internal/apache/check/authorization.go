package check

import (
	"fmt"
	"strings"

	"padlock/internal/apache"
)

// Authorization finds <RequireAll>, <RequireAny> and <RequireNone> that cannot
// decide anything: empty, with nothing but exclusions, or a <RequireNone> where
// it has no effect (add_authz_section and authz_core_check_section of httpd
// 2.4). The rules are directive-missing and directive-context.
func (s *Subject) Authorization() []Problem {
	var problems []Problem
	for item := range s.config.All() {
		if !isContainer(item) {
			continue
		}
		around := containerAround(item)
		positive, negative := requirements(item)
		switch {
		case positive+negative == 0:
			problems = append(problems, problem("directive-missing", item,
				fmt.Sprintf("<%s> is empty: the server refuses it", item.Name()), "Put a Require into it, or remove it."))
		case item.Is("RequireNone") && !strings.EqualFold(around, "RequireAll"):
			problems = append(problems, problem("directive-context", item,
				fmt.Sprintf("<RequireNone> has no effect in <%s>, and the server refuses it", around),
				"Put it into <RequireAll>, beside a Require that lets somebody in."))
		case positive == 0 && item.Is("RequireAll") && !strings.EqualFold(around, "RequireAll"):
			problems = append(problems, problem("directive-missing", item,
				"<RequireAll> has nothing but exclusions, so that it lets nobody in: the server refuses it",
				`Add what lets others in, such as "Require all granted".`))
		}
	}
	return problems
}

func isContainer(item apache.Item) bool {
	return item.IsSection() && isAny(item, "RequireAll", "RequireAny", "RequireNone")
}

// containerAround is the name of the section of this kind that an item stands
// in. Outside of all it is as if in <RequireAny>.
func containerAround(item apache.Item) string {
	for up, ok := item.Parent(); ok; up, ok = up.Parent() {
		if isContainer(up) {
			return up.Name()
		}
	}
	return "RequireAny"
}

// requirements counts what a section demands and what it excludes. Sections of
// other kinds inside, such as <Limit>, count as what they hold; so does a
// <RequireAll> within another.
func requirements(section apache.Item) (positive, negative int) {
	for child := range section.Children() {
		switch {
		case child.IsSection() && child.Is("RequireNone"):
			negative++
		case child.IsSection() && (!isContainer(child) || child.Is("RequireAll") && section.Is("RequireAll")):
			p, n := requirements(child)
			positive, negative = positive+p, negative+n
		case child.IsSection():
			positive++
		case child.Is("Require"):
			if words := child.Words(); len(words) > 0 && strings.EqualFold(words[0].Value, "not") {
				negative++
			} else {
				positive++
			}
		}
	}
	return positive, negative
}
