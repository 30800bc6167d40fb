package check

import (
	"fmt"
	"strings"
)

const ruleLocation = "location-conflict"

// location is what the arguments of a location say
// (ngx_http_core_location).
type location struct {
	exact, regex, named bool
	path                string
}

func locationOf(arguments []string) location {
	modifier, path := "", arguments[0]
	if len(arguments) == 2 {
		modifier, path = arguments[0], arguments[1]
	} else {
		for _, m := range []string{"=", "^~", "~*", "~"} {
			if rest, ok := strings.CutPrefix(path, m); ok {
				modifier, path = m, rest
				break
			}
		}
	}
	l := location{path: path}
	switch modifier {
	case "=":
		l.exact = true
	case "~", "~*":
		l.regex = true
	case "":
		l.named = strings.HasPrefix(path, "@")
	}
	return l
}

// Locations finds what cannot stand in a location of its kind: a path behind
// proxy_pass where nothing says which prefix it replaces, and alias in a named
// location.
func (s *Subject) Locations() []Problem {
	var found []Problem
	for _, u := range s.uses {
		if u.name() == "proxy_pass" || u.name() == "alias" {
			found = append(found, s.ofLocation(u)...)
		}
	}
	return found
}

// ofLocation judges proxy_pass and alias by the kind of location they stand in.
func (s *Subject) ofLocation(u *use) []Problem {
	block := s.of(u.Node.Parent)
	if block == nil {
		return nil
	}
	var l location
	if block.name() == "location" {
		l = locationOf(block.Use.Arguments)
	}
	switch {
	case u.name() == "alias" && l.named:
		return []Problem{u.problem(ruleLocation, -1, "\"alias\" cannot stand in a named location", "Use root.").and(block, "the named location")}
	case u.name() != "proxy_pass" || u.protocol() != "http" || !hasURI(u.Use.Arguments[0]):
		return nil
	}
	where := ""
	switch {
	case l.named:
		where = "a named location"
	case l.regex:
		where = "a location with a regular expression"
	case block.name() == "if" || block.name() == "limit_except":
		where = block.name()
	default:
		return nil
	}
	p := u.problem(ruleLocation, 0, fmt.Sprintf("\"proxy_pass\" cannot have a path in %s", where),
		"There is no prefix that the path could replace: leave out the path, or write it with variables.")
	return []Problem{p.and(block, "it stands in here")}
}

// hasURI tells that an address has a path after the host; one with variables
// may have any.
func hasURI(address string) bool {
	_, rest, ok := strings.Cut(address, "://")
	if !ok || strings.Contains(address, "$") {
		return false
	}
	if socket, isSocket := strings.CutPrefix(rest, "unix:"); isSocket {
		return strings.Contains(socket, ":")
	}
	return strings.ContainsAny(rest, "/?")
}
