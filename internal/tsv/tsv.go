// Package tsv finds lines in the tables of facts that other packages embed as
// text. A table has a line for each fact, columns between tabs, and comments at
// its top, lines that begin with "# ". It is sorted bytewise, so that a line is
// found by halving: a small file needs a few dozen facts, and making a map of
// all of them at every start took longer than judging the file.
package tsv

import "strings"

// Lines finds the lines of a table that begin with a key, which is the first
// column, or the first ones with tabs between them. The result is empty if there
// is none.
func Lines(table, key string) string { return lines(table, key, false) }

// LinesFold is Lines without regard to the case of ASCII letters; the table is
// sorted without regard to it.
func LinesFold(table, key string) string { return lines(table, key, true) }

// Sorted tells whether a table is as Lines wants it, or LinesFold.
func Sorted(table string, fold bool) bool {
	var last string
	for line := range strings.Lines(table) {
		name, _, _ := strings.Cut(line, "\t")
		if last != "" && compare(line, last, fold) < 0 {
			return false
		}
		if !strings.HasPrefix(line, "#") {
			last = name + "\t"
		}
	}
	return true
}

func lines(table, key string, fold bool) string {
	// No key begins like a comment.
	if key == "" || key[0] == '#' {
		return ""
	}
	key += "\t"
	table = table[search(table, key, fold, 0):]
	return table[:search(table, key, fold, 1)]
}

// search finds where the first line begins that compares with the key as the
// sign says, or above.
func search(table, key string, fold bool, sign int) int {
	low, high := 0, len(table)
	for low < high {
		middle := low + (high-low)/2
		begin := low + strings.LastIndexByte(table[low:middle], '\n') + 1
		if compare(table[begin:], key, fold) >= sign {
			high = begin
		} else if end := strings.IndexByte(table[middle:high], '\n'); end >= 0 {
			low = middle + end + 1
		} else {
			low = high
		}
	}
	return low
}

// compare orders a line against a key: 0 if it begins with it.
func compare(line, key string, fold bool) int {
	for i := range len(key) {
		if i == len(line) {
			return -1
		}
		a, b := line[i], key[i]
		if fold {
			a, b = lower(a), lower(b)
		}
		switch {
		case a < b:
			return -1
		case a > b:
			return 1
		}
	}
	return 0
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
