package vhost

import (
	"cmp"
	"iter"
	"path"
	"slices"
	"strings"

	"padlock/internal/apache"
)

// routeSections are all sections below a scope that apply to some requests
// only, however deep.
func routeSections(s *apacheScope) iter.Seq[*apacheScope] {
	return func(yield func(*apacheScope) bool) { walkRoutes(s, yield) }
}

func walkRoutes(s *apacheScope, yield func(*apacheScope) bool) bool {
	for _, section := range s.sections {
		if !yield(section) || !walkRoutes(section, yield) {
			return false
		}
	}
	return true
}

// scopes are the main server and the host.
func (v *apacheVisit) scopes() []*apacheScope {
	if v.h == v.s.main {
		return []*apacheScope{v.s.main.scope}
	}
	return []*apacheScope{v.s.main.scope, v.h.scope}
}

// walk collects what applies to the request where it now stands: the servers'
// own settings, <Directory> from the shortest path on, <Files>, <Location>, and
// the <If> of all of these (core documentation, "How the sections are merged").
func (v *apacheVisit) walk(files bool) {
	v.layers = v.layers[:0]
	for _, scope := range v.scopes() {
		v.layers = append(v.layers, apacheLayer{scope: scope})
	}
	if files && v.backend != "" {
		v.proxySections()
	} else if files && v.file != "" {
		v.directorySections()
		v.fileSections()
	}
	v.locationSections()
	v.ifSections()
}

func (v *apacheVisit) locationSections() {
	for _, scope := range v.scopes() {
		for _, section := range scope.sections {
			if section.kind != "location" && section.kind != "locationmatch" {
				continue
			}
			applies, doubt := v.locationApplies(section)
			if applies || doubt != "" {
				v.layers = append(v.layers, apacheLayer{scope: section, doubt: doubt, directory: locationDirectory(section)})
			}
		}
	}
}

// locationDirectory is the path that mod_rewrite takes for a directory there.
func locationDirectory(section *apacheScope) string {
	words := section.item.Words()
	if len(words) == 0 {
		return "/"
	}
	return strings.TrimSuffix(words[len(words)-1].Value, "/") + "/"
}

func (v *apacheVisit) locationApplies(section *apacheScope) (applies bool, doubt string) {
	text, regex := section.pattern, section.regex
	if regex {
		// Patterns see the path with its slashes as they are (2.4.71:
		// MergeSlashes has merged them before).
		return v.sectionMatches(text, v.uri)
	}
	uri := mergeSlashes(v.uri)
	if strings.ContainsAny(text, "*?[") {
		return wildcardMatch(text, uri), ""
	}
	trimmed := strings.TrimSuffix(text, "/")
	return strings.HasPrefix(uri, text) && (strings.HasSuffix(text, "/") || len(uri) == len(trimmed) || uri[len(trimmed)] == '/'), ""
}

// wildcardMatch is apr_fnmatch of a whole path, byte by byte; no wildcard
// stands for a slash.
func wildcardMatch(pattern, text string) bool {
	match, err := path.Match(byteRunes(pattern), byteRunes(text))
	return err == nil && match
}

