package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Log says where and how requests and errors are written down.
type Log struct {
	// Access and Error are files; empty is one in the directory of the platform that
	// is named after the site.
	Access, Error Text
	// Off tells that requests are not written down.
	Off bool
	// Level is the mildest error that is written down: one of logLevels.
	Level string
	// Format is "combined", "json" or a text of its own, see logFields.
	Format Text
	// Skip are paths whose requests are not written down: whole paths, or
	// directories with a slash at the end.
	Skip []Text `json:",omitempty"`
	// Buffer collects that many bytes before they are written (nginx); 0 writes at
	// once.
	Buffer int64
	Range  hcl.Range `json:"-"`
}

// logLevels are those that both servers know, by nginx's names; Apache's "trace1"
// to "trace8" have no counterpart.
var logLevels = []string{"debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"}

var logBlock = &block{
	Name: "log",
	Doc:  "Where and how requests and errors are written down.",
	Attributes: []attribute{
		{Name: "access", Type: cty.String, Check: check(logFile), Example: `"/var/log/web/example.com.log"`, Default: "a file of the site in the platform's directory", Doc: `File of the requests; "off" writes none.`},
		{Name: "error", Type: cty.String, Check: check(absolutePath), Example: `"/var/log/web/example.com.errors.log"`, Default: "a file of the site in the platform's directory", Doc: "File of the errors."},
		{Name: "level", Type: cty.String, Check: oneOf(logLevels...), Default: "warn", Doc: "The mildest errors written down."},
		{Name: "format", Type: cty.String, Check: check(logFormat), Example: `"json"`, Default: "combined",
			Doc: "combined; json, one object on a line; or a text with {" + strings.Join(logFieldNames(), "}, {") + "}."},
		{Name: "skip", Type: cty.List(cty.String), Check: check(skippedPath), Example: `["/healthz", "/static/"]`, Doc: "Paths that are not written down; with a slash at the end, all below."},
		{Name: "buffer", Type: cty.String, Check: check(byteSize), Example: `"64k"`, Needs: []capability{capBufferedLog}, Doc: "Collect so many bytes before they are written (nginx)."},
	},
}

func logFile(s string) (string, error) {
	if s == "off" {
		return s, nil
	}
	return absolutePath(s)
}

// logField is what a line of the log can hold, as each server writes it.
type logField struct {
	name, nginx, apache string
	// number tells that JSON needs no quotes.
	number bool
	// foreign fields hold what clients wrote.
	foreign bool
}

// logFields are the fields of formats, in the order in which json has them.
var logFields = []logField{
	{name: "time", nginx: "$time_iso8601", apache: `%{%Y-%m-%dT%H:%M:%S%z}t`},
	{name: "client", nginx: "$remote_addr", apache: "%a"},
	{name: "user", nginx: "$remote_user", apache: "%u", foreign: true},
	{name: "method", nginx: "$request_method", apache: "%m", foreign: true},
	{name: "host", nginx: "$host", apache: "%{Host}i", foreign: true},
	{name: "uri", nginx: "$request_uri", apache: "%U%q", foreign: true},
	{name: "protocol", nginx: "$server_protocol", apache: "%H"},
	{name: "status", nginx: "$status", apache: "%>s", number: true},
	{name: "bytes", nginx: "$body_bytes_sent", apache: "%B", number: true},
	{name: "referer", nginx: "$http_referer", apache: "%{Referer}i", foreign: true},
	{name: "agent", nginx: "$http_user_agent", apache: "%{User-Agent}i", foreign: true},
	{name: "tls", nginx: "$ssl_protocol", apache: "%{SSL_PROTOCOL}x"},
}

func logFieldNames() []string {
	names := make([]string, len(logFields))
	for i, f := range logFields {
		names[i] = f.name
	}
	return names
}

var logFieldPattern = pattern(`\{([^{}]*)\}`)

