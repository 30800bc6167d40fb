package generator

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// nginxWord is one argument of an nginx directive, quoted as the file needs
// it. Templates print values of this type, and no strings.
type nginxWord string

// nginxDollar is the variable that stands for a dollar sign: nginx has no
// escape for one where it evaluates variables.
const nginxDollar = "padlock_dollar"

// maxNginxWord keeps a word within the 4,096 bytes that nginx reads it
// through (ngx_conf_file.c: "too long parameter").
const maxNginxWord = 4000

// nginxWords makes words and collects what cannot be one.
type nginxWords struct {
	// marks tells that words carry their place.
	marks bool
	diags hcl.Diagnostics
	// dollar tells that nginxDollar is used and must be defined.
	dollar bool
}

// marked is a word with its place in the description, if places are wanted.
func (w *nginxWords) marked(word nginxWord, at hcl.Range) nginxWord {
	if !w.marks {
		return word
	}
	return marked(word, at)
}

// plain is a word for a directive that takes its argument as it stands.
func (w *nginxWords) plain(t Text) nginxWord {
	return w.word(t.Value, t)
}

// evaluated is a word for a directive that evaluates variables: a dollar sign
// in the text stays a dollar sign. Prefix and suffix are the template's own
// and may hold variables.
func (w *nginxWords) evaluated(prefix string, t Text, suffix string) nginxWord {
	text := t.Value
	if strings.Contains(text, "$") {
		w.dollar = true
		text = strings.ReplaceAll(text, "$", "${"+nginxDollar+"}")
	}
	return w.word(prefix+text+suffix, t)
}

// fixed is a word for a directive that evaluates variables only in a way that
// changes what it does (ssl_certificate reads the file at every handshake), so
// that a dollar sign is refused.
func (w *nginxWords) fixed(t Text) nginxWord {
	if strings.Contains(t.Value, "$") {
		w.refuse(t, "nginx takes the dollar sign for the start of a variable, and would look for the file at every handshake. Rename the file.")
		return ""
	}
	return w.word(t.Value, t)
}

func (w *nginxWords) word(s string, t Text) nginxWord {
	quoted := quoteNginx(s)
	if len(quoted) > maxNginxWord {
		w.refuse(t, fmt.Sprintf("As an argument it would be %d bytes long; nginx reads at most 4096.", len(quoted)))
	}
	return w.marked(nginxWord(quoted), t.Range)
}

func (w *nginxWords) refuse(t Text, detail string) {
	w.diags = append(w.diags, &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "The text cannot be written for nginx",
		Detail:   detail,
		Subject:  &t.Range,
	})
}

// quoteNginx writes s so that nginx reads it as one word. Inside double quotes a
// backslash is special before a quote, a backslash, t, r and n
// (ngx_conf_read_token).
func quoteNginx(s string) string {
	if s != "" && strings.Trim(s, nginxBare) == "" && !strings.Contains(s, "${") {
		return s
	}
	return quoteWith(s, "\"'\\trn")
}

// quoteWith puts s between double quotes. A backslash is doubled only where the
// server would take it, with what follows, for an escape: patterns stay readable.
func quoteWith(s, escapes string) string {
	var out strings.Builder
	out.Grow(len(s) + 8) // room for the quotes and a few backslashes
	out.WriteByte('"')
	for i := range len(s) {
		if c := s[i]; c == '"' || c == '\\' && (i+1 == len(s) || strings.IndexByte(escapes, s[i+1]) >= 0) {
			out.WriteByte('\\')
		}
		out.WriteByte(s[i])
	}
	out.WriteByte('"')
	return out.String()
}

// nginxBare are the characters that never need quotes.
const nginxBare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+,=*$?&[]"