// byteRunes makes each byte a character.
func byteRunes(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

// sectionPattern is the path or pattern of a section; regex for …Match and ~.
func sectionPattern(kind string, section apache.Item) (text string, regex bool) {
	words := section.Words()
	if strings.HasSuffix(kind, "match") && len(words) > 0 {
		return words[0].Value, true
	}
	if len(words) > 1 && words[0].Value == "~" {
		return words[1].Value, true
	}
	if len(words) > 0 {
		return words[0].Value, false
	}
	return "", false
}

// directorySections adds <Directory> by the number of path segments, then
// patterns in their order. Below base, a directory applies if it exists.
func (v *apacheVisit) directorySections() {
	type candidate struct {
		layer apacheLayer
		depth int
	}
	var plain, patterns []candidate
	for _, scope := range v.scopes() {
		for _, section := range scope.sections {
			if section.kind != "directory" && section.kind != "directorymatch" {
				continue
			}
			text, regex := section.pattern, section.regex
			if regex {
				if doubt, applies := v.directoryPattern(text); applies {
					patterns = append(patterns, candidate{apacheLayer{scope: section, doubt: doubt, directory: "?"}, 0})
				}
				continue
			}
			directory := strings.TrimSuffix(path.Clean(text), "/") + "/"
			if doubt, applies := v.directoryApplies(directory); applies {
				plain = append(plain, candidate{apacheLayer{scope: section, doubt: doubt, directory: directory}, strings.Count(directory, "/")})
			}
		}
	}
	slices.SortStableFunc(plain, func(a, b candidate) int { return cmp.Compare(a.depth, b.depth) })
	for _, c := range append(plain, patterns...) {
		v.layers = append(v.layers, c.layer)
	}
}

const filesDoubt = "it depends on which files exist"

func (v *apacheVisit) directoryApplies(directory string) (doubt string, applies bool) {
	file := strings.TrimSuffix(v.file, "/") + "/"
	if strings.ContainsAny(directory, "*?[") {
		segments := strings.SplitAfter(file, "/")
		n := strings.Count(directory, "/")
		if len(segments) <= n {
			return "", false
		}
		head := strings.Join(segments[:n], "")
		if !wildcardMatch(directory, head) {
			return "", false
		}
		directory = head
	}
	if !strings.HasPrefix(file, directory) {
		return "", false
	}
	if len(directory) > len(v.base)+1 {
		doubt = filesDoubt
	}
	return doubt, true
}

// directoryPattern tells whether a pattern matches one of the directories of
// the file. httpd tries each of them.
func (v *apacheVisit) directoryPattern(pattern string) (doubt string, applies bool) {
	file := strings.TrimSuffix(v.file, "/") + "/"
	for i := range len(file) {
		if file[i] != '/' {
			continue
		}
		ok, undecided := v.sectionMatches(pattern, file[:i+1])
		switch {
		case undecided != "":
			return undecided, true
		case ok && i > len(v.base):
			return filesDoubt, true
		case ok:
			return "", true
		}
	}
	return "", false
}

// fileSections adds <Files> of the servers and of the directories.
func (v *apacheVisit) fileSections() {
	name, certain := v.fileName()
	for _, layer := range slices.Clone(v.layers) {
		for _, section := range layer.scope.sections {
			if section.kind != "files" && section.kind != "filesmatch" {
				continue
			}
			doubt := layer.doubt
			applies := false
			if certain {
				var undecided string
				applies, undecided = v.nameMatches(section, name)
				doubt = cmp.Or(doubt, undecided)
				applies = applies || undecided != ""
			} else {
				for _, candidate := range v.fileNames() {
					match, undecided := v.nameMatches(section, candidate)
					applies = applies || match || undecided != ""
				}
				doubt = cmp.Or(doubt, filesDoubt)
			}
			if applies {
				v.layers = append(v.layers, apacheLayer{scope: section, doubt: doubt, directory: "?"})
			}
		}
	}
}

func (v *apacheVisit) nameMatches(section *apacheScope, name string) (ok bool, undecided string) {
	text, regex := section.pattern, section.regex
	if regex {
		return v.sectionMatches(text, name)
	}
	return wildcardMatch(text, name), ""
}

// fileName is the last part of the file's path, if it is known for sure: only
// directly below a directory that is there.
func (v *apacheVisit) fileName() (name string, certain bool) {
	rest := strings.TrimPrefix(strings.TrimPrefix(v.file, v.base), "/")
	return rest, rest != "" && !strings.Contains(rest, "/")
}

// fileNames are all names that the request may end up with.
func (v *apacheVisit) fileNames() []string {
	rest := strings.Trim(strings.TrimPrefix(v.file, v.base), "/")
	var names []string
	if rest != "" {
		names = strings.Split(rest, "/")
	}
	return append(names, v.indexNames()...)
}

// indexNames are the files that mod_dir looks for in a directory.
func (v *apacheVisit) indexNames() []string {
	index, _, ok := v.setting("directoryindex")
	if !ok {
		return []string{"index.html"}
	}
	words := index.words()
	if len(words) == 1 && strings.EqualFold(words[0], "disabled") {
		return nil
	}
	return words
}

// proxySections adds <Proxy> for the URL that the request is passed to.
func (v *apacheVisit) proxySections() {
	for _, scope := range v.scopes() {
		for _, section := range scope.sections {
			if section.kind != "proxy" && section.kind != "proxymatch" {
				continue
			}
			text, regex := section.pattern, section.regex
			applies, doubt := strings.HasPrefix(v.backend, text), ""
			switch {
			case regex:
				_, applies, doubt = v.s.matchGroups(text, false, v.backend)
			case strings.ContainsAny(text, "*?"):
				applies = globMatch(text, v.backend)
			}
			if applies || doubt != "" {
				v.layers = append(v.layers, apacheLayer{scope: section, doubt: doubt, directory: "?"})
			}
		}
	}
}

// ifSections evaluates <If>, <ElseIf> and <Else> of all layers, which come
// last, and those inside them.
func (v *apacheVisit) ifSections() {
	for i := 0; i < len(v.layers) && len(v.layers) < maxLayers; i++ {
		layer := v.layers[i]
		taken := no // whether a branch of the current chain holds
		for _, section := range layer.scope.sections {
			var holds certainty
			doubt := layer.doubt
			switch section.kind {
			case "if", "elseif":
				if section.kind == "if" {
					taken = no
				}
				answer, why := v.expression(conditionText(section))
				holds = taken.not().and(answer)
				doubt = cmp.Or(doubt, why)
				taken = taken.or(answer)
			case "else":
				holds = taken.not()
				doubt = cmp.Or(doubt, "it depends on the <If> before an <Else>")
			default:
				continue
			}
			if holds == yes {
				doubt = layer.doubt
			}
			if holds != no {
				v.layers = append(v.layers, apacheLayer{scope: section, doubt: doubt, directory: "?"})
			}
		}
	}
}

// maxLayers bounds how many sections one request may meet.
const maxLayers = 10_000

// conditionText is the expression of <If>: the first word.
func conditionText(section *apacheScope) string {
	if words := section.item.Words(); len(words) > 0 {
		return words[0].Value
	}
	return ""
}
