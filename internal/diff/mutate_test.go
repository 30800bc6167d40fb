package diff_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"padlock/internal/diff"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

// mutations change the lines of a file in small ways, as people and their
// mistakes do.
var mutations = []func(r *rand.Rand, lines []string, at int) []string{
	func(_ *rand.Rand, lines []string, at int) []string { return slices.Delete(lines, at, at+1) },
	func(_ *rand.Rand, lines []string, at int) []string { return slices.Insert(lines, at, lines[at]) },
	func(r *rand.Rand, lines []string, at int) []string {
		line := lines[at]
		lines = slices.Delete(lines, at, at+1)
		return slices.Insert(lines, r.IntN(len(lines)+1), line)
	},
	onWords(func(_ *rand.Rand, words []string, i int) []string { return slices.Delete(words, i, i+1) }),
	onWords(func(_ *rand.Rand, words []string, i int) []string { return slices.Insert(words, i, words[i]) }),
	onWords(func(r *rand.Rand, words []string, i int) []string {
		j := r.IntN(len(words))
		words[i], words[j] = words[j], words[i]
		return words
	}),
	onWords(func(r *rand.Rand, words []string, i int) []string {
		values := []string{"on", "off", "all", "1m", "80", "443", "ssl", "/", "~", "b.example", "https://x.example/", "$host", "any", "granted"}
		words[i] = values[r.IntN(len(values))]
		if strings.HasSuffix(words[len(words)-1], ";") || i == len(words)-1 {
			words[i] += ";"
		}
		return words
	}),
	func(r *rand.Rand, lines []string, at int) []string {
		from := strings.Fields(lines[r.IntN(len(lines))])
		to := strings.Fields(lines[at])
		if len(from) > 0 && len(to) > 0 {
			to[r.IntN(len(to))] = from[r.IntN(len(from))]
		}
		lines[at] = strings.Join(to, " ")
		return lines
	},
	func(r *rand.Rand, lines []string, at int) []string {
		if i := r.IntN(len(lines[at]) + 1); i < len(lines[at]) {
			lines[at] = lines[at][:i] + lines[at][i+1:]
		}
		return lines
	},
}

func onWords(do func(r *rand.Rand, words []string, i int) []string) func(*rand.Rand, []string, int) []string {
	return func(r *rand.Rand, lines []string, at int) []string {
		if words := strings.Fields(lines[at]); len(words) > 0 {
			lines[at] = strings.Join(do(r, words, r.IntN(len(words))), " ")
		}
		return lines
	}
}

func mutate(r *rand.Rand, text string) string {
	for range 1 + r.IntN(3) {
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		text = strings.Join(mutations[r.IntN(len(mutations))](r, lines, r.IntN(len(lines))), "\n") + "\n"
	}
	return text
}

// Whatever is done to a configuration, the other way round is the opposite, and
// nothing changes between the outcome and itself.
func TestMutationsBackAndForth(t *testing.T) {
	all := changes(t)
	n := uint64(400)
	if os.Getenv("PADLOCK_PROVE") != "" {
		n = 20_000
	}
	for i := range n {
		r := rand.New(rand.NewPCG(20261126, i))
		c := all[r.IntN(len(all))]
		text := mutate(r, c.after)
		side := func(text string, files map[string]string) diff.Side {
			return diff.Side{Configs: []*rule.Config{configOf(t, c.server, text, files)}}
		}
		a, b := side(c.before, c.beforeFiles), side(text, c.afterFiles)
		checkMirror(t, a, b)
		if got := compare(t, b, side(text, c.afterFiles)); !got.Empty() || len(got.Cosmetic) > 0 {
			t.Errorf("itself:\n%s", lines(got))
		}
		if t.Failed() {
			t.Fatalf("number %d, %s:\n%s", i, c.name, text)
		}
	}
}

// FuzzCompare compares any two texts; nothing may make it panic or hang.
func FuzzCompare(f *testing.F) {
	for _, c := range changes(f) {
		f.Add(c.before, c.after, c.server == tlspolicy.Apache)
	}
	f.Add("server { listen 80; location ~ ( { } }", "map $a $b { ~(a 1; } server { if ($b) { return 301 $b; } }", false)
	f.Add("server { listen ; server_name a.example; }", "server { listen ; server_name a.example; root /; }", false)
	f.Add("<VirtualHost *:80>\nRewriteRule ( [", "<Location ~ \"(\">\nHeader unset", true)
	f.Fuzz(func(t *testing.T, before, after string, ofApache bool) {
		server := tlspolicy.Nginx
		if ofApache {
			server = tlspolicy.Apache
		}
		if len(before)+len(after) > 1<<16 {
			return
		}
		a := diff.Side{Configs: []*rule.Config{configOf(t, server, before, nil)}}
		b := diff.Side{Configs: []*rule.Config{configOf(t, server, after, nil)}}
		c := compare(t, a, b)
		for _, ch := range append(c.Changes, c.Cosmetic...) {
			if diff.KindOf(ch.Kind) == nil || ch.Message == "" {
				t.Errorf("%+v", ch)
			}
			for _, p := range append(ch.Old, ch.New...) {
				if p.Span.IsZero() {
					t.Errorf("no place: %+v", ch)
				}
			}
		}
	})
}
