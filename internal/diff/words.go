package diff

import (
	"strings"
)

// text is the element as people write it, without its block: "location ^~ /v1/".
// Secrets are masked.
func (e *element) text() string {
	words := e.spelt()
	text := e.shownName()
	if len(words) > 0 {
		text += " " + strings.Join(words, " ")
	}
	if e.apache.IsZero() || !e.block {
		return text
	}
	return "<" + text + ">"
}

// value is the arguments as written, secrets masked.
func (e *element) value() string { return strings.Join(e.spelt(), " ") }

// title is the name as written.
func (e *element) title() string {
	if !e.apache.IsZero() {
		return e.apache.Name()
	}
	return e.name
}

// spelt are the arguments as the server reads them, secrets masked and texts
// with white space in quotes.
func (e *element) spelt() []string {
	var words []string
	switch {
	case e.nginx != nil:
		for _, w := range e.nginx.Args() {
			words = append(words, w.Value)
		}
	case !e.apache.IsZero():
		words = apacheWords(e.apache)
	}
	words = e.maskedWords(words)
	for i, w := range words {
		words[i] = quoted(w)
	}
	return words
}

// quoted puts a word that would not be read as one in quotes.
func quoted(word string) string {
	if word == "" || strings.ContainsAny(word, " \t\n;{}\"'") {
		return `"` + strings.NewReplacer(`"`, `\"`, "\n", `\n`, "\r", `\r`).Replace(word) + `"`
	}
	return word
}

// writtenAs is the head byte for byte: what a change of spelling alone changes.
// It is for comparing, not for showing.
func (e *element) writtenAs() string {
	span := e.place().Span
	if span.IsZero() {
		return e.name
	}
	return strings.Join(strings.Fields(string(span.Text())), " ")
}

// path is where the element stands, in words, outermost block first and the
// element itself last. The blocks around all virtual hosts go without saying.
func (e *element) path() []string {
	var path []string
	for at := e; at != nil && at.parent != nil; at = at.parent {
		if at != e && at.isNginx() && (at.name == "http" || at.name == "main") {
			continue
		}
		path = append([]string{at.step()}, path...)
	}
	return path
}

// step is an element's part of a path.
func (e *element) step() string {
	switch {
	case e.isHost():
		return hostTitle(e)
	case e.block:
		return e.text()
	case identities[e.name] != nil && !e.entry() && len(identities[e.name](e.words)) > 0:
		return e.shownName() + " " + strings.Join(quotedAll(e.maskedWords(identities[e.name](e.words))), " ")
	}
	return e.shownName()
}

func quotedAll(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = quoted(w)
	}
	return out
}