// logFormat accepts the names of formats, and a text with fields.
func logFormat(s string) (string, error) {
	if s == "combined" || s == "json" {
		return s, nil
	}
	fields := logFieldPattern().FindAllStringSubmatch(s, -1)
	for _, field := range fields {
		if !slices.Contains(logFieldNames(), field[1]) {
			return s, fmt.Errorf("a log has no field {%s}%s; there are {%s}", field[1], didYouMean(field[1], logFieldNames()), strings.Join(logFieldNames(), "}, {"))
		}
	}
	if len(fields) == 0 {
		return s, fmt.Errorf(`%q is neither "combined" nor "json", nor a text with a field such as {uri}%s`, s, didYouMean(s, []string{"combined", "json"}))
	}
	return s, nil
}

func skippedPath(s string) (string, error) {
	if !strings.HasPrefix(s, "/") || strings.ContainsAny(s, "?#") {
		return s, fmt.Errorf("%q is not a path such as \"/healthz\", or \"/static/\" for all below", s)
	}
	return s, nil
}

func decodeLog(l *layer) Log {
	g := Log{
		Access: l.text("access", ""), Error: l.text("error", ""), Level: l.text("level", "warn").Value,
		Format: l.text("format", "combined"), Skip: l.texts("skip"), Range: l.where(),
	}
	if g.Access.Value == "off" {
		g.Access.Value, g.Off = "", true
	}
	if size, ok := l.setting("buffer"); ok {
		g.Buffer, _ = parseSize(size.Value.AsString())
	}
	return g
}

// logPath is a file of the log, as described or named after the site.
func (s *Site) logPath(described Text, directory, ending string) Text {
	if described.Value != "" {
		return described
	}
	return Text{directory + "/" + plainName(s.Name.Value) + ending, s.Name.Range}
}

// skipPattern is the pattern of the paths that are not written down; empty if all
// are.
func (g *Log) skipPattern() string {
	var patterns []string
	for _, path := range g.Skip {
		m := Match{Kind: Exact, Path: path}
		if strings.HasSuffix(path.Value, "/") {
			m.Kind = Prefix
		}
		patterns = append(patterns, m.expression())
	}
	return strings.Join(patterns, "|")
}

// logText is a format with its fields as a server writes them, and the rest kept
// from meaning anything.
func logText(format string, field func(logField) string, rest func(string) string) string {
	var out strings.Builder
	last := 0
	for _, at := range logFieldPattern().FindAllStringSubmatchIndex(format, -1) {
		out.WriteString(rest(format[last:at[0]]))
		name := format[at[2]:at[3]]
		out.WriteString(field(logFields[slices.IndexFunc(logFields, func(f logField) bool { return f.name == name })]))
		last = at[1]
	}
	return out.String() + rest(format[last:])
}

// jsonFormat is the format of one object a line.
func jsonFormat() string {
	var parts []string
	for _, f := range logFields {
		if f.name == "user" {
			continue // httpd cannot say it in JSON
		}
		part := fmt.Sprintf(`"%s":"{%s}"`, f.name, f.name)
		if f.number {
			part = fmt.Sprintf(`"%s":{%s}`, f.name, f.name)
		}
		parts = append(parts, part)
	}
	return "\x00" + strings.Join(parts, ",") + "\x01"
}

// braces puts the outer braces of jsonFormat in, which are no fields.
var braces = strings.NewReplacer("\x00", "{", "\x01", "}")

func (c *checker) log(s *Site) {
	if s.Log.Buffer > 0 && !c.abilities.need(capBufferedLog, s.Log.Range, "log.buffer") {
		s.Log.Buffer = 0
	}
	if s.Log.Format.Value == "json" {
		c.abilities.need(capJSONLog, s.Log.Format.Range, "log.format = json")
	}
}

func (a nginxAt) logs() []nginxItem {
	s := a.host.site
	g, dir := &s.Log, a.target.Platform.Nginx.LogDir
	access := ng("access_log", "off")
	if !g.Off {
		access.Args = []nginxWord{a.w.evaluated("", s.logPath(g.Access, dir, ".access.log"), "")}
		if format := a.logFormat(); format != "" {
			access.Args = append(access.Args, format)
		} else if g.Buffer > 0 || len(g.Skip) > 0 {
			access.Args = append(access.Args, "combined")
		}
		if g.Buffer > 0 {
			access.Args = append(access.Args, nginxWord(fmt.Sprintf("buffer=%d", g.Buffer)), "flush=5s")
		}
		if pattern := g.skipPattern(); pattern != "" {
			variable := "$padlock_logged_" + s.slug()
			a.around.add(variable, ngBlock([]nginxItem{ng("default", "1"), ng(string(a.w.word("~"+pattern, g.Skip[0])), "0")}, "map", "$uri", nginxWord(variable)))
			access.Args = append(access.Args, nginxWord("if="+variable))
		}
	}
	return []nginxItem{access, ng("error_log", a.w.plain(s.logPath(g.Error, dir, ".error.log")), nginxWord(g.Level))}
}

