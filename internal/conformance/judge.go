package conformance

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/ocsp"

	"padlock/internal/servertest"
	"padlock/internal/tlspolicy"
)

// observed is what came of a request.
type observed struct {
	// response is nil if there was no answer, for the reason of err.
	response *servertest.Response
	err      error
	// echo is what a WebSocket sent back.
	echo string
	// seen is what the row's backends got, oldest first.
	seen []servertest.Seen
	body string // decoded
}

// status is what "=" is compared with.
func (o observed) status() string {
	switch {
	case o.echo != "":
		return "echo"
	case o.err != nil:
		return "none"
	case o.response.Status == 0:
		return "tls" // a handshake alone
	}
	return strconv.Itoa(o.response.Status)
}

// judge compares one observation with the checks that hold for the server, and tells in words what is not so.
func judge(checks []Check, o observed, target tlspolicy.Target) (wrong []string) {
	var body []string
	for _, c := range checks {
		if c.Only != "" && string(c.Only) != string(target.Server) {
			continue
		}
		fail := func(got any) {
			wrong = append(wrong, fmt.Sprintf("line %d: %c %s: got %q", c.Line, c.Mark, strings.TrimSpace(c.Name+c.Op+" "+c.Value), got))
		}
		switch c.Mark {
		case '=':
			if got := o.status(); got != c.Value && !strings.Contains(c.Value, " x") {
				wrong = append(wrong, fmt.Sprintf("line %d: got %s (%v), want %s", c.Line, got, o.err, c.Value))
			}
		case '|':
			if c.Op == ":" {
				body = append(body, c.Value)
			} else if c.pattern.MatchString(o.body) != (c.Op == "~") {
				fail(o.body)
			}
		case '<':
			if o.response == nil {
				fail("no answer")
			} else if values := o.response.Header.Values(c.Name); !c.holds(values) {
				fail(values)
			}
		case '&':
			if values := backendValues(o.seen, c.Name); c.Name == "none" && len(o.seen) > 0 || c.Name != "none" && !c.holds(values) {
				fail(values)
			}
		case '@':
			if values := o.fact(c, target); !c.holds(values) {
				fail(values)
			}
		}
	}
	if want := strings.Join(body, "\n"); len(body) > 0 && strings.TrimRight(o.body, "\n") != want {
		wrong = append(wrong, fmt.Sprintf("the body is %q, want %q", o.body, want))
	}
	return wrong
}

// holds compares the values of a name: one value and so, none, or one that matches.
func (c Check) holds(values []string) bool {
	switch {
	case c.Op == "~":
		return slices.ContainsFunc(values, c.pattern.MatchString)
	case c.Op == "!~":
		return !slices.ContainsFunc(values, c.pattern.MatchString)
	case c.Value == "":
		return len(values) == 0 || len(values) == 1 && values[0] == ""
	}
	return len(values) == 1 && values[0] == c.Value
}

func backendValues(seen []servertest.Seen, name string) []string {
	if len(seen) == 0 {
		return nil
	}
	last := seen[len(seen)-1]
	switch name {
	case "backend":
		return []string{last.Backend}
	case "method":
		return []string{last.Method}
	case "uri":
		return []string{last.URI}
	case "host":
		return []string{last.Host}
	case "proto":
		return []string{last.Proto}
	case "body":
		return []string{last.Body}
	}
	return last.Values(name)
}

// fact is what "@" is compared with.
func (o observed) fact(c Check, target tlspolicy.Target) []string {
	switch c.Name {
	case "bytes":
		return []string{strconv.Itoa(len(o.body))}
	case "json":
		if json.Valid([]byte(o.body)) {
			return []string{"valid"}
		}
		return []string{"invalid"}
	}
	if o.response == nil {
		return nil
	}
	if c.Name == "protocol" {
		return []string{o.response.Proto}
	}
	if value, isTrailer := strings.CutPrefix(c.Name, "trailer-"); isTrailer {
		return o.response.Trailer.Values(value)
	}
	if c.Name == "early" {
		return []string{map[bool]string{true: "accepted", false: "rejected"}[o.response.Early]}
	}
	state := o.response.TLS
	if state == nil {
		return nil
	}
	switch c.Name {
	case "tls":
		return []string{strings.TrimPrefix(tls.VersionName(state.Version), "TLS ")}
	case "suite":
		return []string{tls.CipherSuiteName(state.CipherSuite)}
	case "group":
		return []string{groupName(state.CurveID, c.Value, target)}
	case "certificate":
		return []string{cmp.Or(state.PeerCertificates[0].Subject.CommonName, "-")}
	case "issuer":
		return []string{state.PeerCertificates[0].Issuer.CommonName}
	case "key":
		return []string{map[x509.PublicKeyAlgorithm]string{x509.ECDSA: "ECDSA", x509.RSA: "RSA"}[state.PeerCertificates[0].PublicKeyAlgorithm]}
	case "stapled":
		return []string{stapled(state.OCSPResponse)}
	case "resumed":
		return []string{strconv.FormatBool(state.DidResume)}
	}
	return nil
}

// stapled is what the authority says of the certificate, in a word.
func stapled(answer []byte) string {
	if len(answer) == 0 {
		return "none"
	}
	said, err := ocsp.ParseResponse(answer, nil)
	if err != nil || said.Status != ocsp.Good {
		return "not good"
	}
	return "good"
}

// groupName is the group of key exchange; "best" if that is what is asked for and it is the best of the target.
func groupName(group tls.CurveID, want string, target tlspolicy.Target) string {
	best := tls.X25519
	if tlspolicy.Supports(tlspolicy.FeatureHybridGroup, target).OK {
		best = tls.X25519MLKEM768
	}
	if want == "best" && group == best {
		return want
	}
	return group.String()
}

// judgeCounts compares the statuses of several answers with "200 x6, 429 x2"; one without a number holds for all.
func judgeCounts(checks []Check, all []observed, kind servertest.Kind) (wrong []string) {
	got := map[string]int{}
	for _, o := range all {
		got[o.status()]++
	}
	for _, c := range checks {
		if c.Mark != '=' || c.Only != "" && c.Only != kind || !strings.Contains(c.Value, " x") {
			continue
		}
		want := map[string]int{}
		for _, part := range strings.Split(c.Value, ", ") {
			status, count, _ := strings.Cut(part, " x")
			want[status], _ = strconv.Atoi(count)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			wrong = append(wrong, fmt.Sprintf("line %d: got %v, want %v", c.Line, got, want))
		}
	}
	return wrong
}
