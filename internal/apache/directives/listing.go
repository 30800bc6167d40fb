package directives

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Listed is one directive as `apache2 -L` prints it.
type Listed struct {
	// Title is the name, a section's with "<" before it and no ">".
	Title, Module string
	// Outside and Inside are the places in *.conf; Overrides the classes that
	// open it in .htaccess.
	Outside, Inside bool
	Overrides       Override
}

// ParseListing reads the output of `apache2 -L`: for each directive a line
// "Name (module.c)", a help line and its places, indented by tabs.
func ParseListing(r io.Reader) ([]Listed, error) {
	var all []Listed
	scanner := bufio.NewScanner(r)
	for scanner.Scan() {
		line := scanner.Text()
		if title, module, ok := listedTitle(line); ok {
			all = append(all, Listed{Title: title, Module: module})
			continue
		}
		if len(all) > 0 {
			all[len(all)-1].read(strings.TrimSpace(line))
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("reading the listing of directives: %w", err)
	}
	return all, nil
}

func listedTitle(line string) (title, module string, ok bool) {
	title, rest, found := strings.Cut(line, " (")
	module, ok = strings.CutSuffix(rest, ")")
	return strings.TrimSuffix(title, ">"), module, found && ok && !strings.HasPrefix(line, "\t") && !strings.Contains(module, " ")
}

func (l *Listed) read(text string) {
	switch {
	case strings.Contains(text, "*.conf anywhere"):
		l.Outside, l.Inside = true, true
	case strings.Contains(text, "*.conf only outside"):
		l.Outside = true
	case strings.Contains(text, "*.conf only inside"):
		l.Inside = true
	case strings.HasPrefix(text, "when AllowOverride isn't None"):
		l.Overrides = OverrideAll
	case strings.HasPrefix(text, "when AllowOverride includes"):
		for _, c := range overrideNames {
			if strings.Contains(text, c.name) {
				l.Overrides |= c.bit
			}
		}
	}
}

// Compare tells in one line each how the table differs from a server's
// listing; a server of another version or with other modules differs by right.
func Compare(listing []Listed) []string {
	var differences []string
	for _, l := range listing {
		f := factsOf(l)
		switch {
		case f == nil:
			differences = append(differences, fmt.Sprintf("%s of %s is not in the table", l.Title, l.Module))
		case f.Outside != l.Outside || f.Inside != l.Inside:
			differences = append(differences, fmt.Sprintf("%s of %s: outside %v, inside %v in the listing", l.Title, l.Module, l.Outside, l.Inside))
		case f.Overrides != l.Overrides:
			differences = append(differences, fmt.Sprintf("%s of %s: AllowOverride %v in the listing", l.Title, l.Module, l.Overrides.Names()))
		}
	}
	return differences
}

func factsOf(l Listed) *Facts {
	for _, f := range Lookup(l.Title) {
		if f.Module == l.Module {
			return f
		}
	}
	return nil
}
