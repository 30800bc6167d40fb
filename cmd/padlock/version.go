package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is one line: module version, revision of the source, Go version and
// platform.
func version() string {
	return describeBuild(buildInfo())
}

func buildInfo() *debug.BuildInfo {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info
	}
	return &debug.BuildInfo{}
}

func describeBuild(info *debug.BuildInfo) string {
	return fmt.Sprintf("%s %s%s %s %s/%s", programName, moduleVersion(info), revision(info), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// moduleVersion is the release that was built, "devel" for none.
func moduleVersion(info *debug.BuildInfo) string {
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	return "devel"
}

// revision is empty when the program was built outside a repository.
func revision(info *debug.BuildInfo) string {
	var hash, modified string
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision":
			hash = setting.Value[:min(12, len(setting.Value))]
		case setting.Key == "vcs.modified" && setting.Value == "true":
			modified = ", modified"
		}
	}
	if hash == "" {
		return ""
	}
	return fmt.Sprintf(" (revision %s%s)", hash, modified)
}
