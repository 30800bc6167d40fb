package vhost

import (
	"fmt"
	"strings"
	"testing"

	"padlock/internal/servertest"
)

// patternCases are patterns with texts; what they match was taken from nginx 1.22
// (PCRE2 10.42) and 1.30, and TestPatternsMatchAsTheServerDoes asks again.
// undecided patterns are those that have no exact counterpart here.
var patternCases = []struct {
	pattern   string
	undecided bool
	texts     []string
}{
	{pattern: `^/a(.*)$`, texts: []string{"/a", "/ab", "/b", "/a\n"}},
	{pattern: `(?i)^/ABC`, texts: []string{"/abc", "/aBc", "/ab"}},
	{pattern: `^/(?i:ab)c`, texts: []string{"/ABc", "/ABC"}},
	{pattern: `a(?i)b|c`, texts: []string{"aB", "C", "c"}},
	{pattern: `^(?:(?=a)a|b)+$`, texts: []string{"ab", "abc"}},
	{pattern: `\d+\w\s`, texts: []string{"1a ", "1é ", "١a "}},
	{pattern: `^\W$`, texts: []string{"é", "-", "a"}},
	{pattern: `^[[:alpha:]]+[[:^digit:]]$`, texts: []string{"ab-", "ab1", "é-"}},
	{pattern: `^[]a-]+$`, texts: []string{"]a-", "b"}},
	{pattern: `^[^]a]$`, texts: []string{"]", "b"}},
	{pattern: `^[a-z-[x]]$`, texts: []string{"a]", "-]", "b", "[]"}},
	{pattern: `^[\w.]+$`, texts: []string{"a.b_1", "a-b"}},
	{pattern: `^[\d-]+$`, texts: []string{"1-", "x"}},
	{pattern: `^[\d-x]+$`, undecided: true}, // PCRE2 refuses it
	{pattern: `a++b`, texts: []string{"aab", "b"}},
	{pattern: `a++ab`, texts: []string{"aaab"}},
	{pattern: `(?>a+)ab`, texts: []string{"aaab"}},
	{pattern: `^(a|ab)(c|bcd)(d*)$`, texts: []string{"abcd", "acd"}},
	{pattern: `(?<one>a)(b)(?<three>c)`, texts: []string{"abc"}},
	{pattern: `(?P<x>a)|(?'y'b)`, texts: []string{"a", "b"}},
	{pattern: `(a)\1`, texts: []string{"aa", "ab"}},
	{pattern: `(?<x>a)\k<x>\k{x}`, texts: []string{"aaa", "aa"}},
	{pattern: `(a)|b\1`, texts: []string{"b", "a"}},
	{pattern: `^a{2}$|^b{2,}$|^c{1,2}$`, texts: []string{"aa", "bbb", "ccc", "cc"}},
	{pattern: `a{x}|b{`, texts: []string{"a{x}", "b{"}},
	{pattern: `\Qa.b\E+`, texts: []string{"a.b", "aXb"}, undecided: true},
	{pattern: `\Qa.b\E$`, texts: []string{"a.b", "aXb"}},
	{pattern: `\x41\x{42}\103?`, texts: []string{"AB", "ABC"}, undecided: true},
	{pattern: `\x41\x{42}`, texts: []string{"AB", "ab"}},
	{pattern: `^\h\H$`, texts: []string{" a", "ab"}},
	{pattern: `a\Rb`, texts: []string{"a\r\nb", "a\nb", "ab"}},
	{pattern: `\bfoo\b`, texts: []string{"a foo b", "afoo", "éfoo"}},
	{pattern: `\Bo`, texts: []string{"fo", "o"}},
	{pattern: `^.$`, texts: []string{"a", "\n", "é"}},
	{pattern: `(?s)^.$`, texts: []string{"\n"}},
	{pattern: `(?x) ^ a # comment`, texts: []string{"a", " a"}},
	{pattern: `(?<!x)y(?!z)(?<=y)`, texts: []string{"y", "xy", "yz"}},
	{pattern: `a(?#comment)b`, texts: []string{"ab"}},
	{pattern: `\Aa\z|\Ab\Z`, texts: []string{"a", "b", "b\n", "a\n"}},
	{pattern: `\Ka`, undecided: true},
	{pattern: `a\Kb`, undecided: true},
	{pattern: `(?R)?a`, undecided: true},
	{pattern: `(a)(?1)`, undecided: true},
	{pattern: `(?|(a)|(b))`, undecided: true},
	{pattern: `(*UTF8)é`, undecided: true},
	{pattern: `(?(1)a|b)`, undecided: true},
	{pattern: `(?J)(?<n>a)(?<n>b)`, undecided: true},
	{pattern: `(?m)^a`, undecided: true},
	{pattern: `(?U)a+`, undecided: true},
	{pattern: `\p{L}`, undecided: true},
	{pattern: `\X`, undecided: true},
	{pattern: `a{,3}`, undecided: true},
	{pattern: `(a)(?i)\1`, undecided: true},
}

