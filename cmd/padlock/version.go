package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is one line: module version, revision of the source, Go version and
// platform.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return describeBuild(info)
}

func describeBuild(info *debug.BuildInfo) string {
	module := info.Main.Version
	if module == "" || module == "(devel)" {
		module = "devel"
	}
	return fmt.Sprintf("%s %s%s %s %s/%s", programName, module, revision(info), runtime.Version(), runtime.GOOS, runtime.GOARCH)
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
