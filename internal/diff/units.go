package diff

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

// unitsOf sorts the configurations of a side: whole ones stand for themselves,
// fragments belong together.
func unitsOf(configs []*rule.Config) (whole []*rule.Config, fragments map[tlspolicy.Server][]*rule.Config) {
	fragments = map[tlspolicy.Server][]*rule.Config{}
	for _, c := range configs {
		if c.Fragment {
			fragments[serverOf(c)] = append(fragments[serverOf(c)], c)
		} else {
			whole = append(whole, c)
		}
	}
	return whole, fragments
}

func serverOf(c *rule.Config) tlspolicy.Server {
	if c.Nginx != nil {
		return tlspolicy.Nginx
	}
	return tlspolicy.Apache
}

// unitPair is what is compared with what.
type unitPair struct{ old, new *unit }

// pairUnits finds which configurations of the two sides belong together: of one
// server, and of the same name if there are several.
func pairUnits(old, new Side) []unitPair {
	oldWhole, oldFragments := unitsOf(old.Configs)
	newWhole, newFragments := unitsOf(new.Configs)
	var pairs []unitPair
	for _, server := range []tlspolicy.Server{tlspolicy.Nginx, tlspolicy.Apache} {
		a, b := ofServer(oldWhole, server), ofServer(newWhole, server)
		fa, fb := oldFragments[server], newFragments[server]
		// A whole configuration against parts of one: compared all the same.
		if len(a) == 1 && len(fa) == 0 && len(b) == 0 && len(fb) > 0 {
			fa, a = a, nil
		} else if len(b) == 1 && len(fb) == 0 && len(a) == 0 && len(fa) > 0 {
			fb, b = b, nil
		}
		for _, p := range pairConfigs(a, b) {
			pairs = append(pairs, unitPair{newUnit(server, p[0]), newUnit(server, p[1])})
		}
		if len(fa)+len(fb) > 0 {
			pairs = append(pairs, unitPair{newUnit(server, fa), newUnit(server, fb)})
		}
	}
	return pairs
}

func ofServer(configs []*rule.Config, server tlspolicy.Server) []*rule.Config {
	return slices.DeleteFunc(slices.Clone(configs), func(c *rule.Config) bool { return serverOf(c) != server })
}

// pairConfigs pairs whole configurations by the name of their main file, the
// longer the same the better, and the rest in order; empty lists stand for
// nothing.
func pairConfigs(a, b []*rule.Config) [][2][]*rule.Config {
	var pairs [][2][]*rule.Config
	usedA, usedB := map[int]bool{}, map[int]bool{}
	pair := func(same func(x, y string) bool) {
		for i, x := range a {
			for j, y := range b {
				if !usedA[i] && !usedB[j] && same(mainName(x), mainName(y)) {
					usedA[i], usedB[j] = true, true
					pairs = append(pairs, [2][]*rule.Config{{x}, {y}})
				}
			}
		}
	}
	pair(func(x, y string) bool { return x == y })
	pair(func(x, y string) bool { return lastParts(x) == lastParts(y) })
	pair(func(x, y string) bool { return path.Base(x) == path.Base(y) })
	pair(func(string, string) bool { return true })
	for i, x := range a {
		if !usedA[i] {
			pairs = append(pairs, [2][]*rule.Config{{x}, nil})
		}
	}
	for j, y := range b {
		if !usedB[j] {
			pairs = append(pairs, [2][]*rule.Config{nil, {y}})
		}
	}
	slices.SortStableFunc(pairs, func(p, q [2][]*rule.Config) int {
		return cmp.Compare(nameOfPair(p), nameOfPair(q))
	})
	return pairs
}

func nameOfPair(p [2][]*rule.Config) string {
	if len(p[0]) > 0 {
		return path.Base(mainName(p[0][0]))
	}
	return path.Base(mainName(p[1][0]))
}

func lastParts(name string) string { return path.Join(path.Base(path.Dir(name)), path.Base(name)) }

func mainName(c *rule.Config) string {
	if c.Nginx != nil {
		return c.Nginx.Main.File.Name
	}
	if files := c.Apache.Files(); len(files) > 0 {
		return strings.TrimSpace(files[0].File.Name)
	}
	return ""
}
