package alike

import (
	"bytes"
	"strings"

	"padlock/internal/source"
)

// mentioned sets sites apart whose names stand in a file that is not their own.
func (a *admission) mentioned() {
	for _, file := range a.config.Sources() {
		a.mentionedIn(file.Data, file)
	}
	if a.config.Apache == nil {
		return
	}
	// Variables and macros put names together, and lines are continued.
	for item := range a.config.Apache.All() {
		a.mentionedIn([]byte(item.Args()), item.File())
	}
}

// mentionedIn sets sites apart whose names stand in a text of a file.
func (a *admission) mentionedIn(text []byte, file *source.File) {
	mention := func(s *site) {
		if s != nil && s.file != file {
			a.setApart(s)
		}
	}
	runs(text, func(run string) {
		parts(run, '.', func(part string) {
			mention(a.names[part])
			mention(a.compounds[part])
		})
		if len(a.labels) == 0 {
			return
		}
		for word := range strings.SplitSeq(run, ".") {
			parts(word, '-', func(part string) { mention(a.labels[part]) })
		}
	})
}

// compound finds what a site's file makes of its name by putting letters, digits
// or hyphens right before or behind it: another name, or a part of a path.
func (a *admission) compound() {
	a.compounds = map[string]*site{}
	for _, g := range a.groups {
		for around := range around(g.judged) {
			if len(around.before)+g.longest+len(around.behind) > maxName {
				// Rows that are so long are not looked up.
				a.refuse(g)
			}
			for _, s := range append([]*site{g.judged, g.last}, g.others...) {
				a.compounds[around.before+s.name+around.behind] = s
			}
		}
	}
}

// affixes are what stands right before and behind a name.
type affixes struct{ before, behind string }

// around are the affixes of a site's name in its file.
func around(s *site) map[affixes]bool {
	found := map[affixes]bool{}
	data := s.file.Data
	glued := func(c byte) bool { return c == '-' || isAlphanumeric(c) }
	for at := 0; ; at += len(s.name) {
		next := bytes.Index(data[at:], []byte(s.name))
		if next < 0 {
			return found
		}
		at += next
		start, end := at, at+len(s.name)
		for start > 0 && glued(data[start-1]) {
			start--
		}
		for end < len(data) && glued(data[end]) {
			end++
		}
		if start < at || end > at+len(s.name) {
			found[affixes{strings.ToLower(string(data[start:at])), strings.ToLower(string(data[at+len(s.name) : end]))}] = true
		}
	}
}

// runs calls do with all that a text may hold of names: its runs of letters,
// digits, hyphens and dots, in small letters.
func runs(text []byte, do func(string)) {
	for i := 0; i < len(text); i++ {
		start := i
		for i < len(text) && (text[i] == '.' || text[i] == '-' || isAlphanumeric(text[i])) {
			i++
		}
		if i > start {
			do(strings.ToLower(string(text[start:i])))
		}
	}
}

// parts calls do with every row of words that a mark stands between, as far as it
// has no more words and letters than a name.
func parts(run string, mark byte, do func(string)) {
	for start := 0; ; {
		for end, words := start, 0; end < len(run) && words < maxParts; end, words = end+1, words+1 {
			if next := strings.IndexByte(run[end:], mark); next >= 0 {
				end += next
			} else {
				end = len(run)
			}
			if end-start > maxName {
				break
			}
			do(run[start:end])
		}
		next := strings.IndexByte(run[start:], mark)
		if next < 0 {
			return
		}
		start += next + 1
	}
}

// mentions tells that a text holds a word, in letters of any size.
func mentions(data []byte, word string) bool {
	return bytes.Contains(data, []byte(word)) || bytes.Contains(data, bytes.ToUpper([]byte(word))) ||
		bytes.Contains(data, []byte(strings.ToUpper(word[:1])+word[1:]))
}
