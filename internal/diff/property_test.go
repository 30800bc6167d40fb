package diff_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"padlock/internal/diff"
)

// outline is a change without what depends on the direction of looking: the kind
// is given by the caller, the sides are exchanged if mirrored.
func outline(c diff.Change, mirrored bool) string {
	kind, before, after, old, new := c.Kind, c.Before, c.After, c.Old, c.New
	if mirrored {
		kind = diff.KindOf(c.Kind).Opposite
		before, after, old, new = after, before, new, old
	}
	return fmt.Sprintf("%s %q %q %q %s > %s", kind, c.Sites, before, after, spans(old), spans(new))
}

func spans(places []diff.Place) string {
	var list []string
	for _, p := range places {
		list = append(list, fmt.Sprintf("%s:%d-%d", p.Span.File.Name, p.Span.Start, p.Span.End))
	}
	return strings.Join(list, ",")
}

func outlines(list []diff.Change, mirrored bool) []string {
	var out []string
	for _, c := range list {
		out = append(out, outline(c, mirrored))
	}
	slices.Sort(out)
	return out
}

// checkMirror holds the comparison of b with a against that of a with b.
func checkMirror(t *testing.T, a, b diff.Side) {
	t.Helper()
	there, back := compare(t, a, b), compare(t, b, a)
	for _, l := range [][2][]diff.Change{{there.Changes, back.Changes}, {there.Cosmetic, back.Cosmetic}} {
		x, y := outlines(l[0], false), outlines(l[1], true)
		if !slices.Equal(x, y) {
			t.Errorf("there and back differ:\n%s\n---\n%s\nthere:\n%s\nback:\n%s",
				strings.Join(minusLines(x, y), "\n"), strings.Join(minusLines(y, x), "\n"), lines(there), lines(back))
		}
	}
}

func minusLines(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// The other way round the same is said, with opposite kinds.
func TestTheOtherWayRoundIsTheOpposite(t *testing.T) {
	for _, c := range changes(t) {
		t.Run(c.name, func(t *testing.T) {
			old, new := c.sides(t)
			checkMirror(t, old, new)
		})
	}
}

// Nothing is different between a configuration and itself, read twice.
func TestNothingChangesBetweenAConfigurationAndItself(t *testing.T) {
	for _, c := range changes(t) {
		t.Run(c.name, func(t *testing.T) {
			a, b := c.sides(t)
			x, y := c.sides(t)
			for _, s := range [][2]diff.Side{{a, x}, {b, y}} {
				if got := compare(t, s[0], s[1]); !got.Empty() || len(got.Cosmetic) > 0 {
					t.Errorf("got:\n%s", lines(got))
				}
			}
		})
	}
}

func TestKindsAreWhole(t *testing.T) {
	for _, k := range diff.Kinds() {
		o := diff.KindOf(k.Opposite)
		if o == nil || o.Opposite != k.ID {
			t.Errorf("%s: its opposite is %q, and not the other way round", k.ID, k.Opposite)
			continue
		}
		opposite := map[diff.Action]diff.Action{diff.Added: diff.Removed, diff.Removed: diff.Added,
			diff.Changed: diff.Changed, diff.Moved: diff.Moved, diff.Renamed: diff.Renamed}
		if o.Action != opposite[k.Action] {
			t.Errorf("%s: its opposite has the action %d", k.ID, o.Action)
		}
		if k.Risk < diff.High || k.Risk > diff.Low || k.Sentence == "" {
			t.Errorf("%s is not whole", k.ID)
		}
	}
}
