package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"padlock/internal/source"
	"padlock/linter/rule"
)

// Limits of GitHub's code scanning ("SARIF support for code scanning", as
// documented in 2026). What lies beyond makes the upload fail or is dropped.
const (
	sarifMaxResults   = 25_000
	sarifMaxLocations = 1_000
	sarifMaxText      = 1_024
	sarifMaxTags      = 20
)

// sarifRoot is the symbol for the directory that relative names start from;
// who reads the file knows where that is.
const sarifRoot = "%SRCROOT%"

// sarif is SARIF 2.1.0, as GitHub's code scanning and other viewers read it.
type sarif struct{}

func (sarif) Write(w io.Writer, r *Report) error {
	rules := newSARIFRules(r)
	findings := make([]*rule.Finding, len(r.Findings))
	for i := range r.Findings {
		findings[i] = &r.Findings[i]
	}
	run := sarifRun{
		Tool: sarifTool{Driver: sarifDriver{
			Name: toolName, SemanticVersion: semanticVersion(r.Version), Version: r.Version, Rules: rules.descriptors,
		}},
		ColumnKind: "unicodeCodePoints",
		BaseIDs: map[string]sarifBase{
			sarifRoot: {Description: sarifText{Text: "The directory in which Padlock was run."}},
		},
		Invocations: []sarifInvocation{{Successful: len(r.Failures) == 0}},
		Results:     []sarifResult{},
	}
	for _, f := range r.Failures {
		run.notify("error", f.Error())
	}
	if len(findings) > sarifMaxResults {
		findings = bySeverity(r.Findings)[:sarifMaxResults]
		run.notify("warning", fmt.Sprintf("%d of %d findings are left out: readers take %d, and these are the worst.",
			len(r.Findings)-sarifMaxResults, len(r.Findings), sarifMaxResults))
	}
	for _, f := range findings {
		run.Results = append(run.Results, sarifResultOf(f, rules.index[f.Rule]))
	}
	return writeJSON(w, sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

func sarifResultOf(f *rule.Finding, ruleIndex int) sarifResult {
	result := sarifResult{
		RuleID:    f.Rule,
		RuleIndex: ruleIndex,
		Level:     sarifLevel(f.Severity),
		Locations: []sarifLocation{{PhysicalLocation: sarifPlace(f.Subject)}},
		// GitHub follows an alert from one upload to the next by the name
		// primaryLocationLineHash alone.
		Fingerprints: map[string]string{
			"padlock/v1":              f.Fingerprint,
			"primaryLocationLineHash": strings.TrimPrefix(f.Fingerprint, "v1:") + ":1",
		},
	}
	message := sarifSentence(f.Message)
	if f.Help != "" {
		message += "\n\n" + sarifSentence(f.Help)
	}
	for i, related := range f.Related {
		if len(result.Related) == sarifMaxLocations {
			break
		}
		// GitHub shows a related location only where the message links to it.
		message += fmt.Sprintf("\n\n[%s](%d)", linkText.Replace(related.Message), i+1)
		result.Related = append(result.Related, sarifLocation{
			ID: i + 1, Message: &sarifText{Text: related.Message}, PhysicalLocation: sarifPlace(related.Subject),
		})
	}
	for _, include := range f.Includes {
		if len(result.Related) == sarifMaxLocations {
			break
		}
		result.Related = append(result.Related, sarifLocation{
			ID: len(result.Related) + 1, Message: &sarifText{Text: "included here"}, PhysicalLocation: sarifPlace(include),
		})
	}
	result.Message = sarifText{Text: message}
	for _, fix := range fixesInJSON(f) {
		result.Fixes = append(result.Fixes, sarifFixOf(fix))
	}
	return result
}

// linkText escapes what would end the text of a link in a message (SARIF 2.1.0,
// section 3.11.6).
var linkText = strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`)

// sarifSentence is text that stands in a message without being taken for a
// link. Where nothing looks like one it stays as it is: some viewers show the
// escapes.
func sarifSentence(text string) string {
	if strings.Contains(text, "](") {
		return linkText.Replace(text)
	}
	return text
}

func sarifLevel(s source.Severity) string {
	if s == source.Info {
		return "note"
	}
	return s.String()
}

func sarifPlace(at source.Span) sarifPhysical {
	return sarifPhysical{Artifact: sarifArtifactOf(at.File), Region: sarifRegionOf(at)}
}

func sarifArtifactOf(f *source.File) sarifArtifact {
	uri, relative := uriOf(f)
	a := sarifArtifact{URI: uri}
	if relative {
		a.BaseID = sarifRoot
	}
	return a
}

func sarifRegionOf(at source.Span) sarifRegion {
	start, end := at.StartPosition(), at.EndPosition()
	return sarifRegion{start.Line, start.Column, end.Line, end.Column}
}

// sarifFixOf groups a fix's edits by file.
func sarifFixOf(fix rule.Fix) sarifFix {
	out := sarifFix{Description: sarifText{Text: fix.Title}}
	var files []*source.File
	for _, e := range fix.Edits {
		at := slices.Index(files, e.File)
		if at < 0 {
			at = len(files)
			files = append(files, e.File)
			out.Changes = append(out.Changes, sarifChange{Artifact: sarifArtifactOf(e.File)})
		}
		change := &out.Changes[at]
		change.Replacements = append(change.Replacements, sarifReplacement{
			Deleted: sarifRegionOf(e.File.Span(e.Range)), Inserted: sarifText{Text: e.Text},
		})
	}
	return out
}

// semanticVersion is the version if it is one (semver.org), else empty.
func semanticVersion(version string) string {
	version = strings.TrimPrefix(version, "v")
	if strings.Count(strings.SplitN(version, "-", 2)[0], ".") != 2 {
		return ""
	}
	return version
}

func (r *sarifRun) notify(level, text string) {
	r.Invocations[0].Notifications = append(r.Invocations[0].Notifications,
		sarifNotification{Level: level, Message: sarifText{Text: text}})
}
