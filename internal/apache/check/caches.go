package check

import (
	"fmt"
	"strconv"
	"strings"

	"padlock/internal/apache"
)

// Caches finds CacheEnable lines whose path does not begin like that of the
// <Location> around them (add_cache_enable of mod_cache in httpd 2.4: the letters
// are compared, of <LocationMatch> those of the pattern). The rule is
// directive-value.
func (s *Subject) Caches() []Problem {
	var problems []Problem
	for item := range s.config.All() {
		words := item.Words()
		if !item.Is("CacheEnable") || len(words) < 2 || strings.Contains(words[1].Value, "${") {
			continue
		}
		place, ok := locationOf(item)
		if !ok || strings.HasPrefix(words[1].Value, place) {
			continue
		}
		problems = append(problems, problem("directive-value", item,
			fmt.Sprintf("CacheEnable inside <Location %s> names %s, which does not lie below it: the server refuses it", place, words[1].Value),
			"Leave the path out: the section says it.").at(1))
	}
	return problems
}

// locationOf is the path or pattern of the innermost section around a line, if
// that is a <Location> of either kind.
func locationOf(item apache.Item) (string, bool) {
	parent, ok := item.Parent()
	if !ok || !isAny(parent, "Location", "LocationMatch") {
		return "", false
	}
	words := parent.Words()
	if len(words) == 2 && words[0].Value == "~" {
		words = words[1:]
	}
	if len(words) != 1 || strings.Contains(words[0].Value, "${") {
		return "", false
	}
	return words[0].Value, true
}

// maxCacheDirectories is how long the names of the directories of a cache may be
// together; standardCacheDirectories is both values where none is set
// (CACHEFILE_LEN, DEFAULT_DIRLEVELS and DEFAULT_DIRLENGTH of mod_cache_disk in
// httpd 2.4).
const (
	maxCacheDirectories      = 20
	standardCacheDirectories = 2
)

// CacheDirectories finds CacheDirLevels and CacheDirLength whose product is too
// large, as each line leaves it. The rule is directive-value.
func (s *Subject) CacheDirectories() []Problem {
	type pair struct{ levels, length int }
	var problems []Problem
	scopes := map[apache.Item]pair{}
	for item := range s.config.All() {
		if !isAny(item, "CacheDirLevels", "CacheDirLength") {
			continue
		}
		words := item.Words()
		if len(words) != 1 {
			continue
		}
		n, err := strconv.Atoi(words[0].Value)
		if err != nil || n < 1 || n > maxCacheDirectories*maxCacheDirectories {
			continue
		}
		scope := scopeOf(item)
		values, known := scopes[scope]
		if !known {
			values = pair{standardCacheDirectories, standardCacheDirectories}
			if !s.complete {
				values = pair{1, 1} // what is set elsewhere may be as small
			}
		}
		if item.Is("CacheDirLevels") {
			values.levels = n
		} else {
			values.length = n
		}
		scopes[scope] = values
		if values.levels*values.length > maxCacheDirectories {
			problems = append(problems, problem("directive-value", item,
				fmt.Sprintf("CacheDirLevels times CacheDirLength is %d here: the server refuses more than %d", values.levels*values.length, maxCacheDirectories),
				"Make one of them smaller; the smaller one comes first.").at(0))
		}
	}
	return problems
}
