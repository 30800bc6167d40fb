package alike

import (
	"bytes"
	"strings"

	"padlock/internal/tlspolicy"
)

// nameDirective is what gives a virtual host its first name.
func nameDirective(server tlspolicy.Server) string {
	if server == tlspolicy.Nginx {
		return "server_name"
	}
	return "ServerName"
}

// nameIn is the name of the site that a file is about: the first one that a
// virtual host has in it, without "www." and the like. It is empty if there is
// none, or one that something could take for more than a name: an address, a
// pattern, a name of the machine itself.
func nameIn(data []byte, directive string) string {
	for from := 0; ; {
		at := bytes.Index(data[from:], []byte(directive))
		if at < 0 {
			return ""
		}
		at += from
		from = at + len(directive)
		if from == len(data) || data[from] != ' ' && data[from] != '\t' || !beginsLine(data[:at]) {
			continue
		}
		word := bytes.TrimLeft(data[from:], " \t")
		if end := bytes.IndexAny(word, " \t\r\n;"); end >= 0 {
			word = word[:end]
		}
		name := string(word)
		for _, prefix := range []string{"*.", ".", "www."} {
			name = strings.TrimPrefix(name, prefix)
		}
		if !plain(name) {
			return ""
		}
		return name
	}
}

// beginsLine tells that a word after before begins a directive.
func beginsLine(before []byte) bool {
	before = bytes.TrimRight(before, " \t")
	return len(before) == 0 || bytes.IndexByte([]byte("\n;{}"), before[len(before)-1]) >= 0
}

// maxName and maxLabel are the limits of RFC 1035, section 2.3.4, in bytes.
const maxName, maxLabel = 253, 63

// maxParts is how many labels a name may have, and how many parts with hyphens in
// between a label: all rows of as many words are looked up in the files that are
// read.
const maxParts = 8

// plain tells that a name is an ordinary one of two to eight labels, in small
// letters, without "www." in front.
func plain(name string) bool {
	if strings.HasPrefix(name, "www.") {
		return false
	}
	labels := 0
	last := ""
	for label := range strings.SplitSeq(name, ".") {
		if len(label) == 0 || len(label) > maxLabel || strings.HasPrefix(label, "xn--") || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
				return false
			}
		}
		labels++
		last = label
	}
	return labels >= 2 && labels <= maxParts && len(name) <= maxName && strings.Trim(last, "abcdefghijklmnopqrstuvwxyz") == ""
}

// longestLabel is the length of a name's longest label in bytes.
func longestLabel(name string) int {
	longest := 0
	for label := range strings.SplitSeq(name, ".") {
		longest = max(longest, len(label))
	}
	return longest
}
