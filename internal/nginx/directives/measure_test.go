package directives

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"padlock/internal/servertest"
)

// verdict is the class of what a server says of one directive.
type verdict string

const (
	accepted   verdict = "accepted"
	notKnown   verdict = "unknown or misplaced"
	wrongShape verdict = "arguments"
	wrongValue verdict = "value"
	duplicate  verdict = "duplicate"
	unclear    verdict = "depends on the machine or on other directives"
)

// prober asks a real server for its verdict on single directives.
type prober struct {
	t       testing.TB
	session *servertest.Session
	target  Target
	head    string
}

func newProber(t testing.TB, server *servertest.Server) *prober {
	p := &prober{t: t, session: server.Session(t), target: Target{Version: server.Version, Modules: []string{}}}
	for _, name := range []string{"ngx_stream_module", "ngx_mail_module", "ngx_http_image_filter_module"} {
		if server.Has(name) {
			p.target.Modules = append(p.target.Modules, name+".so")
			p.head += "load_module /usr/lib/nginx/modules/" + name + ".so; "
		}
	}
	return p
}

// surround is what stands before and after a directive to put it in a context.
var surround = map[Context][2]string{
	Main: {"", ""}, Events: {"events {", "}"}, HTTP: {"http {", "}"}, Server: {"http { server {", "} }"},
	Location: {"http { server { location / {", "} } }"}, Upstream: {"http { upstream u {", "} }"},
	ServerIf:    {"http { server { if ($host) {", "} } }"},
	LocationIf:  {"http { server { location / { if ($host) {", "} } } }"},
	LimitExcept: {"http { server { location / { limit_except GET {", "} } } }"},
	Stream:      {"stream {", "}"}, StreamServer: {"stream { server {", "} }"}, StreamUpstream: {"stream { upstream u {", "} }"},
	Mail: {"mail {", "}"}, MailServer: {"mail { server {", "} }"},
}

// probeContexts are the contexts in their order.
var probeContexts = slices.DeleteFunc(Contexts(), func(c Context) bool { _, ok := surround[c]; return !ok })

var emergency = regexp.MustCompile(`\[emerg\] \d+#\d+: (.*?) in /srv/padlock/nginx\.conf:(\d+)`)

// machine are faults that come from files, names and other directives.
var machine = regexp.MustCompile(`unsupported|host not found|open\(\)|BIO_new_file|cannot load|failed|\(\d+: |no such|not supported|no .* zone|unknown log format|is not supported|zero size|unknown variable|invalid socket|requires|could not|no upstreams|duplicate|duplicates|does not support|conflict`)

// ask puts text into a context, and a directive that no server knows behind
// it: only what the server says while it reads the text counts.
func (p *prober) ask(context Context, text string) (verdict, string) {
	config := fmt.Sprintf("%s%s\n%s\npadlock_stop;\n%s\n", p.head, surround[context][0], text, surround[context][1])
	output := p.session.Test(servertest.Config{Main: "nginx.conf", Files: servertest.Files{"nginx.conf": config}}).Output
	m := emergency.FindStringSubmatch(output)
	if m == nil {
		// Some handlers refuse without a word.
		return unclear, output
	}
	if m[2] == "1" {
		p.t.Fatalf("the server did not come as far as the directive:\n%s\n%s", config, output)
	}
	message := m[1]
	switch {
	case strings.Contains(message, "padlock_stop") || m[2] != "2":
		return accepted, message
	case strings.HasPrefix(message, "unknown directive"), strings.HasSuffix(message, "is not allowed here"):
		return notKnown, message
	case strings.HasPrefix(message, "invalid number of arguments"), strings.Contains(message, "has no opening"), strings.Contains(message, "is not terminated"):
		return wrongShape, message
	case strings.HasSuffix(message, "is duplicate"):
		return duplicate, message
	case machine.MatchString(message):
		return unclear, message
	}
	return wrongValue, message
}

// judged is our verdict in the same classes.
func (p *prober) judged(u Use) verdict {
	for _, problem := range p.target.Judge(u) {
		if problem.Kind == Version && problem.Argument >= 0 {
			return wrongValue
		}
		switch problem.Kind {
		case Unknown, Misplaced, Unloaded, Version:
			return notKnown
		case Arguments:
			return wrongShape
		case Value:
			return wrongValue
		}
	}
	return accepted
}

