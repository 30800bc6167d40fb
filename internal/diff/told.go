package diff

import (
	"maps"
	"slices"
	"strings"

	"padlock/internal/nginx/directives"

	"padlock/internal/source"
)

// editIndex finds the edits that stand at a place.
type editIndex struct {
	files map[*source.File][]indexed
}

type indexed struct {
	start, end int32
	edit       *edit
}

func newEditIndex(edits []*edit) *editIndex {
	x := &editIndex{files: map[*source.File][]indexed{}}
	for _, e := range edits {
		if e.cosmetic != "" {
			continue
		}
		if e.action == Moved {
			for _, list := range [][]*element{e.before, e.after} {
				for _, c := range list {
					x.add(c.place().Span, e)
				}
			}
			continue
		}
		for _, c := range []*element{e.old, e.new} {
			if c == nil {
				continue
			}
			if e.old != nil && e.new != nil {
				x.add(c.place().Span, e)
			} else {
				x.addWhole(c, nil, e)
			}
		}
	}
	for _, list := range x.files {
		slices.SortStableFunc(list, func(a, b indexed) int { return int(a.start) - int(b.start) })
	}
	return x
}

func (x *editIndex) add(span source.Span, e *edit) {
	if !span.IsZero() {
		x.files[span.File] = append(x.files[span.File], indexed{span.Start, span.End, e})
	}
}

// addWhole adds a block with all that is in it, in whatever files that stands.
func (x *editIndex) addWhole(e *element, around *source.File, of *edit) {
	span := e.whole()
	if span.File != around {
		x.add(span, of)
	}
	for _, c := range e.open() {
		x.addWhole(c, span.File, of)
	}
}

// at are the edits that a place lies in.
func (x *editIndex) at(p Place) []*edit {
	list := x.files[p.Span.File]
	i, _ := slices.BinarySearchFunc(list, p.Span.Start+1, func(e indexed, start int32) int { return int(e.start) - int(start) })
	var found []*edit
	for i--; i >= 0; i-- {
		if list[i].end > p.Span.Start {
			found = append(found, list[i].edit)
		} else if len(found) == 0 || list[i].start < p.Span.Start {
			break
		}
	}
	return found
}

// settle marks the edits that consequences speak of, and leaves in the
// consequences those places that are different, where there are such.
func (w *comparer) settle() *editIndex {
	x := newEditIndex(w.matcher.edits)
	for _, f := range w.facts {
		f.old, f.new = x.join(f.old, f.maybeOld), x.join(f.new, f.maybeNew)
		for _, e := range slices.Concat(x.mark(f, &f.old), x.mark(f, &f.new)) {
			f.hit = true
			if list := w.tellers[e]; len(list) == 0 || list[len(list)-1] != f {
				w.tellers[e] = append(list, f)
			}
		}
	}
	w.switches()
	w.mapEntries()
	return x
}

// mapEntries marks the edits of entries of maps, where a consequence rests on a
// directive that speaks of the variable.
func (w *comparer) mapEntries() {
	byVariable := map[string][]*edit{}
	for _, e := range w.matcher.edits {
		if at := e.at(); at.entry() && !e.told && e.cosmetic == "" {
			if variable, ok := definedVariable(at.parent, nil); ok {
				name := strings.ToLower(strings.TrimPrefix(variable, "$"))
				byVariable[name] = append(byVariable[name], e)
			}
		}
	}
	if len(byVariable) == 0 {
		return
	}
	for _, f := range w.facts {
		found := map[string]bool{}
		for _, p := range slices.Concat(f.old, f.new) {
			for _, use := range directives.Variables(string(p.Span.Text())) {
				found[strings.ToLower(use.Name)] = true
			}
		}
		for _, name := range slices.Sorted(maps.Keys(found)) {
			if edits := byVariable[name]; len(edits) > 0 {
				f.takeOver(edits)
			}
		}
	}
}

// takeOver makes edits the ones that a consequence speaks of.
func (f *fact) takeOver(edits []*edit) {
	if !f.hit {
		f.old, f.new, f.hit = nil, nil, true
	}
	for _, e := range edits {
		e.told = true
		f.addPlaces(e)
	}
}

// join adds the places at which something is different.
func (x *editIndex) join(places, maybe []Place) []Place {
	for _, p := range maybe {
		if len(x.at(p)) > 0 {
			places = append(places, p)
		}
	}
	return places
}

// switched are the directives that another one turns on and off.
var switched = map[string][]string{
	"rewriteengine": {"rewriterule"}, "sslengine": {"sslcertificatefile", "sslcertificatekeyfile", "sslprotocol"},
}

// switches marks the edits of switches, where a consequence speaks of what they
// turn on and off in the same block.
func (w *comparer) switches() {
	byPlace := map[spanStart][]*fact{}
	for _, f := range w.facts {
		for _, p := range slices.Concat(f.old, f.new) {
			at := spanStart{p.Span.File, p.Span.Start}
			byPlace[at] = append(byPlace[at], f)
		}
	}
	for _, e := range w.matcher.edits {
		names, ok := switched[e.at().name]
		if !ok || e.told || e.cosmetic != "" {
			continue
		}
		block := e.at().parent
		inside := map[*fact]bool{}
		for _, b := range []*element{block, w.matcher.peers[block]} {
			if b == nil {
				continue
			}
			for _, c := range b.open() {
				if slices.Contains(names, c.name) {
					for _, f := range byPlace[spanStart{c.place().Span.File, c.place().Span.Start}] {
						inside[f] = true
					}
				}
			}
		}
		for f := range inside {
			e.told = true
			f.addPlaces(e)
		}
	}
}

// answering are the directives that say what answers.
var answering = map[string]bool{
	"proxy_pass": true, "grpc_pass": true, "fastcgi_pass": true, "uwsgi_pass": true, "scgi_pass": true, "root": true, "alias": true,
	"proxypass": true, "proxypassmatch": true, "documentroot": true,
}

// passesOver tells that a consequence says nothing of an edit at its places: who is
// let in is one thing, what answers then is another.
func (f *fact) passesOver(e *edit) bool {
	return (f.kind == "access-lifted" || f.kind == "access-restricted") && e.old != nil && e.new != nil && answering[e.at().name]
}

// addPlaces adds those of an edit.
func (f *fact) addPlaces(e *edit) {
	if e.old != nil {
		f.old = append(f.old, e.old.place())
	}
	if e.new != nil {
		f.new = append(f.new, e.new.place())
	}
}

// mark finds the edits at places, and keeps of the places those with edits, if
// there are any. A change of order is told by what stands at its places only if
// nothing else there is different.
func (x *editIndex) mark(f *fact, places *[]Place) []*edit {
	var hits []Place
	var found, moves []*edit
	for _, p := range *places {
		here := x.at(p)
		if len(here) > 0 {
			hits = append(hits, p)
		}
		for _, e := range here {
			if f.passesOver(e) {
				continue
			}
			if e.action == Moved {
				moves = append(moves, e)
			} else {
				found = append(found, e)
				e.told = true
			}
		}
	}
	if len(found) == 0 {
		for _, e := range moves {
			e.told = true
		}
		found = moves
	}
	if len(hits) > 0 {
		*places = hits
	}
	return found
}
