package linter

import (
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/bmatcuk/doublestar/v4"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// maxSettings bounds the size of a settings file, in bytes.
const maxSettings = 1 << 20

// SettingsError tells what is wrong in a settings file, with positions.
type SettingsError struct{ Diagnostics hcl.Diagnostics }

// Error is a line for each mistake: "file:line:column: what is wrong".
func (e *SettingsError) Error() string {
	var lines []string
	for _, d := range e.Diagnostics {
		line := d.Summary + "; " + d.Detail
		if d.Detail == "" {
			line = d.Summary
		}
		if at := d.Subject; at != nil {
			line = fmt.Sprintf("%s:%d:%d: %s", at.Filename, at.Start.Line, at.Start.Column, line)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// readSettings reads a settings file. The error wraps fs.ErrNotExist, or is a
// *SettingsError.
func readSettings(file string) (*Settings, error) {
	full, err := absolute(file)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(full)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSettings+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxSettings {
		return nil, fmt.Errorf("%s is larger than %d bytes", file, maxSettings)
	}
	name := displayNames("/", false)(full)
	r := &settingsReader{settings: &Settings{File: name, dir: path.Dir(full), severities: map[string]source.Severity{}}}
	parsed, diags := hclsyntax.ParseConfig(data, name, hcl.InitialPos)
	r.diags = diags
	if !diags.HasErrors() {
		r.read(parsed.Body)
	}
	if r.diags.HasErrors() {
		return nil, &SettingsError{r.diags}
	}
	return r.settings, nil
}

// settingsReader takes a settings file apart and collects mistakes.
type settingsReader struct {
	settings *Settings
	diags    hcl.Diagnostics
}

// What a settings file may hold. The HCL library reports everything else, with
// the nearest name.
var (
	settingsSchema = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "lint"}, {Type: "target"}}}
	lintSchema     = &hcl.BodySchema{
		Attributes: []hcl.AttributeSchema{{Name: "fail_on"}, {Name: "exclude"}},
		Blocks:     []hcl.BlockHeaderSchema{{Type: "rule", LabelNames: []string{"id"}}, {Type: "path", LabelNames: []string{"glob"}}},
	}
	ruleSchema   = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "severity", Required: true}}}
	pathSchema   = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "disable", Required: true}}}
	targetSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "server"}, {Name: "platform"}, {Name: "version"}, {Name: "openssl"}}}
)

func (r *settingsReader) content(body hcl.Body, schema *hcl.BodySchema) *hcl.BodyContent {
	content, diags := body.Content(schema)
	r.diags = append(r.diags, diags...)
	return content
}

func (r *settingsReader) mistake(at hcl.Range, summary, detail string) {
	r.diags = append(r.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at})
}

func (r *settingsReader) read(body hcl.Body) {
	seen := map[string]bool{}
	for _, block := range r.content(body, settingsSchema).Blocks {
		if seen[block.Type] {
			r.mistake(block.DefRange, "Duplicate block", fmt.Sprintf("there is a block %s above already", block.Type))
			continue
		}
		seen[block.Type] = true
		if block.Type == "lint" {
			r.lint(block.Body)
		} else {
			r.target(block.Body)
		}
	}
}

func (r *settingsReader) lint(body hcl.Body) {
	content := r.content(body, lintSchema)
	if a := content.Attributes["fail_on"]; a != nil {
		r.settings.FailOn = r.severity(a, "never")
	}
	if a := content.Attributes["exclude"]; a != nil {
		for _, glob := range r.list(a) {
			r.settings.exclude = append(r.settings.exclude, r.glob(glob, a.Expr.Range()))
		}
	}
	for _, block := range content.Blocks {
		label, at := block.Labels[0], block.LabelRanges[0]
		switch block.Type {
		case "rule":
			id := r.ruleID(label, at)
			if _, twice := r.settings.severities[id]; twice {
				r.mistake(at, "Duplicate rule", fmt.Sprintf("the severity of %s is set above already", id))
			}
			if a := r.content(block.Body, ruleSchema).Attributes["severity"]; a != nil {
				r.settings.severities[id] = r.severity(a, "off")
			}
		case "path":
			p := pathSettings{glob: r.glob(label, at)}
			if a := r.content(block.Body, pathSchema).Attributes["disable"]; a != nil {
				for _, id := range r.list(a) {
					p.disable = append(p.disable, r.ruleID(id, a.Expr.Range()))
				}
			}
			r.settings.paths = append(r.settings.paths, p)
		}
	}
}

