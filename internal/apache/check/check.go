// Package check judges what one Apache directive cannot tell by itself: names
// that must be defined before they are used, sections that must follow
// another, addresses that are listened on twice.
//
// In goes a configuration as the evaluator of internal/apache has read it; out
// come problems, each under the id of the rule that reports it. What is an
// error here is refused by `apache2 -t` (httpd 2.4.71, each tried). The package
// reads no files and knows no rules.
package check

import (
	"iter"
	"slices"
	"strings"

	"padlock/internal/apache"
	"padlock/internal/apache/directives"
	"padlock/internal/source"
)

// Subject is a configuration to be judged.
type Subject struct {
	config   *apache.Config
	complete bool
	// foreign: a module of a third party is loaded, which may bring names that
	// are not known here.
	foreign bool
	// loaded are the source names of the modules that LoadModule lines load,
	// those under a condition included.
	loaded map[string]bool
}

// Of makes a configuration ready to be judged. complete tells that the main
// file and all it includes have been read, so that what is not defined in it is
// defined nowhere.
func Of(config *apache.Config, complete bool) *Subject {
	s := &Subject{config: config, complete: complete, loaded: map[string]bool{}}
	for name := range loads(config) {
		s.loaded[apache.ModuleSource(name)] = true
		s.foreign = s.foreign || directives.ThirdPartyModule(name)
	}
	return s
}

// loads are the names of the modules that LoadModule lines load.
func loads(config *apache.Config) iter.Seq[string] {
	return func(yield func(string) bool) {
		for item := range config.All() {
			if !item.OnRead() || !item.Is("LoadModule") {
				continue
			}
			if words := item.Words(); len(words) > 0 && !yield(words[0].Value) {
				return
			}
		}
	}
}

// OwnModulesOnly tells that the configuration says which modules are loaded,
// and that all are the server's own, so that no directive is unknown here that
// the server knows.
func OwnModulesOnly(config *apache.Config) bool {
	for name := range loads(config) {
		if directives.ThirdPartyModule(name) {
			return false
		}
	}
	return config.HasLoadModule()
}

// Problem is something wrong with directives that belong together.
type Problem struct {
	// Rule is the id of the rule that reports it.
	Rule     string
	Severity source.Severity
	// Item is the directive, Range the part of its line that is meant.
	Item    apache.Item
	Range   source.Range
	Message string
	// Help says what to do; it may be empty.
	Help string
	// Related are the other directives that the problem speaks of.
	Related []source.Related
}

// Diagnostic is the problem as users are told of it, with the include chain.
func (p *Problem) Diagnostic() source.Diagnostic {
	d := p.Item.Report(p.Rule, p.Severity, p.Range, p.Message)
	d.Help, d.Related = p.Help, p.Related
	return d
}

// All is what every check finds.
func (s *Subject) All() []Problem {
	return slices.Concat(s.Authorization(), s.Branches(), s.Listens(), s.References(), s.Aliases(), s.Workers(), s.Caches(), s.CacheDirectories())
}

// problem starts a problem at a directive's name. Under a condition that could
// not be decided it is a warning: the server may never read the line.
func problem(rule string, item apache.Item, message, help string) Problem {
	severity := source.Error
	if len(item.Conditions()) > 0 {
		severity = source.Warning
	}
	return Problem{Rule: rule, Severity: severity, Item: item, Range: item.Node().NameRange(), Message: message, Help: help}
}

// at moves a problem to a word of the directive.
func (p Problem) at(word int) Problem {
	if words := p.Item.Words(); word >= 0 && word < len(words) {
		p.Range = words[word].Range
	}
	return p
}

// title is an item's name as the directive tables spell it: a section's with
// "<" before it.
func title(item apache.Item) string {
	if item.IsSection() {
		return "<" + item.Name()
	}
	return item.Name()
}

// callOf is the item as the directive tables want it.
func callOf(item apache.Item) directives.Call {
	words := item.Words()
	call := directives.Call{Raw: item.Args(), Args: make([]string, len(words))}
	for i, word := range words {
		call.Args[i] = word.Value
	}
	for _, section := range item.Sections() {
		call.Place.Enclosing = append(call.Place.Enclosing, section.Name())
	}
	return call
}

func isAny(item apache.Item, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(item.Name(), name) })
}
