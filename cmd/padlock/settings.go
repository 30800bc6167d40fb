package main

import (
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"padlock/generator"
	"padlock/internal/tlspolicy"
	"padlock/linter"
)

// findSettings is where settings come from: --config, or the nearest file.
func findSettings(c *cli.Context) (*linter.SettingsFinder, error) {
	if name := c.Path("config"); name != "" {
		return linter.FixedSettings(name)
	}
	return linter.NearestSettings(), nil
}

// fallbackTarget is the target that the settings nearest to a description name.
func (p *program) fallbackTarget(c *cli.Context, description string) (generator.Fallback, error) {
	target, warnings, err := settingsTarget(c, description)
	for _, warning := range warnings {
		p.complain("warning: " + warning)
	}
	return target, err
}

// settingsTarget is fallbackTarget, with what there is to say of the settings.
func settingsTarget(c *cli.Context, description string) (target generator.Fallback, warnings []string, err error) {
	finder, err := findSettings(c)
	if err != nil {
		return target, nil, err
	}
	full, err := filepath.Abs(description)
	if err != nil {
		return target, nil, err
	}
	if info, err := os.Stat(full); err == nil && info.IsDir() {
		full = filepath.Join(full, linter.SettingsName)
	}
	settings, err := finder.For(filepath.ToSlash(full))
	if err != nil || settings == nil {
		return target, nil, err
	}
	t := settings.Target
	return generator.Fallback{
		Server: string(t.Server), Platform: t.Platform, ServerVersion: versionText(t.Version), OpenSSLVersion: versionText(t.OpenSSL),
	}, settings.Warnings, nil
}

// versionText is a version, empty if it is not known.
func versionText(v tlspolicy.Version) string {
	if v.IsZero() {
		return ""
	}
	return v.String()
}
