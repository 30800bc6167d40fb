package apache

import (
	"regexp"
	"strings"
	"sync"

	"padlock/internal/source"
)

// debianEnvironment is what Debian's /etc/apache2/envvars exports
// (apache2 2.4.71-1~deb12u1). It stands in when nothing is known of the
// environment, since most virtual hosts in the world use ${APACHE_LOG_DIR}.
var debianEnvironment = map[string]string{
	"APACHE_RUN_USER":  "www-data",
	"APACHE_RUN_GROUP": "www-data",
	"APACHE_PID_FILE":  "/var/run/apache2/apache2.pid",
	"APACHE_RUN_DIR":   "/var/run/apache2",
	"APACHE_LOCK_DIR":  "/var/lock/apache2",
	"APACHE_LOG_DIR":   "/var/log/apache2",
	"LANG":             "C",
}

var assignment = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$`)
})

// readEnvironment understands the part of the shell that an envvars file uses:
// assignments, one a line, of quoted or plain words with $NAME and ${NAME}. Of
// alternatives the last one counts, which in Debian's file is the default.
func readEnvironment(file *source.File) map[string]string {
	env := map[string]string{}
	for i := 1; i <= file.LineCount(); i++ {
		if m := assignment().FindSubmatch(file.Line(i)); m != nil {
			env[string(m[1])] = shellWord(string(m[2]), env)
		}
	}
	return env
}

// shellWord is the value of the word that s starts with.
func shellWord(s string, env map[string]string) string {
	var b strings.Builder
	var quote byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == 0 && (isSpace(c) || c == ';' || c == '#' && b.Len() == 0):
			return b.String()
		case c == '\\' && quote != '\'' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case c == '$' && quote != '\'':
			value, length := shellVariable(s[i+1:], env)
			b.WriteString(value)
			i += length
		default:
			b.WriteByte(c)
		}
		if b.Len() > maxExpansion {
			break
		}
	}
	return b.String()
}

// shellVariable is the value of the variable whose name s starts with, and how
// many bytes its name takes. Of ${NAME:-default} the default counts when NAME
// is not set; other forms are empty.
func shellVariable(s string, env map[string]string) (string, int) {
	if strings.HasPrefix(s, "{") {
		end := strings.IndexByte(s, '}')
		if end < 0 {
			return "", len(s)
		}
		name, fallback, _ := strings.Cut(s[1:end], ":-")
		if value, ok := env[name]; ok {
			return value, end + 1
		}
		return fallback, end + 1
	}
	end := 0
	for end < len(s) && (s[end] == '_' || s[end] >= '0' && s[end] <= '9' || s[end]|0x20 >= 'a' && s[end]|0x20 <= 'z') {
		end++
	}
	return env[s[:end]], end
}
