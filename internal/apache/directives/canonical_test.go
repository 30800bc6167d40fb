package directives

import (
	"slices"
	"strings"
	"testing"
)

func TestEqualValuesHaveOneSpelling(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		equal bool
	}{
		{"KeepAlive On", "KeepAlive on", true},
		{"KeepAlive On", "KeepAlive Off", false},
		{"AllowEncodedSlashes NoDecode", "AllowEncodedSlashes nodecode", true},
		{"KeepAliveTimeout 60", "KeepAliveTimeout 60s", true},
		{"KeepAliveTimeout 60", "KeepAliveTimeout 1min", true},
		{"KeepAliveTimeout 60", "KeepAliveTimeout 60ms", false},
		{"DocumentRoot /A", "DocumentRoot /a", false},
	} {
		words := func(line string) []string {
			list := strings.Fields(line)
			return Canonical(Lookup(list[0])[0], list[1:])
		}
		if got := slices.Equal(words(c.a), words(c.b)); got != c.equal {
			t.Errorf("%q and %q: equal is %v", c.a, c.b, got)
		}
	}
}
