package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"padlock/generator"
	"padlock/generator/outdir"
)

// rendered renders a description in memory, for its target.
func (l *sideLoader) rendered(ref *sideRef) (*loadedSide, error) {
	result, causes, err := l.generate(ref)
	if err != nil {
		return nil, err
	}
	// The layout makes no difference to what the sites do.
	return l.renderedIn(ref, result, causes, outputPlace{dir: result.OutDir}, result.Files, nil)
}

// plan is the two sides of what "padlock generate" would change: the output
// directory as it is, and as it would be.
func (l *sideLoader) plan(ref *sideRef) (old, new *loadedSide, err error) {
	result, causes, err := l.generate(ref)
	if err != nil {
		return nil, nil, err
	}
	dir := cmp.Or(l.context.Path("out"), result.OutDir)
	if dir == "" {
		return nil, nil, usageError{
			message: fmt.Sprintf("%s names no out_dir in its target block: give --out DIR, or a second side to compare with", ref.name),
			command: l.find("diff"),
		}
	}
	place := outputPlace{dir: dir, includeDir: result.Target.IncludeDir, layout: result.Target.Layout}
	arranged, err := result.Arrange(dir)
	if err != nil {
		return nil, nil, err
	}
	changes, err := outdir.Plan(dir, sealable(arranged, result.Target), outdir.KeepEdits)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range changes {
		switch c.Action {
		case outdir.Edited, outdir.Foreign:
			l.complain(fmt.Sprintf("warning: generate would stop at %s, which %s", filepath.Join(dir, c.Name), conflictWords[c.Action]))
		}
	}
	names, err := place.names(os.DirFS("/"))
	if err != nil {
		return nil, nil, err
	}
	kept := slices.DeleteFunc(names, func(name string) bool {
		return slices.ContainsFunc(changes, func(c outdir.Change) bool { return c.Name == name && c.Action == outdir.Removed }) ||
			slices.ContainsFunc(arranged, func(f generator.File) bool { return f.Name == name })
	})
	l.request.Server, l.request.ServerVersion, l.request.OpenSSLVersion = result.Target.Server, result.Target.Version, result.Target.OpenSSL
	if old, err = l.output(&sideRef{name: dir, directory: true}, place); err != nil {
		return nil, nil, err
	}
	new, err = l.renderedIn(ref, result, causes, place, arranged, kept)
	return old, new, err
}

// conflictWords say why generate leaves a file alone.
var conflictWords = map[outdir.Action]string{
	outdir.Edited:  "was edited since Padlock wrote it",
	outdir.Foreign: "Padlock did not write",
}

// generate renders, and tells which parts of the description cause what.
func (l *sideLoader) generate(ref *sideRef) (*generator.Result, *causes, error) {
	c := l.context
	file := "-"
	if ref.path != "" {
		file = shortPath(ref.path)
	}
	fallback, warnings, err := settingsTarget(c, file)
	if err != nil {
		return nil, nil, err
	}
	for _, warning := range warnings {
		l.warn(warning)
	}
	server := c.String("server")
	if server == "auto" {
		server = ""
	}
	bar := l.newProgress(c)
	result, diagnostics := generator.Generate(c.Context, generator.Request{
		Files: []string{file}, Stdin: l.In, State: ref.machine,
		Server: server, Platform: c.String("platform"), ServerVersion: c.String("server-version"), OpenSSLVersion: c.String("openssl-version"),
		Fallback: fallback, Variables: c.StringSlice("var"), VariableFiles: c.StringSlice("var-file"), SharedVariables: l.several,
		Environment: l.Environment, Detect: detector(c.Context), Progress: bar.update, Causes: true, OutDir: outputDirectory(c), Unwritten: true,
	})
	bar.finish()
	if err := c.Context.Err(); err != nil {
		return nil, nil, err
	}
	if len(diagnostics.List) > 0 && ref.name != file {
		fmt.Fprintf(l.Err, "In %s:\n", ref.name)
	}
	if err := diagnostics.Write(l.Err, l.ErrWidth, l.color(c.String("color"), l.ErrTerminal)); err != nil {
		return nil, nil, err
	}
	if diagnostics.HasErrors() {
		return nil, nil, errReported
	}
	return result, newCauses(result.Files, diagnostics.Files), nil
}

// renderedIn reads rendered files as a server would from an output directory,
// between other files that stay in it.
func (l *sideLoader) renderedIn(ref *sideRef, result *generator.Result, causes *causes, place outputPlace, files []generator.File, kept []string) (*loadedSide, error) {
	request := l.request
	request.Server, request.ServerVersion, request.OpenSSLVersion = result.Target.Server, result.Target.Version, result.Target.OpenSSL
	request.Contents = map[string][]byte{}
	names := slices.Clone(kept)
	for _, f := range files {
		if f.Link != "" || f.Private {
			continue
		}
		full, err := place.file(f.Name)
		if err != nil {
			return nil, err
		}
		request.Contents[full] = outdir.Seal(f.Content)
		if place.included(f.Name) {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	side, err := l.inFrame(ref, request, place, slices.Compact(names))
	if err == nil {
		side.causes, side.Causes = causes, causes.of
	}
	return side, err
}

// output reads the files of an output directory as a server would that includes
// them.
func (l *sideLoader) output(ref *sideRef, place outputPlace) (*loadedSide, error) {
	names, err := place.names(ref.files())
	if err != nil {
		return nil, err
	}
	request := l.request
	request.Machine = ref.machine
	if request.Contents, err = place.shared(ref.files()); err != nil {
		return nil, err
	}
	return l.inFrame(ref, request, place, names)
}

// sealable are rendered files as outdir takes them.
func sealable(rendered []generator.File, target generator.Target) []outdir.File {
	out := make([]outdir.File, len(rendered))
	for i, f := range rendered {
		out[i] = outdir.File{Name: f.Name, Content: f.Content, Link: f.Link, Private: f.Private}
		if f.Private {
			out[i].Group = target.Platform.Paths(target.Server).Group
		}
	}
	return out
}
