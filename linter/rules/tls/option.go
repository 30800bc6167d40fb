package tls

import (
	"strings"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// optionWord is one word of OpenSSL's command "Options", a list with commas of
// names with "+" or "-" in front.
type optionWord struct {
	at   source.Range
	span source.Span
	name string
}

// judgeOption calls judge for each place where a setting turns an option on.
func judgeOption(s *setting, name string, judge func(optionWord)) {
	list, ok := s.command("Options")
	if !ok {
		return
	}
	start := 0
	for text := range strings.SplitSeq(list.value, ",") {
		end := start + len(text)
		if written := strings.TrimPrefix(strings.TrimSpace(text), "+"); strings.EqualFold(written, name) {
			at := list.part(start, end)
			judge(optionWord{at: at, span: list.file.Span(at), name: name})
		}
		start = end + 1
	}
}

// negated turns the option off, where it stands.
func (o optionWord) negated() rule.Fix {
	return rule.Fix{Title: "Switch it off", Safe: true, Edits: []rule.Edit{rule.Replace(o.span, "-"+o.name)}}
}
