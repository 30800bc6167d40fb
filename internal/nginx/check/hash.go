package check

import (
	"fmt"
	"strconv"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/source"
)

const ruleHash = "hash-size"

// table is a kind of hash table that nginx builds from words of the
// configuration when it starts. Every word must fit into an empty bucket; where
// the words of a bucket do not fit together, nginx only warns (ngx_hash_init;
// tried with nginx 1.22, 1.26 and 1.30).
type table struct {
	// name is what nginx calls it. With "_bucket_size" and "_max_size" it is the
	// name of the settings, if there are any.
	name string
	// settings tells that there are.
	settings bool
	// cacheLine tells that the buckets are, unless set, as large as the
	// processor's cache lines; otherwise they have 64 bytes.
	cacheLine bool
	// aligned tells that the size is rounded up to whole cache lines.
	aligned bool
	// always tells that the table is built for every server, with words that
	// nginx brings.
	always bool
}

var (
	serverNamesTable  = &table{name: "server_names_hash", settings: true, cacheLine: true, aligned: true}
	mapTable          = &table{name: "map_hash", settings: true, cacheLine: true, aligned: true}
	variablesTable    = &table{name: "variables_hash", settings: true, aligned: true, always: true}
	typesTable        = &table{name: "types_hash", settings: true, aligned: true, always: true}
	refererTable      = &table{name: "referer_hash", settings: true, aligned: true}
	proxyHeadersTable = &table{name: "proxy_headers_hash", settings: true, aligned: true, always: true}
)

// machine is what decides, besides the configuration, whether a word fits: the
// bytes of a pointer and of a cache line.
type machine struct{ pointer, line int }

// machines are those that nginx runs on, the usual one first: 64-bit x86 and
// ARM. POWER and the Pentium 4 have lines of 128 bytes, IBM Z of 256.
var machines = []machine{{8, 64}, {8, 32}, {8, 128}, {8, 256}, {4, 32}, {4, 64}, {4, 128}}

// setting is a number that a directive sets; use is nil if none does.
type setting struct {
	use   *use
	value int
}

func (h *hashing) settingIn(block *nginx.Node, name string) setting {
	if u := h.effective(block, name); u != nil {
		value, _ := valueOf(u)
		return value
	}
	return setting{}
}

// valueOf reads a setting; of one that is no number the directive is at fault,
// not the table.
func valueOf(u *use) (setting, bool) {
	n, err := strconv.Atoi(u.Use.Arguments[0])
	if err != nil {
		return setting{}, false
	}
	return setting{u, n}, true
}

// sizes are the settings of a table that hold in a block: of one bucket, and
// how many there may be.
type sizes struct{ bucket, most setting }

func (h *hashing) sizesIn(t *table, block *nginx.Node) sizes {
	if !t.settings {
		return sizes{}
	}
	return sizes{h.settingIn(block, t.name+"_bucket_size"), h.settingIn(block, t.name+"_max_size")}
}

func align(n, to int) int { return (n + to - 1) / to * to }

// bucket is the size of a bucket in bytes.
func (m machine) bucket(t *table, set setting) int {
	size := 64
	switch {
	case set.use != nil:
		size = min(set.value, 1<<20) // far too large already
	case t.cacheLine:
		size = m.line
	}
	if t.aligned {
		size = align(size, m.line)
	}
	return size
}

// needs is the smallest bucket for a word: its value's pointer, its length in
// two bytes, the word itself, and a pointer that ends the bucket.
func (m machine) needs(length int) int { return 2*m.pointer + align(length+2, m.pointer) }

// hashFault is why nginx does not build a table.
type hashFault uint8

const (
	noFault  hashFault = iota
	noRoom             // the table may have no buckets at all
	tooLarge           // a bucket's size does not fit into 16 bits
	tooLong            // a word does not fit into a bucket
)

