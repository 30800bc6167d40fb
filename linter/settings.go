package linter

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

// SettingsName is the file that holds settings for its directory and all below.
const SettingsName = ".padlock.hcl"

// Settings is what a settings file says.
type Settings struct {
	// File is its path as users write it.
	File string
	// FailOn is the mildest severity of a finding that fails; zero if the file
	// does not say, NeverFails if none does.
	FailOn source.Severity
	// Target is what the configurations are for, as far as the file says.
	Target TargetSettings
	// Warnings are what is good to know about the file itself: rules that go by
	// another name today.
	Warnings []string

	// dir is the absolute directory that globs start from.
	dir        string
	exclude    []string
	severities map[string]source.Severity
	paths      []pathSettings
}

// NeverFails is the FailOn at which no finding fails.
const NeverFails = source.Info + 1

// severityOff is the severity of a rule that settings disable.
const severityOff = NeverFails

// TargetSettings are a target as settings say it; what they do not say is empty
// or zero.
type TargetSettings struct {
	Server   tlspolicy.Server
	Platform string
	// Version is the server's, and set only together with Server.
	Version, OpenSSL tlspolicy.Version
}

// pathSettings disable rules, by id or category, for the files of a glob.
type pathSettings struct {
	glob    string
	disable []string
}

// Excludes tells whether settings leave out a file, given by its absolute path.
func (s *Settings) Excludes(file string) bool {
	return s != nil && slices.ContainsFunc(s.exclude, func(glob string) bool { return s.matches(glob, file) })
}

// matches tells whether a glob, which starts from the settings' directory, is
// for a file. A glob for a directory is for everything in it.
func (s *Settings) matches(glob, file string) bool {
	name, ok := relativeTo(s.dir, file)
	if !ok {
		return false
	}
	glob = strings.TrimSuffix(glob, "/")
	return doublestar.MatchUnvalidated(glob, name) || doublestar.MatchUnvalidated(glob+"/**", name)
}

// relativeTo is a path seen from a directory that it lies in.
func relativeTo(dir, file string) (string, bool) {
	if !within(file, dir) || file == dir {
		return "", false
	}
	return strings.TrimPrefix(strings.TrimPrefix(file, dir), "/"), true
}

// severity is what settings make of a finding's severity in a file; severityOff
// disables it.
func (s *Settings) severity(r *rule.Rule, file string, severity source.Severity) source.Severity {
	for _, p := range s.paths {
		if s.matches(p.glob, file) && slices.ContainsFunc(p.disable, func(id string) bool { return named(id)(r) }) {
			return severityOff
		}
	}
	if set, ok := s.severities[r.ID]; ok {
		return set
	}
	if set, ok := s.severities[r.Category]; ok {
		return set
	}
	return severity
}

// SettingsFinder finds the settings that hold for a file. It is safe for
// concurrent use.
type SettingsFinder struct {
	fixed *Settings

	mu    sync.Mutex
	found map[string]foundSettings // by directory
}

type foundSettings struct {
	settings *Settings
	err      error
}

// NearestSettings finds, for each file, the settings file that is nearest to it
// in its directory and those above.
func NearestSettings() *SettingsFinder {
	return &SettingsFinder{found: map[string]foundSettings{}}
}

// FixedSettings reads one settings file, which holds for every file. Its globs
// start from the directory it lies in.
func FixedSettings(file string) (*SettingsFinder, error) {
	settings, err := readSettings(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: there is no such settings file", file)
	}
	if err != nil {
		return nil, err
	}
	return &SettingsFinder{fixed: settings}, nil
}

// For finds the settings for a file of this machine, given by its absolute path;
// nil if there are none. The file need not exist.
func (f *SettingsFinder) For(file string) (*Settings, error) {
	if f == nil || f.fixed != nil {
		return f.Fixed(), nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.inDirectory(path.Dir(file))
}

// Fixed are the settings that hold for every file; nil if they are looked for.
func (f *SettingsFinder) Fixed() *Settings {
	if f == nil {
		return nil
	}
	return f.fixed
}

func (f *SettingsFinder) inDirectory(dir string) (*Settings, error) {
	if known, ok := f.found[dir]; ok {
		return known.settings, known.err
	}
	settings, err := readSettings(path.Join(dir, SettingsName))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		settings, err = nil, nil
		if up := path.Dir(dir); up != dir {
			settings, err = f.inDirectory(up)
		}
	}
	f.found[dir] = foundSettings{settings, err}
	return settings, err
}
