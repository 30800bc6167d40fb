package vhost

import "strings"

// matchGroups matches as httpd does, where "." is any character, and "$" the
// very end of the text (RegexDefaultOptions DOTALL DOLLAR_ENDONLY, 2.4.30).
// undecided tells why it cannot be known.
func (s *apacheServer) matchGroups(source string, ignoreCase bool, text string) (groups []string, ok bool, undecided string) {
	m, undecided := s.match(source, ignoreCase, text)
	if m == nil {
		return nil, false, undecided
	}
	return m.groups, true, ""
}

// match is nil where the pattern does not match, or it cannot be told.
func (s *apacheServer) match(source string, ignoreCase bool, text string) (m *match, undecided string) {
	if strings.HasSuffix(text, "\n") && strings.Contains(source, "$") {
		return nil, "a line end meets the pattern " + source
	}
	expression := source
	if strings.Contains(text, "\n") {
		expression = "(?s)" + source
	}
	if m, undecided = s.patterns.get(expression, ignoreCase).match(text); undecided != "" {
		return nil, "the pattern " + source + ": " + undecided
	}
	return m, ""
}

// sectionMatches tells whether the pattern of a section matches; its named groups
// become variables (ap_regname, 2.4.8).
func (v *apacheVisit) sectionMatches(pattern, text string) (ok bool, undecided string) {
	m, undecided := v.s.match(pattern, false, text)
	if m == nil {
		return false, undecided
	}
	for name, group := range m.names {
		if m.set[group] {
			v.setEnv("MATCH_"+strings.ToUpper(name), m.groups[group])
		}
	}
	return true, ""
}

// substitute puts groups in for $0 to $9, as ap_pregsub does: a backslash takes
// the meaning from what follows.
func substitute(template string, groups []string) string {
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		c := template[i]
		switch {
		case c == '$' && i+1 < len(template) && isDigit(template[i+1]):
			i++
			if n := int(template[i] - '0'); n < len(groups) {
				b.WriteString(groups[n])
			}
		case c == '\\' && i+1 < len(template):
			i++
			b.WriteByte(template[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
