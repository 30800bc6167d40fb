package report

import (
	"slices"
	"strings"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// sarifRules are the rules of a run as SARIF describes them, and the place of
// each in the list, to which results point.
type sarifRules struct {
	descriptors []sarifDescriptor
	index       map[string]int
}

// newSARIFRules describes the rules that ran, and those that findings name
// besides: every result needs a rule to point at.
func newSARIFRules(r *Report) sarifRules {
	s := sarifRules{descriptors: []sarifDescriptor{}, index: map[string]int{}}
	for _, known := range r.Rules {
		s.add(known)
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		if _, ok := s.index[f.Rule]; !ok {
			s.add(&rule.Rule{ID: f.Rule, Title: f.Rule, Severity: f.Severity})
		}
	}
	return s
}

func (s *sarifRules) add(r *rule.Rule) {
	s.index[r.ID] = len(s.descriptors)
	s.descriptors = append(s.descriptors, describe(r))
}

func describe(r *rule.Rule) sarifDescriptor {
	why := r.Section("Why")
	if why == "" {
		why = r.Title
	}
	help := r.Text
	if help == "" {
		help = r.Title
	}
	d := sarifDescriptor{
		ID:      r.ID,
		Name:    r.ID,
		Short:   sarifText{Text: firstRunes(r.Title, sarifMaxText)},
		Full:    sarifText{Text: firstRunes(why, sarifMaxText)},
		Help:    sarifText{Text: help, Markdown: help},
		Default: sarifDefault{Level: sarifLevel(r.Severity)},
		Properties: sarifProperties{
			Tags:            sarifTags(r),
			ProblemSeverity: problemSeverity(r.Severity),
		},
	}
	if len(r.References) > 0 {
		d.HelpURI = r.References[0]
	}
	if slices.Contains(securityCategories, r.Category) {
		d.Properties.SecuritySeverity = securitySeverities[r.Severity]
	}
	return d
}

// securityCategories are the categories of rules whose findings put sites or
// their visitors at risk; GitHub lists these apart, by a score.
var securityCategories = []string{"https", "tls", "headers", "access", "proxy"}

// securitySeverities are scores in the ranges that GitHub calls high (7.0 to
// 8.9), medium (4.0 to 6.9) and low (0.1 to 3.9).
var securitySeverities = map[source.Severity]string{source.Error: "7.5", source.Warning: "5.0", source.Info: "2.0"}

func problemSeverity(s source.Severity) string {
	if s == source.Info {
		return "recommendation"
	}
	return s.String()
}

func sarifTags(r *rule.Rule) []string {
	var tags []string
	if r.Category != "" {
		tags = append(tags, r.Category)
	}
	for _, server := range r.Servers {
		tags = append(tags, string(server))
	}
	if slices.Contains(securityCategories, r.Category) {
		tags = append(tags, "security")
	}
	slices.SortFunc(tags, strings.Compare)
	return tags[:min(len(tags), sarifMaxTags)]
}
