package servertest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// answer is what a backend says.
type answer struct {
	status int
	header http.Header
	body   string
	// delay is waited before answering; drop closes the connection instead.
	delay time.Duration
	drop  bool
}

// behave lets the last two segments of the path say how to answer, whatever stands before them:
//
//	/status/404    with that status
//	/bytes/5000    with a body of that many bytes
//	/slow/300ms    after that time
//	/header/x      as ever; with the three above: the query's pairs become header fields ("?Location=/x")
//	/drop/x        not at all: the connection is closed
//
// Anything else is answered 200. The body tells the backend's name, the method and the URI.
func behave(s Seen) answer {
	a := answer{status: http.StatusOK, header: http.Header{"Content-Type": {"text/plain"}}, body: s.Backend + ": " + s.Method + " " + s.URI + "\n"}
	path, query, _ := strings.Cut(s.URI, "?")
	segments := strings.Split(path, "/")
	if len(segments) < 3 {
		return a
	}
	verb, object := segments[len(segments)-2], segments[len(segments)-1]
	switch verb {
	case "status":
		if status, err := strconv.Atoi(object); err == nil && status >= 200 && status < 600 {
			a.status = status
		}
	case "bytes":
		if count, err := strconv.Atoi(object); err == nil && count >= 0 && count < 1<<24 {
			a.body = strings.Repeat("x", count)
		}
	case "slow":
		a.delay, _ = time.ParseDuration(object) // zero if it is none
	case "drop":
		a.drop = true
	case "header":
	default:
		return a
	}
	fields, _ := url.ParseQuery(query) // what cannot be read is no field
	for name, values := range fields {
		a.header[http.CanonicalHeaderKey(name)] = values
	}
	return a
}
