package vhost

import (
	"slices"
	"strings"
)

// question is what is asked: what kind of question, and of what, which is the
// two parts together. They are not joined, which would take longer than to
// compare them.
type question [3]string

func (q question) is(other question) bool {
	if q[0] != other[0] || len(q[1])+len(q[2]) != len(other[1])+len(other[2]) {
		return false
	}
	if len(q[1]) > len(other[1]) {
		q, other = other, q
	}
	more := len(other[1]) - len(q[1])
	return other[1][:len(q[1])] == q[1] && other[1][len(q[1]):] == q[2][:more] && other[2] == q[2][more:]
}

// choice is a question that the configuration does not answer: whether a file
// exists, what a client's address is. A request is followed with both answers.
type choice struct {
	// question asked again has the same answer.
	question question
	// reason completes "it depends on".
	reason string
	// soft tells that it is only about content: whether there is a file, whether
	// the application is content. A site serves, even if some paths do not exist.
	soft  bool
	taken bool
}

// world is one set of answers, in the order of the questions.
type world struct {
	choices []choice
	next    int
}

// ask answers a question: as fixed beforehand, else with yes.
func (w *world) ask(q question, reason string, soft bool) bool {
	for _, c := range w.choices[:w.next] {
		if c.question.is(q) {
			return c.taken
		}
	}
	if w.next == len(w.choices) {
		w.choices = append(w.choices, choice{q, reason, soft, true})
	}
	w.next++
	return w.choices[w.next-1].taken
}

// holds tells that a question has been asked and answered with yes.
func (w *world) holds(q question) bool {
	for _, c := range w.choices[:w.next] {
		if c.question.is(q) {
			return c.taken
		}
	}
	return false
}

// maxWorlds bounds how often one request is followed.
const maxWorlds = 64

// explorer follows a request in every world and puts the outcomes together.
type explorer struct {
	follow func(*world) Outcome
	left   int
	// world is the one that is followed now, first has room for the choices of
	// the first one.
	world world
	first [2]choice
}

// explored are the outcomes of a request put together.
func (e *explorer) explored() Outcome {
	e.left = maxWorlds
	return e.explore(e.first[:0])
}

func (e *explorer) explore(fixed []choice) Outcome {
	if e.left--; e.left < 0 {
		return Outcome{Kind: CannotTell, Reason: "it depends on too many things that the configuration does not tell"}
	}
	e.world = world{choices: fixed}
	o := e.follow(&e.world)
	choices := e.world.choices
	for i := len(choices) - 1; i >= len(fixed) && o.Kind != CannotTell; i-- {
		other := append([]choice(nil), choices[:i+1]...)
		other[i].taken = false
		o = mergeOutcomes(o, e.explore(other), choices[i])
	}
	return o
}

// mergeOutcomes says what holds whichever answer a question has.
func mergeOutcomes(yes, no Outcome, c choice) Outcome {
	switch {
	case yes.Kind == CannotTell:
		return yes
	case no.Kind == CannotTell:
		return no
	case yes.Kind == no.Kind && yes.Kind == Redirects:
		return mergeRedirects(yes, no, c)
	case yes.Kind == no.Kind:
		return mergeHeaders(yes, no)
	case c.soft && yes.Kind == Serves && no.Kind == Rejects:
		return whereThere(yes, no)
	case c.soft && yes.Kind == Rejects && no.Kind == Serves:
		return whereThere(no, yes)
	}
	return undecided(yes, c)
}

// undecided is the outcome where the answer to a question matters.
func undecided(yes Outcome, c choice) Outcome {
	return Outcome{Kind: CannotTell, Reason: "it depends on " + c.reason, By: yes.By, Route: yes.Route}
}

// whereThere is a site whose content may be missing: what is said of it holds for
// what is there.
func whereThere(serves, rejects Outcome) Outcome {
	if serves.Status != rejects.Status {
		serves.Status = 0
	}
	serves.Absent = rejects.Status
	return serves
}

func mergeRedirects(yes, no Outcome, c choice) Outcome {
	if yes.URL != no.URL {
		common := commonPrefix(yes.URL, no.URL)
		if !strings.Contains(common, "://") {
			return undecided(yes, c)
		}
		yes.URL, yes.Partial = common, c.reason
	} else if yes.Partial == "" {
		yes.Partial = no.Partial
	}
	return mergeHeaders(yes, no)
}

func commonPrefix(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

// mergeHeaders keeps what both outcomes have in common.
func mergeHeaders(a, b Outcome) Outcome {
	if a.Status != b.Status {
		a.Status = 0
	}
	a.Proxied = a.Proxied || b.Proxied
	a.HeadersUnknown = a.HeadersUnknown || b.HeadersUnknown || len(a.Headers) != len(b.Headers)
	if slices.EqualFunc(a.Headers, b.Headers, sameHeader) {
		return a
	}
	var common []Header
	for _, h := range a.Headers {
		for _, other := range b.Headers {
			if sameHeader(h, other) {
				common = append(common, h)
				break
			}
		}
	}
	a.HeadersUnknown = a.HeadersUnknown || len(common) != len(a.Headers)
	a.Headers = common
	return a
}

func sameHeader(a, b Header) bool { return a.Name == b.Name && a.Value == b.Value }
