package check

import (
	"fmt"

	"padlock/internal/apache"
	"padlock/internal/source"
)

// Aliases finds <AuthnProviderAlias> sections that give a name a second time or
// that of a provider of the server (authaliassection of mod_authn_core in httpd
// 2.4). The rule is directive-duplicate.
func (s *Subject) Aliases() []Problem {
	var problems []Problem
	first := map[string]apache.Item{}
	for item := range s.config.All() {
		if !item.IsSection() || !item.Is("AuthnProviderAlias") {
			continue
		}
		words := item.Words()
		if len(words) < 2 {
			continue
		}
		name := words[1].Value
		before, twice := first[name]
		if !twice {
			first[name] = item
			continue
		}
		p := problem("directive-duplicate", item,
			fmt.Sprintf("the authentication provider %q is defined twice: the server refuses the second definition", name),
			"Give one of them another name.").at(1)
		p.Related = []source.Related{{Subject: before.Span(), Message: "the first definition"}}
		problems = append(problems, p)
	}
	return problems
}
