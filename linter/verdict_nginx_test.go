package linter_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"padlock/internal/nginx/directives"
	"padlock/internal/servertest"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter"
	"padlock/linter/rule"
)

// nginxMutant is one mistake in one file of a configuration.
type nginxMutant struct {
	tree *nginxTree
	kind string
	file string
	text string
}

func (m *nginxMutant) files() servertest.Files {
	return m.tree.around.With(m.tree.own).With(servertest.Files{m.file: m.text})
}

// nginxMutants are made one after the other from a seed, the same every time.
func nginxMutants(seed uint64, count int, trees []nginxTree) []nginxMutant {
	random := rand.New(rand.NewPCG(seed, 1))
	mutants := make([]nginxMutant, count)
	for i := range mutants {
		tree := &trees[i%len(trees)]
		file := pick(random, tree.names)
		text, kind := mutateNginx(random, tree.own[file])
		mutants[i] = nginxMutant{tree, kind, file, text}
	}
	return mutants
}

// judgement is what both sides say of one mutant.
type judgement struct {
	mutant   *nginxMutant
	accepted bool
	reason   string // of the server, if it refuses
	found    []source.Diagnostic
}

// ofTheMachine are the server's reasons that another machine would not have:
// files but for included ones, names, users, ports, limits of the system.
var ofTheMachine = regexp.MustCompile(`host not found|getpwnam|getgrnam|bind\(\)|socket\(\)|listen\(\)|setsockopt|mkdir\(\)|chown\(\)|stat\(\)|dlopen\(\)|` +
	`open\(\) ".*" failed \(\d+: [^)]*\)$|cannot load certificate|BIO_new_file|SSL_CTX_load_verify_locations|SSL_load_client_CA_file|could not open|\[alert\]`)

var firstRefusal = regexp.MustCompile(`\[(?:emerg|alert|crit)\] (?:\d+#\d+: )?(.*)`)

// refusal is the server's reason, without what it says about the process.
func refusal(output string) string {
	if m := firstRefusal.FindStringSubmatch(output); m != nil {
		return m[1]
	}
	return strings.TrimSpace(output)
}

func (j *judgement) dependsOnMachine() bool { return !j.accepted && ofTheMachine.MatchString(j.reason) }
func (j *judgement) agree() bool            { return j.accepted == (len(j.found) == 0) }

// judgeNginx asks both sides.
func judgeNginx(t testing.TB, session *servertest.Session, server *servertest.Server, mutant *nginxMutant) judgement {
	files := mutant.files()
	config := servertest.Config{Main: nginxMain, Files: files}
	verdict := session.Test(config)
	found := nginxErrors(t, server, files)
	if verdict.Accepted && slices.ContainsFunc(found, func(d source.Diagnostic) bool { return d.Rule == "include-missing" }) {
		// An earlier mutant may have made the server write a log of that name.
		verdict = server.Test(t, config)
	}
	return judgement{mutant: mutant, accepted: verdict.Accepted, reason: refusal(verdict.Output), found: found}
}

// structural are the ids of the rules about what the server refuses: those of
// the syntax category, and those that say in another that nginx does not start.
var structural = func() map[string]bool {
	ids := map[string]bool{"certificate-missing": true, "ssl-on-deprecated": true, "tls-command-invalid": true,
		"tls-group-unsupported": true, "tls-cipher-unknown": true, "tls-dhparam": true}
	for _, r := range linter.Rules() {
		if r.Category == "syntax" {
			ids[r.ID] = true
		}
	}
	return ids
}()

// refused tells that a finding says that the server does not start. What does
// not fit into a hash table is a warning where other machines than those of the
// tests, with cache lines of 64 bytes, would take it.
func refused(f *rule.Finding) bool {
	return structural[f.Rule] && (f.Severity == source.Error || f.Rule == "hash-size" && f.Severity == source.Warning)
}

// nginxErrors are the findings of structure rules about a configuration that say
// that the server refuses it.
func nginxErrors(t testing.TB, server *servertest.Server, files servertest.Files) []source.Diagnostic {
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name[1:]] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return nginxErrorsIn(t, server, tree)
}

