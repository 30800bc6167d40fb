package generator

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// PHP runs the scripts of a place of files by FastCGI.
type PHP struct {
	Link
	// Preset is the application that the scripts are; empty for any.
	Preset string
	// Front is the script that answers for paths without a file; empty for none.
	Front Text
	// Scripts match the paths of scripts that are run; empty for all.
	Scripts string
	// Closed are patterns of paths that nobody gets.
	Closed []Closed
	// PathInfo lets paths go on behind the name of a script.
	PathInfo bool
	// Params are parameters beside the usual ones.
	Params []Header
	// Fronts answer in place of Front for paths of their directories.
	Fronts []Front `json:",omitempty"`
	// Versioned is nil if files are called by their names.
	Versioned *Versioned `json:",omitempty"`
}

// Front is a script that answers for paths without a file in a directory.
type Front struct{ Directory, Script string }

// Closed is a pattern of paths that nobody gets, and why.
type Closed struct{ Pattern, Why string }

// Versioned are the files of a directory that clients call with a version in front,
// which is none of their path; for one that is not there, Script is asked, with the
// rest of the path as a parameter.
type Versioned struct {
	Directory, Version, Script, Parameter string
	// Others are patterns of paths in the directory, without it, that other places have.
	// A version in front must not lead around what these say.
	Others []string
}

// versionExample is a version in a message.
const versionExample = "version123/"

// pattern matches the paths; its group is the path of the file in the directory.
func (v *Versioned) pattern() string {
	version, others := "", ""
	if v.Version != "" {
		version = "(?:" + v.Version + ")?"
	}
	if v.Others != nil {
		others = "(?!" + strings.Join(v.Others, "|") + ")"
	}
	return "^" + regexp.QuoteMeta(v.Directory) + version + others + "(.+)$"
}

// versioned fits the versioned files of a preset to the routes of the site. Where a
// pattern keeps somebody out, nobody can tell what a path without its version is to it,
// so that files are found by their own paths alone.
func (s *Site) versioned() {
	fitted := map[*Versioned]*Versioned{}
	s.anyPlace(func(p *Place) bool {
		if p.PHP == nil || p.PHP.Versioned == nil {
			return false
		}
		v := *p.PHP.Versioned
		if fitted[p.PHP.Versioned] == nil {
			for _, r := range s.Routes {
				rest, within := strings.CutPrefix(r.Path.Value, v.Directory)
				switch {
				case r.Kind == Regex && !r.Access.open():
					v.Version = ""
					s.conflicts = append(s.conflicts, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Files that are not found under their version", Subject: &r.Path.Range,
						Detail: fmt.Sprintf("Not everybody may ask for what %s matches, and with a version in front of a file nobody can tell whether it does. So %s%s… is not served from the file behind the version. Say who may ask by a prefix or an exact path.", r.Path.Value, v.Directory, versionExample)})
				case r.Kind == Prefix && within && rest != "":
					v.Others = append(v.Others, regexp.QuoteMeta(rest))
				case r.Kind == Exact && within && rest != "":
					v.Others = append(v.Others, regexp.QuoteMeta(rest)+"$")
				}
			}
			fitted[p.PHP.Versioned] = &v
		}
		p.PHP.Versioned = fitted[p.PHP.Versioned]
		return false
	})
}

