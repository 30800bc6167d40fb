package report

import (
	"fmt"
	"io"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// Schema names the JSON layout. Fields may be added to it; what changes or
// removes one gets another number.
const Schema = "padlock.findings/1"

type jsonFormat struct{}

type jsonReport struct {
	Schema   string        `json:"schema"`
	Version  string        `json:"version"`
	Findings []jsonFinding `json:"findings"`
	Errors   []jsonError   `json:"errors,omitempty"`
	Summary  jsonSummary   `json:"summary"`
}

type jsonFinding struct {
	Rule         string        `json:"rule"`
	Severity     string        `json:"severity"`
	Message      string        `json:"message"`
	Help         string        `json:"help,omitempty"`
	Server       string        `json:"server,omitempty"`
	Site         string        `json:"site,omitempty"`
	File         string        `json:"file"`
	Range        jsonRange     `json:"range"`
	IncludeChain []string      `json:"include_chain"`
	Related      []jsonRelated `json:"related"`
	Fixes        []jsonFix     `json:"fixes"`
	References   []string      `json:"references"`
	Fingerprint  string        `json:"fingerprint"`
}

type jsonRange struct {
	Start jsonPosition `json:"start"`
	End   jsonPosition `json:"end"`
}

type jsonPosition struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Offset int `json:"offset"`
}

type jsonRelated struct {
	File    string    `json:"file"`
	Range   jsonRange `json:"range"`
	Message string    `json:"message"`
}

type jsonFix struct {
	Title string     `json:"title"`
	Safe  bool       `json:"safe"`
	Edits []jsonEdit `json:"edits"`
}

type jsonEdit struct {
	File  string `json:"file"`
	Start int32  `json:"start"`
	End   int32  `json:"end"`
	Text  string `json:"text"`
}

type jsonError struct {
	Rule    string `json:"rule"`
	Message string `json:"message"`
}

type jsonSummary struct {
	Error        int `json:"error"`
	Warning      int `json:"warning"`
	Info         int `json:"info"`
	Suppressed   int `json:"suppressed"`
	Files        int `json:"files"`
	VirtualHosts int `json:"virtual_hosts"`
}

// Write writes one object.
func (jsonFormat) Write(w io.Writer, r *Report) error {
	out := jsonReport{
		Schema:   Schema,
		Version:  r.Version,
		Findings: make([]jsonFinding, len(r.Findings)),
		Summary: jsonSummary{
			r.Count(source.Error), r.Count(source.Warning), r.Count(source.Info), r.Suppressed, r.Files, r.VirtualHosts,
		},
	}
	for i := range r.Findings {
		out.Findings[i] = asJSON(&r.Findings[i])
	}
	for _, f := range r.Failures {
		out.Errors = append(out.Errors, jsonError{f.Rule.ID, f.Error()})
	}
	return writeJSON(w, out)
}

func asJSON(f *rule.Finding) jsonFinding {
	out := jsonFinding{
		Rule:         f.Rule,
		Severity:     f.Severity.String(),
		Message:      f.Message,
		Help:         f.Help,
		Server:       string(f.Server),
		Site:         f.Site,
		File:         f.Subject.File.Name,
		Range:        rangeOf(f.Subject),
		IncludeChain: make([]string, len(f.Includes)),
		Related:      make([]jsonRelated, len(f.Related)),
		Fixes:        []jsonFix{},
		References:   append([]string{}, f.References...),
		Fingerprint:  f.Fingerprint,
	}
	for i, include := range f.Includes {
		out.IncludeChain[i] = placeOf(include)
	}
	for i, related := range f.Related {
		out.Related[i] = jsonRelated{related.Subject.File.Name, rangeOf(related.Subject), related.Message}
	}
	for _, fix := range fixesInJSON(f) {
		edits := make([]jsonEdit, len(fix.Edits))
		for i, edit := range fix.Edits {
			edits[i] = jsonEdit{edit.File.Name, edit.Start, edit.End, edit.Text}
		}
		out.Fixes = append(out.Fixes, jsonFix{fix.Title, fix.Safe, edits})
	}
	return out
}

func rangeOf(s source.Span) jsonRange {
	return jsonRange{jsonPosition(s.StartPosition()), jsonPosition(s.EndPosition())}
}

// placeOf is "file:line".
func placeOf(s source.Span) string {
	return fmt.Sprintf("%s:%d", s.File.Name, s.StartPosition().Line)
}
