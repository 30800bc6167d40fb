package generator_test

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"padlock/generator"
	"padlock/internal/conformance"
	"padlock/internal/servertest"
)

// The conformance suite: the rows of fixtures/conformance, rendered for every
// server of the matrix, run by it, and asked over real connections. Package
// conformance says how a row is written.

const conformanceRows = "../fixtures/conformance"

func TestConformance(t *testing.T) {
	rows, err := conformance.ReadRows(conformanceRows)
	if err != nil || len(rows) == 0 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for _, server := range servertest.Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			t.Parallel()
			suite := newSuite(t, server)
			var together []*conformance.Row
			for _, row := range rows {
				switch {
				case !row.Runs(server):
					t.Logf("%s: the server does not have %v", row.Name, row.Modules)
				case !suite.renders(t, row):
				case row.Alone:
					suite.run(t, []*conformance.Row{row})
				default:
					together = append(together, row)
				}
			}
			suite.run(t, together)
		})
	}
}

// TestDifferences holds the one list of differences against the rows, which use
// each of them, and against the reference, which names them all.
func TestDifferences(t *testing.T) {
	rows, err := conformance.ReadRows(conformanceRows)
	if err != nil {
		t.Fatal(err)
	}
	list, err := conformance.ReadDifferences(filepath.Join(conformanceRows, "differences"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range list {
		names = append(names, d.Name)
	}
	slices.Sort(names)
	if used := conformance.UsedDifferences(rows); !slices.Equal(used, names) {
		t.Errorf("the rows use %v, the list has %v", used, names)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## Where the two servers differ\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var told []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllStringSubmatch(section, -1) {
		told = append(told, m[1])
	}
	slices.Sort(told)
	if !slices.Equal(told, names) {
		t.Errorf("the README tells of %v, the list has %v", told, names)
	}
}

// suite runs rows with one server.
type suite struct {
	server    *servertest.Server
	authority authorities
	dir       string
}

func newSuite(t *testing.T, server *servertest.Server) *suite {
	return &suite{server: server, authority: newAuthorities(t), dir: t.TempDir()}
}

// authorities are the root that clients and the server's machine trust, and
// the authority below it that certifies sites.
type authorities struct{ root, sites *servertest.Authority }

func newAuthorities(t testing.TB) authorities {
	root := servertest.NewAuthority(t)
	return authorities{root, root.Intermediate(t, "Padlock test intermediate")}
}

// write writes a row's description, and what is beside it, and returns its
// file.
func (s *suite) write(t *testing.T, row *conformance.Row) string {
	t.Helper()
	dir := s.dir
	if row.Alone {
		dir = filepath.Join(dir, row.Name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range row.Beside {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, row.Name+".hcl")
	if err := os.WriteFile(file, []byte(row.Description), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func (s *suite) generate(files ...string) (*generator.Result, generator.Diagnostics) {
	return generator.Generate(context.Background(), generator.Request{
		Files: files, Server: string(s.server.Kind), Platform: platformOf[s.server.Suite], ServerVersion: s.server.Version, OpenSSLVersion: s.server.OpenSSL,
		OutDir: path.Join(servertest.Dir, "sites"),
	})
}

// platformOf are the platforms whose packages the servers come from.
var platformOf = map[string]string{"bookworm": "debian-12", "trixie": "debian-13", "forky": "debian-14"}

// renders tells whether a row is to be run: the target can do it. That it
// cannot must be said as the row says.
func (s *suite) renders(t *testing.T, row *conformance.Row) bool {
	t.Helper()
	_, diags := s.generate(s.write(t, row))
	because, refused := row.Refused(s.server)
	if !refused {
		for _, d := range diags.List.Errs() {
			t.Errorf("%s: %v", row.Name, d)
		}
		return !diags.HasErrors()
	}
	if !slices.ContainsFunc(diags.List.Errs(), func(d error) bool { return strings.Contains(d.Error(), because) }) {
		t.Errorf("%s is not refused with %q but: %v", row.Name, because, diags.List)
	}
	return false
}

// run starts one server with the sites of all the rows, and runs them.
func (s *suite) run(t *testing.T, rows []*conformance.Row) {
	t.Helper()
	var paths []string
	for _, row := range rows {
		paths = append(paths, s.write(t, row))
	}
	result, diags := s.generate(paths...)
	if diags.HasErrors() {
		t.Errorf("the rows together: %v", diags.List)
		return
	}
	config := siteConfig(t, s.server, result, s.authority)
	setups := make([]*conformance.Setup, len(rows))
	for i, row := range rows {
		setups[i] = row.Prepare(t, s.authority.sites)
		config.Files = config.Files.With(setups[i].Files())
	}
	checkModel(t, result)
	lintsClean(t, s.server, config, result, rows)
	model := lower(t, result)
	instance := s.server.Start(t, config)
	defer instance.Stop()
	for i, row := range rows {
		t.Run(row.Name, func(t *testing.T) {
			setups[i].Run(t, instance, s.authority.root, result.Target.Target, func(t testing.TB, step conformance.Step, r servertest.Request, answer *servertest.Response) {
				observe(t, result, model, step, r, answer)
			})
		})
	}
}

// siteConfig lays rendered files out for a server, which loads the modules that
// they say they need.
func siteConfig(t testing.TB, server *servertest.Server, result *generator.Result, by authorities) servertest.Config {
	t.Helper()
	config := servertest.Config{Files: siteFiles(t, result, by)}
	for _, f := range result.Files {
		for _, line := range modulesLine.FindAllSubmatch(f.Content, -1) {
			for _, word := range strings.Fields(string(line[1])) {
				if server.Kind == servertest.Nginx {
					word = "ngx_" + word + "_module" // only loadable ones are called so
				}
				if server.Has(word) && !slices.Contains(config.Modules, word) {
					config.Modules = append(config.Modules, word)
				}
			}
		}
	}
	return config
}

var modulesLine = regexp.MustCompile(`(?m)^# Modules: (.*)$`)

// siteFiles lays rendered files out for a server, with the certificates and
// log directories that they name.
func siteFiles(t testing.TB, result *generator.Result, by authorities) servertest.Files {
	t.Helper()
	files := servertest.Files{"/var/log/nginx/.keep": "", "/var/log/apache2/.keep": "", result.Target.Platform.CABundle: by.root.PEM()}
	for _, s := range result.Sites {
		for _, log := range []string{s.Log.Access.Value, s.Log.Error.Value} {
			if log != "" {
				files[path.Dir(log)+"/.keep"] = ""
			}
		}
	}
	for _, f := range slices.Concat(result.Files, result.Users) {
		files["sites/"+f.Name] = string(f.Content)
	}
	placeholder := servertest.SelfSigned(t, "placeholder.internal")
	files[result.Target.Platform.PlaceholderCertificate] = placeholder.Cert
	files[result.Target.Platform.PlaceholderKey] = placeholder.Key
	// Several sites may name one certificate.
	names := map[[2]string][]string{}
	for _, s := range result.Sites {
		pair := [2]string{s.TLS.Certificate.Value, s.TLS.Key.Value}
		for _, name := range s.Names() {
			if s.HTTPS() && s.TLS.Native == nil {
				names[pair] = append(names[pair], name.Value)
			}
		}
	}
	for pair, names := range names {
		issued := by.sites.Issue(t, servertest.Leaf{Names: names})
		files[pair[0]], files[pair[1]] = issued.Cert+issued.Chain, issued.Key
	}
	return files
}
