package generator

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Text is a string of the description together with where it was written, so
// that whoever finds it unusable can say so at its place.
type Text struct {
	Value string
	Range hcl.Range
}

// maxText bounds every string, in bytes. nginx reads a word through a buffer
// of 4,096 bytes (ngx_conf_file.c, NGX_CONF_BUFFER) and Linux refuses longer
// paths, so a longer value could not work on either server.
const maxText = 4000

// checkLines is checkText, line by line where several are allowed.
func checkLines(v cty.Value, several bool) error {
	if !several || v.Type() != cty.String {
		return checkText(v)
	}
	for line := range strings.SplitSeq(v.AsString(), "\n") {
		if err := checkString(line); err != nil {
			return err
		}
	}
	return nil
}

// checkText refuses, anywhere within a value, what no server can be given: a
// line break or NUL, invalid UTF-8, or a text longer than maxText.
func checkText(v cty.Value) error {
	var found error
	// Walk only fails when the callback does, and this one never does.
	_ = cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) {
		if found == nil && v.Type() == cty.String && !v.IsNull() {
			found = checkString(v.AsString())
		}
		return found == nil, nil
	})
	if found == nil && (v.Type().IsMapType() || v.Type().IsObjectType()) {
		for key := range v.AsValueMap() {
			if err := checkString(key); err != nil {
				return err
			}
		}
	}
	return found
}

func checkString(s string) error {
	if len(s) > maxText {
		return fmt.Errorf("the text is %d bytes long; the servers take at most %d", len(s), maxText)
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("the text is not valid UTF-8")
	}
	if i := strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\t' }); i >= 0 {
		r, _ := utf8.DecodeRuneInString(s[i:])
		return fmt.Errorf("the text contains the control character %U (byte %d), which cannot stand in a server's configuration", r, i+1)
	}
	return nil
}

// sentence gives a message a capital first letter and a full stop.
func sentence(s string) string {
	if s == "" {
		return s
	}
	r, size := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[size:]
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "?") {
		s += "."
	}
	return s
}

// sentenceOn is sentence, but leaves the name of an attribute as it is
// written.
func sentenceOn(name, s string) string {
	if strings.HasPrefix(s, name) {
		return name + strings.TrimPrefix(sentence("x"+strings.TrimPrefix(s, name)), "X")
	}
	return sentence(s)
}
