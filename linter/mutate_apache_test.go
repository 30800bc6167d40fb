package linter_test

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"padlock/internal/servertest"
)

// apacheMutant is a changed file of a base.
type apacheMutant struct {
	base *apacheBase
	file string
	text string
	how  string
}

func (m apacheMutant) files() servertest.Files {
	return m.base.files.With(servertest.Files{m.file: m.text})
}

// newApacheMutant makes mutant number i of a seed; ok is false if nothing changed.
func newApacheMutant(sets [][]apacheBase, seed, i uint64) (m apacheMutant, ok bool) {
	r := rand.New(rand.NewPCG(seed, i))
	set := sets[[]int{0, 0, 0, 1, 2}[r.IntN(5)]]
	m.base = &set[r.IntN(len(set))]
	m.file = m.base.mutable[r.IntN(len(m.base.mutable))]
	text := m.base.files[m.file]
	m.text, m.how = mutateApache(r, text)
	return m, m.text != text
}

// apacheMutation changes one line of a file, of which it is given all lines.
type apacheMutation struct {
	name string
	do   func(r *rand.Rand, lines []string, at int) []string
}

var apacheMutations = []apacheMutation{
	{"delete a word", onWords(func(r *rand.Rand, words []string, i int) []string { return slices.Delete(words, i, i+1) })},
	{"duplicate a word", onWords(func(r *rand.Rand, words []string, i int) []string { return slices.Insert(words, i, words[i]) })},
	{"swap two words", onWords(func(r *rand.Rand, words []string, i int) []string {
		j := r.IntN(len(words))
		words[i], words[j] = words[j], words[i]
		return words
	})},
	{"misspell a word", onWords(func(r *rand.Rand, words []string, i int) []string {
		words[i] = misspellLetter(r, words[i])
		return words
	})},
	{"misspell the name", func(r *rand.Rand, lines []string, at int) []string {
		words := strings.Fields(lines[at])
		words[0] = misspellLetter(r, words[0])
		lines[at] = strings.Join(words, " ")
		return lines
	}},
	{"extra argument", onWords(func(r *rand.Rand, words []string, i int) []string {
		extra := []string{"extra", "on", "#", "# comment", "80", "/tmp", "none", `""`, "a=b", "all"}
		return append(words, extra[r.IntN(len(extra))])
	})},
	{"other value", onWords(func(r *rand.Rand, words []string, i int) []string {
		values := []string{"yes", "On", "off", "1", "-1", "0", "99999999999", "none", "all", "true", "x", `""`, "12abc", "1.5", "*", "/", "http://", "80", "300s", "$1", "(", "%", "+x"}
		if i > 0 || len(words) == 1 {
			words[i] = values[r.IntN(len(values))]
		} else {
			words[1] = values[r.IntN(len(values))]
		}
		return words
	})},
	{"drop a section tag", func(r *rand.Rand, lines []string, at int) []string {
		at = nearestLine(lines, at, isTag)
		return slices.Delete(lines, at, at+1)
	}},
	{"double a section tag", func(r *rand.Rand, lines []string, at int) []string {
		at = nearestLine(lines, at, isTag)
		return slices.Insert(lines, at, lines[at])
	}},
	{"break a section tag", func(r *rand.Rand, lines []string, at int) []string {
		at = nearestLine(lines, at, isTag)
		breaks := []*strings.Replacer{strings.NewReplacer(">", ""), strings.NewReplacer("<", ""), strings.NewReplacer("</", "<"),
			strings.NewReplacer("<", "</"), strings.NewReplacer(">", " >"), strings.NewReplacer("<", "< "), strings.NewReplacer(">", ">>")}
		lines[at] = breaks[r.IntN(len(breaks))].Replace(lines[at])
		return lines
	}},
	{"move a directive", func(r *rand.Rand, lines []string, at int) []string {
		line := lines[at]
		lines = slices.Delete(lines, at, at+1)
		return slices.Insert(lines, r.IntN(len(lines)+1), line)
	}},
	{"copy a directive", func(r *rand.Rand, lines []string, at int) []string {
		return slices.Insert(lines, r.IntN(len(lines)+1), lines[at])
	}},
	{"delete a line", func(r *rand.Rand, lines []string, at int) []string { return slices.Delete(lines, at, at+1) }},
	{"wrong flag", func(r *rand.Rand, lines []string, at int) []string {
		at = nearestLine(lines, at, func(line string) bool { return flagWord.MatchString(line) })
		wrong := []string{"yes", "1", "true", "o", "Onn", "enabled", "maybe", "", "On Off"}
		lines[at] = flagWord.ReplaceAllString(lines[at], " "+wrong[r.IntN(len(wrong))])
		return lines
	}},
	{"drop a quote", func(r *rand.Rand, lines []string, at int) []string {
		at = nearestLine(lines, at, func(line string) bool { return strings.ContainsAny(line, `"'`) })
		if quotes := quoteMark.FindAllStringIndex(lines[at], -1); len(quotes) > 0 {
			q := quotes[r.IntN(len(quotes))]
			lines[at] = lines[at][:q[0]] + lines[at][q[1]:]
		}
		return lines
	}},
	{"insert a character", func(r *rand.Rand, lines []string, at int) []string {
		const characters = "\"'\\#<>(){}[]$%,:;!-+=.*?|^/ "
		i := r.IntN(len(lines[at]) + 1)
		lines[at] = lines[at][:i] + string(characters[r.IntN(len(characters))]) + lines[at][i:]
		return lines
	}},
	{"delete a character", func(r *rand.Rand, lines []string, at int) []string {
		i := r.IntN(len(lines[at]))
		lines[at] = lines[at][:i] + lines[at][i+1:]
		return lines
	}},
	{"join two lines", func(r *rand.Rand, lines []string, at int) []string {
		if at+1 < len(lines) {
			lines[at] += " " + strings.TrimSpace(lines[at+1])
			lines = slices.Delete(lines, at+1, at+2)
		}
		return lines
	}},
	{"split a line", func(r *rand.Rand, lines []string, at int) []string {
		if words := strings.Fields(lines[at]); len(words) > 1 {
			i := 1 + r.IntN(len(words)-1)
			lines[at] = strings.Join(words[:i], " ")
			lines = slices.Insert(lines, at+1, strings.Join(words[i:], " "))
		}
		return lines
	}},
	{"take the name of another line", func(r *rand.Rand, lines []string, at int) []string {
		from := nearestLine(lines, r.IntN(len(lines)), isDirective)
		words, others := strings.Fields(lines[at]), strings.Fields(lines[from])
		words[0] = others[0]
		lines[at] = strings.Join(words, " ")
		return lines
	}},
	{"take an argument of another line", onWordsOf(func(r *rand.Rand, lines []string, words []string, i int) []string {
		others := strings.Fields(lines[nearestLine(lines, r.IntN(len(lines)), isDirective)])
		words[i] = others[r.IntN(len(others))]
		return words
	})},
	{"insert a line about proxies or caches", func(r *rand.Rand, lines []string, _ int) []string {
		return slices.Insert(lines, r.IntN(len(lines)+1), apacheLines[r.IntN(len(apacheLines))])
	}},
}