var phpBlock = &block{
	Name:      "php",
	Source:    true,
	OverFiles: true,
	Example:   "php {\n  preset = \"wordpress\"\n  socket = \"/run/php/php8.2-fpm.sock\"\n}",
	Doc:       "Run the PHP scripts below root by PHP-FPM.",
	Attributes: []attribute{
		{Name: "socket", Type: cty.String, Check: check(socketFile), Example: `"/run/php/php8.2-fpm.sock"`, Doc: "Socket of PHP-FPM, such as /run/php/php8.2-fpm.sock."},
		{Name: "address", Type: cty.String, Check: check(destination("fastcgi")), Example: `"127.0.0.1:9000"`, Doc: "Address of PHP-FPM instead of a socket: 127.0.0.1:9000 or upstream.NAME."},
		{Name: "backup", Type: cty.String, Check: check(destination("fastcgi")), Example: `"127.0.0.1:9001"`, Doc: "Another PHP-FPM (address or unix:/path) that is asked when the first does not answer."},
		{Name: "preset", Type: cty.String, Check: oneOf(presetNames...), Doc: "The application: it decides on front, on the scripts that are run and on paths that nobody gets; and, as its documentation asks and where the description says nothing, on max_body (nextcloud: 512m), timeouts (magento: 10m), charset, types, cache, headers and redirects."},
		{Name: "except", Type: cty.List(cty.String), Example: `["debug-log"]`, Doc: "Rules of the preset that do not hold, by name."},
		{Name: "front", Type: cty.String, Check: check(frontScript), Default: "that of the preset", Example: `"/index.php"`, Doc: `Script that answers for paths without a file, such as "/index.php"; "none" for none.`},
		{Name: "no_exec_in", Type: cty.List(cty.String), Check: check(directoryPath), Example: `["/uploads/"]`, Doc: "Directories whose scripts are never run nor shown, such as those of uploads; beside those of the preset."},
		{Name: "path_info", Type: cty.Bool, Default: "false, or as the preset", Example: `true`, Doc: "Let paths go on behind a script: /app.php/more. A route for the script alone does not hold for these."},
		{Name: "params", Type: cty.Map(cty.String), Check: phpParams, Unite: true, Example: `{ APP_ENV = "production" }`, Doc: "FastCGI parameters beside the usual ones."},
		{Name: "max_body", Type: cty.String, Check: check(byteSize), Example: `"64m"`, Doc: "Largest request body, in place of the site's max_body; PHP has limits of its own."},
		timeoutsAttribute,
		accelAttribute,
	},
}

func socketFile(s string) (string, error) {
	_, err := parseDestination("unix:"+strings.TrimPrefix(s, "unix:"), "fastcgi")
	return strings.TrimPrefix(s, "unix:"), err
}

var scriptPath = pattern(`^(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)+\.php$`)

func frontScript(s string) (string, error) {
	if s != "none" && !scriptPath().MatchString(s) {
		return s, fmt.Errorf(`%q is neither "none" nor the path of a script such as "/index.php"`, s)
	}
	return s, nil
}

// directoryPath is a directory of the site, with its slashes.
func directoryPath(s string) (string, error) {
	m, err := parseMatch(Text{Value: s})
	if err == nil && m.Kind != Prefix {
		err = fmt.Errorf("%q is not a directory; write it with a slash at both ends", s)
	}
	return s, err
}

var paramName = pattern(`^[A-Za-z_][A-Za-z0-9_]*$`)

// fixedParams are parameters that decide what is run and who asks.
var fixedParams = []string{"SCRIPT_FILENAME", "SCRIPT_NAME", "DOCUMENT_ROOT", "PATH_INFO", "REMOTE_ADDR", "REQUEST_METHOD", "CONTENT_LENGTH"}

func phpParams(v cty.Value) (cty.Value, error) {
	var mistakes []string
	values := v.AsValueMap()
	for _, name := range sortedKeys(values) {
		switch {
		case !paramName().MatchString(name):
			mistakes = append(mistakes, fmt.Sprintf("%q is not the name of a parameter", name))
		case slices.Contains(fixedParams, name):
			mistakes = append(mistakes, name+" is decided by the server")
		case values[name].IsNull():
			mistakes = append(mistakes, fmt.Sprintf("the value of %s is null", name))
		}
	}
	return v, joined(mistakes)
}

func decodePHP(l *layer) (*PHP, hcl.Diagnostics) {
	if l == nil {
		return nil, nil
	}
	to := l.text("address", "")
	if s, ok := l.setting("socket"); ok {
		to = Text{"unix:" + s.Value.AsString(), s.Range}
	}
	p := &PHP{
		Link:   Link{To: decodeDestination(to, "fastcgi"), Timeouts: decodeTimeouts(l)},
		Preset: l.text("preset", "").Value,
		Params: l.pairs("params"),
	}
	p.decodeAccel(l)
	preset, diags := p.chosen(l)
	p.PathInfo = l.flag("path_info", preset.PathInfo)
	p.Front = l.text("front", cmp.Or(preset.Front, "none"))
	if p.Front.Value == "none" {
		p.Front.Value = ""
	}
	if p.Front.Value == preset.Front {
		p.Fronts = preset.Fronts
	}
	p.Scripts, p.Versioned = preset.Scripts, preset.Versioned
	if p.Timeouts.Read == 0 {
		p.Timeouts.Read = preset.Read
	}
	known := map[string]bool{}
	for _, dir := range append(texts(preset.NoExecIn), l.texts("no_exec_in")...) {
		if known[dir.Value] {
			continue
		}
		known[dir.Value] = true
		p.Closed = append(p.Closed, Closed{"^" + regexp.QuoteMeta(dir.Value) + "(?i:.*" + scriptFiles + ")", "Uploaded scripts are neither run nor shown."})
	}
	for _, rule := range preset.Closed {
		p.Closed = append(p.Closed, Closed{rule.pattern, rule.why})
	}
	p.Params = append(preset.Params, p.Params...)
	if backup := l.text("backup", ""); backup.Value != "" && p.To.Address != "" {
		p.To = withBackup(p.To, decodeDestination(backup, "fastcgi"))
	}
	return p, diags
}

