package linter_test

import (
	"math/rand/v2"
	"slices"
	"strings"

	"padlock/internal/nginx"
	"padlock/internal/source"
)

// mutation is one kind of small mistake; it returns false when the file has no
// place for it.
type mutation struct {
	name string
	do   func(*nginxMutator) bool
}

// nginxMutations are drawn with equal chances.
var nginxMutations = []mutation{
	{"delete a word", (*nginxMutator).deleteWord},
	{"duplicate a word", (*nginxMutator).duplicateWord},
	{"swap two words", (*nginxMutator).swapWords},
	{"misspell a word", (*nginxMutator).misspell},
	{"drop a semicolon", (*nginxMutator).dropSemicolon},
	{"double a semicolon", (*nginxMutator).doubleSemicolon},
	{"drop a brace", (*nginxMutator).dropBrace},
	{"double a brace", (*nginxMutator).doubleBrace},
	{"move a directive", (*nginxMutator).move},
	{"wrong value", (*nginxMutator).wrongValue},
	{"extra argument", (*nginxMutator).extraArgument},
	{"duplicate a directive", (*nginxMutator).duplicateDirective},
	{"delete a directive", (*nginxMutator).deleteDirective},
	{"lengthen a word", (*nginxMutator).lengthen},
	{"size of a hash table", (*nginxMutator).hashSize},
	{"word of OpenSSL", (*nginxMutator).openssl},
	{"another file", (*nginxMutator).anotherFile},
}

// nginxMutator makes one mistake in a file.
type nginxMutator struct {
	random     *rand.Rand
	text       string
	directives []*nginx.Directive
	edited     string
}

// mutateNginx makes one mistake in a file that has directives.
func mutateNginx(random *rand.Rand, text string) (edited, kind string) {
	m := &nginxMutator{random: random, text: text}
	nginx.Parse(source.NewFile("mutant", []byte(text))).Walk(func(d *nginx.Directive) bool {
		m.directives = append(m.directives, d)
		return true
	})
	for {
		mutation := nginxMutations[random.IntN(len(nginxMutations))]
		if mutation.do(m) && m.edited != text {
			return m.edited, mutation.name
		}
	}
}

// replace puts text in the place of a range.
func (m *nginxMutator) replace(at source.Range, text string) bool {
	m.edited = m.text[:at.Start] + text + m.text[at.End:]
	return true
}

func (m *nginxMutator) raw(at source.Range) string { return m.text[at.Start:at.End] }

