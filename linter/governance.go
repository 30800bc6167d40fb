package linter

import (
	"fmt"
	"path"
	"slices"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

// governance is what settings files mean for one request.
type governance struct {
	finder *SettingsFinder
	// force leaves out files that are excluded, even those that were named.
	force bool
	// current is the current directory, where names of files start.
	current string
	// root is the directory of this machine that stands for the server's "/".
	root string
	// named are the files that were named though settings exclude them.
	named map[string]bool
	// leftOut tells that something was found and excluded.
	leftOut bool
	// unread are files that were found, and are links out of what was named.
	unread   []string
	warnings []string
	warned   map[*Settings]bool
}

func newGovernance(request Request) (*governance, error) {
	g := &governance{finder: request.Settings, force: request.ForceExclude, root: "/", named: map[string]bool{}, warned: map[*Settings]bool{}}
	if request.Tree != nil {
		// Settings are files of this machine.
		g.finder = nil
	}
	var err error
	if g.current, err = absolute("."); err != nil {
		return nil, err
	}
	if request.Root != "" {
		if g.root, err = absolute(request.Root); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// govern finds the settings for each place, and leaves out those that they
// exclude. A file that was named is judged all the same, with a warning.
func (g *governance) govern(places []place) ([]place, error) {
	var kept []place
	for _, p := range places {
		file := path.Join(g.root, p.main)
		settings, err := g.of(file)
		if err != nil {
			return nil, err
		}
		p.settings = settings
		switch {
		case !settings.Excludes(file):
		case p.named && !g.force:
			g.named[file] = true
			g.warnings = append(g.warnings, fmt.Sprintf("%s is judged because you named it, though %s excludes it", displayNames("/", false)(file), settings.File))
		default:
			g.leftOut = true
			continue
		}
		kept = append(kept, p)
	}
	return kept, nil
}

// of finds the settings of a file, and notes once what there is to say of them.
func (g *governance) of(file string) (*Settings, error) {
	settings, err := g.finder.For(file)
	if settings != nil && !g.warned[settings] {
		g.warned[settings] = true
		g.warnings = append(g.warnings, settings.Warnings...)
	}
	return settings, err
}

// full is the absolute path of a file of this machine.
func (g *governance) full(f *source.File) string {
	if path.IsAbs(f.Name) {
		return f.Name
	}
	return path.Join(g.current, f.Name)
}

// findSettings finds the settings of every file that has been read. A file that
// is not shown follows no settings: there is nothing to say about it.
func (p *processing) findSettings() error {
	p.settings = map[*source.File]*Settings{}
	if p.governance.finder == nil {
		return nil
	}
	files := slices.Clone(p.descriptions)
	for _, c := range p.configs {
		files = append(files, c.Sources()...)
	}
	for _, f := range files {
		if _, known := p.settings[f]; known || f.Hidden || p.isRendered(f) {
			continue
		}
		var err error
		if p.settings[f], err = p.governance.of(p.governance.full(f)); err != nil {
			return err
		}
	}
	return nil
}

// bySettings drops findings that settings do not want, and gives the others the
// severity that they say. A rule that the request names runs in any case.
func bySettings(p *processing, result *Result) {
	rules := map[string]*rule.Rule{}
	for _, r := range p.selection.all {
		rules[r.ID] = r
	}
	result.failOn = map[*source.File]source.Severity{}
	kept := result.Findings[:0]
	for _, f := range result.Findings {
		settings := p.settings[f.Subject.File]
		if settings != nil {
			result.failOn[f.Subject.File] = settings.FailOn
			if f.Severity = p.severity(settings, rules[f.Rule], &f); f.Severity == severityOff {
				continue
			}
		}
		kept = append(kept, f)
	}
	clear(result.Findings[len(kept):])
	result.Findings = kept
}

// severity is what settings make of a finding; severityOff drops it.
func (p *processing) severity(settings *Settings, r *rule.Rule, f *rule.Finding) source.Severity {
	if r == nil {
		return f.Severity
	}
	file := p.governance.full(f.Subject.File)
	if settings.Excludes(file) && !p.governance.named[file] {
		return severityOff
	}
	severity := settings.severity(r, file, f.Severity)
	if severity == severityOff && slices.Contains(p.selection.only, f.Rule) {
		return f.Severity
	}
	return severity
}

// Failing tells whether a finding is at least as bad as the settings of its file
// want; where they say nothing, as a warning.
func (r *Result) Failing() bool {
	return slices.ContainsFunc(r.Findings, func(f rule.Finding) bool {
		level := r.failOn[f.Subject.File]
		if level == 0 {
			level = source.Warning
		}
		return level != NeverFails && f.Severity <= level
	})
}

// target is what is known about the server of a configuration: what the request
// says, then its settings.
func (l *loader) target(server tlspolicy.Server, settings *Settings) tlspolicy.Target {
	var set TargetSettings
	if settings != nil {
		set = settings.Target
	}
	if l.request.Platform != "" {
		// Versions in the settings are those of another place then.
		set = TargetSettings{Platform: l.request.Platform}
	}
	if set.Server != server {
		set.Version = tlspolicy.Version{}
	}
	target := tlspolicy.Target{Server: server}
	if platform, ok := tlspolicy.LookupPlatform(set.Platform); ok {
		target = platform.Target(server)
	}
	for _, v := range []tlspolicy.Version{set.Version, l.request.ServerVersion} {
		if !v.IsZero() {
			target.Version = v
		}
	}
	for _, v := range []tlspolicy.Version{set.OpenSSL, l.request.OpenSSLVersion} {
		if !v.IsZero() {
			target.OpenSSL = v
		}
	}
	return target
}
