package linter_test

import (
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"padlock/internal/servertest"
	"padlock/internal/tlspolicy"
	"padlock/linter"
	"padlock/linter/rule"
	"padlock/linter/ruletest"
)

// fixCandidate is a configuration with something to fix in it.
type fixCandidate struct {
	name  string
	files servertest.Files // by absolute path
	main  string
}

// spoiling are edits that bring back what rules fix: each makes another version
// of a fixture wherever it fits.
var spoiling = map[tlspolicy.Server][]struct {
	pattern *regexp.Regexp
	into    string
}{
	tlspolicy.Nginx: {
		{regexp.MustCompile(`(listen [^;]*\bssl)\b`), "$1 http2"},
		{regexp.MustCompile(`(?m)^(\s*)(listen [^;]*443) ssl([^;]*;)`), "$1$2$3\n${1}ssl on;"},
		{regexp.MustCompile(`(listen [^;]*443) ssl`), "$1"},
		{regexp.MustCompile(`(add_header [^;]*?) always;`), "$1;"},
		{regexp.MustCompile(`(location [^{;]*\{)`), "$1\nadd_header X-Spoilt yes;"},
		{regexp.MustCompile(`ssl_protocols [^;]*;`), "ssl_protocols SSLv3 TLSv1 TLSv1.2 TLSv1.3;"},
		{regexp.MustCompile(`ssl_protocols [^;]*;`), "ssl_protocols TLSv1 TLSv1.1;"},
		{regexp.MustCompile(`ssl_ciphers [^;]*;`), "ssl_ciphers HIGH:NOSUCH:!aNULL;"},
		{regexp.MustCompile(`ssl_ciphers [^;]*;`), "ssl_ciphers NOSUCH;"},
		{regexp.MustCompile(`(server \{)`), "$1\nssl_ecdh_curve X25519:prime256v2;"},
		{regexp.MustCompile(`(server \{)`), "$1\nssl_stapling on;\nssl_stapling_verify on;"},
		{regexp.MustCompile(`(server \{)`), "$1 # padlock:ignore directive-unknown of no use"},
	},
	tlspolicy.Apache: {
		{regexp.MustCompile(`Header always `), "Header "},
		{regexp.MustCompile(`(<Location [^>]*>)`), "$1\nHeader always unset Strict-Transport-Security"},
		{regexp.MustCompile(`(?i)SSLEngine on`), "# padlock:ignore tls-implicit of no use"},
		{regexp.MustCompile(`(?i)(SSLEngine on)`), "$1\nSSLProtocol all"},
		{regexp.MustCompile(`(?i)(SSLEngine on)`), "$1\nSSLProtocol -all +TLSv1 +TLSv1.1"},
		{regexp.MustCompile(`(?i)(SSLEngine on)`), "$1\nSSLProtocol TLSv1 TLSv1.2"},
		{regexp.MustCompile(`(?i)(SSLEngine on)`), "$1\nSSLCipherSuite HIGH:NOSUCH:!aNULL"},
		{regexp.MustCompile(`(?i)(SSLEngine on)`), "$1\nSSLCompression on"},
		{regexp.MustCompile(`(?i)(SSLEngine on)`), "$1\nSSLInsecureRenegotiation on"},
		{regexp.MustCompile(`(?i)(SSLEngine on)`), "$1\nSSLOpenSSLConfCmd Curves X25519:prime256v2"},
		{regexp.MustCompile(`(?i)(SSLEngine on)`), "$1\nSSLUseStapling on"},
	},
}

// TestFixesPleaseTheServers makes every fix that the rules propose in their
// documents' examples and in the fixtures, spoilt for them, and asks the servers
// before and after: what one has accepted it goes on to accept. By default a
// sample is put to each server; PADLOCK_PROVE tries all of it, and mutants.
func TestFixesPleaseTheServers(t *testing.T) {
	fixed := map[string]map[tlspolicy.Server]int{}
	for number, server := range servertest.Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			session := server.Session(t)
			asked := 0
			for i, c := range fixCandidates(t, server, session) {
				if os.Getenv("PADLOCK_PROVE") == "" && !strings.HasPrefix(c.name, "document ") && i%12 != number {
					continue
				}
				for _, unsafe := range []bool{false, true} {
					asked += tryFixes(t, server, session, c, unsafe, fixed)
				}
			}
			t.Logf("%d fixed configurations", asked)
		})
	}
	for _, r := range linter.Rules() {
		if r.Fix != rule.FixNone && len(fixed[r.ID]) == 0 {
			t.Errorf("no fix of %s was made", r.ID)
		}
	}
}