func pick[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

func (m *nginxMutator) directive() *nginx.Directive { return pick(m.random, m.directives) }

// word picks any word of any directive.
func (m *nginxMutator) word() nginx.Word { return pick(m.random, m.directive().Words) }

func (m *nginxMutator) deleteWord() bool { return m.replace(m.word().Range, "") }

func (m *nginxMutator) duplicateWord() bool {
	w := m.word()
	return m.replace(w.Range, m.raw(w.Range)+" "+m.raw(w.Range))
}

func (m *nginxMutator) swapWords() bool {
	d := m.directive()
	if len(d.Words) < 2 {
		return false
	}
	i := m.random.IntN(len(d.Words) - 1)
	a, b := d.Words[i].Range, d.Words[i+1].Range
	return m.replace(source.Range{Start: a.Start, End: b.End}, m.raw(b)+m.text[a.End:b.Start]+m.raw(a))
}

// misspell leaves out, doubles, swaps or changes one character within a word.
func (m *nginxMutator) misspell() bool {
	w := m.word()
	text := []byte(m.raw(w.Range))
	if len(text) < 2 {
		return false
	}
	i := m.random.IntN(len(text))
	switch m.random.IntN(4) {
	case 0:
		text = slices.Delete(text, i, i+1)
	case 1:
		text = slices.Insert(text, i, text[i])
	case 2:
		j := (i + 1) % len(text)
		text[i], text[j] = text[j], text[i]
	case 3:
		text[i] = byte('a' + m.random.IntN(26))
	}
	return m.replace(w.Range, string(text))
}

func (m *nginxMutator) dropSemicolon() bool {
	d := m.directive()
	return !d.HasBlock && m.replace(d.Terminator, "")
}

func (m *nginxMutator) doubleSemicolon() bool {
	d := m.directive()
	return !d.HasBlock && m.replace(d.Terminator, ";;")
}

func (m *nginxMutator) brace() (source.Range, bool) {
	d := m.directive()
	if !d.HasBlock {
		return source.Range{}, false
	}
	return pick(m.random, []source.Range{d.Terminator, d.Close}), true
}

func (m *nginxMutator) dropBrace() bool {
	at, ok := m.brace()
	return ok && m.replace(at, "")
}

func (m *nginxMutator) doubleBrace() bool {
	at, ok := m.brace()
	return ok && m.replace(at, m.raw(at)+m.raw(at))
}

// move takes a directive out and puts it into another block, or outside all.
func (m *nginxMutator) move() bool {
	d := m.directive()
	places := []int32{int32(len(m.text))}
	for _, other := range m.directives {
		outside := other.Range.Start < d.Range.Start || other.Range.Start >= d.Range.End
		if other.HasBlock && other != d.Parent && outside {
			places = append(places, other.Terminator.End)
		}
	}
	at, moved := pick(m.random, places), m.raw(d.Range)
	if at >= d.Range.End {
		m.edited = m.text[:d.Range.Start] + m.text[d.Range.End:at] + "\n" + moved + "\n" + m.text[at:]
	} else {
		m.edited = m.text[:at] + "\n" + moved + "\n" + m.text[at:d.Range.Start] + m.text[d.Range.End:]
	}
	return true
}

var (
	wrongFlags  = []string{"yes", "no", "true", "false", "1", "0", "On", "OFF", "onn", "enabled", "none", `""`}
	wrongValues = []string{"-1", "0", "1.5", "10x", "5 m", "99999999999999999999", "auto", "default", "10kb", "2h", "1d", "$", "$nothing", `""`, "256"}
)

// wrongValue puts something else in the place of an argument: of a flag if the
// argument is one.
func (m *nginxMutator) wrongValue() bool {
	d := m.directive()
	if len(d.Words) < 2 {
		return false
	}
	w := pick(m.random, d.Words[1:])
	if w.Value == "on" || w.Value == "off" {
		return m.replace(w.Range, pick(m.random, wrongFlags))
	}
	if strings.ContainsAny(w.Value, "0123456789") || m.random.IntN(3) == 0 {
		return m.replace(w.Range, pick(m.random, wrongValues))
	}
	return m.replace(w.Range, m.raw(m.word().Range))
}

func (m *nginxMutator) extraArgument() bool {
	d := m.directive()
	last := d.Words[len(d.Words)-1].Range
	extra := pick(m.random, []string{"on", "off", "extra", "1", "10m", "$host", `"two words"`, "a=b", "default"})
	return m.replace(last, m.raw(last)+" "+extra)
}

func (m *nginxMutator) duplicateDirective() bool {
	d := m.directive()
	return m.replace(d.Range, m.raw(d.Range)+"\n"+m.raw(d.Range))
}

func (m *nginxMutator) deleteDirective() bool { return m.replace(m.directive().Range, "") }

// lengthen makes a word, or a label within it, as long as hash tables hardly
// take.
func (m *nginxMutator) lengthen() bool {
	w := m.word()
	if w.Range.Len() < 3 || m.text[w.Range.Start] == '/' {
		return false
	}
	at := w.Range.Start + 1 + int32(m.random.IntN(w.Range.Len()-1))
	more := strings.Repeat("x", pick(m.random, []int{25, 33, 40, 45, 50, 70, 100, 250}))
	return m.replace(source.Range{Start: at, End: at}, more)
}

// hashSize puts a setting of a hash table into a block.
func (m *nginxMutator) hashSize() bool {
	d := m.directive()
	if !d.HasBlock {
		return false
	}
	table := pick(m.random, []string{"server_names", "map", "variables", "types", "referer", "proxy_headers"})
	value := pick(m.random, []string{"0", "1", "32", "64", "65", "256", "65400", "65500", "70000"})
	at := pick(m.random, []int32{d.Terminator.End, d.Close.Start})
	return m.replace(source.Range{Start: at, End: at}, "\n"+table+"_hash_"+pick(m.random, []string{"bucket", "max"})+"_size "+value+";\n")
}

// opensslWords are values that the directives take from OpenSSL, right and wrong.
var opensslWords = map[string][]string{
	"ssl_ecdh_curve":   {"auto", "X25519:prime256v1", "X25519MLKEM768:X25519", "x25519", "P-256:secp384r1", "secp256k1", "X25519:", "x448", "prime256v2", "X25519:X25519", "?nothing:X25519", "brainpoolP256r1tls13", "DEFAULT", "secp521r1,X25519"},
	"ssl_ciphers":      {"HIGH:!aNULL", "ECDHE-RSA-AES128-GCM-SHA256", "NOTHING", "DEFAULT:@SECLEVEL=2", "ALL:@SECLEVEL=9", "!ALL", "HIGH:@NOTHING"},
	"ssl_conf_command": {"Options NoTicket", "Options -SessionTicket", "Options PrioritizeChaCha,KTLS", "Option KTLS", "Ciphersuites TLS_AES_128_GCM_SHA256", "Ciphersuites TLS_NOTHING", "Ciphersuites TLS_AES_128_GCM_SHA256:", "CipherString NOTHING", "CipherString HIGH", "MinProtocol TLSv1.4", "MinProtocol TLSv1.2", "MaxProtocol tlsv1.3", "Protocol -ALL,TLSv1.2", "Groups X25519:nothing", "Curves P-256", "VerifyMode Peer", "VerifyMode None", "NumTickets two", "NumTickets 2", "NumTickets -1", "RecordPadding 20000", "RecordPadding 512", "RecordPadding x", "SignatureAlgorithms RSA+SHA256", "SignatureAlgorithms rsa_pss_rsae_sha256:nothing", "SignatureAlgorithms NOTHING", "ClientSignatureAlgorithms ECDSA+SHA512:RSA+SHA384", "SignatureAlgorithms RSA", "DHParameters keys/dh.pem", "DHParameters keys/server.key", "ClientCAFile keys/ca.crt"},
}

// openssl gives a directive, or the end of a block that sets up TLS, another
// value for OpenSSL.
func (m *nginxMutator) openssl() bool {
	name := pick(m.random, []string{"ssl_ecdh_curve", "ssl_ciphers", "ssl_conf_command", "ssl_conf_command"})
	line := name + " " + pick(m.random, opensslWords[name]) + ";"
	var places []*nginx.Directive
	for _, d := range m.directives {
		switch d.Name {
		case name:
			return m.replace(d.Range, line)
		case "ssl_certificate", "ssl_protocols", "ssl_session_timeout":
			places = append(places, d)
		}
	}
	return len(places) > 0 && m.replace(source.Range{Start: places[0].Range.Start, End: places[0].Range.Start}, line+"\n")
}

// anotherFile gives a directive about keys a file of another kind, or adds
// parameters for Diffie-Hellman.
func (m *nginxMutator) anotherFile() bool {
	file := pick(m.random, []string{"keys/server.crt", "keys/server.key", "keys/ca.crt", "keys/dh.pem", "mime.types"})
	for _, d := range m.directives {
		switch d.Name {
		case "ssl_dhparam":
			return m.replace(d.Words[1].Range, file)
		case "ssl_certificate":
			return m.replace(source.Range{Start: d.Range.Start, End: d.Range.Start}, "ssl_dhparam "+file+";\n")
		}
	}
	return false
}
