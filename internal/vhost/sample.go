package vhost

import "strings"

// SamplePath is a path that a regular expression is about, found as for Routes;
// empty if none was found.
func SamplePath(expression string) string {
	p := newPattern(expression, true)
	if path := sampleOf(p, ""); strings.HasPrefix(path, "/") {
		return path
	}
	if path := sampleOf(p, "/"+probeLabel, "/"); strings.HasPrefix(path, "/") {
		return path
	}
	return ""
}

// sampleOf makes a text that a simple pattern matches: the characters it asks
// for, the shortest way through its groups and counts, behind the first of the
// beginnings with which that matches. Empty if none does.
func sampleOf(p *pattern, beginnings ...string) string {
	s := sampler{source: p.source}
	text := s.alternative()
	for _, beginning := range beginnings {
		if m, undecided := p.match(beginning + text); m != nil && undecided == "" {
			return beginning + text
		}
	}
	return ""
}

// sampler reads a pattern loosely: whatever it gets wrong fails the match that
// follows.
type sampler struct {
	source string
	at     int
	depth  int
}

// alternative is a sample of the first alternative; the others are skipped.
func (s *sampler) alternative() string {
	if s.depth++; s.depth > maxNesting {
		s.at = len(s.source)
	}
	defer func() { s.depth-- }()
	var out strings.Builder
	first := true
	for s.at < len(s.source) && s.source[s.at] != ')' {
		if s.source[s.at] == '|' {
			s.at++
			first = false
			continue
		}
		piece := s.repeated(s.piece())
		if first && out.Len() < maxSample {
			out.WriteString(piece)
		}
	}
	return out.String()
}

// maxSample bounds samples: counts within counts would let them grow.
const maxSample = 1000

// piece is a sample of one atom.
func (s *sampler) piece() string {
	c := s.source[s.at]
	s.at++
	switch c {
	case '^', '$':
		return ""
	case '.':
		return "x"
	case '[':
		s.at--
		t := translator{source: s.source, at: s.at}
		set, err := t.class()
		s.at = max(t.at, s.at+1)
		if err != nil {
			return ""
		}
		return string(memberOf(set))
	case '(':
		return s.group()
	case '\\':
		return s.escape()
	}
	return string(c)
}

// memberOf prefers what stands in names and paths.
func memberOf(set *byteSet) []byte {
	for _, c := range []byte("xaA1-_./") {
		if set[c] {
			return []byte{c}
		}
	}
	for c := byte('!'); c <= '~'; c++ {
		if set[c] {
			return []byte{c}
		}
	}
	return nil
}

func (s *sampler) group() string {
	rest := s.source[s.at:]
	assertion := false
	if strings.HasPrefix(rest, "?") {
		switch {
		case strings.HasPrefix(rest, "?:") || strings.HasPrefix(rest, "?>"):
			s.at += 2
		case strings.HasPrefix(rest, "?P<") || strings.HasPrefix(rest, "?<") && !strings.HasPrefix(rest, "?<=") && !strings.HasPrefix(rest, "?<!"):
			s.at += strings.IndexByte(rest, '>') + 1
		default:
			assertion = true
		}
	}
	sample := s.alternative()
	s.at++
	if assertion {
		return ""
	}
	return sample
}

func (s *sampler) escape() string {
	if s.at >= len(s.source) {
		return ""
	}
	c := s.source[s.at]
	s.at++
	switch {
	case strings.IndexByte("bBAzZGKQE", c) >= 0:
		return ""
	case escapeSets[c] != nil:
		return string(memberOf(escapeSets[c]))
	}
	return string(c)
}

// repeated applies a quantifier: as seldom as it allows, but once for "?" and
// "*", so that what a pattern is about is in the sample.
func (s *sampler) repeated(piece string) string {
	t := translator{source: s.source, at: s.at}
	quantifier, ok, err := t.quantifier()
	if err != nil || !ok {
		return piece
	}
	s.at = t.at
	if s.at < len(s.source) && (s.source[s.at] == '?' || s.source[s.at] == '+') {
		s.at++
	}
	low := 1
	if strings.HasPrefix(quantifier, "{") {
		low, _, _ = countsOf(quantifier)
	}
	if len(piece)*low > maxSample {
		return piece
	}
	return strings.Repeat(piece, low)
}