// tryFixes is 1 if a configuration that the server accepts was fixed.
func tryFixes(t *testing.T, server *servertest.Server, session *servertest.Session, c fixCandidate, unsafe bool, fixed map[string]map[tlspolicy.Server]int) int {
	t.Helper()
	kind := tlspolicy.Server(server.Kind)
	tree := fstest.MapFS{}
	for name, text := range c.files {
		tree[name[1:]] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	outcome, err := linter.Fix(t.Context(), linter.Request{
		Paths: []string{c.main}, Tree: tree, Server: kind, Now: ruletest.Now,
		ServerVersion: tlspolicy.MustVersion(server.Version), OpenSSLVersion: tlspolicy.MustVersion(server.OpenSSL),
	}, unsafe)
	if err != nil {
		t.Errorf("%s: %v", c.name, err)
		return 0
	}
	if len(outcome.Refused) > 0 && !strings.HasPrefix(c.name, "mutant ") {
		t.Errorf("%s: fixes of %v would have made it worse", c.name, outcome.Refused)
	}
	if len(outcome.Files) == 0 {
		return 0
	}
	for _, f := range outcome.Before.Findings {
		if slices.ContainsFunc(f.Fixes, func(fix rule.Fix) bool { return fix.Safe || unsafe }) {
			if fixed[f.Rule] == nil {
				fixed[f.Rule] = map[tlspolicy.Server]int{}
			}
			fixed[f.Rule][kind]++
		}
	}
	if before := session.Test(servertest.Config{Main: c.main, Files: c.files}); !before.Accepted {
		return 0
	}
	after := maps.Clone(c.files)
	for _, f := range outcome.Files {
		after[f.Name] = string(f.After)
	}
	if verdict := session.Test(servertest.Config{Main: c.main, Files: after}); !verdict.Accepted {
		t.Errorf("%s is refused after fixing (unsafe: %v): %s", c.name, unsafe, verdict.Output)
		for _, f := range outcome.Files {
			t.Logf("%s\n%s", f.Name, lineChanges(string(f.Before), string(f.After)))
		}
	}
	return 1
}

func fixCandidates(t *testing.T, server *servertest.Server, session *servertest.Session) []fixCandidate {
	kind := tlspolicy.Server(server.Kind)
	var out, whole []fixCandidate
	if server.Kind == servertest.Nginx {
		for _, tree := range acceptedTrees(t, server) {
			whole = append(whole, fixCandidate{tree.name, tree.around.With(tree.own), nginxMain})
		}
	} else {
		for _, base := range slices.Concat(fixtureBases(t), generatedBases(t, server), []apacheBase{debianBase(t, server)}) {
			whole = append(whole, fixCandidate{path.Base(base.mutable[0]), base.files, base.main})
		}
	}
	for _, c := range whole {
		out = append(out, c)
		for i, s := range spoiling[kind] {
			spoilt := maps.Clone(c.files)
			changed := false
			for _, name := range slices.Sorted(maps.Keys(c.files)) {
				if strings.Contains(name, "/keys/") || strings.Contains(name, "/ssl/") {
					continue
				}
				if text := s.pattern.ReplaceAllString(c.files[name], s.into); text != c.files[name] {
					spoilt[name], changed = text, true
				}
			}
			if changed {
				out = append(out, fixCandidate{c.name + " spoilt by " + spoiling[kind][i].into, spoilt, c.main})
			}
		}
	}
	out = append(out, documentCandidates(t, server)...)
	if os.Getenv("PADLOCK_PROVE") != "" {
		out = append(out, mutantCandidates(t, server)...)
	}
	return out
}

// documentCandidates are the examples in the documents of rules, in the middle
// of a configuration.
func documentCandidates(t *testing.T, server *servertest.Server) []fixCandidate {
	var out []fixCandidate
	for _, r := range linter.Rules() {
		for _, e := range slices.Concat(r.Examples("Bad"), r.Examples("Good")) {
			if string(e.Server) != string(server.Kind) {
				continue
			}
			name := "document " + r.ID
			certificates := servertest.Files(ruletest.Certificates())
			if server.Kind == servertest.Nginx {
				text := e.Text
				if !strings.Contains(text, "http {") {
					text = "events {}\nhttp {\n" + text + "}\n"
				}
				out = append(out, fixCandidate{name, certificates.With(servertest.Files{nginxMain: text}), nginxMain})
				continue
			}
			base := siteBase(t, "unused.conf", "")
			main := strings.TrimSuffix(apacheMain(), "Include sites/*.conf\n") + "Listen 80\nListen 443\n" + e.Text
			out = append(out, fixCandidate{name, base.files.With(certificates).With(servertest.Files{base.main: main}), base.main})
		}
	}
	return out
}

// mutantCandidates are configurations with a random mistake.
func mutantCandidates(t *testing.T, server *servertest.Server) []fixCandidate {
	var out []fixCandidate
	count := 400
	if server.Kind == servertest.Nginx {
		for _, m := range nginxMutants(3, count, acceptedTrees(t, server)) {
			out = append(out, fixCandidate{"mutant of " + m.tree.name, m.files(), nginxMain})
		}
		return out
	}
	sets := [][]apacheBase{fixtureBases(t), generatedBases(t, server), {debianBase(t, server)}}
	for i := range count {
		if m, ok := newApacheMutant(sets, 3, uint64(i)); ok {
			out = append(out, fixCandidate{"mutant of " + path.Base(m.file), m.files(), m.base.main})
		}
	}
	return out
}