func TestPatterns(t *testing.T) {
	for _, row := range patternCases {
		_, undecided := newPattern(row.pattern, false).match("a")
		if (undecided != "") != row.undecided {
			t.Errorf("%s: undecided %q, want %v", row.pattern, undecided, row.undecided)
		}
	}
}

// TestPatternsMatchAsTheServerDoes lets nginx match the same texts and show the
// groups.
func TestPatternsMatchAsTheServerDoes(t *testing.T) {
	var config strings.Builder
	config.WriteString("server { listen 80; default_type text/plain;\n")
	for i, row := range patternCases {
		if row.undecided {
			continue
		}
		fmt.Fprintf(&config, "location = /%d { if ($http_x_text ~ \"%s\") { return 200 \"yes [$1][$2][$3]\"; } return 200 no; }\n", i, row.pattern)
	}
	config.WriteString("}\n")
	for _, server := range servertest.NginxServers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			client := server.Start(t, servertest.Config{Files: servertest.Files{"sites/a.conf": config.String()}}).Client(nil)
			for i, row := range patternCases {
				for _, subject := range row.texts {
					if row.undecided || strings.ContainsAny(subject, "\r\n") || strings.TrimSpace(subject) != subject {
						continue // no header can hold it
					}
					answer, err := client.Raw(servertest.Request{URL: "http://x/"}, fmt.Sprintf("GET /%d HTTP/1.1\r\nHost: x\r\nX-Text: %s\r\nConnection: close\r\n\r\n", i, subject))
					if err != nil {
						t.Fatal(err)
					}
					_, body, _ := strings.Cut(answer, "\r\n\r\n")
					if got := matchedGroups(row.pattern, subject); got != body {
						t.Errorf("%s on %q: %s, the server says %s", row.pattern, subject, got, body)
					}
				}
			}
		})
	}
}

// matchedGroups writes a match as the test's configuration does.
func matchedGroups(source, subject string) string {
	m, undecided := newPattern(source, false).match(subject)
	if undecided != "" {
		return undecided
	}
	if m == nil {
		return "no"
	}
	groups := append(m.groups, "", "", "")
	return fmt.Sprintf("yes [%s][%s][%s]", groups[1], groups[2], groups[3])
}

// Whitespace at both ends and line ends cannot be in a header: what PCRE does
// with them is in its manual page.
func TestPatternsAndLineEnds(t *testing.T) {
	for _, row := range []struct {
		pattern, text string
		want          bool
	}{
		{`^/a$`, "/a\n", true}, {`^.$`, "\n", false}, {`(?s)^.$`, "\n", true}, {`\Aa\z`, "a\n", false}, {`\Ab\Z`, "b\n", true},
		{`a\Rb`, "a\r\nb", true}, {`a\Rb`, "a\nb", true}, {`[^a]`, "\n", true}, {`\N`, "\n", false}, {`\s`, "\v", true}, {`^\h$`, " ", true},
	} {
		m, undecided := newPattern(row.pattern, false).match(row.text)
		if undecided != "" || (m != nil) != row.want {
			t.Errorf("%s on %q: %v %s", row.pattern, row.text, m != nil, undecided)
		}
	}
}

func TestPatternsAreBounded(t *testing.T) {
	m, undecided := newPattern(`^(a+)+$`, false).match(strings.Repeat("a", 40) + "b")
	if m != nil || undecided == "" {
		t.Errorf("a pattern that takes forever matches %v", m)
	}
	for _, source := range []string{strings.Repeat("(", 5000), strings.Repeat("(a|", 1000) + strings.Repeat(")", 1000), strings.Repeat("a", 1<<20), "[", "(?", `\`, "(?<", "a{99999999}", "[[:", `\x{`, `\g{`} {
		if _, undecided := newPattern(source, false).match("a"); undecided == "" {
			t.Errorf("%.20s… is judged", source)
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, row := range patternCases {
		f.Add(row.pattern, strings.Join(row.texts, ""))
	}
	f.Fuzz(func(t *testing.T, source, subject string) {
		p := newPattern(source, false)
		if len(subject) < 100 && len(source) < 200 {
			p.match(subject)
			sampleOf(p, "", "/")
		}
	})
}
