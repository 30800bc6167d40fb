package servertest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// A gateway protocol sends a request as parameters with a body, and takes an answer as a program by CGI (RFC 3875) gives
// it. Own servers show the parameters as they came, which the library's one does not.

// gatewayLimit bounds a connection.
const gatewayLimit = 30 * time.Second

// parameters are those of a request, in their order.
type parameters [][2]string

func (p parameters) get(name string) string {
	for _, pair := range p {
		if pair[0] == name {
			return pair[1]
		}
	}
	return ""
}

func (b *Backend) serveGateway(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return // stopped
		}
		b.mu.Lock()
		b.open[connection] = true
		b.mu.Unlock()
		b.running.Go(func() {
			defer func() {
				_ = connection.Close()
				b.mu.Lock()
				delete(b.open, connection)
				b.mu.Unlock()
			}()
			_ = connection.SetDeadline(time.Now().Add(gatewayLimit))
			reader := bufio.NewReader(connection)
			switch b.config.Protocol {
			case FastCGI:
				_ = b.serveFastCGI(reader, connection) // a broken connection shows at the client
			case UWSGI:
				_ = b.serveOnce(reader, connection, readUWSGI)
			case SCGI:
				_ = b.serveOnce(reader, connection, readSCGI)
			}
		})
	}
}

// serveOnce answers the one request of a connection.
func (b *Backend) serveOnce(r *bufio.Reader, w io.Writer, read func(*bufio.Reader) (parameters, error)) error {
	p, err := read(r)
	if err != nil {
		return err
	}
	length, _ := strconv.ParseInt(p.get("CONTENT_LENGTH"), 10, 64) // empty is none
	body, err := io.ReadAll(io.LimitReader(r, length))
	if err != nil {
		return err
	}
	text, ok := b.gatewayAnswer(p, string(body))
	if ok {
		_, err = w.Write(text)
	}
	return err
}

// gatewayAnswer is the answer in the form of CGI; false closes the connection without one.
func (b *Backend) gatewayAnswer(p parameters, body string) ([]byte, bool) {
	seen := Seen{
		Proto: string(b.config.Protocol), Method: p.get("REQUEST_METHOD"), URI: p.get("REQUEST_URI"), Host: p.get("HTTP_HOST"),
		Fields: map[string][]string{}, Body: body,
	}
	for _, pair := range p {
		seen.Fields[pair[0]] = append(seen.Fields[pair[0]], pair[1])
	}
	a := behave(b.remember(seen))
	time.Sleep(a.delay)
	if a.drop {
		return nil, false
	}
	var out bytes.Buffer
	if b.config.Protocol == UWSGI {
		fmt.Fprintf(&out, "HTTP/1.1 %d Chosen\r\n", a.status) // uwsgi answers as HTTP does
	} else {
		fmt.Fprintf(&out, "Status: %d Chosen\r\n", a.status)
	}
	for name, values := range a.header {
		for _, value := range values {
			fmt.Fprintf(&out, "%s: %s\r\n", name, value)
		}
	}
	out.WriteString("\r\n")
	if seen.Method != "HEAD" {
		out.WriteString(a.body)
	}
	return out.Bytes(), true
}

// readUWSGI reads the head of a request: a byte 0, the length of the parameters, another byte, and the parameters, all
// lengths of 16 bits with the low byte first (uWSGI documentation, "The uwsgi Protocol").
func readUWSGI(r *bufio.Reader) (parameters, error) {
	var head struct {
		Modifier1 uint8
		Size      uint16
		Modifier2 uint8
	}
	if err := binary.Read(r, binary.LittleEndian, &head); err != nil {
		return nil, err
	}
	text := make([]byte, head.Size)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, err
	}
	next := func() (string, error) {
		if len(text) < 2 {
			return "", errors.New("uwsgi: half a parameter")
		}
		n := int(binary.LittleEndian.Uint16(text))
		if len(text) < 2+n {
			return "", errors.New("uwsgi: half a parameter")
		}
		s := string(text[2 : 2+n])
		text = text[2+n:]
		return s, nil
	}
	var p parameters
	for len(text) > 0 {
		name, err := next()
		if err != nil {
			return nil, err
		}
		value, err := next()
		if err != nil {
			return nil, err
		}
		p = append(p, [2]string{name, value})
	}
	return p, nil
}

// readSCGI reads the head of a request: a netstring of names and values, each ended by a NUL (SCGI 1).
func readSCGI(r *bufio.Reader) (parameters, error) {
	length, err := r.ReadString(':')
	if err != nil {
		return nil, err
	}
	size, err := strconv.Atoi(strings.TrimSuffix(length, ":"))
	if err != nil || size < 0 || size > 1<<20 {
		return nil, fmt.Errorf("scgi: the length %q", length)
	}
	text := make([]byte, size+1)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, err
	}
	words := strings.Split(string(text[:size]), "\x00")
	var p parameters
	for i := 0; i+1 < len(words); i += 2 {
		p = append(p, [2]string{words[i], words[i+1]})
	}
	return p, nil
}
