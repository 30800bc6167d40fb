package linter

import (
	"bytes"
	"path"
	"strings"

	"padlock/internal/apache"
	apachefacts "padlock/internal/apache/directives"
	"padlock/internal/nginx"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// recogniseBytes bounds how much of a file is looked at: its beginning says
// which server it is for, or nothing does.
const recogniseBytes = 32 << 10

// recognise tells which server a file is written for, from its content, and
// where that says nothing, from its name. ok is false for a file of neither.
//
// The beginning is read as the one language and as the other, and the directive
// tables say how many of the names exist. A table takes milliseconds to build;
// so the shape of the lines decides which is asked first, and often the other
// is not needed.
func recognise(name string, data []byte) (server tlspolicy.Server, ok bool) {
	if nginx.IsDump(data) {
		return tlspolicy.Nginx, true
	}
	if len(data) > recogniseBytes {
		data = data[:bytes.LastIndexByte(data[:recogniseBytes], '\n')+1]
	}
	file := source.NewFile(name, data)
	first, second := nginxNames, apacheNames
	server, other := tlspolicy.Nginx, tlspolicy.Apache
	if looksLikeApache(data) {
		first, second = second, first
		server, other = other, server
	}
	mine := first(file)
	if mine.all == 0 {
		// Nothing to judge: what it is makes no difference.
		return serverOfName(name, server), true
	}
	if mine.known*5 >= mine.all*4 {
		return server, true
	}
	others := second(file)
	if others.known*max(mine.all, 1) > mine.known*max(others.all, 1) {
		mine, server = others, other
	}
	if !mine.enough() {
		return "", false
	}
	return server, true
}

// names is how many directives a file has, and how many of them exist.
type names struct {
	known, all int
	// block tells that one of them is a block that shows the language.
	block bool
}

// enough tells that a file is of the language. A block that no other language
// has leaves room for many mistakes.
func (n names) enough() bool {
	return n.known*2 >= n.all && n.known > 0 || n.block && n.known*5 >= n.all
}

// looksLikeApache tells from how the lines end: those of nginx nearly all in a
// semicolon or a brace.
func looksLikeApache(data []byte) bool {
	lines, ended := 0, 0
	for line := range bytes.Lines(data) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		lines++
		if strings.IndexByte(";{}", line[len(line)-1]) >= 0 {
			ended++
		}
	}
	return ended*2 < lines
}

func nginxNames(file *source.File) names {
	var n names
	nginx.Parse(file).Walk(func(d *nginx.Directive) bool {
		if d.Entry {
			return false
		}
		n.all++
		if _, ok := nginxfacts.Lookup(d.Name); ok {
			n.known++
		}
		switch d.Name {
		case "events", "http", "server", "location", "upstream":
			n.block = n.block || d.HasBlock
		}
		return true
	})
	return n
}

func apacheNames(file *source.File) names {
	var n names
	for node := range apache.Parse(file).Nodes() {
		if node.Kind() != apache.Directive && node.Kind() != apache.Section {
			continue
		}
		n.all++
		title := node.Name()
		if node.Kind() == apache.Section {
			title = "<" + title
		}
		args := node.RawArgs()
		foreign := strings.HasSuffix(args, ";") || strings.HasSuffix(args, "{") || strings.HasPrefix(args, "=")
		if _, gone := apachefacts.LifeOf(title); !foreign && (gone || apachefacts.Lookup(title) != nil) {
			n.known++
			n.block = n.block || node.Kind() == apache.Section
		}
	}
	return n
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
