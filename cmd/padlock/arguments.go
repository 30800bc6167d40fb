package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"
)

// commandLine reads arguments word by word. The library stops looking for flags
// at the first positional argument and takes the rest as file names, so that
// "lint a.conf --fix" would fix nothing and say nothing; here flags count
// wherever they stand, up to "--".
type commandLine struct {
	program *program
	command *command
	help    bool

	global, local []given
	positional    []string

	waiting cli.Flag // the flag whose value is the next word
	literal bool     // "--" has been read
}

// given is a flag on the command line.
type given struct {
	flag  cli.Flag
	value string
}

func (g given) name() string { return g.flag.Names()[0] }

// parse reads all arguments and checks what can be checked without running the
// command.
func (p *program) parse(args []string) (*commandLine, error) {
	line := &commandLine{program: p}
	for _, arg := range args {
		if err := line.read(arg); err != nil {
			return nil, err
		}
	}
	if line.waiting != nil {
		return nil, line.missingValue()
	}
	return line, nil
}

func (l *commandLine) read(word string) error {
	switch {
	case l.waiting != nil && l.couldBeFlag(word):
		return l.missingValue()
	case l.waiting != nil:
		f := l.waiting
		l.waiting = nil
		return l.give(f, word)
	case !l.literal && word == "--":
		l.literal = true
		return nil
	case l.literal || !looksLikeFlag(word):
		return l.readPositional(word)
	}
	return l.readFlag(word)
}

// looksLikeFlag is false for "-", which is standard input.
func looksLikeFlag(word string) bool { return len(word) > 1 && word[0] == '-' }

func (l *commandLine) readPositional(word string) error {
	if l.command != nil && word == "" {
		return usageError{message: "an argument is empty, such as a variable that is not set leaves it", command: l.command}
	}
	if l.command != nil {
		l.positional = append(l.positional, word)
		return nil
	}
	if word == "help" && !l.help {
		l.help = true
		return nil
	}
	l.command = l.program.find(word)
	if l.command == nil {
		names := []string{"help"}
		for _, c := range l.program.commands {
			names = append(names, c.Name)
		}
		return usageError{message: fmt.Sprintf("there is no command %q%s", word, didYouMean(word, names))}
	}
	return nil
}

func (l *commandLine) readFlag(word string) error {
	name, value, hasValue := splitFlag(word)
	f := l.lookup(name)
	switch {
	case f == nil:
		return l.unknownFlag(name)
	case hasValue:
		return l.give(f, value)
	case takesValue(f):
		l.waiting = f
		return nil
	}
	return l.give(f, "true")
}

// splitFlag takes "--name=value" and "-name=value" apart.
func splitFlag(word string) (name, value string, hasValue bool) {
	word = strings.TrimPrefix(strings.TrimPrefix(word, "-"), "-")
	return strings.Cut(word, "=")
}

// lookup finds a flag of the command, or a global one.
func (l *commandLine) lookup(name string) cli.Flag {
	if l.command != nil {
		if f := lookupFlag(l.command.Flags, name); f != nil {
			return f
		}
	}
	return lookupFlag(l.program.global, name)
}

// couldBeFlag tells that a word is most likely not meant as a value:
// "--out --check" forgets the directory.
func (l *commandLine) couldBeFlag(word string) bool {
	if !looksLikeFlag(word) {
		return false
	}
	name, _, _ := splitFlag(word)
	return word == "--" || l.lookup(name) != nil
}

func (l *commandLine) give(f cli.Flag, value string) error {
	if err := l.checkValue(f, value); err != nil {
		return err
	}
	if lookupFlag(l.program.global, f.Names()[0]) == f {
		l.global = append(l.global, given{f, value})
		if f.Names()[0] == "help" {
			l.help = value == "true"
		}
		return nil
	}
	l.local = append(l.local, given{f, value})
	return nil
}

func (l *commandLine) checkValue(f cli.Flag, value string) error {
	name := dashed(f.Names()[0])
	if choice, ok := f.(*choiceFlag); ok && !slices.Contains(choice.choices, value) {
		return usageError{
			message: fmt.Sprintf("%s cannot be %q: it is one of %s%s", name, value, strings.Join(choice.choices, ", "), didYouMean(value, choice.choices)),
			command: l.command,
		}
	}
	if !takesValue(f) {
		if _, err := strconv.ParseBool(value); err != nil {
			return usageError{message: fmt.Sprintf("%s is on or off and cannot be %q", name, value), command: l.command}
		}
	}
	return nil
}

func (l *commandLine) missingValue() error {
	name := dashed(l.waiting.Names()[0])
	return usageError{message: fmt.Sprintf("%s needs a value after it", name), command: l.command}
}

func (l *commandLine) unknownFlag(name string) error {
	flags := slices.Clone(l.program.global)
	if l.command != nil {
		flags = append(slices.Clone(l.command.Flags), flags...)
	} else {
		for _, c := range l.program.commands {
			if lookupFlag(c.Flags, name) != nil {
				return usageError{message: fmt.Sprintf("the command comes first: %s %s %s", programName, c.Name, dashed(name)), command: c}
			}
		}
	}
	return usageError{
		message: fmt.Sprintf("there is no flag %s%s", dashed(name), didYouMean(dashed(name), dashedNames(flags))),
		command: l.command,
	}
}

// has tells that a global switch is on.
func (l *commandLine) has(name string) bool {
	on := false
	for _, g := range l.global {
		if g.name() == name {
			on, _ = strconv.ParseBool(g.value)
		}
	}
	return on
}

// ordered is the command line in the order that the library understands.
func (l *commandLine) ordered() []string {
	args := []string{programName}
	for _, g := range l.global {
		args = append(args, dashed(g.name())+"="+g.value)
	}
	args = append(args, l.command.Name)
	for _, g := range l.local {
		args = append(args, dashed(g.name())+"="+g.value)
	}
	args = append(args, "--")
	return append(args, l.positional...)
}