// scriptFiles matches the end of names that PHP, or a server with other settings,
// would take for scripts.
const scriptFiles = `\.(?:php[0-9]?|phps|phtml|phar)(?:/|$)`

// chosen is the preset without the rules that are excepted.
func (p *PHP) chosen(l *layer) (phpPreset, hcl.Diagnostics) {
	preset := phpPresets[p.Preset]
	var known []string
	for _, rule := range preset.Closed {
		known = append(known, rule.name)
	}
	var diags hcl.Diagnostics
	for _, name := range l.texts("except") {
		if !slices.Contains(known, name.Value) {
			at := name.Range
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unknown rule of a preset", Subject: &at,
				Detail: fmt.Sprintf("The preset %q has no rule %q%s It has %s.", p.Preset, name.Value, orStop(didYouMean(name.Value, known)), quotedList(known))})
			continue
		}
		preset.Closed = slices.DeleteFunc(slices.Clone(preset.Closed), func(r presetRule) bool { return r.name == name.Value })
	}
	return preset, diags
}

// withBackup makes an upstream of two addresses, with a name made of both, so that
// all places with the same share it.
func withBackup(first, second Destination) Destination {
	member := Member{Address: first.Address, Weight: 1, MaxFails: 1, FailTimeout: defaultFailTimeout}
	spare := member
	spare.Address, spare.Backup = second.Address, true
	first.Upstream = &Upstream{
		Name: Text{socketHost("php-" + first.Address + "-" + second.Address), first.Range}, Balance: "round_robin",
		Servers: []Member{member, spare}, Unsupported: unsupportedError, Range: first.Range,
	}
	return first
}

func texts(list []string) []Text {
	var out []Text
	for _, s := range list {
		out = append(out, Text{Value: s})
	}
	return out
}

// pairs are the elements of a map of texts, in the order of their names.
func (l *layer) pairs(name string) []Header {
	s, ok := l.setting(name)
	if !ok {
		return nil
	}
	var out []Header
	values := s.Value.AsValueMap()
	for _, key := range sortedKeys(values) {
		out = append(out, Header{Name: key, Value: values[key].AsString()})
	}
	return out
}

// same tells that two places run the same scripts in the same way.
func (p *PHP) same(other *PHP) bool {
	if p == nil || other == nil {
		return p == other
	}
	return p.To.same(&other.To) && p.Timeouts == other.Timeouts && p.Accel == other.Accel && p.Front.Value == other.Front.Value &&
		p.Scripts == other.Scripts && slices.Equal(p.Closed, other.Closed) && p.PathInfo == other.PathInfo && slices.Equal(p.Params, other.Params) &&
		slices.Equal(p.Fronts, other.Fronts) && p.Versioned == other.Versioned
}

// script matches the paths of scripts that are run.
func (p *PHP) script() string { return cmp.Or(p.Scripts, `\.php$`) }

// scriptPattern is the same with paths that go on behind a script, where they may.
func (p *PHP) scriptPattern() string {
	if p.PathInfo {
		return strings.TrimSuffix(p.script(), "$") + "(?:/|$)"
	}
	return p.script()
}

// otherScripts matches what looks like a script. Where paths cannot go on behind
// one, those that do are paths like any other.
func (p *PHP) otherScripts() string {
	if p.PathInfo {
		return "(?i:" + scriptFiles + ")"
	}
	return "(?i:" + strings.TrimSuffix(scriptFiles, "(?:/|$)") + "$)"
}

// notRun matches what looks like a script and is none of those that are run.
func (p *PHP) notRun() string {
	return "^(?!.*?(?:" + p.scriptPattern() + "))(?:.*?" + p.otherScripts() + ")"
}
