// Package tlspolicy holds what is known about TLS on web servers: guidelines,
// what each version of nginx, Apache and OpenSSL can do and does by default,
// named platforms, and the meaning of OpenSSL cipher and group strings.
//
// Everything is data with a source, or a pure function of its arguments.
// Nothing here reads a file or runs a program; Detect is given its runner.
package tlspolicy

import "fmt"

// Server is the kind of a web server, written as users write it.
type Server string

// The servers Padlock knows.
const (
	Nginx  Server = "nginx"
	Apache Server = "apache"
)

// String is the name for prose: "nginx" or "Apache".
func (s Server) String() string {
	if s == Apache {
		return "Apache"
	}
	return string(s)
}

// Target is the server a configuration is written for or judged against. A
// zero version means that it is not known.
type Target struct {
	Server  Server
	Version Version
	// OpenSSL is the version of the library that the server runs with.
	OpenSSL Version
	// Platform is the name of the platform the versions were taken from, such
	// as "debian-12"; empty when they were given or detected one by one.
	Platform string
}

// String is "nginx 1.26.3 with OpenSSL 3.5.9", leaving out what is not known.
func (t Target) String() string {
	text := t.Server.String()
	if !t.Version.IsZero() {
		text += " " + t.Version.String()
	}
	if !t.OpenSSL.IsZero() {
		text += fmt.Sprintf(" with OpenSSL %s", t.OpenSSL)
	}
	return text
}
