package diff

import (
	"iter"
	"slices"
	"strings"

	"padlock/internal/apache"
	"padlock/internal/apache/directives"
)

// apacheChildren are the elements of a section's items, or of the whole
// configuration. What httpd does while it reads is gone, but for the modules it
// loads and the files it could not read.
func apacheChildren(parent *element) []*element {
	return apacheElements(parent, parent.apache.Children())
}

func apacheElements(parent *element, items iter.Seq[apache.Item]) []*element {
	var list []*element
	for item := range items {
		if item.OnRead() && !item.Is("LoadModule") && !unread.Of(parent.config)[lineOf(item.Span())] {
			continue
		}
		list = append(list, newApache(parent, item))
	}
	return list
}

func newApache(parent *element, item apache.Item) *element {
	e := parent.child(strings.ToLower(item.Name()))
	e.apache, e.block = item, item.IsSection()
	e.words = canonicalApache(e, apacheWords(item))
	return e.settle()
}

// apacheWords are the arguments of an item, split as its module does.
func apacheWords(item apache.Item) []string {
	words := item.Words()
	if item.Is("RewriteRule") || item.Is("RewriteCond") {
		words = item.RewriteWords()
	}
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = w.Value
	}
	return list
}

// canonicalApache spells arguments in one way, as far as httpd reads different
// spellings as the same. Conditions that could not be decided belong to what is
// said.
func canonicalApache(e *element, args []string) []string {
	name := e.apache.Name()
	if e.apache.IsSection() {
		name = "<" + name
	}
	if change, ok := apacheSpellings[e.name]; ok {
		args = change(args)
	} else if facts := directives.Lookup(name); len(facts) > 0 && len(args) > 0 {
		args = directives.Canonical(facts[0], args)
	}
	if len(args) == 1 && (strings.EqualFold(args[0], "on") || strings.EqualFold(args[0], "off")) {
		args = lowerWords(args)
	}
	for _, c := range e.apache.Conditions() {
		args = append(args[:len(args):len(args)], c.String())
	}
	return args
}

// apacheSpellings are directives that read their arguments in a way of their own.
var apacheSpellings = map[string]func([]string) []string{
	"servername":  lowerWords,
	"serveralias": func(args []string) []string { return sortedWords(lowerWords(args)) },
	"virtualhost": func(args []string) []string { return sortedWords(lowerWords(args)) },
	"sslprotocol": func(args []string) []string { return protocolWords(nonEmpty(lowerWords(args))) },
	"header":      headerWords, "requestheader": headerWords,
	"redirect":      redirectWords,
	"options":       func(args []string) []string { return sortedWords(lowerWords(args)) },
	"allowoverride": func(args []string) []string { return sortedWords(lowerWords(args)) },
	"allowmethods":  sortedWords,
	"limit":         sortedWords, "limitexcept": sortedWords,
	"require": requireWords,
	"order":   func(args []string) []string { return lowerWords([]string{strings.Join(args, "")}) },
	"allow":   fromWords, "deny": fromWords,
}

// redirectStatus are the words for statuses of Redirect (mod_alias
// documentation).
var redirectStatus = map[string]string{"permanent": "301", "temp": "302", "seeother": "303", "gone": "410"}

// redirectWords: the status comes first, and is 302 if there is none.
func redirectWords(args []string) []string {
	if len(args) == 0 {
		return args
	}
	if status, ok := redirectStatus[strings.ToLower(args[0])]; ok {
		return append([]string{status}, args[1:]...)
	}
	if len(args) == 2 && strings.HasPrefix(args[0], "/") {
		return append([]string{"302"}, args...)
	}
	return args
}

func lowerWords(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = strings.ToLower(a)
	}
	return out
}

func sortedWords(args []string) []string {
	out := slices.Clone(args)
	slices.Sort(out)
	return slices.Compact(out)
}

// protocolWords are the words of SSLProtocol as they add up: one without a sign
// starts again, and the order of the others means nothing
// (ssl_cmd_protocol_parse, httpd 2.4.71).
func protocolWords(args []string) []string {
	set, starts := map[string]byte{}, "none"
	for _, word := range args {
		switch name := strings.TrimLeft(word, "+-"); {
		case name == "all" && word[0] == '-':
			set, starts = map[string]byte{}, "none"
		case name == "all":
			set, starts = map[string]byte{}, "all"
		case word[0] == '+' || word[0] == '-':
			set[name] = word[0]
		default:
			set, starts = map[string]byte{name: '+'}, "none"
		}
	}
	out := []string{starts}
	for name, sign := range set {
		if sign == '-' || starts == "none" {
			out = append(out, string(sign)+name)
		}
	}
	if slices.Sort(out[1:]); starts == "none" {
		out = slices.DeleteFunc(out, func(w string) bool { return w[0] == '-' })
	}
	return out
}

// headerWords: the action and the name of the field mean the same in any case,
// and onsuccess is what holds without a word (mod_headers documentation).
func headerWords(args []string) []string {
	out := slices.Clone(args)
	if len(out) > 0 && strings.EqualFold(out[0], "onsuccess") {
		out = out[1:]
	}
	n := 2
	if len(out) > 0 && strings.EqualFold(out[0], "always") {
		n = 3
	}
	for i := range min(n, len(out)) {
		out[i] = strings.TrimSuffix(strings.ToLower(out[i]), ":")
	}
	return out
}

// requireWords: what may be named in any order is sorted.
func requireWords(args []string) []string {
	if len(args) == 0 {
		return args
	}
	out := slices.Clone(args)
	n := 0
	if out[0] = strings.ToLower(out[0]); out[0] == "not" && len(out) > 1 {
		n = 1
		out[1] = strings.ToLower(out[1])
	}
	switch out[n] {
	case "all":
		return lowerWords(out)
	case "ip", "host", "user", "group", "method":
		slices.Sort(out[n+1:])
	}
	return out
}

func fromWords(args []string) []string {
	out := lowerWords(args)
	if len(out) > 1 {
		slices.Sort(out[1:])
	}
	return out
}
