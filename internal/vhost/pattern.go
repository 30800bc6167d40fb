package vhost

import (
	"fmt"
	"sync"
	"time"

	"github.com/dlclark/regexp2"
)

// pattern is a regular expression as PCRE reads it on a server: byte by byte,
// with no knowledge of UTF-8. It is translated into the small part of
// regexp2's language that means the same there; what has no exact counterpart
// is not judged at all.
//
// A pattern is compiled when it is first needed, and safe for concurrent use.
type pattern struct {
	source     string
	ignoreCase bool

	once      sync.Once
	compiled  *regexp2.Regexp
	groups    int
	names     map[string]int // of the first group of each name
	undecided string

	sampleOnce sync.Once
	sample     string // see samplePath

	// known are the answers to the first subjects: the same few paths are asked
	// for at every virtual host.
	knownMutex sync.Mutex
	known      map[string]answer
}

// answer is what match said of a subject.
type answer struct {
	match     *match
	undecided string
}

// maxKnown is how many answers a pattern keeps.
const maxKnown = 64

// match is a successful match: the text of each group, the whole match first.
type match struct {
	groups []string
	// set tells which groups took part in the match.
	set   []bool
	names map[string]int
}

// matchLimit bounds one match. PCRE gives up after a number of steps of its
// own, which cannot be counted here.
const matchLimit = 500 * time.Millisecond

// Bounds of what is given to the engine at all; servers have longer neither
// request lines nor words in their configuration (NGX_CONF_BUFFER).
const (
	maxPattern = 4 << 10
	maxSubject = 64 << 10
)

func newPattern(source string, ignoreCase bool) *pattern {
	return &pattern{source: source, ignoreCase: ignoreCase}
}

// match searches the subject. A nil match without a reason is "does not
// match"; a reason tells why it cannot be told.
func (p *pattern) match(subject string) (m *match, undecided string) {
	p.once.Do(p.compile)
	switch {
	case p.undecided != "":
		return nil, p.undecided
	case len(subject) > maxSubject:
		return nil, "the text is too long"
	}
	p.knownMutex.Lock()
	a, ok := p.known[subject]
	p.knownMutex.Unlock()
	if !ok {
		a.match, a.undecided = p.search(subject)
		p.remember(subject, a)
	}
	return a.match, a.undecided
}

func (p *pattern) remember(subject string, a answer) {
	p.knownMutex.Lock()
	defer p.knownMutex.Unlock()
	if len(p.known) < maxKnown && len(subject) < maxSample {
		if p.known == nil {
			p.known = map[string]answer{}
		}
		p.known[subject] = a
	}
}

// search is match without memory.
func (p *pattern) search(subject string) (m *match, undecided string) {
	runes := make([]rune, len(subject))
	for i := range len(subject) {
		runes[i] = rune(subject[i])
	}
	found, err := p.compiled.FindRunesMatch(runes)
	if err != nil {
		return nil, "matching takes too long"
	}
	if found == nil {
		return nil, ""
	}
	m = &match{groups: make([]string, p.groups+1), set: make([]bool, p.groups+1), names: p.names}
	for i := range m.groups {
		g := found.GroupByNumber(i)
		if g == nil || len(g.Captures) == 0 {
			continue
		}
		m.groups[i] = subject[g.Index : g.Index+g.Length]
		m.set[i] = true
	}
	return m, ""
}

func (p *pattern) compile() {
	if len(p.source) > maxPattern {
		p.undecided = "the pattern is too long"
		return
	}
	t := translator{source: p.source, ignoreCase: p.ignoreCase, names: map[string]int{}}
	text, err := t.translate()
	p.groups, p.names = t.groups, t.names
	if err != nil {
		p.undecided = err.Error()
		return
	}
	p.compiled, err = regexp2.Compile(text, regexp2.None)
	if err != nil {
		p.undecided = fmt.Sprintf("the pattern is not understood (%v)", err)
		return
	}
	p.compiled.MatchTimeout = matchLimit
}

// patterns keeps each pattern of a configuration once.
type patterns struct {
	mu   sync.Mutex
	list map[patternKey]*pattern
}

type patternKey struct {
	source     string
	ignoreCase bool
}

func newPatterns() *patterns { return &patterns{list: map[patternKey]*pattern{}} }

func (p *patterns) get(source string, ignoreCase bool) *pattern {
	key := patternKey{source, ignoreCase}
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.list[key]
	if found == nil {
		found = newPattern(source, ignoreCase)
		p.list[key] = found
	}
	return found
}
