package servertest

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// The records of FastCGI (specification 1.0, sections 3.3 and 8) that a responder needs.
const (
	fcgiBegin  = 1
	fcgiAbort  = 2
	fcgiEnd    = 3
	fcgiParams = 4
	fcgiStdin  = 5
	fcgiStdout = 6

	fcgiKeepConnection = 1
	fcgiMaxContent     = 65535
)

type fcgiHeader struct {
	Version, Type         uint8
	ID, Length            uint16
	PaddingLength, Unused uint8
}

// serveFastCGI answers the requests of a connection, one after the other: web servers do not interleave them.
func (b *Backend) serveFastCGI(r *bufio.Reader, w io.Writer) error {
	for {
		id, keep, params, body, err := readFastCGI(r)
		if err != nil {
			return err
		}
		text, ok := b.gatewayAnswer(params, body)
		if !ok {
			return nil
		}
		for len(text) > 0 {
			n := min(len(text), fcgiMaxContent)
			if err := writeFastCGI(w, fcgiStdout, id, text[:n]); err != nil {
				return err
			}
			text = text[n:]
		}
		if err := errors.Join(writeFastCGI(w, fcgiStdout, id, nil), writeFastCGI(w, fcgiEnd, id, make([]byte, 8))); err != nil || !keep {
			return err
		}
	}
}

func readFastCGI(r *bufio.Reader) (id uint16, keep bool, params parameters, body string, err error) {
	var encoded, stdin []byte
	for {
		var head fcgiHeader
		if err := binary.Read(r, binary.BigEndian, &head); err != nil {
			return 0, false, nil, "", err
		}
		content := make([]byte, int(head.Length)+int(head.PaddingLength))
		if _, err := io.ReadFull(r, content); err != nil {
			return 0, false, nil, "", err
		}
		content = content[:head.Length]
		switch head.Type {
		case fcgiBegin:
			if len(content) < 3 {
				return 0, false, nil, "", errors.New("fastcgi: a short beginning")
			}
			id, keep = head.ID, content[2]&fcgiKeepConnection != 0
		case fcgiAbort:
			return 0, false, nil, "", errors.New("fastcgi: aborted")
		case fcgiParams:
			encoded = append(encoded, content...)
		case fcgiStdin:
			if len(content) == 0 {
				params, err = fcgiPairs(encoded)
				return id, keep, params, string(stdin), err
			}
			stdin = append(stdin, content...)
		}
	}
}

// fcgiPairs reads names and values: both lengths, of one byte or of four with the highest bit set, then both texts.
func fcgiPairs(text []byte) (parameters, error) {
	broken := errors.New("fastcgi: half a parameter")
	length := func() (int, bool) {
		if len(text) > 0 && text[0] < 0x80 {
			n := int(text[0])
			text = text[1:]
			return n, true
		}
		if len(text) < 4 {
			return 0, false
		}
		n := int(binary.BigEndian.Uint32(text) &^ (1 << 31))
		text = text[4:]
		return n, true
	}
	var p parameters
	for len(text) > 0 {
		name, ok := length()
		value, also := length()
		if !ok || !also || name+value > len(text) {
			return nil, broken
		}
		p = append(p, [2]string{string(text[:name]), string(text[name : name+value])})
		text = text[name+value:]
	}
	return p, nil
}

func writeFastCGI(w io.Writer, kind uint8, id uint16, content []byte) error {
	record := binary.BigEndian.AppendUint16([]byte{1, kind}, id)
	record = binary.BigEndian.AppendUint16(record, uint16(len(content)))
	record = append(record, 0, 0)
	_, err := w.Write(append(record, content...))
	return err
}