// apacheLines are lines that the server takes in some places and refuses in
// others.
var apacheLines = []string{
	"ProxySet retry=5", "ProxySet http://127.0.0.1:8080/ retry=5", "ProxySet balancer://app lbmethod=byrequests", "ProxySet http://127.0.0.1:8080/ nothing=5",
	"<Proxy http://127.0.0.1:8080/>\nProxySet retry=5\n</Proxy>", "<Proxy *>\nProxySet retry=5\n</Proxy>",
	`ProxyPass /inserted "!" extra words`, "ProxyPass /inserted ! retry=5", "ProxyPass !", "ProxyPass /inserted http://127.0.0.1:8080/ retry=5",
	"BalancerMember http://127.0.0.1:8081", "BalancerMember balancer://app http://127.0.0.1:8081", "BalancerMember app http://127.0.0.1:8081",
	"CacheEnable disk /", "CacheEnable disk", "CacheEnable disk /inserted", "CacheEnable socache /", "CacheDisable on", "CacheDisable /inserted",
	"CacheDirLevels 5", "CacheDirLength 5", "CacheDirLevels 11", "CacheDirLength 1", "<LocationMatch ^/in>\nCacheEnable disk /in\n</LocationMatch>",
}

var (
	flagWord  = regexp.MustCompile(`(?i) (on|off)\b`)
	quoteMark = regexp.MustCompile(`["']`)
)

func isDirective(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && line[0] != '#'
}

func isTag(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "<") }

// nearestLine is the first line from at on, around the end, that holds; at if
// none does.
func nearestLine(lines []string, at int, holds func(string) bool) int {
	for i := range lines {
		if j := (at + i) % len(lines); holds(lines[j]) {
			return j
		}
	}
	return at
}

// onWords changes a word of the line, mostly not the first.
func onWords(do func(r *rand.Rand, words []string, i int) []string) func(*rand.Rand, []string, int) []string {
	return onWordsOf(func(r *rand.Rand, _ []string, words []string, i int) []string { return do(r, words, i) })
}

func onWordsOf(do func(r *rand.Rand, lines, words []string, i int) []string) func(*rand.Rand, []string, int) []string {
	return func(r *rand.Rand, lines []string, at int) []string {
		words := strings.Fields(lines[at])
		i := r.IntN(len(words))
		if i == 0 && len(words) > 1 {
			i = r.IntN(len(words))
		}
		lines[at] = strings.Join(do(r, lines, words, i), " ")
		return lines
	}
}

// misspellLetter changes one letter.
func misspellLetter(r *rand.Rand, word string) string {
	i := r.IntN(len(word))
	switch r.IntN(5) {
	case 0:
		return word[:i] + word[i+1:]
	case 1:
		return word[:i] + word[i:i+1] + word[i:]
	case 2:
		return word[:i] + string(rune('a'+r.IntN(26))) + word[i+1:]
	case 3:
		if i+1 < len(word) {
			return word[:i] + word[i+1:i+2] + word[i:i+1] + word[i+2:]
		}
		return word + word[i:]
	}
	return strings.ToUpper(word)
}

// mutateApache makes one change, or sometimes two.
func mutateApache(r *rand.Rand, text string) (mutated, how string) {
	var done []string
	for range 1 + r.IntN(5)/4 {
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		at := nearestLine(lines, r.IntN(len(lines)), isDirective)
		if !isDirective(lines[at]) {
			break
		}
		m := apacheMutations[r.IntN(len(apacheMutations))]
		text = strings.Join(m.do(r, lines, at), "\n") + "\n"
		done = append(done, m.name)
	}
	return text, strings.Join(done, ", ")
}
