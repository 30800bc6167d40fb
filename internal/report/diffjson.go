package report

import (
	"io"

	"padlock/internal/diff"
	"padlock/internal/secret"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// DiffSchema names the JSON layout of diffs. Fields may be added to it; what
// changes or removes one gets another number.
const DiffSchema = "padlock.diff/1"

type diffJSON struct{}

type jsonDiff struct {
	Schema  string `json:"schema"`
	Version string `json:"version"`
	Old     string `json:"old"`
	New     string `json:"new"`
	// Server is empty if the sides are of different servers.
	Server     string       `json:"server"`
	Changes    []jsonChange `json:"changes"`
	Cosmetic   []jsonChange `json:"cosmetic,omitempty"`
	Introduced []jsonFound  `json:"introduced"`
	Resolved   []jsonFound  `json:"resolved"`
	Summary    jsonChanged  `json:"summary"`
}

type jsonChange struct {
	Kind        string      `json:"kind"`
	Action      string      `json:"action"`
	Risk        string      `json:"risk,omitempty"`
	Consequence bool        `json:"consequence"`
	Sites       []string    `json:"sites"`
	Path        []string    `json:"path"`
	Message     string      `json:"message"`
	Before      string      `json:"before"`
	After       string      `json:"after"`
	Old         []jsonPlace `json:"old"`
	New         []jsonPlace `json:"new"`
	Causes      []jsonCause `json:"causes"`
}

type jsonPlace struct {
	File         string    `json:"file"`
	Range        jsonRange `json:"range"`
	IncludeChain []string  `json:"include_chain"`
}

type jsonCause struct {
	Side  string    `json:"side"`
	File  string    `json:"file"`
	Range jsonRange `json:"range"`
}

// jsonFound is a finding, without its fixes: what would mend it is for "lint" to
// say.
type jsonFound struct {
	Rule         string    `json:"rule"`
	Severity     string    `json:"severity"`
	Message      string    `json:"message"`
	Help         string    `json:"help,omitempty"`
	Site         string    `json:"site,omitempty"`
	File         string    `json:"file"`
	Range        jsonRange `json:"range"`
	IncludeChain []string  `json:"include_chain"`
	Fingerprint  string    `json:"fingerprint"`
}

type jsonChanged struct {
	High       int `json:"high"`
	Medium     int `json:"medium"`
	Low        int `json:"low"`
	Cosmetic   int `json:"cosmetic"`
	Introduced int `json:"introduced"`
	Resolved   int `json:"resolved"`
	Unchanged  int `json:"unchanged_sites"`
}

// WriteDiff writes one object, of equal sides too.
func (diffJSON) WriteDiff(w io.Writer, d *Diff) error {
	out := jsonDiff{
		Schema: DiffSchema, Version: d.Version, Old: d.Old, New: d.New, Server: string(d.Server),
		Changes: changesInJSON(d.Changes), Introduced: foundInJSON(d.Introduced), Resolved: foundInJSON(d.Resolved),
		Summary: jsonChanged{
			High: d.Count(diff.High), Medium: d.Count(diff.Medium), Low: d.Count(diff.Low), Cosmetic: len(d.Cosmetic),
			Introduced: len(d.Introduced), Resolved: len(d.Resolved), Unchanged: d.untouched(),
		},
	}
	if d.ShowCosmetic {
		out.Cosmetic = changesInJSON(d.Cosmetic)
	}
	return writeJSON(w, out)
}

func changesInJSON(changes []diff.Change) []jsonChange {
	out := make([]jsonChange, len(changes))
	for i := range changes {
		c := &changes[i]
		out[i] = jsonChange{
			Kind: c.Kind, Action: actionWords[c.Action], Consequence: c.Consequence,
			Sites: append([]string{}, c.Sites...), Path: []string{}, Message: secret.Text(c.Message),
			Before: secret.Text(c.Before), After: secret.Text(c.After),
			Old: placesInJSON(c.Old), New: placesInJSON(c.New), Causes: []jsonCause{},
		}
		if c.Risk != 0 {
			out[i].Risk = c.Risk.String()
		}
		for _, part := range c.Path {
			out[i].Path = append(out[i].Path, secret.Text(part))
		}
		for _, cause := range c.Causes {
			if cause.Span.IsZero() {
				continue
			}
			side := "old"
			if cause.New {
				side = "new"
			}
			out[i].Causes = append(out[i].Causes, jsonCause{side, cause.Span.File.Name, rangeOf(cause.Span)})
		}
	}
	return out
}

func placesInJSON(places []diff.Place) []jsonPlace {
	out := []jsonPlace{}
	for _, p := range places {
		if !p.Span.IsZero() {
			out = append(out, jsonPlace{p.Span.File.Name, rangeOf(p.Span), chainInJSON(p.Includes)})
		}
	}
	return out
}

func chainInJSON(includes []source.Span) []string {
	out := make([]string, len(includes))
	for i, include := range includes {
		out[i] = placeOf(include)
	}
	return out
}

func foundInJSON(findings []rule.Finding) []jsonFound {
	out := make([]jsonFound, len(findings))
	for i := range findings {
		f := &findings[i]
		out[i] = jsonFound{
			Rule: f.Rule, Severity: f.Severity.String(), Message: secret.Text(f.Message), Help: secret.Text(f.Help), Site: f.Site,
			File: f.Subject.File.Name, Range: rangeOf(f.Subject), IncludeChain: chainInJSON(f.Includes), Fingerprint: f.Fingerprint,
		}
	}
	return out
}
