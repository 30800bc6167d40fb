package patch

import (
	"cmp"
	"slices"
)

// anchors are the lines that both texts have exactly once, as far as they stand
// in one order in both: the longest such row. Places are those in a and b.
func anchors(a, b []item) []pair {
	type seen struct{ old, new, olds, news int }
	lines := make(map[int]*seen, len(a))
	for i, it := range a {
		s := lines[it.line]
		if s == nil {
			s = &seen{}
			lines[it.line] = s
		}
		s.old, s.olds = i, s.olds+1
	}
	for j, it := range b {
		if s := lines[it.line]; s != nil {
			s.new, s.news = j, s.news+1
		}
	}
	var once []pair
	for i, it := range a {
		if s := lines[it.line]; s.olds == 1 && s.news == 1 {
			once = append(once, pair{i, s.new})
		}
	}
	return longestRow(once)
}

// longestRow is the longest part of a list that rises in new as well as in old,
// found as in the game of patience: each pair goes onto the first pile whose top
// is not smaller, and remembers the top of the pile before.
func longestRow(list []pair) []pair {
	var tops []int // indexes into list
	before := make([]int, len(list))
	for i, p := range list {
		at, _ := slices.BinarySearchFunc(tops, p, func(top int, p pair) int { return cmp.Compare(list[top].new, p.new) })
		before[i] = -1
		if at > 0 {
			before[i] = tops[at-1]
		}
		if at == len(tops) {
			tops = append(tops, i)
		} else {
			tops[at] = i
		}
	}
	row := make([]pair, len(tops))
	if len(tops) == 0 {
		return row
	}
	for i, k := tops[len(tops)-1], len(tops)-1; k >= 0; i, k = before[i], k-1 {
		row[k] = list[i]
	}
	return row
}
