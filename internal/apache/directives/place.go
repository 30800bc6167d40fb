package directives

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Place is where a directive stands.
type Place struct {
	// Enclosing are the names of the sections around it, outermost first and
	// without brackets ("VirtualHost", "Directory"), compared without case.
	// Sections that vanish while reading (IfModule, IfDefine, Macro …) may be
	// named or left out.
	Enclosing []string
	// AccessFile is true in a .htaccess file.
	AccessFile bool
	// Override is what AllowOverride permits in an AccessFile. Zero means
	// that it is not known, and counts as All.
	Override Override
}

// sectionEffect is what a section does to the directives in it.
type sectionEffect struct {
	// inside: its body is directory-like.
	inside bool
	// as is the kind of ancestor that a directive may refuse.
	as refused
	// authOnly: only directives of class AuthConfig (seen on 2.4.71: "Options
	// not allowed in <RequireAll> context").
	authOnly bool
	// plain: directives that are never allowed in .htaccess count as well.
	plain bool
}

var sectionEffects = map[string]sectionEffect{
	"virtualhost":        {as: refuseVirtualHost},
	"directory":          {inside: true, as: refuseDirectory},
	"directorymatch":     {inside: true, as: refuseDirectory},
	"location":           {inside: true, as: refuseLocation},
	"locationmatch":      {inside: true, as: refuseLocation},
	"files":              {inside: true, as: refuseFiles},
	"filesmatch":         {inside: true, as: refuseFiles},
	"if":                 {inside: true, as: refuseFiles},
	"elseif":             {inside: true, as: refuseFiles},
	"else":               {inside: true, as: refuseFiles},
	"proxy":              {inside: true, as: refuseProxy},
	"proxymatch":         {inside: true, as: refuseProxy},
	"limit":              {inside: true, as: refuseLimit},
	"limitexcept":        {inside: true, as: refuseLimit},
	"authnprovideralias": {inside: true, authOnly: true, plain: true},
	"authzprovideralias": {inside: true, authOnly: true, plain: true},
	"requireall":         {inside: true, as: refuseLimit, authOnly: true},
	"requireany":         {inside: true, as: refuseLimit, authOnly: true},
	"requirenone":        {inside: true, as: refuseLimit, authOnly: true},
}

// effectOf is what a section does, without regard to case.
func effectOf(section string) sectionEffect {
	if effect, ok := effectsAsked.Load(section); ok {
		return effect.(sectionEffect)
	}
	effect, ok := sectionEffects[strings.ToLower(section)]
	if ok {
		effectsAsked.Store(section, effect)
	}
	return effect
}

// effectsAsked are the sectionEffects by the spellings that have been asked for.
var effectsAsked sync.Map

// Transparent reports whether a section leaves no trace in the server's tree:
// when its condition holds, its body is read as if it stood outside.
func Transparent(section string) bool {
	switch strings.ToLower(section) {
	case "ifmodule", "ifdefine", "ifversion", "iffile", "ifdirective", "ifsection", "macro":
		return true
	}
	return false
}

// RawBody reports whether the text inside a section is not configuration
// (Lua, Perl, a macro's template) and must be copied as it stands.
func RawBody(section string) bool {
	name := strings.ToLower(section)
	return name == "macro" || name == "perl" || strings.HasPrefix(name, "luahook") || name == "luaquickhandler"
}

// Allowed reports whether the directive may stand there. When it may not,
// reason completes the sentence "X is not allowed here: …".
func (f *Facts) Allowed(p Place) (ok bool, reason string) {
	inside := slices.ContainsFunc(p.Enclosing, func(s string) bool {
		return effectOf(s).inside
	})
	switch {
	case p.AccessFile:
		return f.allowedInAccessFile(p)
	case inside && !f.Inside && !f.ExecOnRead && !(f.inProxy && encloses(p, "Proxy")) && !(f.inProxy && encloses(p, "ProxyMatch")):
		return false, "it belongs " + f.outsidePlaces()
	case !inside && !f.Outside:
		return false, "it belongs inside " + f.insidePlaces()
	}
	return f.allowedByAncestors(p)
}

