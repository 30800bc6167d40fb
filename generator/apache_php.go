package generator

import (
	"fmt"
	"regexp"
	"strings"
)

// php runs the scripts of a place, where its section or the virtual host before it
// does not do so already. Conditions look at the file that the request has been
// mapped to, so only scripts that are there are run, whatever names a client makes
// up; the front controller is a handler of the place like any other, and nothing
// changes the path, which would lead out of the place.
func (a apacheAt) php() []apacheItem {
	p := a.place.PHP
	same := func(other *Place) bool {
		return p.same(other.PHP) && other.Root.Value == a.place.Root.Value && other.Alias.Value == a.place.Alias.Value
	}
	if p == nil || !a.differs(same) {
		return nil
	}
	here := a.outsideLater(same)
	file := "-f %{REQUEST_FILENAME}"
	if !p.PathInfo {
		file += " && -z %{PATH_INFO}"
	}
	script := fmt.Sprintf("%s && %%{REQUEST_FILENAME} =~ m#%s#", file, a.scriptFile())
	static := fmt.Sprintf("%s && !(%%{REQUEST_FILENAME} =~ m#%s#) && !(%%{REQUEST_METHOD} in {'GET','HEAD'})", "-f %{REQUEST_FILENAME} && -z %{PATH_INFO}", a.scriptFile())
	out := about("Scripts that are there. What a client has made up must not be run.",
		a.when(script+here, a.handler(nil)...))
	if p.Front.Value != "" {
		missing := "!((-f %{REQUEST_FILENAME} || -d %{REQUEST_FILENAME}) && -z %{PATH_INFO})" +
			" && !(%{REQUEST_URI} =~ m#" + expressionPattern(p.scriptPattern()) + "#)"
		var directories []string
		for _, own := range p.Fronts {
			directories = append(directories, regexp.QuoteMeta(own.Directory))
		}
		elsewhere := ""
		if directories != nil {
			elsewhere = " && !(%{REQUEST_URI} =~ m#^(?:" + expressionPattern(strings.Join(directories, "|")) + ")#)"
		}
		out = append(out, about("The front controller answers for paths without a file.", a.when(missing+elsewhere+here, a.handler(&p.Front)...))...)
		for i, own := range p.Fronts {
			within := " && %{REQUEST_URI} =~ m#^" + expressionPattern(directories[i]) + "#"
			out = append(out, a.when(missing+within+here, a.handler(&Text{own.Script, p.Front.Range})...))
		}
	}
	return append(out, about("Files are read, not written to.", a.when(static+here, ap("Redirect", "405", "/")))...)
}

// readDirectories refuses to write to a directory for which a file answers that is
// no script: httpd would look for the file only for those who read. It does so
// behind access, as nginx does.
func (a apacheAt) readDirectories() []apacheItem {
	p := a.place
	same := func(other *Place) bool {
		return p.PHP.same(other.PHP) && other.Methods == nil && other.Root.Value == p.Root.Value && other.Alias.Value == p.Alias.Value && sameTexts(other.Index, p.Index)
	}
	if p.PHP == nil || p.Methods != nil || !a.choosesFiles() || !a.differs(same) {
		return nil
	}
	script, err := regexp.Compile(p.PHP.script())
	if err != nil {
		return nil
	}
	var scripts string
	var answers []string
	for _, name := range p.Index {
		file := "-f '%{REQUEST_FILENAME}/" + expressionText(name.Value) + "'"
		if script.MatchString("/" + name.Value) {
			scripts += "!" + file + " && "
			continue
		}
		answers = append(answers, scripts+file)
	}
	if answers == nil {
		return nil
	}
	condition := "!(%{REQUEST_METHOD} in {'GET','HEAD'}) && -d %{REQUEST_FILENAME} && (" + strings.Join(answers, " || ") + ")"
	return about("A directory is read, not written to, where a file answers for it.", a.when(condition+a.outsideLater(same), ap("Redirect", "405", "/")))
}

// scriptFile matches the files of the scripts that are run.
func (a apacheAt) scriptFile() string {
	pattern, anchored := strings.CutPrefix(a.place.PHP.script(), "^")
	if anchored {
		return "^" + expressionPattern(regexp.QuoteMeta(a.place.Root.Value)) + pattern
	}
	return pattern
}

// when is an <If> section, which httpd merges behind all others.
func (a apacheAt) when(condition string, items ...apacheItem) apacheItem {
	return apBlock(items, "If", a.w.word(condition))
}

