package generator

import (
	"regexp"
	"strings"
)

// apacheWord is one argument of an Apache directive, quoted as the file needs
// it. Templates print values of this type, and no strings.
type apacheWord string

// apacheDollar is a defined name that stands for a dollar sign. httpd expands
// ${NAME} everywhere, inside quotes too, from definitions and from its
// environment; it does not look at the result again (util.c, ap_resolve_env).
const apacheDollar = "padlock_dollar"

// apacheWords makes words.
type apacheWords struct {
	// dollar tells that apacheDollar is used and must be defined.
	dollar bool
}

// plain is a word for a directive that takes its argument as it stands.
func (w *apacheWords) plain(t Text) apacheWord {
	return w.word(t.Value)
}

// directory is the argument of <Directory>, where * ? and [ are wildcards.
func (w *apacheWords) directory(t Text) apacheWord {
	return w.word(strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(t.Value))
}

// pattern is a regular expression that matches one path and nothing else.
func (w *apacheWords) pattern(t Text) apacheWord {
	return w.word("^" + regexp.QuoteMeta(t.Value) + "$")
}

// substitution is the target of a RewriteRule, where $ and % begin back
// references and a backslash takes their meaning away.
func (w *apacheWords) substitution(s string) apacheWord {
	return w.word(strings.NewReplacer(`\`, `\\`, `$`, `\$`, `%`, `\%`).Replace(s))
}

func (w *apacheWords) word(s string) apacheWord {
	if strings.Contains(s, "${") {
		w.dollar = true
		s = strings.ReplaceAll(s, "${", "${"+apacheDollar+"}{")
	}
	return apacheWord(quoteApache(s))
}

// quoteApache writes s so that httpd reads it as one word. Inside double
// quotes only the quote and the backslash are special (util.c,
// ap_getword_conf).
func quoteApache(s string) string {
	if s != "" && strings.Trim(s, apacheBare) == "" {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// apacheBare are the characters that never need quotes.
const apacheBare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@+,=*"
