package check

import (
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"padlock/internal/nginx"
	"padlock/internal/nginx/directives"
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
			found = append(found, s.recoding(u, a, b)...)
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

// recoding judges the lines of a charset_map: bytes, or in the second column for
// UTF-8 the bytes of one letter of the basic plane (ngx_http_charset_map).
func (s *Subject) recoding(u *use, from, to string) []Problem {
	if from == "utf-8" && to != from && directives.CompareVersions(s.version(), "1.30.0") >= 0 {
		return []Problem{u.problem(ruleValue, 0, "\"utf-8\" stands in the second column of a \"charset_map\"", "Swap the charsets, and the two columns of the lines.")}
	}
	var found []Problem
	for _, n := range u.Children {
		if len(n.Words) != 2 || n.Directive.Name == "include" {
			continue
		}
		text := n.Arg(0)
		help := "Two hexadecimal digits are one byte, such as D1."
		bad := len(text) < 1 || len(strings.TrimLeft(text, "0")) > 2
		if to == "utf-8" {
			help = "In UTF-8 a letter is two or three bytes, such as D18E."
			bad = !s.isLetter(text)
		}
		if bad {
			entry := &use{Node: n}
			found = append(found, entry.problem(ruleValue, 0, fmt.Sprintf("%q is no letter in %s", text, to), help))
		}
	}
	return found
}

// isLetter tells that digits are the bytes of a letter in UTF-8. Bytes behind the
// first letter do not matter, but from 1.30 on there may be three in all.
func (s *Subject) isLetter(digits string) bool {
	letter, err := hex.DecodeString(digits)
	if err != nil {
		return false
	}
	r, size := utf8.DecodeRune(letter)
	short := len(letter) <= 3 || directives.CompareVersions(s.version(), "1.30.0") < 0
	// Surrogates are no letters to Go, but nginx takes any three bytes.
	surrogate := len(letter) == 3 && letter[0] == 0xed && letter[1] >= 0xa0 && letter[1] <= 0xbf && letter[2]&0xc0 == 0x80
	return surrogate || size > 1 && size < 4 && r <= 0xffff && short
}
