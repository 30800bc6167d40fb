package check

import (
	"fmt"

	"padlock/internal/nginx/directives"
)

const ruleReference = "reference-undefined"

// defined is a named thing and where its name counts.
type defined struct{ protocol, kind, name string }

// References finds log formats that are used above their definition: of other
// things the server looks for the definition at the end (ngx_http_log_set_log).
func (s *Subject) References() []Problem {
	var found []Problem
	early := map[defined][]Problem{}
	for _, u := range s.uses {
		if u.name() != "log_format" && u.name() != "access_log" {
			continue
		}
		for _, r := range directives.References(u.Use) {
			key := defined{u.protocol(), r.Kind, r.Name}
			before, known := early[key]
			switch {
			case r.Defines:
				for _, p := range before {
					found = append(found, p.and(u, "it is defined here"))
				}
				early[key] = nil
			case !known || before != nil:
				p := u.problem(ruleReference, r.Argument, fmt.Sprintf("the log format %q is used before it is defined", r.Name), "Move log_format above this line.")
				early[key] = append(before, p)
			}
		}
	}
	return found
}
