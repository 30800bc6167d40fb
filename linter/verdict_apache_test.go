package linter_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"padlock/internal/apache"
	"padlock/internal/servertest"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter"
)

// foundAtStart are the rules about what Apache finds out when it starts, and of
// which its test of a configuration says nothing.
var foundAtStart = map[string]bool{"certificate-missing": true, "tls-cipher-unknown": true, "tls-group-unsupported": true, "tls-dhparam": true}

// apacheErrors are the errors that Padlock finds in the structure of a
// configuration, as users are told of them.
func apacheErrors(t *testing.T, server *servertest.Server, files servertest.Files, main string) []string {
	tree := fstest.MapFS{}
	for name, data := range files {
		tree[name[1:]] = &fstest.MapFile{Data: []byte(data), Mode: 0o644}
	}
	result, err := linter.Lint(t.Context(), linter.Request{
		Paths: []string{main}, Tree: tree, Installed: true, Server: tlspolicy.Apache, ServerVersion: tlspolicy.MustVersion(server.Version),
	})
	if err != nil {
		t.Errorf("%s: %v", main, err)
		return nil
	}
	for _, failure := range result.Failures {
		t.Error(failure)
	}
	var found []string
	for i := range result.Findings {
		if f := &result.Findings[i]; f.Severity == source.Error && structural[f.Rule] && !foundAtStart[f.Rule] {
			found = append(found, fmt.Sprintf("%s: %s [%s:%d]", f.Rule, f.Message, path.Base(f.Subject.File.Name), f.Subject.StartPosition().Line))
		}
	}
	return found
}

// apacheMachine matches refusals that come from files, users, names and
// addresses of the machine.
var apacheMachine = regexp.MustCompile(`(?i)(file|path|directory) \S+ does not exist|No such file|could not open|cannot open|unable to open|` +
	`Could not resolve|Name or service|name resolution|bad user|bad group|Cannot access|not a valid directory|is not a directory|` +
	`must be a valid directory|Cannot load .* into server|Unable to access|Permission denied|Address already in use|could not bind|` +
	`Is a directory|Unable to (read|stat)|Invalid Mutex directory|file for map \S+ not found`)

// apacheTally counts verdicts.
type apacheTally struct {
	mu                                                  sync.Mutex
	compared, refused, agreed, missed, alarms, machines int
	classes                                             map[string]int
	lines                                               []string
}

func (v *apacheTally) add(m apacheMutant, i uint64, says servertest.Verdict, found []string) {
	reason := refusalOf(says.Output)
	v.mu.Lock()
	defer v.mu.Unlock()
	if !says.Accepted && apacheMachine.MatchString(reason) {
		v.machines++
		v.classes["depends on the machine: "+classOf(reason)]++
		return
	}
	v.compared++
	if !says.Accepted {
		v.refused++
	}
	class := ""
	switch {
	case says.Accepted == (len(found) == 0):
		v.agreed++
		return
	case says.Accepted:
		v.alarms++
		class = "false alarm: " + classOf(found[0])
	default:
		v.missed++
		class = "missed: " + classOf(reason)
	}
	v.classes[class]++
	v.lines = append(v.lines, fmt.Sprintf("%s\n  mutant %d of %s: %s\n%s  server: %s\n  padlock: %s\n",
		class, i, path.Base(m.file), m.how, lineChanges(m.base.files[m.file], m.text), strings.ReplaceAll(strings.TrimSpace(says.Output), "\n", "\n    "), strings.Join(found, "\n    ")))
}

var (
	logPrefix  = regexp.MustCompile(`(?m)^(\[.*?\] )*(AH\d+: )?`)
	variablePr = regexp.MustCompile(`'[^']*'|"[^"]*"|\[.*?\]|/\S+|\d+`)
)

// passing matches what the server prints without refusing anything.
var passing = regexp.MustCompile(`^\s*(AH\d+: )?Warning|NameVirtualHost has no effect|:warn\]|\[warn\]|^AH00557|^AH00558|AH00671|AH02799|AH027\d\d|-- ignoring!`)

// refusalOf is the line that says why the server refuses.
func refusalOf(output string) string {
	lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(output), "\n"), passing.MatchString)
	switch {
	case len(lines) == 0:
		return output
	case strings.HasPrefix(lines[0], "AH00526: Syntax error") && len(lines) > 1:
		return lines[1]
	}
	return lines[0]
}