func (r *settingsReader) target(body hcl.Body) {
	content := r.content(body, targetSchema)
	t := &r.settings.Target
	if a := content.Attributes["server"]; a != nil {
		t.Server = tlspolicy.Server(r.oneOf(a, []string{string(tlspolicy.Nginx), string(tlspolicy.Apache)}))
	}
	if a := content.Attributes["platform"]; a != nil {
		t.Platform = r.oneOf(a, tlspolicy.PlatformNames())
	}
	t.Version = r.version(content.Attributes["version"])
	t.OpenSSL = r.version(content.Attributes["openssl"])
	if a := content.Attributes["version"]; a != nil && t.Server == "" {
		r.mistake(a.NameRange, "Version of which server?", `say server = "nginx" or "apache" as well`)
	}
}

func (r *settingsReader) version(a *hcl.Attribute) tlspolicy.Version {
	if a == nil {
		return tlspolicy.Version{}
	}
	v, err := tlspolicy.ParseVersion(r.text(a))
	if err != nil {
		r.mistake(a.Expr.Range(), "Unusable version", err.Error())
	}
	return v
}

func (r *settingsReader) text(a *hcl.Attribute) (text string) {
	r.diags = append(r.diags, gohcl.DecodeExpression(a.Expr, nil, &text)...)
	return text
}

func (r *settingsReader) list(a *hcl.Attribute) (list []string) {
	r.diags = append(r.diags, gohcl.DecodeExpression(a.Expr, nil, &list)...)
	return list
}

func (r *settingsReader) oneOf(a *hcl.Attribute, choices []string) string {
	text := r.text(a)
	if text != "" && !slices.Contains(choices, text) {
		r.mistake(a.Expr.Range(), "Unknown "+a.Name, fmt.Sprintf("%q is not one of %s%s", text, strings.Join(choices, ", "), didYouMean(text, choices)))
	}
	return text
}

// severity reads a severity, or the word for none at all.
func (r *settingsReader) severity(a *hcl.Attribute, none string) source.Severity {
	text := r.oneOf(a, []string{"error", "warning", "info", none})
	for _, s := range []source.Severity{source.Error, source.Warning, source.Info} {
		if s.String() == text {
			return s
		}
	}
	return NeverFails
}

func (r *settingsReader) glob(glob string, at hcl.Range) string {
	if !doublestar.ValidatePattern(glob) {
		r.mistake(at, "Unusable glob", fmt.Sprintf("%q has a bracket or brace without its partner", glob))
	}
	return strings.TrimPrefix(glob, "./")
}

// ruleID reads the id of a rule or the name of a category, also one that went
// by this name once.
func (r *settingsReader) ruleID(id string, at hcl.Range) string {
	if today, renamed := currentID(id); renamed {
		r.settings.Warnings = append(r.settings.Warnings, fmt.Sprintf("%s:%d: %s", at.Filename, at.Start.Line, renamedWarning(id, today)))
		return today
	}
	if !slices.ContainsFunc(Rules(), named(id)) {
		r.mistake(at, "Unknown rule", NewUnknownRuleError(id).Error())
	}
	return id
}

// didYouMean is "; did you mean X?" if one of the names is close, else empty.
func didYouMean(given string, names []string) string {
	best, bestDistance := "", 1+len(given)/4
	for _, name := range names {
		if d := levenshtein.Distance(given, name, nil); d < bestDistance || d == bestDistance && best == "" {
			best, bestDistance = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", best)
}