// outsideLater is the condition that a request is in none of the later sections that
// are not the same.
func (a apacheAt) outsideLater(same func(*Place) bool) string {
	var patterns []string
	for _, r := range a.later {
		if !same(&r.Place) {
			patterns = append(patterns, r.expression())
		}
	}
	if patterns == nil {
		return ""
	}
	return " && !(%{REQUEST_URI} =~ m#" + expressionPattern(strings.Join(patterns, "|")) + "#)"
}

// handler gives a request to the other program: the script that was asked for, or
// another one in its place.
func (a apacheAt) handler(script *Text) []apacheItem {
	p := a.place.PHP
	out := []apacheItem{
		ap("SetHandler", a.w.word("proxy:"+apacheURL(&p.Link, nil))),
		ap("CGIPassAuth", "On"),
		ap("Header", a.answered(), "unset", accel),
		// Otherwise SCRIPT_FILENAME begins with the address of the other program.
		ap("ProxyFCGIBackendType", "GENERIC"),
		wholeBody,
	}
	set := func(name string, value apacheWord) {
		out = append(out, ap("ProxyFCGISetEnvIf", "true", apacheWord(name), value))
	}
	root := a.w.expression(a.place.Root.Value)
	if !a.whole() && a.differs(func(p *Place) bool { return p.Root.Value == a.place.Root.Value }) {
		set("DOCUMENT_ROOT", root)
	}
	if script != nil {
		set("SCRIPT_FILENAME", a.w.expression(a.place.Root.Value+script.Value))
		set("SCRIPT_NAME", a.w.expression(script.Value))
		out = append(out, ap("ProxyFCGISetEnvIf", "true", "!PATH_INFO"), ap("ProxyFCGISetEnvIf", "true", "!PATH_TRANSLATED"))
	}
	if v := p.Versioned; v != nil && script == nil {
		out = append(out, ap("ProxyFCGISetEnvIf", `"-n reqenv('`+versionedVariable+`')"`, "SCRIPT_NAME", a.w.expression(v.Script)))
	}
	for _, h := range p.Params {
		set(h.Name, a.w.expression(h.Value))
	}
	return out
}

// versionedVariable tells that the script of versioned files is asked.
const versionedVariable = "padlock_versioned"

// versioned are files under names that change with them, and the script that makes those
// which are not there. What would end the parameter is escaped, as nginx does.
func (a apacheAt) versioned(apacheWord) []apacheItem {
	if a.place.PHP == nil || a.place.PHP.Versioned == nil || !a.place.onFiles() {
		return nil
	}
	v := a.place.PHP.Versioned
	if !a.route.concerns("^"+v.Directory) || a.route != nil && a.route.Kind == Exact {
		return nil
	}
	file := a.w.testString(a.place.Root.Value+v.Directory, "$1")
	rule := func(to apacheWord, flags apacheWord, conditions ...apacheItem) []apacheItem {
		if a.route != nil {
			conditions = append(conditions, ap("RewriteCond", "%{REQUEST_URI}", a.w.rewriteWord(a.route.expression())))
		}
		return append(conditions, ap("RewriteRule", a.w.rewriteWord(v.pattern()), to, flags))
	}
	return about("Files under names that change with them.", append(
		rule(file, "[L]", plainPath, ap("RewriteCond", file, "-f")),
		rule(a.w.testString(a.place.Root.Value+v.Script, "?"+v.Parameter+"=$1"), `"[B= #%&+;?,L,QSA,E=`+versionedVariable+`:1]"`)...)...)
}

// wholeBody has a body of unknown length taken whole before it is passed on: FastCGI
// tells the length first, and of one that httpd has not seen the end of, nothing
// arrives (measured: every other chunked request on 2.4.68, 2.4.69 and 2.4.71).
var wholeBody = ap("SetEnv", "proxy-sendcl", "1")

// closed denies the paths of the application that nobody gets.
func (a apacheAt) closed() []apacheItem {
	if a.place.PHP == nil || a.route != nil && a.route.Kind == Exact {
		return nil
	}
	var out []apacheItem
	deny := func(c Closed) {
		out = append(out, about(c.Why, apBlock([]apacheItem{ap("Require", "all", "denied")}, "LocationMatch", a.w.word(a.route.within(c.Pattern))))...)
	}
	for _, c := range a.place.PHP.Closed {
		if a.route.concerns(c.Pattern) {
			deny(c)
		}
	}
	deny(Closed{a.place.PHP.notRun(), "Other scripts are neither run nor shown."})
	return out
}