// written writes a use as configuration text on one line.
func written(u Use) string {
	text := u.Name
	for _, arg := range u.Arguments {
		text += ` "` + strings.ReplaceAll(strings.ReplaceAll(arg, `\`, `\\`), `"`, `\"`) + `"`
	}
	if u.Block {
		return text + " {\npadlock_stop;\n}"
	}
	return text + ";"
}

// trial is a directive to ask about.
type trial struct {
	use   Use
	twice bool
}

// samples are the arguments in testdata/samples.tsv.
func samples(t testing.TB) map[string][]Use {
	file, err := os.Open("testdata/samples.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all := map[string][]Use{}
	for s := bufio.NewScanner(file); s.Scan(); {
		name, text, _ := strings.Cut(s.Text(), "\t")
		if strings.HasPrefix(name, "#") {
			continue
		}
		u := Use{Name: name}
		for _, word := range strings.Fields(text) {
			u.Arguments = append(u.Arguments, strings.Trim(word, `"`))
		}
		if n := len(u.Arguments); n > 0 && u.Arguments[n-1] == "{" {
			u.Block, u.Arguments = true, u.Arguments[:n-1]
		}
		if strings.HasPrefix(name, "log_format") && strings.Contains(text, `"`) {
			u.Arguments = []string{"a", "escape=json", "$remote_addr $host"}
		}
		all[name] = append(all[name], u)
	}
	return all
}

// values are tried as the first argument of everything.
var values = []string{"on", "off", "ON", "junk", "0", "1", "10", "-1", "1k", "10K", "2g", "10s", "1h 30m", "500ms", "1y",
	"1.5", "", "/tmp/x", "$host", "a=b", "127.0.0.1", "127.0.0.1:99999", "all", "99999999999999999999"}

// trials are all questions about the own directives of nginx.
func trials(t testing.TB) []trial {
	var all []trial
	known := samples(t)
	for _, name := range Names() {
		d, _ := Lookup(name)
		if name == "include" || name == "load_module" || !slices.ContainsFunc(d.Forms, func(f Form) bool {
			return f.Set == Own && f.Module != "mainline" && f.File != "ngx_google_perftools_module.so"
		}) {
			continue
		}
		for _, context := range probeContexts {
			all = append(all, aboutContext(d, context, known[name])...)
		}
	}
	return all
}

// aboutContext are the questions about a directive in one context: whether it
// stands there, and where it does, its counts, values and repetition.
func aboutContext(d *Directive, context Context, known []Use) []trial {
	i := slices.IndexFunc(d.Forms, func(f Form) bool { return f.Contexts&context != 0 })
	if i < 0 {
		return []trial{{use: Use{Name: d.Name, Arguments: []string{"a"}, Context: context}}}
	}
	form := &d.Forms[i]
	use := func(args ...string) Use {
		return Use{Name: d.Name, Arguments: args, Block: form.Block, Context: context}
	}
	all := []trial{{use: Use{Name: d.Name, Arguments: []string{"on"}, Block: !form.Block, Context: context}}}
	for n := range 5 {
		all = append(all, trial{use: use(slices.Repeat([]string{"on"}, n)...)})
	}
	// Values do not depend on the place: one place of each form will do.
	if context != form.Contexts&-form.Contexts && context != Server {
		return all
	}
	for _, v := range values {
		if form.Arity.Allows(1) {
			all = append(all, trial{use: use(v)}, trial{use: use(v), twice: !form.Block})
		}
		if form.Arity.Allows(2) {
			all = append(all, trial{use: use("4", v)})
		}
	}
	for _, u := range known {
		u.Context = context
		all = append(all, trial{use: u}, trial{use: u, twice: !u.Block})
		for i := range u.Arguments {
			changed := u
			changed.Arguments = slices.Clone(u.Arguments)
			changed.Arguments[i] += "x"
			all = append(all, trial{use: changed})
		}
	}
	return all
}

// compare asks both sides; it is false when the server's answer says nothing
// about the directive itself.
func (p *prober) compare(q trial) (ours, theirs verdict, said string, ok bool) {
	ours = p.judged(q.use)
	text := written(q.use)
	if q.twice {
		if ours != accepted {
			return "", "", "", false
		}
		text += " " + written(q.use)
		if form, found := p.target.Find(q.use.Name, q.use.Context); found && Once(q.use.Name, form) {
			ours = duplicate
		}
	}
	theirs, said = p.ask(q.use.Context, text)
	if q.twice && theirs != accepted && theirs != duplicate {
		return "", "", "", false
	}
	return ours, theirs, said, theirs != unclear
}

// TestServersAgree asks the real servers about a sample of all questions. With
// PADLOCK_PROVE=N it asks every Nth; with 1, all of them, which takes long.
func TestServersAgree(t *testing.T) {
	questions := trials(t)
	every, allowed := len(questions)/80, 0.02
	if n, err := strconv.Atoi(os.Getenv("PADLOCK_PROVE")); err == nil && n > 0 {
		every = n
	}
	t.Logf("%d questions, every %dth is asked", len(questions), every)
	for _, server := range servertest.NginxServers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			t.Parallel()
			p := newProber(t, server)
			asked, differing := 0, []string{}
			for i := 0; i < len(questions); i += every {
				ours, theirs, said, ok := p.compare(questions[i])
				if !ok {
					continue
				}
				asked++
				if ours != theirs {
					differing = append(differing, fmt.Sprintf("%s: %q twice=%t: we say %s, the server %s (%s)",
						questions[i].use.Context, written(questions[i].use), questions[i].twice, ours, theirs, said))
				}
			}
			report(t, asked, differing)
			if float64(len(differing)) > allowed*float64(asked) {
				t.Errorf("%d of %d verdicts differ, more than %.1f %%", len(differing), asked, allowed*100)
			}
		})
	}
}

var reporting sync.Mutex

func report(t *testing.T, asked int, differing []string) {
	t.Logf("%d verdicts, %d differ", asked, len(differing))
	if file := os.Getenv("PADLOCK_PROVE_REPORT"); file != "" {
		reporting.Lock()
		defer reporting.Unlock()
		out, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		fmt.Fprintln(out, strings.Join(differing, "\n"))
		return
	}
	for _, line := range differing[:min(len(differing), 40)] {
		t.Log(line)
	}
}
