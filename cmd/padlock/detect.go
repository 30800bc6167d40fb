package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"padlock/generator"
	"padlock/internal/tlspolicy"
)

// detectPatience bounds how long an installed server may take to tell its
// version.
const detectPatience = 5 * time.Second

func detector(ctx context.Context) generator.Detector {
	return func(server tlspolicy.Server) (tlspolicy.Installed, bool) {
		installed, err := tlspolicy.Detect(ctx, server, runProgram)
		if err == nil {
			installed.DynamicModules = moduleFiles(installed)
		}
		return installed, err == nil
	}
}

// moduleFiles are the loadable modules that are there to be loaded. What nginx
// says it was built with for loading may come in packages of its own.
func moduleFiles(installed tlspolicy.Installed) []string {
	dirs := []string{installed.ModulesDir}
	if installed.Server == tlspolicy.Apache {
		dirs = []string{filepath.Join(installed.Prefix, "modules")}
		for _, platform := range tlspolicy.Platforms() {
			if dir := platform.Apache.ModulesDir; !slices.Contains(dirs, dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	for _, dir := range dirs {
		if files, err := filepath.Glob(filepath.Join(dir, "*.so")); err == nil && len(files) > 0 {
			return files
		}
	}
	return nil
}

func runProgram(ctx context.Context, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, detectPatience)
	defer cancel()
	path, err := lookProgram(name)
	if err != nil {
		return "", err
	}
	output, err := exec.CommandContext(ctx, path, args...).CombinedOutput()
	return string(output), err
}

// lookProgram also looks where servers are installed: the PATH of an ordinary
// user leaves out /usr/sbin.
func lookProgram(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err == nil {
		return path, nil
	}
	for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", "/sbin"} {
		path := filepath.Join(dir, name)
		if info, statErr := os.Stat(path); statErr == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0 {
			return path, nil
		}
	}
	return "", errors.Join(err, fs.ErrNotExist)
}
