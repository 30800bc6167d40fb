package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// completeCommand is what the completion scripts call, with the words of the
// command line up to the cursor. It is not listed anywhere.
const completeCommand = "__complete"

// completion is what may stand at a place of the command line.
type completion struct {
	candidates []candidate
	paths      paths
}

type candidate struct{ text, help string }

// paths says which paths may stand there too.
type paths uint8

const (
	noPaths paths = iota
	files
	directories
)

// complete writes the candidates for the last word, one a line with a tab
// before its description. The first line is the word that tells the shell which
// paths to offer: "none", "files" or "directories".
func (p *program) complete(words []string) {
	if len(words) == 0 {
		words = []string{""}
	}
	last := words[len(words)-1]
	line := &commandLine{program: p}
	for _, word := range words[:len(words)-1] {
		// A mistake earlier in the line is no reason not to help with the rest.
		_ = line.read(word)
	}
	c := line.complete(last)
	fmt.Fprintln(p.Out, [...]string{noPaths: "none", files: "files", directories: "directories"}[c.paths])
	for _, candidate := range c.candidates {
		if strings.HasPrefix(candidate.text, last) {
			fmt.Fprintf(p.Out, "%s\t%s\n", candidate.text, candidate.help)
		}
	}
}

func (l *commandLine) complete(last string) completion {
	if l.waiting != nil {
		return flagValues(l.waiting)
	}
	if !l.literal && strings.HasPrefix(last, "-") {
		if name, _, hasValue := splitFlag(last); hasValue {
			return l.completeAssigned(name, last)
		}
		return l.completeFlags()
	}
	switch {
	case l.command == nil:
		return l.completeCommands()
	case l.command.arguments == nil:
		return completion{}
	}
	return l.command.arguments()
}

// completeAssigned completes the value of "--name=value".
func (l *commandLine) completeAssigned(name, last string) completion {
	f := l.lookup(name)
	if f == nil {
		return completion{}
	}
	values := flagValues(f)
	prefix, _, _ := strings.Cut(last, "=")
	for i := range values.candidates {
		values.candidates[i].text = prefix + "=" + values.candidates[i].text
	}
	return values
}

func flagValues(f cli.Flag) completion {
	switch f := f.(type) {
	case *choiceFlag:
		return completion{candidates: plain(f.choices)}
	case *directoryFlag:
		return completion{paths: directories}
	case *cli.StringSliceFlag:
		if f.TakesFile {
			return completion{paths: files}
		}
	case *cli.PathFlag:
		return completion{paths: files}
	}
	return completion{}
}

// completeFlags offers the long names, and leaves out what is given already and
// cannot be given twice.
func (l *commandLine) completeFlags() completion {
	flags := l.program.global
	if l.command != nil {
		flags = append(slices.Clone(l.command.Flags), flags...)
	}
	var c completion
	for _, f := range flags {
		_, repeatable := f.(*cli.StringSliceFlag)
		if l.isGiven(f) && !repeatable {
			continue
		}
		_, usage := splitUsage(f.(cli.DocGenerationFlag).GetUsage())
		c.candidates = append(c.candidates, candidate{dashed(f.Names()[0]), usage})
	}
	return c
}

func (l *commandLine) isGiven(f cli.Flag) bool {
	same := func(g given) bool { return g.flag == f }
	return slices.ContainsFunc(l.global, same) || slices.ContainsFunc(l.local, same)
}

func (l *commandLine) completeCommands() completion {
	var c completion
	for _, command := range l.program.commands {
		c.candidates = append(c.candidates, candidate{command.Name, command.Usage})
	}
	if !l.help {
		c.candidates = append(c.candidates, candidate{"help", "show help for a command"})
	}
	return c
}

func plain(values []string) []candidate {
	var out []candidate
	for _, value := range values {
		out = append(out, candidate{text: value})
	}
	return out
}
