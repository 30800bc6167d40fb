package syntax

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	apachefacts "padlock/internal/apache/directives"
	"padlock/internal/nginx"
	"padlock/internal/nginx/check"
	nginxfacts "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/linter/rule"
)

//go:embed variable-unknown.md
var variableUnknownText string

// VariableUnknown finds variables that nothing defines. nginx refuses them,
// Apache leaves the text as it stands or puts nothing in its place.
var VariableUnknown = &rule.Rule{
	ID:       "variable-unknown",
	Title:    "The variable is not defined",
	Severity: source.Error,
	Servers:  rule.Both,
	Category: category,
	Since:    "0.1.0",
	References: []string{
		"https://nginx.org/en/docs/varindex.html",
		"https://httpd.apache.org/docs/2.4/mod/mod_rewrite.html#rewritecond",
	},
	Text: variableUnknownText,
	Check: func(p *rule.Pass) {
		if p.Nginx != nil {
			unknownVariables(p)
			reportAgainst(p, (*check.Subject).Variables)
			return
		}
		// In a part of a configuration the variable may come from the rest.
		if !p.Fragment {
			p.Forward(nil)
		}
		p.OnApache(func(d *rule.ApacheDirective) { emptyVariable(p, d) }, "RewriteRule", "RewriteCond")
	},
}

// evaluated are the directives of http in whose arguments nginx looks for
// variables while it reads the configuration, by the first such argument. Read
// off nginx 1.30.6, which was given an unknown variable in each argument of each
// directive.
var evaluated = map[int]string{
	0: `access_log alias auth_basic auth_basic_user_file charset early_hints expires fastcgi_bind fastcgi_cache
		fastcgi_cache_bypass fastcgi_cache_key fastcgi_limit_rate fastcgi_no_cache fastcgi_pass fastcgi_store
		grpc_bind grpc_pass grpc_ssl_certificate grpc_ssl_certificate_key grpc_ssl_name hash if index limit_conn_zone
		limit_rate limit_rate_after limit_req_zone map memcached_bind proxy_bind proxy_cache proxy_cache_bypass
		proxy_cache_key proxy_cookie_domain proxy_cookie_flags proxy_cookie_path proxy_limit_rate proxy_method
		proxy_no_cache proxy_pass proxy_redirect proxy_set_body proxy_ssl_certificate proxy_ssl_certificate_key
		proxy_ssl_name proxy_store root scgi_bind scgi_cache scgi_cache_bypass scgi_cache_key scgi_limit_rate
		scgi_no_cache scgi_pass scgi_store secure_link secure_link_md5 source_charset split_clients ssl_certificate
		ssl_certificate_key sub_filter try_files uwsgi_bind uwsgi_cache uwsgi_cache_bypass uwsgi_cache_key
		uwsgi_limit_rate uwsgi_no_cache uwsgi_pass uwsgi_ssl_certificate uwsgi_ssl_certificate_key uwsgi_ssl_name
		uwsgi_store`,
	1: `add_header add_trailer auth_request_set fastcgi_param grpc_set_header log_format proxy_set_header return
		rewrite scgi_param set uwsgi_param`,
}

// variables is what is known of the variables of a configuration's http part.
type variables struct {
	pass    *rule.Pass
	defined map[string]bool // in small letters
	known   map[string]bool // by the server itself
	uses    []variableUse
	// unsure: something may define variables that nobody here knows of.
	unsure bool
}

type variableUse struct {
	node  *nginx.Node
	at    source.Range
	name  string
	place nginxfacts.Context
}

func unknownVariables(p *rule.Pass) {
	if !p.Complete {
		return
	}
	v := &variables{pass: p, defined: map[string]bool{}, known: map[string]bool{}}
	first := map[string]int{}
	for i, names := range evaluated {
		for name := range strings.FieldsSeq(names) {
			first[name] = i
		}
	}
	p.OnNginx(func(d *rule.NginxDirective) {
		if d.InData() {
			v.entry(d)
			return
		}
		v.define(d)
		if i, ok := first[d.Name]; ok && d.Within("http") != nil {
			v.use(d, i)
		}
	})
	p.OnEnd(v.report)
}

// entry is a line of a map: its key may define variables by named groups, its
// value may use some.
func (v *variables) entry(d *rule.NginxDirective) {
	if d.Parent.Name != "map" {
		return
	}
	if strings.HasPrefix(d.Name, "~") {
		v.groups(d.Name)
	}
	if d.Name != "include" && d.Within("http") != nil {
		for i := range d.Args() {
			v.useArgument(d, i, nginxfacts.HTTP)
		}
	}
}

