package generator

import (
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/agext/levenshtein"
	"github.com/zclconf/go-cty/cty"
	"golang.org/x/net/idna"
)

// check makes a row's Check out of a function on strings. It also serves
// lists, whose every element is checked.
func check(f func(string) (string, error)) func(cty.Value) (cty.Value, error) {
	return func(v cty.Value) (cty.Value, error) {
		if v.Type() == cty.String {
			s, err := f(v.AsString())
			return cty.StringVal(s), err
		}
		if v.LengthInt() == 0 {
			return v, nil
		}
		var out []cty.Value
		var mistakes []string
		for it := v.ElementIterator(); it.Next(); {
			_, element := it.Element()
			if element.IsNull() {
				return v, fmt.Errorf("element %d is null", len(out)+1)
			}
			s, err := f(element.AsString())
			if err != nil {
				mistakes = append(mistakes, err.Error())
			}
			out = append(out, cty.StringVal(s))
		}
		return cty.ListVal(out), joined(mistakes)
	}
}

// joined makes one error of several mistakes in one value.
func joined(mistakes []string) error {
	if len(mistakes) == 0 {
		return nil
	}
	return errors.New(strings.Join(mistakes, ".\n"))
}

// oneOf accepts the words of an enumeration and suggests the nearest.
func oneOf(words ...string) func(cty.Value) (cty.Value, error) {
	return check(func(s string) (string, error) {
		if slices.Contains(words, s) {
			return s, nil
		}
		return s, notOneOfError{s, words}
	})
}

// notOneOfError says which words an enumeration knows. Documents ask for it too; see
// words.
type notOneOfError struct {
	given string
	words []string
}

func (e notOneOfError) Error() string {
	return fmt.Sprintf("%q is not one of %s%s", e.given, quotedList(e.words), didYouMean(e.given, e.words))
}

func quotedList(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strconv.Quote(w)
	}
	return strings.Join(quoted, ", ")
}

