package check

import (
	"fmt"

	"padlock/internal/apache"
)

// Branches finds <Else> and <ElseIf> without an <If> before them in the same
// section. Other directives may stand between (ap_core's ifsection of httpd
// 2.4). The rule is directive-context.
func (s *Subject) Branches() []Problem {
	var problems []Problem
	open := map[apache.Item]bool{}
	for item := range s.config.All() {
		if !item.IsSection() || !isAny(item, "If", "ElseIf", "Else") {
			continue
		}
		scope, _ := item.Parent()
		if !item.Is("If") && !open[scope] {
			problems = append(problems, problem("directive-context", item,
				fmt.Sprintf("<%s> follows no <If> in the same section: the server refuses it", item.Name()),
				"Put it behind the <If> that it belongs to, in the same section and virtual host."))
		}
		// An <Else> that may be left out does not end the chain for sure.
		open[scope] = !item.Is("Else") || len(item.Conditions()) > 0
	}
	return problems
}
