package check

import (
	"fmt"
	"strings"

	"padlock/internal/nginx"
)

// charsets finds pairs of character sets between which no charset_map says how
// to recode (ngx_http_charset_postconfiguration), and maps that are one too many
// (ngx_http_charset_map_block).
func (s *Subject) charsets() []Problem {
	var found []Problem
	maps := map[[2]string]*use{}
	blocks := map[*nginx.Node]*use{}
	var order []*nginx.Node
	for _, u := range s.uses {
		switch u.name() {
		case "charset_map":
			a, b := strings.ToLower(u.Use.Arguments[0]), strings.ToLower(u.Use.Arguments[1])
			switch before := maps[[2]string{a, b}]; {
			case a == b:
				found = append(found, u.problem(ruleValue, 1, "the charsets of \"charset_map\" are the same", "Name two: nothing has to be recoded between a charset and itself."))
			case before != nil:
				p := u.problem(ruleDuplicate, -1, fmt.Sprintf("there is a \"charset_map\" between %q and %q already; it holds in both directions", before.Use.Arguments[0], before.Use.Arguments[1]), "Keep one of them.")
				found = append(found, p.and(before, "the first one"))
			default:
				maps[[2]string{a, b}], maps[[2]string{b, a}] = u, u
			}
		case "charset", "source_charset":
			if blocks[u.Node.Parent] == nil {
				order = append(order, u.Node.Parent)
			}
			blocks[u.Node.Parent] = u
		}
	}
	if !s.complete {
		return found
	}
	for _, block := range order {
		from, to := s.charset(block, "source_charset"), s.charset(block, "charset")
		if from == "" || to == "" || from == to || maps[[2]string{from, to}] != nil {
			continue
		}
		found = append(found, blocks[block].problem(ruleValue, 0, fmt.Sprintf("there is no \"charset_map\" between the charsets %q and %q", from, to),
			"Add a charset_map; nginx brings koi-win, koi-utf and win-utf."))
	}
	return found
}

// charset is the character set that holds in a block, in lower case; empty for
// none, or one that is known only per request.
func (s *Subject) charset(block *nginx.Node, name string) string {
	u := s.effective(block, name)
	if u == nil || u.Use.Arguments[0] == "off" || strings.Contains(u.Use.Arguments[0], "$") {
		return ""
	}
	return strings.ToLower(u.Use.Arguments[0])
}