// surelyFits is how long a word may be to fit into a table with each of the sizes
// that are set anywhere; -1 if with one of them nothing does. It spares the look
// for the sizes that hold at each of many thousand words.
func (h *hashing) surelyFits(t *table) int {
	set := []sizes{{}}
	if t.settings {
		for _, u := range h.settings[t.name] {
			if value, ok := valueOf(u); ok && strings.HasSuffix(u.name(), "_max_size") {
				set = append(set, sizes{most: value})
			} else if ok {
				set = append(set, sizes{bucket: value})
			}
		}
	}
	fits := 1 << 16
	for _, one := range set {
		bucket := machines[0].bucket(t, one.bucket)
		// A pointer of a value and one at the end, and two bytes of the length.
		fits = min(fits, bucket/machines[0].pointer*machines[0].pointer-2*machines[0].pointer-2)
		if machines[0].fault(t, one, 0) != noFault {
			return -1
		}
	}
	return fits
}

// fault judges a table whose longest word has a length.
func (m machine) fault(t *table, set sizes, length int) hashFault {
	bucket := m.bucket(t, set.bucket)
	switch {
	case set.most.use != nil && set.most.value == 0:
		return noRoom
	case bucket > 1<<16-m.line:
		return tooLarge
	case bucket < m.needs(length):
		return tooLong
	}
	return noFault
}

// word is a word that goes into a table, and where it stands: an argument, or
// the words before the ";" if that is negative. Of a name with a wildcard each
// label is hashed alone, and the longest one counts.
type word struct {
	use      *use
	argument int
	text     string
}

// judgeTable judges a table by its longest word, with the sizes that hold in a
// block. What only some machines refuse is a warning.
func (h *hashing) judgeTable(t *table, block *nginx.Node, w word) []Problem {
	set := h.sizesIn(t, block)
	usual := machines[0]
	fault := usual.fault(t, set, len(w.text))
	if fault == noFault {
		return nil
	}
	var p Problem
	switch fault {
	case noRoom:
		p = set.most.use.problem(ruleHash, 0, fmt.Sprintf("%s cannot be built: it may have no buckets", t.name), "Remove the line: the default is large enough for most.")
	case tooLarge:
		p = set.bucket.use.problem(ruleHash, 0, fmt.Sprintf("the buckets of %s cannot have %d bytes", t.name, usual.bucket(t, set.bucket)), "Make them as large as the longest word wants, such as 128.")
	case tooLong:
		p = h.doesNotFit(t, set, w)
	}
	for _, m := range machines {
		if m.fault(t, set, len(w.text)) == noFault {
			p.Severity = source.Warning
			p.Message += fmt.Sprintf("; nearly all machines have pointers of %d and cache lines of %d bytes, and there nginx does not start", usual.pointer, usual.line)
			break
		}
	}
	return []Problem{p}
}

func (h *hashing) doesNotFit(t *table, set sizes, w word) Problem {
	bucket, needs := machines[0].bucket(t, set.bucket), machines[0].needs(len(w.text))
	if w.use == nil || bucket < machines[0].needs(0) && set.bucket.use != nil {
		return set.bucket.use.problem(ruleHash, 0, fmt.Sprintf("buckets of %d bytes are too small for any word of %s", bucket, t.name), "Remove the line, or give a size such as 64.")
	}
	p := w.use.problem(ruleHash, w.argument, fmt.Sprintf("%q, with %d letters, does not fit into %s: it needs a bucket of %d bytes, and they have %d", shortened(w.text), len(w.text), t.name, needs, bucket), "")
	if !t.settings {
		p.Help = "Choose a shorter word: nginx has no setting for the size of these buckets."
		return p
	}
	p.Help = fmt.Sprintf("Set %s_bucket_size to %d.", t.name, align(needs, 2*machines[0].line))
	if set.bucket.use != nil {
		p = p.and(set.bucket.use, "the size is set here")
	}
	return p
}

// shortened bounds a word in a message.
func shortened(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
