package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"padlock/generator"
	"padlock/internal/tlspolicy"
)

// detectPatience bounds how long an installed server may take to tell its
// version.
const detectPatience = 5 * time.Second

func detector(ctx context.Context) generator.Detector {
	return func(server tlspolicy.Server) (tlspolicy.Target, bool) {
		installed, err := tlspolicy.Detect(ctx, server, runProgram)
		return installed.Target(), err == nil
	}
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
