package diff

import (
	"cmp"
	"slices"
	"strings"
)

// matchRest pairs what has no partner of the same key, by one property after the
// other, and at last by how much two blocks have in common. The outcome does not
// depend on which side is the old one.
func matchRest(gone, come []*element) (pairs []pair, left, right []*element) {
	for _, property := range properties {
		if len(gone) == 0 || len(come) == 0 {
			return pairs, gone, come
		}
		var more []pair
		more, gone, come = matchProperty(gone, come, property)
		pairs = append(pairs, more...)
	}
	more, gone, come := matchSimilar(gone, come)
	return append(pairs, more...), gone, come
}

// properties tell elements apart that changed what they go by; an empty text is
// no property.
var properties = []func(*element) string{
	// A virtual host with the same names that speaks TLS, or not, as before.
	func(e *element) string {
		names := hostNames(e)
		if !e.isHost() || len(names) == 0 {
			return ""
		}
		slices.Sort(names)
		return "names " + tlsMark(e) + strings.Join(names, " ")
	},
	func(e *element) string {
		names := hostNames(e)
		if !e.isHost() || len(names) == 0 {
			return ""
		}
		slices.Sort(names)
		return "names " + strings.Join(names, " ")
	},
	// The first name and the addresses.
	func(e *element) string {
		names := hostNames(e)
		if !e.isHost() || len(names) == 0 {
			return ""
		}
		return "first " + tlsMark(e) + names[0]
	},
	// A location or section with another mark: "/x" and "^~ /x".
	func(e *element) string {
		if !e.block || e.name != "location" || len(e.words) == 0 {
			return ""
		}
		return "path " + e.words[len(e.words)-1]
	},
	func(e *element) string {
		switch strings.TrimSuffix(e.name, "match") {
		case "directory", "location", "files", "proxy":
			return "section " + e.arg(0)
		}
		return ""
	},
	// What stands behind the words: the same substitution of another pattern.
	func(e *element) string {
		switch e.name {
		case "rewrite", "rewriterule", "rewritecond", "redirect", "redirectmatch", "alias", "proxypass", "map", "geo":
			if len(e.words) > 1 {
				return e.name + " " + strings.Join(e.words[1:], " ")
			}
		}
		return ""
	},
	// Whatever there is one of on either side.
	func(e *element) string {
		switch e.name {
		case "rewrite", "rewriterule", "rewritecond", "return", "if", "error_page", "limit_req", "limit_conn", "access_log", "error_log",
			"virtualhost", "location", "directory", "upstream", "map", "include", "customlog":
			return "only " + e.name
		case "server":
			if e.block {
				return "only server"
			}
		}
		return ""
	},
}

func tlsMark(e *element) string {
	for _, c := range e.open() {
		switch {
		case c.name == "listen" && (slices.Contains(c.words, "ssl") || slices.Contains(c.words, "quic")),
			c.name == "sslengine" && c.arg(0) == "on":
			return "tls "
		}
	}
	return "plain "
}

// matchProperty pairs elements that are alone on their side with a property. For
// the last property a block needs something in common beside.
func matchProperty(gone, come []*element, property func(*element) string) (pairs []pair, left, right []*element) {
	count := func(list []*element) map[string][]*element {
		by := map[string][]*element{}
		for _, e := range list {
			if p := property(e); p != "" {
				by[p] = append(by[p], e)
			}
		}
		return by
	}
	olds, news := count(gone), count(come)
	taken := map[*element]bool{}
	for _, e := range gone {
		p := property(e)
		if p == "" || len(olds[p]) != 1 || len(news[p]) != 1 {
			continue
		}
		if e.block != news[p][0].block || strings.HasPrefix(p, "only ") && e.block && commonParts(e, news[p][0]) == 0 {
			continue
		}
		pairs = append(pairs, pair{e, news[p][0]})
		taken[e], taken[news[p][0]] = true, true
	}
	return pairs, without(gone, taken), without(come, taken)
}

// commonParts counts the children that two blocks share.
func commonParts(a, b *element) int {
	sums := map[uint64]int{}
	for _, c := range a.open() {
		sums[c.meaning()]++
	}
	n := 0
	for _, c := range b.open() {
		if sums[c.meaning()] > 0 {
			sums[c.meaning()]--
			n++
		}
	}
	return n
}

// maxSharing bounds how many blocks a part may be in to count as a sign of
// likeness, so that likeness is found in linear time: what everybody has says
// nothing.
const maxSharing = 12

// matchSimilar pairs blocks of one name that share at least half of their parts,
// the most alike first.
func matchSimilar(gone, come []*element) (pairs []pair, left, right []*element) {
	type part struct {
		name string
		sum  uint64
	}
	holders := map[part][]int{}
	for j, e := range come {
		if e.block {
			for _, c := range e.open() {
				p := part{e.name, c.meaning()}
				holders[p] = append(holders[p], j)
			}
		}
	}
	owners := map[part]int{}
	for _, e := range gone {
		if e.block {
			for _, c := range e.open() {
				owners[part{e.name, c.meaning()}]++
			}
		}
	}
	type candidate struct{ i, j, common, size int }
	var candidates []candidate
	for i, e := range gone {
		if !e.block {
			continue
		}
		common := map[int]int{}
		for _, c := range e.open() {
			p := part{e.name, c.meaning()}
			if len(holders[p]) > maxSharing || owners[p] > maxSharing {
				continue
			}
			for _, j := range holders[p] {
				common[j]++
			}
		}
		for j := range common {
			n := commonParts(e, come[j])
			size := max(len(e.open()), len(come[j].open()))
			if 2*n >= size {
				candidates = append(candidates, candidate{i, j, n, size})
			}
		}
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		return cmp.Or(b.common*a.size-a.common*b.size, (a.i+a.j)-(b.i+b.j), min(a.i, a.j)-min(b.i, b.j), a.i-b.i)
	})
	taken := map[*element]bool{}
	for _, c := range candidates {
		if !taken[gone[c.i]] && !taken[come[c.j]] {
			pairs = append(pairs, pair{gone[c.i], come[c.j]})
			taken[gone[c.i]], taken[come[c.j]] = true, true
		}
	}
	return pairs, without(gone, taken), without(come, taken)
}