func (v *variables) define(d *rule.NginxDirective) {
	if _, ok := nginxfacts.Lookup(d.Name); !ok {
		v.unsure = true
		return
	}
	if d.Name == "load_module" && !knownModules()[path.Base(d.Arg(0))] {
		v.unsure = true
		return
	}
	if argument, ok := nginxfacts.Defines(d.Use()); ok {
		v.defined[strings.ToLower(strings.TrimPrefix(d.Arg(argument), "$"))] = true
	}
	switch d.Name {
	case "location", "server_name", "rewrite", "if", "valid_referers", "fastcgi_split_path_info", "proxy_redirect":
		for _, pattern := range nginxfacts.RegexArguments(d.Use()) {
			v.groups(pattern)
		}
	}
}

// groups defines the named groups of a regular expression: (?<name>…),
// (?'name'…) and (?P<name>…).
func (v *variables) groups(pattern string) {
	for {
		i := strings.Index(pattern, "(?")
		if i < 0 {
			return
		}
		pattern = strings.TrimPrefix(pattern[i+2:], "P")
		if pattern == "" || pattern[0] != '<' && pattern[0] != '\'' {
			continue
		}
		if end := strings.IndexAny(pattern[1:], ">'"); end > 0 {
			v.defined[strings.ToLower(pattern[1:1+end])] = true
		}
	}
}

func (v *variables) use(d *rule.NginxDirective, first int) {
	if !slices.ContainsFunc(d.Args(), func(w nginx.Word) bool { return strings.Contains(w.Value, "$") }) {
		return
	}
	patterns := nginxfacts.RegexArguments(d.Use())
	for i := range d.Args() {
		if _, isPattern := patterns[i]; i >= first && !isPattern {
			v.useArgument(d, i, d.Place())
		}
	}
}

func (v *variables) useArgument(d *rule.NginxDirective, i int, place nginxfacts.Context) {
	argument := d.Arg(i)
	if !strings.Contains(argument, "$") {
		return
	}
	for _, use := range nginxfacts.Variables(argument) {
		if isCapture(use.Name) || v.builtIn(use.Name, place) {
			continue
		}
		at := d.ArgumentRange(i)
		// Where no quote or escape stands in between, the variable itself.
		if word := d.Words[i+1]; word.Quote == 0 && word.Range.Len() == len(argument) {
			at = source.Range{Start: at.Start + int32(use.Start), End: at.Start + int32(use.End)}
		}
		v.uses = append(v.uses, variableUse{d.Node, at, use.Name, place})
	}
}

func isCapture(name string) bool { return len(name) == 1 && name[0] >= '0' && name[0] <= '9' }

func (v *variables) builtIn(name string, place nginxfacts.Context) bool {
	known, asked := v.known[name]
	if !asked {
		known = v.pass.NginxTarget.HasVariable(name, place)
		v.known[name] = known
	}
	return known
}

func (v *variables) report() {
	if v.unsure {
		return
	}
	p := v.pass
	for _, use := range v.uses {
		if v.defined[strings.ToLower(use.name)] {
			continue
		}
		f := p.AtNode(use.node, use.at, fmt.Sprintf("unknown variable \"$%s\": nothing defines it, and nginx refuses the configuration", use.name))
		f.Help = "Define it with set or map, or correct its name."
		if near := nginxfacts.Nearest(use.name, v.names(use.place)); near != "" {
			f.Help = fmt.Sprintf("Did you mean $%s?", near)
		}
		p.Report(f)
	}
}

// names are all variables there are, for suggestions.
func (v *variables) names(place nginxfacts.Context) []string {
	names := slices.Clone(nginxfacts.VariableNames(place))
	for name := range v.defined {
		names = append(names, name)
	}
	return names
}

// knownModules are the files of dynamic modules whose variables are known.
var knownModules = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for _, name := range nginxfacts.Names() {
		d, _ := nginxfacts.Lookup(name)
		for i := range d.Forms {
			known[d.Forms[i].File] = true
		}
	}
	return known
})

// emptyVariable finds %{…} that mod_rewrite does not know.
func emptyVariable(p *rule.Pass, d *rule.ApacheDirective) {
	for _, f := range d.Facts() {
		for _, problem := range apachefacts.VariableProblems(f, d.Call()) {
			p.Report(apacheFinding(p, d, problem))
		}
	}
}
