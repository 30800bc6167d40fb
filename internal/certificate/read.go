package certificate

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"
)

// MaxSize is the largest file that Read looks at, in bytes. The bundle of all
// public authorities has about 230 kB.
const MaxSize = 4 << 20

// Place is where something stands in a file.
type Place struct {
	// Line counts from 1.
	Line int
	// Offset counts bytes from 0.
	Offset int
}

// SyntaxError says that a file is not the PEM that a server can load.
type SyntaxError struct {
	Place Place
	// Message says what is wrong and what to do, without any of the content of
	// the file.
	Message string
}

// Error is the message with its line.
func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.Place.Line, e.Message) }

// Reader reads PEM files. It remembers the certificates of authorities, which many
// files have in common. The zero value is ready; it is safe for concurrent use.
type Reader struct{ authorities sync.Map } // Certificate by DER, its Place not set

// Read reads a PEM file with a Reader of its own.
func Read(data []byte) (Bundle, error) { return new(Reader).Read(data) }

// Read reads a PEM file. The error is a *SyntaxError for the first thing that
// is wrong; the Bundle holds what could be read all the same. Text around the
// blocks is ignored, as OpenSSL does.
func (a *Reader) Read(data []byte) (Bundle, error) {
	if len(data) > MaxSize {
		return Bundle{}, &SyntaxError{Place{Line: 1}, fmt.Sprintf("the file has more than %d MiB, which no certificate needs", MaxSize>>20)}
	}
	reader := &reader{data: data, line: 1, certificate: a.certificate}
	for reader.next() {
		reader.block()
	}
	if reader.blocks == 0 && reader.first == nil {
		reader.fail(Place{Line: 1}, whyNoPEM(data))
	}
	if reader.first != nil {
		return reader.bundle, reader.first
	}
	return reader.bundle, nil
}

// certificate reads a certificate, or remembers it.
func (a *Reader) certificate(der []byte) (Certificate, error) {
	if known, ok := a.authorities.Load(string(der)); ok {
		return known.(Certificate), nil
	}
	c, err := readCertificate(der)
	if err == nil && c.CA {
		a.authorities.Store(string(der), c)
	}
	return c, err
}

// whyNoPEM guesses what a file without a PEM block is.
func whyNoPEM(data []byte) string {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return "the file is empty"
	case len(data) > 2 && data[0] == 0x30 && data[1]&0x80 != 0:
		return "the file holds binary (DER or PKCS#12) data, but servers read PEM; convert it with \"openssl x509 -inform der\" or \"openssl pkcs12\""
	case bytes.IndexByte(data, 0) >= 0 || !utf8.Valid(data):
		return "the file is not text, and so not PEM"
	}
	return "the file has no line that begins with \"-----BEGIN\""
}

// reader goes through a file block by block.
type reader struct {
	data   []byte
	at     int   // offset of the line to look at next
	line   int   // its number
	start  Place // of the current block
	kind   string
	blocks int
	bundle Bundle
	first  *SyntaxError

	certificate func(der []byte) (Certificate, error)
}

var (
	beginMark = []byte("-----BEGIN ")
	dashes    = []byte("-----")
)

func (r *reader) fail(place Place, message string) {
	if r.first == nil {
		r.first = &SyntaxError{place, message}
	}
}

// takeLine steps over one line and returns it without its end.
func (r *reader) takeLine() []byte {
	rest := r.data[r.at:]
	line := rest
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		line = rest[:i]
		r.at += i + 1
	} else {
		r.at = len(r.data)
	}
	r.line++
	return bytes.TrimRight(line, " \t\r")
}

// next finds the line that begins the next block.
func (r *reader) next() bool {
	for r.at < len(r.data) {
		place := Place{Line: r.line, Offset: r.at}
		line := r.takeLine()
		index := bytes.Index(line, beginMark)
		if index < 0 {
			continue
		}
		if lead := line[:index]; index > 0 && len(bytes.Trim(lead, " \t\ufeff")) > 0 {
			continue // a sentence about it
		} else if index > 0 {
			r.fail(place, "\"-----BEGIN\" does not stand at the very beginning of the line, so OpenSSL passes over the block; remove the blanks or the byte order mark before it")
			continue
		}
		kind, ok := bytes.CutSuffix(line[len(beginMark):], dashes)
		if !ok || len(kind) == 0 || len(kind) > 64 || bytes.ContainsAny(kind, "-\x00") {
			r.fail(place, "the line that begins a block does not end with five dashes")
			continue
		}
		r.start, r.kind = place, string(kind)
		r.blocks++
		return true
	}
	return false
}

// block reads up to the end of the block that next found.
func (r *reader) block() {
	end := "-----END " + r.kind + "-----"
	for r.at < len(r.data) {
		place := Place{Line: r.line, Offset: r.at}
		line := r.takeLine()
		if string(line) == end {
			r.decode(r.data[r.start.Offset:r.at])
			return
		}
		if bytes.HasPrefix(line, dashes) {
			r.fail(place, fmt.Sprintf("the block that begins in line %d ends without its line \"%s\"", r.start.Line, end))
			if bytes.HasPrefix(line, beginMark) {
				r.at, r.line = place.Offset, place.Line
			}
			return
		}
	}
	r.fail(r.start, fmt.Sprintf("the file ends before the line \"%s\" of this block", end))
}

func (r *reader) decode(text []byte) {
	block, _ := pem.Decode(text)
	if block == nil {
		r.fail(r.start, fmt.Sprintf("the %s block is not valid base64", printable(r.kind)))
		return
	}
	switch {
	case block.Type == "CERTIFICATE" || block.Type == "X509 CERTIFICATE" || block.Type == "TRUSTED CERTIFICATE":
		certificate, err := r.certificate(block.Bytes)
		if err != nil {
			r.fail(r.start, "the certificate cannot be read: "+err.Error())
			return
		}
		certificate.Place = r.start
		r.bundle.Certificates = append(r.bundle.Certificates, certificate)
	case strings.HasSuffix(block.Type, "PRIVATE KEY"):
		key, ok := readKey(block)
		if !ok {
			r.fail(r.start, "the private key cannot be read") // nothing of it goes into a message
			return
		}
		key.Place = r.start
		r.bundle.Keys = append(r.bundle.Keys, key)
	case block.Type == "DH PARAMETERS" || block.Type == "X9.42 DH PARAMETERS":
		bits, ok := readDHParameters(block.Bytes)
		if !ok {
			r.fail(r.start, "the Diffie-Hellman parameters cannot be read")
			return
		}
		r.bundle.DHParameters = append(r.bundle.DHParameters, DHParameters{r.start, bits})
	default:
		r.bundle.Others = append(r.bundle.Others, printable(block.Type))
	}
}

// printable keeps a block type from carrying control characters to a terminal.
func printable(kind string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, kind)
}