// logFormat is the name of the format, which is defined once for the site.
func (a nginxAt) logFormat() nginxWord {
	s := a.host.site
	text, escape := s.Log.Format.Value, nginxWord("escape=default")
	switch text {
	case "combined":
		return ""
	case "json":
		text, escape = jsonFormat(), "escape=json"
	}
	name := nginxWord("padlock_" + s.slug())
	format := logText(text, func(f logField) string { return f.nginx }, func(rest string) string {
		if strings.Contains(rest, "$") {
			a.w.dollar = true
		}
		return strings.ReplaceAll(rest, "$", "${"+nginxDollar+"}")
	})
	a.around.add(string(name), ng("log_format", name, escape, a.w.word(braces.Replace(format), s.Log.Format)))
	return name
}

func (a apacheAt) logs() []apacheItem {
	s := a.host.site
	g, dir := &s.Log, a.target.Platform.Apache.LogDir
	var out []apacheItem
	if !g.Off {
		format, safe := a.logFormat()
		out = append(safe, ap("CustomLog", a.w.plain(s.logPath(g.Access, dir, ".access.log")), format))
		if pattern := g.skipPattern(); pattern != "" {
			last := &out[len(out)-1]
			last.Args = append(last.Args, a.w.unless("%{REQUEST_URI}", pattern))
		}
	}
	out = append(out, ap("ErrorLog", a.w.plain(s.logPath(g.Error, dir, ".error.log"))))
	if g.Level != "warn" {
		out = append(out, ap("LogLevel", apacheWord(g.Level)))
	}
	return out
}

// logFormat is the format, and what makes it safe: httpd writes bytes outside ASCII
// as \xNN, which JSON does not know, so of what clients wrote only the part before
// them is logged.
func (a apacheAt) logFormat() (apacheWord, []apacheItem) {
	s := a.host.site
	text := s.Log.Format.Value
	percent := func(rest string) string {
		return formatEscapes.Replace(rest)
	}
	switch text {
	case "combined":
		return "combined", nil
	case "json":
		text = jsonFormat()
	default:
		return a.w.word(logText(text, func(f logField) string { return f.apache }, percent)), nil
	}
	var safe []apacheItem
	for _, f := range logFields {
		if !f.foreign {
			continue
		}
		if condition, ok := jsonConditions[f.name]; ok {
			safe = append(safe, ap("SetEnvIfExpr", apacheWord(`"`+condition+`"`), apacheWord("padlock_log_"+f.name+"=$1")))
		}
	}
	format := logText(text, func(f logField) string {
		if f.foreign {
			return "%{padlock_log_" + f.name + "}e"
		}
		return f.apache
	}, percent)
	return a.w.word(braces.Replace(format)), about("JSON knows no bytes outside ASCII as httpd writes them: what clients wrote is logged up to the first.", safe...)
}

// jsonSafe are the characters that both JSON and httpd write as they are, jsonURI
// those without the space at which a URI ends.
const (
	jsonSafe = `([\x20\x21\x23-\x5b\x5d-\x7e]*)`
	jsonURI  = `([\x21\x23-\x5b\x5d-\x7e]*)`
)

// jsonConditions find the part of each foreign field that is logged.
var jsonConditions = map[string]string{
	"method":  "%{REQUEST_METHOD} =~ m#^" + jsonSafe + "#",
	"host":    "%{HTTP_HOST} =~ m#^" + jsonSafe + "#",
	"uri":     `%{THE_REQUEST} =~ m#^\S+ (?=\S)` + jsonURI + "#",
	"referer": "%{HTTP_REFERER} =~ m#^" + jsonSafe + "#",
	"agent":   "%{HTTP_USER_AGENT} =~ m#^" + jsonSafe + "#",
}