func (f *Facts) allowedInAccessFile(p Place) (bool, string) {
	allowed := p.Override
	if allowed == 0 {
		allowed = OverrideAll
	}
	switch {
	case f.Overrides == 0 || f.refused&refuseAccessFile != 0:
		return false, "it cannot be used in .htaccess files"
	case f.Overrides&allowed == 0:
		return false, "in .htaccess it needs AllowOverride " + strings.Join(f.Overrides.Names(), " or ")
	}
	return f.allowedByAncestors(p)
}

// allowedByAncestors applies what the directive's own function refuses. The
// server looks at every enclosing section, not only at the innermost.
func (f *Facts) allowedByAncestors(p Place) (bool, string) {
	if owner := onlyInside(f); owner != "" && !encloses(p, owner) {
		return false, "it belongs inside <" + owner + ">"
	}
	if outsideDomain()[f.lower] && encloses(p, "MDomainSet") {
		return false, "it cannot occur within <MDomainSet>"
	}
	for _, section := range p.Enclosing {
		effect := effectOf(section)
		class := f.Overrides&OverrideAuthConfig != 0 || effect.plain && f.Overrides == 0
		if effect.as&f.refused != 0 || effect.authOnly && !class {
			return false, fmt.Sprintf("it cannot occur within <%s>", section)
		}
	}
	return true, ""
}

// onlyInside names the section that alone may hold the directive; these few
// are decided by their own functions (core and mod_md of httpd 2.4.71).
func onlyInside(f *Facts) string {
	switch f.lower {
	case "mdmember", "mdcertificatefile", "mdcertificatekeyfile":
		return "MDomainSet"
	case "serveralias":
		return "VirtualHost"
	}
	return ""
}

// outsideDomain are the directives of mod_md that speak of all domains and that
// <MDomainSet> refuses. Source: 2.4.71, each tried.
var outsideDomain = wordSet(`mdactivationdelay mdbaseserver mdchallengedns01version mdmatchnames mdmessagecmd mdnotifycmd
	mdomain mdportmap mdretrydelay mdretryfailover mdstoredir mdstorelocks mdinitialdelay mdcheckinterval`)

func encloses(p Place, section string) bool {
	return slices.ContainsFunc(p.Enclosing, func(s string) bool { return strings.EqualFold(s, section) })
}

func (f *Facts) outsidePlaces() string {
	if f.refused&refuseVirtualHost != 0 {
		return "in the server config"
	}
	return "in the server config or a <VirtualHost>"
}

func (f *Facts) insidePlaces() string {
	var names []string
	for _, s := range []struct {
		name string
		bit  refused
	}{{"<Directory>", refuseDirectory}, {"<Location>", refuseLocation}, {"<Files>", refuseFiles}} {
		if f.refused&s.bit == 0 {
			names = append(names, s.name)
		}
	}
	if len(names) == 0 {
		return "a section"
	}
	return strings.Join(names, ", ")
}

// Contexts lists the manual's words for the places where the directive may
// stand: "server config", "virtual host", "directory", ".htaccess".
func (f *Facts) Contexts() []string {
	var contexts []string
	for _, c := range []struct {
		name  string
		place Place
	}{
		{"server config", Place{}},
		{"virtual host", Place{Enclosing: []string{"VirtualHost"}}},
		{"directory", Place{Enclosing: []string{"Directory"}}},
		{"location", Place{Enclosing: []string{"Location"}}},
		{"files", Place{Enclosing: []string{"Files"}}},
		{"proxy", Place{Enclosing: []string{"Proxy"}}},
		{".htaccess", Place{AccessFile: true}},
	} {
		if ok, _ := f.Allowed(c.place); ok {
			contexts = append(contexts, c.name)
		}
	}
	return contexts
}
