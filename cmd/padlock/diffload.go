package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"padlock/internal/diff"
	"padlock/internal/source"
	"padlock/linter"
)

// loadedSide is a side that has been read.
type loadedSide struct {
	diff.Side
	// ref is where it comes from.
	ref *sideRef
	// frame is the main file that Padlock put around rendered files; nil if there
	// is none. Nobody is shown it.
	frame *source.File
	// causes finds what in a description rendered files come from; nil if it is
	// none.
	causes *causes
}

// sideLoader reads the sides of one comparison.
type sideLoader struct {
	*program
	context *cli.Context
	// request is what both sides have in common.
	request linter.Request
	opened  []*sideRef
	// several tells that both sides are named, and may both be descriptions.
	several bool
	warned  map[string]bool
}

func (p *program) newSideLoader(c *cli.Context) (*sideLoader, error) {
	l := &sideLoader{program: p, context: c, warned: map[string]bool{}}
	var err error
	if l.request.Settings, err = findSettings(c); err != nil {
		return nil, err
	}
	l.request.Stdin, l.request.StdinName, l.request.Root = p.In, c.String("stdin-filename"), c.Path("root")
	return l, p.judgedTarget(c, &l.request, "diff")
}

func (l *sideLoader) close() {
	for _, s := range l.opened {
		s.close()
	}
}

// both reads the sides that the arguments name.
func (l *sideLoader) both(args []string) (old, new *loadedSide, err error) {
	l.several = len(args) == 2
	refs := make([]*sideRef, len(args))
	for i, arg := range args {
		if refs[i], err = findSide(l.context.Context, arg); err != nil {
			return nil, nil, err
		}
		l.opened = append(l.opened, refs[i])
	}
	if len(refs) == 1 {
		switch {
		case refs[0].tree == nil && refs[0].isDescription(""):
			return l.plan(refs[0])
		case refs[0].tree == nil:
			return nil, nil, usageError{message: fmt.Sprintf("diff needs something to compare %s with: OLD and NEW", args[0]), command: l.find("diff")}
		}
		// A revision is compared with what stands in its place now.
		here := "."
		if !refs[0].whole {
			here = shortPath(refs[0].path)
		}
		now, err := findSide(l.context.Context, here)
		if err != nil {
			return nil, nil, err
		}
		refs = append(refs, now)
	}
	refs[0].follow(refs[1])
	refs[1].follow(refs[0])
	for _, ref := range refs {
		if err := ref.look(); err != nil {
			return nil, nil, err
		}
	}
	if old, err = l.load(refs[0], refs[1]); err != nil {
		return nil, nil, err
	}
	if new, err = l.load(refs[1], refs[0]); err != nil {
		return nil, nil, err
	}
	if old.causes != nil && new.causes != nil {
		findEdits(old.causes, new.causes)
	}
	if len(old.Configs) == 0 && len(new.Configs) == 0 && !old.empty() && !new.empty() {
		return nil, nil, &linter.NoConfigurationError{Paths: []string{old.Name, new.Name}}
	}
	return old, new, nil
}

// empty tells that it was said to be, or that its description has no sites.
func (s *loadedSide) empty() bool { return s.ref.isEmpty() || s.frame != nil }

// load reads one side; other is what it is compared with.
func (l *sideLoader) load(ref, other *sideRef) (*loadedSide, error) {
	stdinName := l.request.StdinName
	switch {
	case ref.isEmpty():
		return &loadedSide{Side: diff.Side{Name: ref.name}, ref: ref}, nil
	case ref.isDescription(stdinName):
		return l.rendered(ref)
	case ref.directory && other.isDescription(stdinName) && !ref.holds(linter.IsMain):
		return l.output(ref, outputPlace{dir: ref.path})
	}
	request := l.request
	request.Paths, request.Machine = []string{ref.path}, ref.machine
	if ref.path == "" {
		request.Paths = []string{"-"}
	}
	side, err := l.lint(ref, request)
	var nothing *linter.NoConfigurationError
	if errors.As(err, &nothing) && ref.directory {
		if ref.holds(namesDescription) {
			return l.rendered(ref)
		}
		// The other side decides whether that is all right.
		return &loadedSide{Side: diff.Side{Name: ref.name}, ref: ref}, nil
	}
	return side, err
}

// lint reads configurations and what the linter finds in them.
func (l *sideLoader) lint(ref *sideRef, request linter.Request) (*loadedSide, error) {
	result, configs, err := linter.LintConfigs(l.context.Context, request)
	if ref.tree != nil && ref.tree.Err() != nil {
		return nil, fmt.Errorf("%s: %w", ref.name, ref.tree.Err())
	}
	if err != nil {
		if stopped := l.context.Context.Err(); stopped != nil {
			return nil, stopped
		}
		return nil, err
	}
	if len(result.Unread) > 0 {
		return nil, fmt.Errorf("%s: %s cannot be read: links lead out of what you named, and the comparison would miss what is there",
			ref.name, strings.Join(result.Unread, ", "))
	}
	for _, warning := range result.Warnings {
		l.warn(warning)
	}
	for _, f := range result.Failures {
		l.complain(fmt.Sprintf("%v; the other rules have run. Please report this.\n%s", f, f.Stack))
	}
	if len(result.Failures) > 0 {
		return nil, errReported
	}
	for _, config := range configs {
		config.Forget()
	}
	return &loadedSide{Side: diff.Side{Name: ref.name, Configs: configs, Findings: result.Findings}, ref: ref}, nil
}

// warn tells a warning once, though it may hold for both sides.
func (l *sideLoader) warn(warning string) {
	// Of the frame nobody knows, whatever settings exclude.
	if !l.warned[warning] && !strings.Contains(warning, frameName) {
		l.warned[warning] = true
		l.complain("warning: " + warning)
	}
}

// commonSites are the sites that both sides have.
func commonSites(old, new *loadedSide) []string {
	var common []string
	before, after := old.sites(), new.sites()
	for site := range before {
		if after[site] {
			common = append(common, site)
		}
	}
	slices.Sort(common)
	return common
}

func (s *loadedSide) sites() map[string]bool {
	sites := map[string]bool{}
	for _, c := range s.Configs {
		for _, h := range c.Model().Hosts {
			// "_" is who answers unknown names.
			if site := h.Site(); site != "_" {
				sites[site] = true
			}
		}
	}
	return sites
}
