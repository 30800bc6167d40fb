package report

import (
	"io"
	"strings"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// rdjson is the format of reviewdog (proto/rdf/reviewdog.proto), which carries
// findings and fixes into the reviews of many forges. Its columns count bytes.
type rdjson struct{}

type (
	rdReport struct {
		Source      rdSource       `json:"source"`
		Diagnostics []rdDiagnostic `json:"diagnostics"`
	}
	rdSource struct {
		Name string `json:"name"`
	}
	rdDiagnostic struct {
		Message     string         `json:"message"`
		Location    rdLocation     `json:"location"`
		Severity    string         `json:"severity"`
		Code        rdCode         `json:"code"`
		Suggestions []rdSuggestion `json:"suggestions,omitempty"`
	}
	rdLocation struct {
		Path  string  `json:"path"`
		Range rdRange `json:"range"`
	}
	rdRange struct {
		Start rdPosition `json:"start"`
		End   rdPosition `json:"end"`
	}
	rdPosition struct {
		Line   int `json:"line"`
		Column int `json:"column"`
	}
	rdCode struct {
		Value string `json:"value"`
		URL   string `json:"url,omitempty"`
	}
	rdSuggestion struct {
		Range rdRange `json:"range"`
		Text  string  `json:"text"`
	}
)

func (rdjson) Write(w io.Writer, r *Report) error {
	out := rdReport{Source: rdSource{toolName}, Diagnostics: make([]rdDiagnostic, len(r.Findings))}
	for i := range r.Findings {
		out.Diagnostics[i] = rdDiagnosticOf(&r.Findings[i])
	}
	return writeJSON(w, out)
}

func rdDiagnosticOf(f *rule.Finding) rdDiagnostic {
	message := f.Message
	if f.Help != "" {
		message += "\n" + f.Help
	}
	d := rdDiagnostic{
		Message:     message,
		Location:    rdLocation{f.Subject.File.Name, rdRangeOf(f.Subject)},
		Severity:    strings.ToUpper(f.Severity.String()),
		Code:        rdCode{Value: f.Rule},
		Suggestions: rdSuggestions(f),
	}
	if len(f.References) > 0 {
		d.Code.URL = f.References[0]
	}
	return d
}

// rdSuggestions is the best fix if a suggestion can say it: reviewdog puts each
// suggestion into the finding's own file, and takes several for alternatives.
func rdSuggestions(f *rule.Finding) []rdSuggestion {
	for _, fix := range fixesInJSON(f) {
		if len(fix.Edits) == 1 && fix.Edits[0].File == f.Subject.File {
			e := fix.Edits[0]
			return []rdSuggestion{{rdRangeOf(e.File.Span(e.Range)), e.Text}}
		}
	}
	return nil
}

func rdRangeOf(at source.Span) rdRange {
	return rdRange{rdPositionOf(at.File, at.StartPosition()), rdPositionOf(at.File, at.EndPosition())}
}

func rdPositionOf(f *source.File, p source.Position) rdPosition {
	return rdPosition{p.Line, p.Offset - int(f.LineRange(p.Line).Start) + 1}
}
