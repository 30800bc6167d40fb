package diff

import (
	"slices"
	"strings"
)

// meaning is the sum of an element with all that is in it: equal for what the
// server reads as the same. Order counts only where it matters.
func (e *element) meaning() uint64 {
	if !e.summed {
		e.summed = true
		e.sum = sumOf(e, func(*element) bool { return true })
	}
	return e.sum
}

// behaviour is the sum without the directives that no answer depends on, as far
// as the effective model knows answers.
func (e *element) behaviour() uint64 { return sumOf(e, func(c *element) bool { return !inert(c) }) }

func sumOf(e *element, keep func(*element) bool) uint64 {
	head := hashOf(append([]string{e.name}, e.words...)...)
	if !e.block {
		return head
	}
	if e.depth > maxDepth {
		return head ^ hashOf(string(e.whole().Text()))
	}
	loose := uint64(0)
	sequences := map[string]uint64{}
	for _, c := range e.open() {
		if !keep(c) || isDefault(c) {
			continue
		}
		sum := sumOf(c, keep)
		class := orderClass(c)
		if class == "" {
			class = c.key
		}
		// A sequence: what came before is multiplied, so that order counts.
		sequences[class] = sequences[class]*1099511628211 + sum
	}
	for class, sum := range sequences {
		loose += mix(sum ^ hashOf(class))
	}
	return mix(head) + loose
}

// mix spreads a sum, so that sums of sums do not cancel each other out.
func mix(x uint64) uint64 {
	x ^= x >> 31
	x *= 0x9e3779b97f4a7c15
	return x ^ x>>29
}

// isDefault tells that a directive says what holds without it: its value is the
// server's own, and no block around says otherwise.
func isDefault(e *element) bool {
	if e.block || e.entry() {
		return false
	}
	standard, ok := defaults[e.name]
	if !ok || len(e.words) == 0 || !slices.Contains(standard, strings.Join(e.words, " ")) {
		return false
	}
	if !e.isNginx() && e.parent.parent != nil && !e.parent.isHost() {
		return false // sections are merged with others that hold for the same path
	}
	for at := e.parent.parent; at != nil; at = at.parent {
		if at.sets(e.name) {
			return false
		}
	}
	return true
}
