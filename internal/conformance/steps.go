package conformance

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"padlock/internal/servertest"
)

// The requests of a row are steps, with an empty line between them. A step begins with the requests that share what
// follows, or with something to do:
//
//	# A comment: what the step shows.
//	GET https://a.test/x          any method; HANDSHAKE only makes a TLS connection, WEBSOCKET sends "hello" and awaits it,
//	HEAD https://a.test/x         RAW sends the lines of "+ |" as they are
//	write /srv/a/x                "remove PATH", "stop BACKEND", "start BACKEND", "log PATH" (judges its last line),
//	                              "reload configuration"
//
// Then how it is asked: "> Name: value" is a request header, in which {ETag} is that header of the row's last answer, and
// "+ word value" one of options. "+ | text" is a line of the body, of the raw text, or of the file to write.
//
// Then what must come, each line on its own:
//
//	= 200                         the status; "none" is no answer at all; "200 x6, 429 x2" of several; "echo" of a WebSocket
//	< Name: value                 the header, once and so; "< Name:" it is not there; "< Name ~ regex"; "< Name !~ regex"
//	| text                        the body's lines, decoded, all of them; "|~ regex"; "|!~ regex"
//	& Name: value                 what the backend saw: a header or parameter, or one of backend, method, uri, host, proto,
//	                              body; "& none" that none was asked
//	@ name: value                 the connection: protocol, tls, suite, group, certificate, issuer, key, resumed,
//	                              early, stapled, bytes, json
//
// Where the servers differ, the step says "differs NAME", an entry of the list of differences, and what holds on one server
// alone begins with its name: "nginx = none", "apache = 403".

// Step is one step of a row.
type Step struct {
	// Line is where it stands in the archive.
	Line int
	// Asks are the requests, or Do what to do with Object.
	Asks       []Ask
	Do, Object string
	Header     [][2]string
	Options    map[string]string
	// Text are the lines of "+ |".
	Text    []string
	Differs string
	Checks  []Check
}

// Ask is one request.
type Ask struct{ Method, URL string }

// Check is one line of what must come.
type Check struct {
	Line int
	// Only is the server for which it holds; empty for both.
	Only servertest.Kind
	// Mark is what is looked at: one of = < | & @.
	Mark byte
	Name string
	// Op is ":", "~" or "!~".
	Op, Value string
	pattern   *regexp.Regexp
}

var (
	request = regexp.MustCompile(`^([A-Z]+) (\w+://\S+)$`)
	act     = regexp.MustCompile(`^(write|remove|stop|start|log|reload) (\S+)$`)
	named   = regexp.MustCompile(`^([\w-]+)(?:(:) ?(.*)| (!?~) (.*))$`)
	bodied  = regexp.MustCompile(`^(!?~) (.*)$`)
)

// options of a step, and what each does.
var options = []string{
	"http1", "http1.0", "http3", // instead of HTTP/2 where it is offered
	"host",        // the Host header, other than the URL's
	"sni",         // the TLS server name, "-" for none
	"to",          // the address that is connected to
	"from",        // the client's address
	"tls",         // the only TLS version offered: 1.0 to 1.3
	"signs",       // the only signatures that the client takes: RSA, ECDSA, or both, those of ECDSA first
	"resume",      // asks twice: the second connection goes on by the session of the first
	"early",       // sends the request in the first flight of a resumed connection
	"certificate", // the client certificate shown
	"trust",       // "any" takes any certificate of the server
	"proxy",       // "v1 ADDRESS" or "v2 ADDRESS": the client's in a header of the PROXY protocol
	"body",        // the body; "bytes" one of so many bytes; "chunked" sends it without its length
	"bytes", "chunked",
	"unfinished",        // of raw text: without the empty line that ends the head
	"times", "parallel", // asks so many times, one after the other or at once
	"eventually", // asks until all is as it must be, some seconds at most
}

func parseSteps(text string, line int) ([]Step, error) {
	var steps []Step
	var step *Step
	for _, written := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		line++
		switch {
		case strings.TrimSpace(written) == "":
			step = nil
			continue
		case written[0] == '#':
			continue
		case step == nil:
			steps = append(steps, Step{Line: line, Options: map[string]string{}})
			step = &steps[len(steps)-1]
		}
		if err := step.read(written, line); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
	for i := range steps {
		if s := &steps[i]; s.Do == "" && len(s.Asks) == 0 {
			return nil, fmt.Errorf("line %d: a step begins with a request or something to do", s.Line)
		}
	}
	return steps, nil
}

func (s *Step) read(written string, line int) error {
	if m := request.FindStringSubmatch(written); m != nil {
		s.Asks = append(s.Asks, Ask{m[1], m[2]})
		return nil
	}
	if m := act.FindStringSubmatch(written); m != nil {
		s.Do, s.Object = m[1], m[2]
		return nil
	}
	if name, ok := strings.CutPrefix(written, "differs "); ok {
		s.Differs = name
		return nil
	}
	if rest, ok := strings.CutPrefix(written, "> "); ok {
		name, value, ok := strings.Cut(rest, ":")
		if !ok {
			return fmt.Errorf("%q is no header", rest)
		}
		s.Header = append(s.Header, [2]string{name, strings.TrimPrefix(value, " ")})
		return nil
	}
	if rest, ok := strings.CutPrefix(written, "+ "); ok {
		if text, ok := strings.CutPrefix(rest, "|"); ok {
			s.Text = append(s.Text, strings.TrimPrefix(text, " "))
			return nil
		}
		name, value, _ := strings.Cut(rest, " ")
		if !slices.Contains(options, name) {
			return fmt.Errorf("%q is no way to ask", name)
		}
		s.Options[name] = value
		return nil
	}
	return s.readCheck(written, line)
}

func (s *Step) readCheck(written string, line int) error {
	c := Check{Line: line, Op: ":"}
	for _, kind := range []servertest.Kind{servertest.Nginx, servertest.Apache} {
		if rest, ok := strings.CutPrefix(written, string(kind)+" "); ok {
			c.Only, written = kind, rest
		}
	}
	if c.Only != "" && s.Differs == "" {
		return fmt.Errorf("what holds for %s alone follows a line that names the difference", c.Only)
	}
	c.Mark = written[0]
	rest := strings.TrimPrefix(written[1:], " ")
	switch c.Mark {
	case '=':
		c.Value = rest
	case '|':
		c.Value = rest
		if m := bodied.FindStringSubmatch(written[1:]); m != nil {
			c.Op, c.Value = m[1], m[2]
		}
	case '<', '&', '@':
		m := named.FindStringSubmatch(rest)
		switch {
		case m != nil && m[2] != "":
			c.Name, c.Value = m[1], m[3]
		case m != nil:
			c.Name, c.Op, c.Value = m[1], m[4], m[5]
		case rest == "none" && c.Mark == '&':
			c.Name = rest
		default:
			return fmt.Errorf("%q is not NAME: VALUE", rest)
		}
	default:
		return fmt.Errorf("%q begins with none of the marks", written)
	}
	if c.Op != ":" {
		pattern, err := regexp.Compile(c.Value)
		if err != nil {
			return err
		}
		c.pattern = pattern
	}
	s.Checks = append(s.Checks, c)
	return nil
}
