package tlspolicy

import (
	"slices"
	"sync"
)

// cipherOrder is the list that the commands of a cipher string work on: all
// suites of a version of OpenSSL in one order, each active or not. Deleting a
// suite moves it to the front of the inactive ones, so that adding it again
// gives it the best place among what is then added; that is OpenSSL's way.
type cipherOrder struct {
	entries []cipherEntry
	scratch []cipherEntry
	// built is everything that the suites of this OpenSSL are made of.
	built suiteMask
}

type cipherEntry struct {
	suite    *Suite
	strength int16
	class    strengthClass
	active   bool
}

// cipherCommand is what to do with the suites that a selector matches.
type cipherCommand uint8

const (
	cipherAdd     cipherCommand = iota // append those not active
	cipherOrderTo                      // "+": move active ones to the end
	cipherDelete                       // "-": deactivate, can be added again
	cipherKill                         // "!": remove for good
	cipherBump                         // internal: move active ones to the front
)

// cipherOrders keeps the order of each cipherEra, which costs far more to make
// than to copy.
var cipherOrders sync.Map

// cipherEra is all that the order depends on.
type cipherEra struct{ beforeRemovals, beforeProviders, beforeShortTags bool }

// newCipherOrder is the list that a version of OpenSSL starts from.
func newCipherOrder(openssl Version) *cipherOrder {
	before := func(text string) bool { return !openssl.IsZero() && openssl.Before(MustVersion(text)) }
	era := cipherEra{before("1.1.0"), before("3.0.0"), before("3.2.0")}
	kept, ok := cipherOrders.Load(era)
	if !ok {
		kept, _ = cipherOrders.LoadOrStore(era, makeCipherOrder(openssl))
	}
	order := kept.(*cipherOrder)
	return &cipherOrder{entries: slices.Clone(order.entries), built: order.built}
}

// makeCipherOrder makes the list in the order of preference that a version of
// OpenSSL starts from, with nothing active. The steps are those documented for
// the built-in order in openssl-ciphers(1) and visible in its output: ECDHE
// first, AES-GCM and ChaCha20 before other AES, MD5, anonymous, RSA and PSK key
// exchange and RC4 last; then by strength; then TLS 1.2, AEAD, and forward
// secrecy to the front.
func makeCipherOrder(openssl Version) *cipherOrder {
	// 3DES is left out of the suites, but the cipher as such is there, and so is
	// the word; RC4, IDEA and SEED are gone with the legacy provider.
	order := &cipherOrder{built: suiteMask{enc: enc3DES}}
	for i := range suiteTable() {
		suite := &suiteTable()[i]
		if suite.in(openssl) {
			order.entries = append(order.entries, cipherEntry{suite: suite, class: suite.classIn(openssl), strength: int16(suite.StrengthBits(openssl))})
			order.built.kx |= suite.mask.kx
			order.built.auth |= suite.mask.auth
			order.built.enc |= suite.mask.enc
			order.built.mac |= suite.mask.mac
		}
	}
	by := func(mask suiteMask) selector { return selector{suiteMask: mask} }
	order.apply(cipherAdd, by(suiteMask{kx: kxECDHE, auth: authECDSA}))
	order.apply(cipherAdd, by(suiteMask{kx: kxECDHE}))
	order.apply(cipherDelete, by(suiteMask{kx: kxECDHE}))
	order.apply(cipherAdd, by(suiteMask{enc: encAESGCM}))
	order.apply(cipherAdd, by(suiteMask{enc: encChaCha20}))
	order.apply(cipherAdd, by(suiteMask{enc: encAES &^ encAESGCM}))
	order.apply(cipherAdd, selector{})
	order.apply(cipherOrderTo, by(suiteMask{mac: macMD5}))
	order.apply(cipherOrderTo, by(suiteMask{auth: authNull}))
	order.apply(cipherOrderTo, by(suiteMask{kx: kxRSA}))
	order.apply(cipherOrderTo, by(suiteMask{kx: kxPSK}))
	order.apply(cipherOrderTo, by(suiteMask{enc: encRC4}))
	order.sortByStrength()
	order.apply(cipherBump, selector{protocol: TLSv12})
	order.apply(cipherBump, by(suiteMask{mac: macAEAD}))
	order.apply(cipherBump, by(suiteMask{kx: kxDHE | kxECDHE}))
	order.apply(cipherBump, by(suiteMask{kx: kxDHE | kxECDHE, mac: macAEAD}))
	order.apply(cipherDelete, selector{})
	return order
}

// lacks tells that a group is of an algorithm that no suite has: OpenSSL then
// does not know the word at all.
func (o *cipherOrder) lacks(mask suiteMask) bool {
	return mask.kx != 0 && mask.kx&o.built.kx == 0 || mask.auth != 0 && mask.auth&o.built.auth == 0 ||
		mask.enc != 0 && mask.enc&o.built.enc == 0 || mask.mac != 0 && mask.mac&o.built.mac == 0
}

// in tells that usual builds of a version of OpenSSL have the suite.
func (s *Suite) in(openssl Version) bool {
	return s.removed.IsZero() || !openssl.IsZero() && openssl.Before(s.removed)
}

func (e *cipherEntry) matches(s *selector) bool {
	suite := e.suite
	return (!s.exact || s.code == suite.Code) &&
		(s.kx == 0 || s.kx&suite.mask.kx != 0) &&
		(s.auth == 0 || s.auth&suite.mask.auth != 0) &&
		(s.enc == 0 || s.enc&suite.mask.enc != 0) &&
		(s.mac == 0 || s.mac&suite.mask.mac != 0) &&
		(s.protocol == 0 || s.protocol == suite.Protocol) &&
		(s.class == 0 || s.class&e.class != 0) &&
		(!s.lesser || suite.lesser)
}

// apply carries out a command and counts the suites it matched.
func (o *cipherOrder) apply(command cipherCommand, s selector) int {
	return o.move(command, func(entry *cipherEntry) bool { return entry.matches(&s) })
}

// sortByStrength is @STRENGTH: the strongest first, otherwise stable.
func (o *cipherOrder) sortByStrength() {
	var strengths []int16
	for i := range o.entries {
		if o.entries[i].active && !slices.Contains(strengths, o.entries[i].strength) {
			strengths = append(strengths, o.entries[i].strength)
		}
	}
	slices.Sort(strengths)
	slices.Reverse(strengths)
	for _, strength := range strengths {
		o.move(cipherOrderTo, func(entry *cipherEntry) bool { return entry.strength == strength })
	}
}

func (o *cipherOrder) move(command cipherCommand, matches func(*cipherEntry) bool) int {
	matched := 0
	moved := o.scratch[:0]
	kept := 0
	for i := range o.entries {
		entry := o.entries[i]
		if !matches(&o.entries[i]) {
			o.entries[kept] = entry
			kept++
			continue
		}
		matched++
		switch {
		case command == cipherKill:
		case (command == cipherAdd) != entry.active:
			entry.active = command != cipherDelete
			moved = append(moved, entry)
		default:
			o.entries[kept] = entry
			kept++
		}
	}
	o.scratch = moved
	o.entries = o.entries[:kept]
	if command == cipherDelete || command == cipherBump {
		o.entries = slices.Insert(o.entries, 0, moved...)
	} else {
		o.entries = append(o.entries, moved...)
	}
	return matched
}

// active lists the suites switched on, in order.
func (o *cipherOrder) active() []Suite {
	var suites []Suite
	for i := range o.entries {
		if o.entries[i].active {
			suites = append(suites, *o.entries[i].suite)
		}
	}
	return suites
}