func nginxErrorsIn(t testing.TB, server *servertest.Server, tree fstest.MapFS) []source.Diagnostic {
	result, err := linter.Lint(t.Context(), linter.Request{
		Paths: []string{nginxMain}, Tree: tree, Installed: true, Server: tlspolicy.Nginx, Platform: "debian-13",
		ServerVersion: tlspolicy.MustVersion(server.Version), OpenSSLVersion: tlspolicy.MustVersion(server.OpenSSL),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, failure := range result.Failures {
		t.Error(failure)
	}
	var found []source.Diagnostic
	for i := range result.Findings {
		if f := &result.Findings[i]; refused(f) {
			found = append(found, f.Diagnostic)
		}
	}
	return found
}

// nginxSessions is how many servers are asked side by side.
const nginxSessions = 3

// judgeAll asks about many mutants in parallel and keeps their order.
func judgeAll(t *testing.T, server *servertest.Server, trees []nginxTree, seed uint64, count int) []judgement {
	mutants := nginxMutants(seed, count, trees)
	all := make([]judgement, len(mutants))
	var wait sync.WaitGroup
	for worker := range nginxSessions {
		session := server.Session(t)
		wait.Go(func() {
			for i := worker; i < len(mutants); i += nginxSessions {
				all[i] = judgeNginx(t, session, server, &mutants[i])
			}
		})
	}
	wait.Wait()
	return all
}

// tally counts a set of judgements.
type tally struct {
	judged, agreed, accepted, alarms int
}

func count(all []judgement) tally {
	var c tally
	for i := range all {
		j := &all[i]
		if j.dependsOnMachine() {
			continue
		}
		c.judged++
		if j.agree() {
			c.agreed++
		}
		if j.accepted {
			c.accepted++
			if len(j.found) > 0 {
				c.alarms++
			}
		}
	}
	return c
}

func (c tally) agreement() float64 { return 100 * float64(c.agreed) / float64(c.judged) }
func (c tally) falseAlarms() float64 {
	return 100 * float64(c.alarms) / float64(max(1, c.accepted))
}

// What nginx says of a configuration with a small mistake in it, Padlock says
// too. PADLOCK_PROVE=N tries N mutants (1 means 2,000) for each server,
// PADLOCK_SEED makes others, and PADLOCK_PROVE_REPORT names a file for what the
// two sides disagree about.
func TestVerdictOfNginxOnMistakes(t *testing.T) {
	number, seed := 0, uint64(1)
	if n, err := strconv.Atoi(os.Getenv("PADLOCK_PROVE")); err == nil && n > 0 {
		number = n
		if n == 1 {
			number = 2000
		}
	}
	if n, err := strconv.ParseUint(os.Getenv("PADLOCK_SEED"), 10, 64); err == nil {
		seed = n
	}
	servers := servertest.NginxServers(t)
	for i, server := range servers {
		n := number
		if n == 0 {
			n = 40
			if i == len(servers)-1 {
				n = 200
			}
		}
		t.Run(server.Name(), func(t *testing.T) {
			trees := acceptedTrees(t, server)
			all := judgeAll(t, server, trees, seed, n)
			c := count(all)
			t.Logf("seed %d: %d mutants, %d judged without the machine, %d accepted by nginx; agreement %.2f %%, false alarms %d (%.2f %% of accepted)",
				seed, n, c.judged, c.accepted, c.agreement(), c.alarms, c.falseAlarms())
			reportDisagreements(t, server, all)
			if c.agreement() < 97 || c.alarms > max(1, c.accepted/100) {
				t.Errorf("agreement %.2f %% (at least 97), false alarms %.2f %% (below 1)", c.agreement(), c.falseAlarms())
			}
		})
	}
}

// acceptedTrees are the configurations that a server accepts; Padlock finds no
// error in them.
func acceptedTrees(t *testing.T, server *servertest.Server) []nginxTree {
	session := server.Session(t)
	var accepted []nginxTree
	around := surroundings(t, session)
	trees := nginxTrees(t, around)
	trees = append(trees, packagedTree(t, session, around), generatedTree(t, server, session, around))
	for _, tree := range trees {
		files := tree.around.With(tree.own)
		verdict := session.Test(servertest.Config{Main: nginxMain, Files: files})
		if !verdict.Accepted {
			if tree.name != "modern" || directives.CompareVersions(server.Version, "1.25.1") >= 0 {
				t.Errorf("%s is refused: %s", tree.name, refusal(verdict.Output))
			}
			continue
		}
		for _, d := range nginxErrors(t, server, files) {
			t.Errorf("%s: %s", tree.name, shown(&d))
		}
		accepted = append(accepted, tree)
	}
	return accepted
}

func shown(d *source.Diagnostic) string {
	if d.Subject.File == nil {
		return fmt.Sprintf("%s: %s", d.Rule, d.Message)
	}
	return fmt.Sprintf("%s:%d: %s: %s", d.Subject.File.Name, d.Subject.StartPosition().Line, d.Rule, d.Message)
}

var inQuotes = regexp.MustCompile(`"[^"]*"|\d+`)

// reportDisagreements tells them in classes, the largest first.
func reportDisagreements(t *testing.T, server *servertest.Server, all []judgement) {
	classes := map[string][]*judgement{}
	for i := range all {
		j := &all[i]
		if j.agree() || j.dependsOnMachine() {
			continue
		}
		class := "missed: " + inQuotes.ReplaceAllString(j.reason, "…")
		if j.accepted {
			class = "false alarm: " + j.found[0].Rule
		}
		classes[class] = append(classes[class], j)
	}
	names := slices.SortedFunc(maps.Keys(classes), func(a, b string) int {
		return len(classes[b])*1000 - len(classes[a])*1000 + strings.Compare(a, b)
	})
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "%4d %s\n", len(classes[name]), name)
		for _, j := range classes[name] {
			fmt.Fprintf(&b, "       %s %s (%s): %s\n", j.mutant.tree.name, path.Base(j.mutant.file), j.mutant.kind, changedLines(j.mutant))
			if j.accepted {
				for _, d := range j.found {
					fmt.Fprintf(&b, "         %s\n", shown(&d))
				}
			} else {
				fmt.Fprintf(&b, "         %s\n", j.reason)
			}
		}
	}
	if file := os.Getenv("PADLOCK_PROVE_REPORT"); file != "" {
		out, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		fmt.Fprintf(out, "== %s\n%s", server.Name(), b.String())
		return
	}
	t.Log("\n" + b.String())
}

// changedLines are the lines of a mutant that differ from the original, from
// the first such line to the last.
func changedLines(m *nginxMutant) string {
	before, after := strings.Split(m.tree.own[m.file], "\n"), strings.Split(m.text, "\n")
	for len(before) > 0 && len(after) > 0 && before[0] == after[0] {
		before, after = before[1:], after[1:]
	}
	for len(before) > 0 && len(after) > 0 && before[len(before)-1] == after[len(after)-1] {
		before, after = before[:len(before)-1], after[:len(after)-1]
	}
	if text := strings.Join(after, "⏎"); len(text) < 300 {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprintf("%d lines instead of %d", len(after), len(before))
}