// didYouMean names the nearest of the known words, if one is near.
func didYouMean(given string, known []string) string {
	best, distance := "", 3
	for _, word := range known {
		if d := levenshtein.Distance(strings.ToLower(given), strings.ToLower(word), nil); d < distance {
			best, distance = word, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

var hostLabel = pattern(`^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$`)

// hostName canonicalises a name that a virtual host answers to: lower case,
// international names in their ASCII form (RFC 5891), "*." in front allowed.
func hostName(s string) (string, error) {
	switch {
	case s == "":
		return s, fmt.Errorf("a host name cannot be empty")
	case strings.Contains(s, "://"):
		return s, fmt.Errorf("%q is a URL; write the host name alone", s)
	case strings.HasSuffix(s, "."):
		return s, fmt.Errorf("%q ends in a dot; browsers do not send one, so the name would never match", s)
	case strings.ContainsAny(s, " \t,;"):
		return s, fmt.Errorf("%q is not one host name; several are written as a list", s)
	case strings.Contains(s, "/"):
		return s, fmt.Errorf("%q contains a path; write the host name alone", s)
	case strings.HasPrefix(s, "~"):
		return s, fmt.Errorf("%q is a pattern; one name is meant here", s)
	case strings.HasPrefix(s, "."):
		return s, fmt.Errorf("%q begins with a dot; write %q, and %q beside it if that name is meant too", s, "*"+s, s[1:])
	case s == "_":
		return s, fmt.Errorf(`"_" is no name that a client asks for; what answers unknown names is said in default_site`)
	}
	wildcard := strings.HasPrefix(s, "*.")
	host := strings.TrimPrefix(s, "*.")
	if strings.Contains(host, "*") {
		return s, fmt.Errorf(`%q: "*" stands only for the whole first label, as in "*.example.com"`, s)
	}
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		return s, fmt.Errorf("%q contains a port; ports are set in the listen block", s)
	}
	ascii, err := idna.New(idna.MapForLookup(), idna.StrictDomainName(false)).ToASCII(host)
	if err != nil {
		return s, fmt.Errorf("%q is not a host name: %w", s, err)
	}
	if len(ascii) > 253 {
		return s, fmt.Errorf("%q is longer than the 253 characters of a host name", s)
	}
	for _, label := range strings.Split(ascii, ".") {
		if !hostLabel().MatchString(label) {
			return s, fmt.Errorf("%q is not a host name: the label %q may hold letters, digits and inner hyphens, at most 63", s, label)
		}
	}
	if wildcard {
		ascii = "*." + ascii
	}
	return ascii, nil
}

// absolutePath canonicalises a path of the server's machine.
func absolutePath(s string) (string, error) {
	if !strings.HasPrefix(s, "/") {
		return s, fmt.Errorf("%q is not an absolute path; both servers would look for it in a directory of their own", s)
	}
	if slices.Contains(strings.Split(s, "/"), "..") {
		return s, fmt.Errorf(`%q contains ".."; write the path it leads to`, s)
	}
	return path.Clean(s), nil
}

// indexFile is the name of a file looked for in a directory.
func indexFile(s string) (string, error) {
	switch {
	case s == "":
		return s, fmt.Errorf("the name of an index file cannot be empty")
	case s == "disabled":
		return s, fmt.Errorf(`"disabled" cannot be an index file: Apache's DirectoryIndex takes the word as its switch`)
	case strings.Contains(s, "/"):
		return s, fmt.Errorf("%q contains a slash; an index file is a name within the directory", s)
	case strings.ContainsAny(s, "?#%:"):
		return s, fmt.Errorf("%q contains one of ? # %% :, which have a meaning in the URL that Apache makes of it", s)
	}
	return s, nil
}

// upstreamHost is the Host header that the upstream receives.
func upstreamHost(s string) (string, error) {
	if s == "kept" || s == "upstream" {
		return s, nil
	}
	name, err := hostName(s)
	if err != nil {
		return s, fmt.Errorf(`%w (proxy.host is "kept", "upstream" or a host name)`, err)
	}
	return name, nil
}

// listenAddress is an IP address to bind to.
func listenAddress(s string) (string, error) {
	addr, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil || addr.Zone() != "" {
		return s, fmt.Errorf("%q is not an IP address", s)
	}
	return addr.String(), nil
}

// port accepts a TCP port.
func port(v cty.Value) (cty.Value, error) {
	return v, wholeNumber(v, 1, 65535)
}

func wholeNumber(v cty.Value, low, high int64) error {
	n, accuracy := v.AsBigFloat().Int64()
	if accuracy != big.Exact || n < low || n > high {
		return fmt.Errorf("%s is not a whole number from %d to %d", v.AsBigFloat().Text('f', -1), low, high)
	}
	return nil
}

// redirectCode accepts the codes with which a site can move its clients.
func redirectCode(v cty.Value) (cty.Value, error) {
	codes := []string{"301", "302", "303", "307", "308"}
	text := v.AsBigFloat().Text('f', -1)
	if !slices.Contains(codes, text) {
		return v, fmt.Errorf("%s is not a redirect code (%s)", text, strings.Join(codes, ", "))
	}
	return v, nil
}

// byteSize is a number of bytes with an optional suffix k, m or g.
func byteSize(s string) (string, error) {
	_, err := parseSize(s)
	return s, err
}

var sizePattern = pattern(`^([0-9]{1,12})([kKmMgG]?)$`)

// parseSize gives the size in bytes; suffixes are powers of 1024.
func parseSize(s string) (int64, error) {
	m := sizePattern().FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf(`%q is not a size such as "10m" (k, m or g)`, s)
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0, err
	}
	return n << map[string]uint{"": 0, "k": 10, "m": 20, "g": 30}[strings.ToLower(m[2])], nil
}

var spanPattern = pattern(`^([0-9]{1,6})(s|m|h|d|w|y)$`)

// parseSpan reads a length of time as people write it for headers: "2y" (of
// 365 days), "30d", "1h".
func parseSpan(s string) (time.Duration, error) {
	m := spanPattern().FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf(`%q is not a time such as "2y", "30d", "12h" or "0s"`, s)
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0, err
	}
	day := 24 * time.Hour
	unit := map[string]time.Duration{
		"s": time.Second, "m": time.Minute, "h": time.Hour, "d": day, "w": 7 * day, "y": 365 * day,
	}[m[2]]
	if n > int64(100*365*day/unit) {
		return 0, fmt.Errorf("%q is longer than a hundred years", s)
	}
	return time.Duration(n) * unit, nil
}

// redirectTable checks a map of old path to new path or URL.
func redirectTable(v cty.Value) (cty.Value, error) {
	var mistakes []string
	targets := v.AsValueMap()
	for _, from := range sortedKeys(targets) {
		if err := redirectEntry(from, targets[from]); err != nil {
			mistakes = append(mistakes, err.Error())
		}
	}
	return v, joined(mistakes)
}

func redirectEntry(from string, to cty.Value) error {
	switch {
	case !strings.HasPrefix(from, "/"):
		return fmt.Errorf("the old path %q does not begin with a slash", from)
	case strings.ContainsAny(from, "?#"):
		return fmt.Errorf("the old path %q has a query or fragment; a redirect is chosen by the path alone", from)
	case to.IsNull():
		return fmt.Errorf("the target of %q is null", from)
	}
	if err := redirectTarget(to.AsString()); err != nil {
		return fmt.Errorf("the target of %q: %w", from, err)
	}
	return nil
}

// redirectTarget accepts what may stand in a Location header (RFC 9110
// section 10.2.2): a path of this site or an absolute http or https URL.
func redirectTarget(s string) error {
	u, err := url.Parse(s)
	if err != nil {
		return fmt.Errorf("%q is not a URL: %w", s, err)
	}
	if strings.HasPrefix(s, "//") {
		return fmt.Errorf("%q leaves the site without a scheme; write https:// in front", s)
	}
	if i := strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"<>\\^`{|}", r) }); i >= 0 {
		return fmt.Errorf("%q holds a character at byte %d that a URL writes in its %%XX form", s, i+1)
	}
	if strings.HasPrefix(s, "/") {
		return nil
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return fmt.Errorf("%q is neither a path nor an http:// or https:// URL", s)
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// pattern is a regular expression that is compiled when first asked for.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
