package linter

import (
	"bytes"
	"path"
	"strings"

	apachefacts "padlock/internal/apache/directives"
	"padlock/internal/nginx"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/tlspolicy"
)

// recogniseLines bounds how many lines with a word are looked at: the first few
// hundred say which server a file is for, or none do.
const recogniseLines = 400

// recognise tells which server a file is written for, from its content, and
// where that says nothing, from its name. ok is false for a file of neither.
func recognise(name string, data []byte) (server tlspolicy.Server, ok bool) {
	if nginx.IsDump(data) {
		return tlspolicy.Nginx, true
	}
	votes := count(data)
	switch {
	case votes.lines == 0:
		// Nothing to judge: what it is makes no difference.
		return serverOfName(name, tlspolicy.Nginx), true
	case votes.nginx == 0 && votes.apache == 0:
		return "", false
	case votes.nginx == votes.apache:
		return serverOfName(name, tlspolicy.Nginx), true
	case votes.apache > votes.nginx:
		return tlspolicy.Apache, votes.apache*4 >= votes.lines
	}
	return tlspolicy.Nginx, votes.nginx*4 >= votes.lines
}

// votes is how many lines speak for each server, of all that were looked at.
type votes struct{ nginx, apache, lines int }

// count asks both servers' directive tables about the first word of each line.
// How a line ends decides where both know the word, and tells a directive from
// a word that happens to be one.
func count(data []byte) votes {
	var v votes
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if v.lines++; v.lines > recogniseLines {
			break
		}
		v.add(string(line))
	}
	return v
}

func (v *votes) add(line string) {
	if i := strings.Index(line, " #"); i > 0 {
		line = strings.TrimSpace(line[:i])
	}
	ended := strings.HasSuffix(line, ";") || strings.HasSuffix(line, "{") || strings.HasSuffix(line, "}")
	if line == "}" || line == "};" {
		v.nginx++
		return
	}
	if line[0] == '<' {
		name, _, _ := strings.Cut(strings.TrimLeft(line, "</"), ">")
		word, _, _ := strings.Cut(name, " ")
		if apachefacts.Lookup("<"+word) != nil {
			v.apache += 2
		}
		return
	}
	word := line
	if i := strings.IndexAny(line, " \t;{"); i >= 0 {
		word = line[:i]
	}
	_, knownToNginx := nginxfacts.Lookup(word)
	switch {
	case knownToNginx && ended:
		v.nginx++
	case apachefacts.Lookup(word) != nil && !ended:
		v.apache++
	case knownToNginx:
		// A directive over several lines, or one that lacks its ";".
		v.nginx++
	}
}

// serverOfName guesses from a path.
func serverOfName(name string, otherwise tlspolicy.Server) tlspolicy.Server {
	switch base := path.Base(name); {
	case base == "nginx.conf":
		return tlspolicy.Nginx
	case base == "apache2.conf", base == "httpd.conf", strings.HasSuffix(base, ".htaccess"):
		return tlspolicy.Apache
	}
	switch name = strings.ToLower(name); {
	case strings.Contains(name, "nginx"):
		return tlspolicy.Nginx
	case strings.Contains(name, "apache"), strings.Contains(name, "httpd"):
		return tlspolicy.Apache
	}
	return otherwise
}
