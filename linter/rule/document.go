package rule

import (
	"strings"

	"padlock/internal/tlspolicy"
)

// Section is the text below one "## Title" heading of the rule's document, such
// as "Why"; empty if there is none.
func (r *Rule) Section(title string) string {
	var text strings.Builder
	inside, fenced := false, false
	for line := range strings.Lines(r.Text) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if heading, ok := strings.CutPrefix(line, "## "); ok && !fenced {
			inside = strings.TrimSpace(heading) == title
			continue
		}
		if inside {
			text.WriteString(line)
		}
	}
	return strings.TrimSpace(text.String())
}

// Example is a configuration in a rule's document.
type Example struct {
	// Server is the server that the configuration is for.
	Server tlspolicy.Server
	// File is the name that the configuration has; empty if its name does not
	// matter.
	File string
	// Version is the server's version, OpenSSL that of the library; zero for
	// any.
	Version, OpenSSL tlspolicy.Version
	// Installed tells that the files that it names are on the machine.
	Installed bool
	Text      string
}

// Examples are the configurations below a heading ("Bad" or "Good"): its fenced
// blocks marked nginx or apache. After the mark may follow "file=NAME",
// "version=V", "openssl=V" and "installed".
func (r *Rule) Examples(title string) []Example {
	var examples []Example
	var current *Example
	for line := range strings.Lines(r.Section(title) + "\n") {
		mark, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && current == nil:
			current = newExample(mark)
		case fence:
			if current.Server != "" {
				examples = append(examples, *current)
			}
			current = nil
		case current != nil:
			current.Text += line
		}
	}
	return examples
}

func newExample(mark string) *Example {
	e := &Example{}
	for i, word := range strings.Fields(mark) {
		key, value, _ := strings.Cut(word, "=")
		switch {
		case i == 0 && (word == string(tlspolicy.Nginx) || word == string(tlspolicy.Apache)):
			e.Server = tlspolicy.Server(word)
		case key == "file":
			e.File = value
		case key == "version":
			e.Version = tlspolicy.MustVersion(value)
		case key == "openssl":
			e.OpenSSL = tlspolicy.MustVersion(value)
		case key == "installed":
			e.Installed = true
		}
	}
	return e
}
