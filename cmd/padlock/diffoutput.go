package main

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"padlock/generator"
	"padlock/internal/source"
)

// outputPlace is an output directory of generate.
type outputPlace struct {
	dir string
	// includeDir is where the server finds the files of dir, if not there.
	includeDir string
	layout     generator.Layout
}

// Folders and files of the layouts; see generator.Layout.
const (
	singleFile      = "00-sites.conf"
	enabledFolder   = "sites-enabled"
	availableFolder = "sites-available"
	sharedFolder    = "shared"
)

// file is the path at which the server finds a file.
func (p outputPlace) file(name string) (string, error) {
	dir := p.dir
	if p.includeDir != "" && path.Dir(name) == sharedFolder {
		dir = p.includeDir
	}
	full, err := filepath.Abs(filepath.Join(cmp.Or(dir, "."), filepath.FromSlash(name)))
	return filepath.ToSlash(full), err
}

// included tells that a server includes a rendered file by itself, rather than
// from another one.
func (p outputPlace) included(name string) bool {
	folder := "."
	if p.layout == generator.LayoutSites {
		// The links to these lead there.
		folder = availableFolder
	}
	return path.Dir(name) == folder
}

// names lists what stands in the directory and a server includes.
func (p outputPlace) names(files fs.FS) ([]string, error) {
	full, err := p.file(".")
	if err != nil {
		return nil, err
	}
	names, err := configurationsIn(files, inTree(full))
	if err != nil {
		return nil, err
	}
	enabled, err := configurationsIn(files, path.Join(inTree(full), enabledFolder))
	for _, name := range enabled {
		names = append(names, path.Join(enabledFolder, name))
	}
	return names, err
}

// shared are the files that others include by their path in another directory, by
// that path.
func (p outputPlace) shared(files fs.FS) (map[string][]byte, error) {
	if p.includeDir == "" {
		return nil, nil
	}
	full, err := p.file(".")
	if err != nil {
		return nil, err
	}
	folder := path.Join(inTree(full), sharedFolder)
	entries, err := fs.ReadDir(files, folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	contents := map[string][]byte{}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || info.Size() > source.DefaultLimits.FileSize {
			continue
		}
		data, err := fs.ReadFile(files, path.Join(folder, e.Name()))
		if err != nil {
			return nil, err
		}
		name, err := p.file(path.Join(sharedFolder, e.Name()))
		if err != nil {
			return nil, err
		}
		contents[name] = data
	}
	return contents, err
}

// configurationsIn lists what a server includes with "*.conf".
func configurationsIn(files fs.FS, dir string) ([]string, error) {
	entries, err := fs.ReadDir(files, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && filepath.Ext(e.Name()) == ".conf" && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names, err
}
