package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"padlock/internal/apache"
	"padlock/internal/source"
)

// Listens finds addresses that Listen names twice: "Cannot define multiple
// Listeners on the same IP:port". Only spellings that mean the same without
// asking a name server are compared. The rule is listen-conflict.
func (s *Subject) Listens() []Problem {
	var problems []Problem
	first := map[string]apache.Item{}
	for item := range s.config.All() {
		if item.IsSection() || !item.Is("Listen") {
			continue
		}
		words := item.Words()
		if len(words) == 0 || strings.Contains(words[0].Value, "${") {
			continue
		}
		address := listenAddress(words[0].Value)
		before, twice := first[address]
		if !twice {
			first[address] = item
			continue
		}
		if before.Exclude(item) || independent(before, item) {
			continue
		}
		p := problem("listen-conflict", item, fmt.Sprintf("Listen names %s a second time: the server does not start", words[0].Value),
			"Remove one of the two; a file may be included twice.").at(0)
		if len(before.Conditions()) > 0 {
			p.Severity = source.Warning
		}
		p.Related = []source.Related{{Subject: before.Span(), Message: "the first one"}}
		problems = append(problems, p)
	}
	return problems
}

// independent tells that each of two lines is read on a condition that the other
// one is not: mostly one or the other holds, as with the two modules for TLS that
// Debian's ports.conf asks for.
func independent(a, b apache.Item) bool { return asksMore(a, b) && asksMore(b, a) }

// asksMore tells that a line is read on a condition that another one is not.
func asksMore(a, b apache.Item) bool {
	return slices.ContainsFunc(a.Conditions(), func(c apache.Condition) bool {
		return !slices.ContainsFunc(b.Conditions(), func(other apache.Condition) bool {
			return c.Kind == other.Kind && c.Subject == other.Subject && c.Negated == other.Negated
		})
	})
}

// listenAddress is an address in one spelling: "*:80" and "080" are "80".
func listenAddress(text string) string {
	host, port := "", text
	if i := strings.LastIndexByte(text, ':'); i >= 0 {
		host, port = text[:i], text[i+1:]
	}
	if n, err := strconv.Atoi(port); err == nil {
		port = strconv.Itoa(n)
	}
	if host == "" || host == "*" {
		return port
	}
	return host + ":" + port
}