// classOf is a message without what is particular to one case.
func classOf(message string) string {
	return variablePr.ReplaceAllString(logPrefix.ReplaceAllString(message, ""), "…")
}

// lineChanges are the lines that differ.
func lineChanges(before, after string) string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	var out strings.Builder
	for _, line := range a {
		out.WriteString("  - " + line + "\n")
	}
	for _, line := range b {
		out.WriteString("  + " + line + "\n")
	}
	return out.String()
}

// environmentNumber is a positive number of the environment.
func environmentNumber(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

// TestApacheVerdicts asks each server about mutants of configurations that it
// accepts, and compares. PADLOCK_PROVE=1 asks about 2,000 mutants, a larger
// number about as many; PADLOCK_SEED chooses others; the disagreements are
// written to the file that PADLOCK_VERDICTS names.
func TestApacheVerdicts(t *testing.T) {
	count := 40
	if prove := environmentNumber("PADLOCK_PROVE", 0); prove > 0 {
		count = prove
		if prove == 1 {
			count = 2250 // some change nothing, and some depend on the machine
		}
	}
	seed := uint64(environmentNumber("PADLOCK_SEED", 1))
	for _, server := range servertest.ApacheServers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			sets := [][]apacheBase{fixtureBases(t), generatedBases(t, server), {debianBase(t, server)}}
			tally := &apacheTally{classes: map[string]int{}}
			var wait sync.WaitGroup
			numbers := make(chan uint64)
			for range 2 {
				session := server.Session(t)
				wait.Go(func() {
					for i := range numbers {
						if m, ok := newApacheMutant(sets, seed, i); ok {
							files := m.files()
							says := session.Test(servertest.Config{Files: files, Main: m.base.main})
							tally.add(m, i, says, apacheErrors(t, server, files, m.base.main))
						}
					}
				})
			}
			for i := range count {
				numbers <- uint64(i)
			}
			close(numbers)
			wait.Wait()
			tally.report(t)
		})
	}
}

func (v *apacheTally) report(t *testing.T) {
	t.Logf("%d compared, %d refused by the server; %.2f %% agreement, %d missed, %d false alarms (%.2f %% of accepted), %d depend on the machine",
		v.compared, v.refused, 100*float64(v.agreed)/float64(v.compared), v.missed, v.alarms, 100*float64(v.alarms)/float64(max(1, v.compared-v.refused)), v.machines)
	for _, class := range slices.SortedFunc(maps.Keys(v.classes), func(a, b string) int { return cmp.Or(v.classes[b]-v.classes[a], strings.Compare(a, b)) }) {
		t.Logf("%4d %s", v.classes[class], class)
	}
	if name := os.Getenv("PADLOCK_VERDICTS"); name != "" {
		slices.Sort(v.lines)
		f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		fmt.Fprintf(f, "%s\n\n%s\n", t.Name(), strings.Join(v.lines, "\n"))
	}
	accepted := v.compared - v.refused
	if v.agreed*100 < v.compared*93 || v.alarms > 0 && v.alarms*100 >= max(accepted, 200) {
		t.Errorf("agreement %d of %d, %d false alarms on %d accepted; want 93 %% and less than 1 %%", v.agreed, v.compared, v.alarms, accepted)
	}
}

// TestApacheBasesAreAccepted: what the mutants are made of, Debian's tree among
// it, draws no error from the server nor from Padlock, and is printed as it was
// read. Each is put to one of the servers, with PADLOCK_PROVE to all.
func TestApacheBasesAreAccepted(t *testing.T) {
	servers := servertest.ApacheServers(t)
	for number, server := range servers {
		t.Run(server.Name(), func(t *testing.T) {
			session := server.Session(t)
			bases := slices.Concat(fixtureBases(t), generatedBases(t, server), []apacheBase{debianBase(t, server)})
			for i, base := range bases {
				if os.Getenv("PADLOCK_PROVE") == "" && i%len(servers) != number {
					continue
				}
				if v := session.Test(servertest.Config{Files: base.files, Main: base.main}); !v.Accepted {
					t.Errorf("%s: %s refuses it: %s", base.mutable[0], server.Name(), v.Output)
				}
				for name, text := range base.files {
					if got := string(apache.Parse(source.NewFile(name, []byte(text))).Print()); got != text {
						t.Errorf("%s is printed otherwise than it was read", name)
					}
				}
				for _, e := range apacheErrors(t, server, base.files, base.main) {
					t.Errorf("%s: Padlock refuses it: %s", base.mutable[0], e)
				}
			}
		})
	}
}
