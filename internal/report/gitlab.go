package report

import (
	"fmt"
	"io"
	"path"

	"padlock/internal/source"
)

// gitlab is GitLab's Code Quality report: an array, empty if nothing was found.
type gitlab struct{}

type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
	End   int `json:"end"`
}

// gitlabSeverities: GitLab has info, minor, major, critical and blocker.
var gitlabSeverities = map[source.Severity]string{source.Error: "critical", source.Warning: "major", source.Info: "info"}

func (gitlab) Write(w io.Writer, r *Report) error {
	issues := make([]gitlabIssue, len(r.Findings))
	for i := range r.Findings {
		f := &r.Findings[i]
		issues[i] = gitlabIssue{
			// The merge request shows the description alone.
			Description: fmt.Sprintf("%s: %s", f.Rule, f.Message),
			CheckName:   f.Rule,
			Fingerprint: f.Fingerprint,
			Severity:    gitlabSeverities[f.Severity],
			Location: gitlabLocation{
				Path:  path.Clean(f.Subject.File.Name),
				Lines: gitlabLines{f.Subject.StartPosition().Line, f.Subject.EndPosition().Line},
			},
		}
	}
	return writeJSON(w, issues)
}
