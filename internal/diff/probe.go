package diff

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"padlock/internal/vhost"
)

// visit is a virtual host behind a listener.
type visit struct {
	socket socket
	host   *host
}

// probeKey is what need not be asked twice.
type probeKey struct {
	old, new *host
	port     uint16
	tls      bool
}

// probedName is a name that was asked for.
type probedName struct {
	probeKey
	name string
}

// probe asks both sides for the same paths, and notes what they answer
// differently. The first name of a pair of virtual hosts is asked for all paths,
// others for few.
func (w *comparer) probe(k nameKey, name, key string, a, b visit) {
	if a.host == nil || b.host == nil || a.host.peer == b.host && a.host.same {
		return
	}
	id := probeKey{a.host, b.host, a.socket.Address.Port, a.socket.TLS.V}
	if named := (probedName{id, name}); w.named[named] {
		return // at an address of the other family
	} else {
		w.named[named] = true
	}
	if w.probed[id] {
		w.again(id, k, name, a, b)
		return
	}
	w.probed[id] = true
	asked := w.paths(a.host, b.host)
	p := &probing{w: w, key: key, a: a, b: b, name: name, sites: sitesFor(k, a.host, b.host), found: map[string]*finding{}}
	for _, path := range asked {
		p.ask(path)
	}
	p.tell(asked)
}

// again is for further names of the same virtual hosts: they have been told of
// already, unless the name itself makes a difference.
func (w *comparer) again(id probeKey, k nameKey, name string, a, b visit) {
	p := &probing{w: w, a: a, b: b, name: name, sites: []string{k.siteText()}, found: map[string]*finding{}}
	asked := []string{anyPath, "/"}
	for _, path := range asked {
		p.ask(path)
	}
	for kind := range p.found {
		p.found[kind].silent = w.toldOf[id][strings.SplitN(kind, "\x00", 2)[0]]
	}
	p.tell(asked)
}

// sitesFor are the names that are told of when two hosts are asked for a name.
func sitesFor(k nameKey, a, b *host) []string {
	if k.text != "" && (a.peer != b || !sharesName(a, b)) {
		return []string{k.siteText()}
	}
	return sitesOf(a, b)
}

// sitesOf are the names that both hosts have; where they share none, those they
// are reported under.
func sitesOf(a, b *host) []string {
	var names []string
	for _, n := range a.Names {
		if n.Unmatchable == "" && n.Text != "" && slices.ContainsFunc(b.Names, func(o vhost.Name) bool { return o.Text == n.Text && o.Kind == n.Kind }) {
			names = append(names, nameKey{n.Kind, n.Text}.siteText())
		}
	}
	if len(names) == 0 {
		names = slices.DeleteFunc([]string{a.Site(), b.Site()}, func(s string) bool { return s == "_" })
	}
	if len(names) == 0 {
		return []string{"_"}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// probing is the comparison of two virtual hosts behind one address.
type probing struct {
	w     *comparer
	key   string
	a, b  visit
	name  string
	sites []string
	found map[string]*finding
	order []string
}

// finding is one difference, with the paths that show it.
type finding struct {
	fact   fact
	paths  []string
	silent bool
}

// differ notes a difference that a path shows.
func (p *probing) differ(path string, f fact) {
	id := strings.Join([]string{f.kind, f.what, f.before, f.after, f.why}, "\x00")
	known := p.found[id]
	if known == nil {
		known = &finding{fact: f}
		p.found[id] = known
		p.order = append(p.order, id)
	} else {
		known.fact.old, known.fact.new = append(known.fact.old, f.old...), append(known.fact.new, f.new...)
		known.fact.maybeOld, known.fact.maybeNew = append(known.fact.maybeOld, f.maybeOld...), append(known.fact.maybeNew, f.maybeNew...)
	}
	known.paths = append(known.paths, path)
}

// ask sends one request to both sides.
func (p *probing) ask(path string) {
	x, y := p.answer(p.a, path), p.answer(p.b, path)
	p.compareRoutes(path, x, y)
	if x.Kind == vhost.CannotTell || y.Kind == vhost.CannotTell {
		return
	}
	p.compareAnswers(path, x, y)
	p.compareHeaders(path, x, y)
}

func (p *probing) answer(v visit, path string) vhost.Outcome {
	l := v.socket.Listener
	r := vhost.Request{TLS: l.TLS.V, Name: p.name, Port: l.Address.Port, Path: path}
	r.Path, r.Query, r.HasQuery = strings.Cut(path, "?")
	return v.socket.model.Answer(l, r)
}

// tell turns what was found into consequences.
func (p *probing) tell(asked []string) {
	for _, id := range p.order {
		known := p.found[id]
		if known.silent {
			continue
		}
		f := known.fact
		f.sites = p.sites
		f.where = whereOf(known.paths, asked)
		if f.kind == "redirect-lost" && !slices.ContainsFunc(known.paths, func(path string) bool { return !isChallenge(path) }) {
			f.risk = Low // authorities may ask there without TLS
		}
		if f.what == "" {
			f.what = portOf(p.a)
		}
		if e := p.a.host.element; e != nil && p.a.host.peer == p.b.host && !p.a.host.Main {
			f.path = []string{hostTitle(p.b.host.element)}
		}
		p.w.note(&f)
	}
	id := probeKey{p.a.host, p.b.host, p.a.socket.Address.Port, p.a.socket.TLS.V}
	if p.w.toldOf[id] == nil {
		p.w.toldOf[id] = map[string]bool{}
	}
	for _, id2 := range slices.Sorted(maps.Keys(p.found)) {
		p.w.toldOf[id][strings.SplitN(id2, "\x00", 2)[0]] = true
	}
}

// isChallenge tells that certificate authorities ask for the path.
func isChallenge(path string) bool { return strings.HasPrefix(path, "/.well-known/acme-challenge/") }

func portOf(v visit) string { return strconv.Itoa(int(v.socket.Address.Port)) }
