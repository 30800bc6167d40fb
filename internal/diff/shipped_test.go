package diff_test

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"padlock/internal/apache"
	"padlock/internal/diff"
	"padlock/internal/nginx"
	"padlock/internal/servertest"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

// whole is a configuration that can be read again in other words.
type whole struct {
	name   string
	server tlspolicy.Server
	tree   fs.ReadLinkFS
	main   string
}

// read loads the configuration, with some files replaced.
func (w *whole) read(t *testing.T, replaced map[string][]byte) *rule.Config {
	t.Helper()
	set := source.NewSet(source.SetConfig{Tree: w.tree})
	for name, data := range replaced {
		set.Add(name, data)
	}
	c := &rule.Config{Target: target(w.server), Complete: true}
	if w.server == tlspolicy.Apache {
		c.Apache = apache.Load(set, w.main, apache.LoadOptions{})
		return c
	}
	config, err := nginx.Load(set, w.main, nginx.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c.Nginx, c.Fragment = config, len(config.Context) > 0
	return c
}

// formatted are the files of a configuration as padlock fmt writes them.
func formatted(c *rule.Config) map[string][]byte {
	files := map[string][]byte{}
	if c.Nginx != nil {
		for _, t := range c.Nginx.Trees {
			files[t.Name] = nginx.Format(t)
		}
		return files
	}
	for _, t := range c.Apache.Files() {
		files[t.File.Name] = apache.Format(t)
	}
	return files
}

// inlined is the configuration as one file.
func inlined(c *rule.Config) []byte {
	var b strings.Builder
	if c.Nginx != nil {
		var write func(nodes []*nginx.Node)
		write = func(nodes []*nginx.Node) {
			for _, n := range nodes {
				switch {
				case n.Synthetic():
					write(n.Children)
				case n.Name == "include" && !n.InData() && followed(nodes, n):
				case n.HasBlock && !n.Raw:
					b.WriteString(string(n.HeadSpan().Text()) + " {\n")
					write(n.Children)
					b.WriteString("}\n")
				default:
					b.WriteString(string(n.Span().Text()) + "\n")
				}
			}
		}
		write(c.Nginx.Root.Children)
		return []byte(b.String())
	}
	missing := map[int]bool{}
	for _, d := range c.Diagnostics() {
		if d.Rule == "include-missing" || d.Rule == "include-cycle" {
			missing[d.Subject.StartPosition().Line] = true
		}
	}
	for i := range c.Apache.Children() {
		writeApache(&b, i, nil, missing)
	}
	return []byte(b.String())
}

// followed tells that an include led to a file with directives.
func followed(nodes []*nginx.Node, include *nginx.Node) bool {
	return slices.ContainsFunc(nodes, func(n *nginx.Node) bool { return n.Reading != nil && n.Reading.Include == include })
}

// writeApache prints an item as httpd has read it. Conditions that could not be
// decided are put around it again, and what includes a file that is missing
// stays.
func writeApache(b *strings.Builder, i apache.Item, around []apache.Condition, missing map[int]bool) {
	section := i.IsSection() || i.Node().Kind() == apache.Section
	if i.OnRead() && !missing[i.Span().StartPosition().Line] && (section || i.Is("Include") || i.Is("IncludeOptional") || i.Is("Use") || i.Is("Macro")) {
		return
	}
	own := i.Conditions()[min(len(around), len(i.Conditions())):]
	var closing []string
	for _, c := range own {
		open := string(c.Section.Text())
		b.WriteString(open + "\n")
		name := strings.Fields(strings.Trim(open, "<>"))[0]
		closing = append(closing, "</"+name+">\n")
	}
	if i.IsSection() {
		b.WriteString("<" + i.Name() + " " + i.Args() + ">\n")
		for c := range i.Children() {
			writeApache(b, c, i.Conditions(), missing)
		}
		b.WriteString("</" + i.Name() + ">\n")
	} else {
		b.WriteString(i.Name() + " " + strings.ReplaceAll(i.RawArgs(), "\n", " ") + "\n")
	}
	for _, line := range slices.Backward(closing) {
		b.WriteString(line)
	}
}

// saysNothing holds a configuration against itself in other words.
func (w *whole) saysNothing(t *testing.T) {
	c := w.read(t, nil)
	main := w.main
	if c.Nginx != nil {
		main = c.Nginx.Main.Name
	}
	for how, files := range map[string]map[string][]byte{
		"itself": nil, "formatted": formatted(c), "inlined": {main: inlined(c)},
	} {
		other := w.read(t, files)
		got := compare(t, diff.Side{Configs: []*rule.Config{c}}, diff.Side{Configs: []*rule.Config{other}})
		if !got.Empty() || how == "itself" && len(got.Cosmetic) > 0 {
			t.Errorf("%s, %s:\n%s", w.name, how, lines(got))
		}
	}
}

// mutated holds the configuration against itself with small mistakes, from
// either side.
func (w *whole) mutated(t *testing.T) {
	data, err := fs.ReadFile(w.tree, w.main[1:])
	if err != nil || len(data) > 1<<17 {
		return
	}
	for i := range uint64(4) {
		text := mutate(rand.New(rand.NewPCG(uint64(len(data)), i)), string(data))
		a, b := w.read(t, nil), w.read(t, map[string][]byte{w.main: []byte(text)})
		checkMirror(t, diff.Side{Configs: []*rule.Config{a}}, diff.Side{Configs: []*rule.Config{b}})
		if t.Failed() {
			t.Fatalf("%s, mutation %d", w.name, i)
		}
	}
}

// A configuration says nothing new when it is formatted, or written as one file:
// those of Debian's packages, and those of the fixtures.
func TestOtherWordsAreNoChange(t *testing.T) {
	for _, server := range servertest.Servers(t) {
		w := &whole{name: server.Name(), server: tlspolicy.Nginx, tree: server.System(), main: "/etc/nginx/nginx.conf"}
		if server.Kind == servertest.Apache {
			w.server, w.main = tlspolicy.Apache, "/etc/apache2/apache2.conf"
		}
		t.Run(w.name, w.saysNothing)
	}
	for _, c := range changes(t) {
		for side, text := range map[string]string{"before": c.before, "after": c.after} {
			files := c.beforeFiles
			if side == "after" {
				files = c.afterFiles
			}
			w := &whole{name: c.name + " " + side, server: c.server, tree: treeOf(c.server, text, files), main: mainOf(c.server)}
			t.Run(w.name, w.saysNothing)
		}
	}
}

// By hand: PADLOCK_CORPUS names a directory with the folders nginx and apache of
// real configurations, each file of which is held against itself in other words.
func TestOtherWordsAreNoChangeInACorpus(t *testing.T) {
	root := os.Getenv("PADLOCK_CORPUS")
	if root == "" {
		t.Skip("PADLOCK_CORPUS is not set")
	}
	for _, server := range []tlspolicy.Server{tlspolicy.Nginx, tlspolicy.Apache} {
		dir := filepath.Join(root, string(server))
		tree, _ := os.DirFS(dir).(fs.ReadLinkFS)
		err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			w := &whole{name: string(server) + "/" + name, server: server, tree: tree, main: "/" + name}
			w.saysNothing(t)
			w.mutated(t)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
