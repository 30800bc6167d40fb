package directives

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Space is a kind of name that one directive defines and another refers to.
type Space string

// The spaces. Names are compared without case where FoldsCase says so.
const (
	Balancers          Space = "balancer"
	Macros             Space = "macro"
	LogFormats         Space = "log format"
	AuthnProviders     Space = "authentication provider"
	AuthzProviders     Space = "authorization provider"
	RewriteMaps        Space = "rewrite map"
	HealthTemplates    Space = "health check template"
	HealthExpressions  Space = "health check expression"
	Variables          Space = "variable"
	OutputFilters      Space = "filter"
	LogModules         Space = "module"
	BalancingAlgorithm Space = "load balancing method"
	Mutexes            Space = "mutex"
	DAVProviders       Space = "DAV provider"
)

// FoldsCase reports whether names of the space are compared without case.
func (s Space) FoldsCase() bool {
	return s == Macros || s == Balancers || s == Variables || s == OutputFilters
}

// Name is a name in a space, with the index of the word it was read from.
type Name struct {
	Space Space
	Text  string
	Arg   int
	// Refused: httpd itself refuses a configuration in which the name is not
	// defined (before this line); otherwise it starts and behaves wrongly.
	Refused bool
}

// definers tell where a directive puts a name: a space and a word's index.
// Source: the manual of httpd 2.4 and the modules named.
var definers = map[string]struct {
	space Space
	arg   int
}{
	"<macro":              {Macros, 0},
	"define":              {Variables, 0},
	"logformat":           {LogFormats, 1},
	"<authnprovideralias": {AuthnProviders, 1},
	"<authzprovideralias": {AuthzProviders, 1},
	"rewritemap":          {RewriteMaps, 0},
	"proxyhctemplate":     {HealthTemplates, 0},
	"proxyhcexpr":         {HealthExpressions, 0},
	"filterdeclare":       {OutputFilters, 0},
	"extfilterdefine":     {OutputFilters, 0},
}

// Defines lists the names that a directive defines.
func Defines(f *Facts, c Call) []Name {
	key := f.key
	words := splitWords(c.Raw)
	if d, ok := definers[key]; ok {
		if d.arg < len(words) && words[d.arg] != "" {
			return []Name{{Space: d.space, Text: words[d.arg], Arg: d.arg}}
		}
		return nil
	}
	if (key == "<proxy" || key == "balancermember") && len(words) > 0 && hasPrefixFold(words[0], "balancer://") {
		return []Name{{Space: Balancers, Text: balancerName(words[0])}}
	}
	return nil
}

// balancerName is the host of balancer://host/path, in small letters.
func balancerName(url string) string {
	host := url[len("balancer://"):]
	if end := strings.IndexAny(host, "/|?"); end >= 0 {
		host = host[:end]
	}
	return strings.ToLower(host)
}

// mapUse finds ${map:key} of mod_rewrite.
var mapUse = lazyRegexp(`\$\{([^}:|]+):`)

// Refers lists the names that the configuration has to define for a directive:
// those of Needs without the providers that a module of the server brings.
func Refers(f *Facts, c Call) []Name {
	return slices.DeleteFunc(Needs(f, c), func(n Name) bool {
		return (n.Space == AuthnProviders || n.Space == AuthzProviders) && Providing(n) != nil
	})
}

// naming are the directives that Needs knows, and of those that Defines knows
// the ones that are not among definers.
var naming = wordSet(`use customlog globallog transferlog authbasicprovider authdigestprovider authformprovider require
	<authnprovideralias <authzprovideralias rewriterule rewritecond mutex addoutputfilterbytype dav proxypass proxypassmatch
	proxypassreverse balancermember proxyset proxyhctemplate loglevel <proxy`)

// Naming reports whether Defines or Needs may have something to say about a
// directive, whatever its arguments.
func Naming(f *Facts) bool {
	key := f.key
	_, defines := definers[key]
	return defines || naming()[key]
}

// Needs lists the names that must be there for a directive, those that a module
// brings along included: see Providing.
func Needs(f *Facts, c Call) []Name {
	words := splitWords(c.Raw)
	switch key := f.key; key {
	case "use":
		return wordName(Macros, words, 0, true)
	case "customlog", "globallog", "transferlog":
		// A format with % in it is no nickname; without a definition the
		// word itself is written to the log.
		if len(words) > 1 && !strings.Contains(words[1], "%") {
			return wordName(LogFormats, words, 1, false)
		}
	case "authbasicprovider", "authdigestprovider", "authformprovider":
		return providerNames(words)
	case "require":
		return requireName(words)
	case "<authnprovideralias":
		return providerNames(words[:min(1, len(words))])
	case "<authzprovideralias":
		return wordName(AuthzProviders, words, 0, true)
	case "rewriterule", "rewritecond":
		return rewriteMapNames(c.Raw)
	case "mutex":
		return mutexNames(words)
	case "addoutputfilterbytype":
		return filterNames(words)
	case "dav":
		return davProvider(words)
	case "proxypass", "proxypassmatch", "proxypassreverse", "balancermember", "proxyset", "proxyhctemplate":
		return proxyNames(key, words)
	case "loglevel":
		return logModules(words)
	}
	return nil
}

// Providing lists the modules of which one is enough for the name to be
// defined; nil for a name that the configuration itself has to define.
func Providing(n Name) []string {
	switch n.Space {
	case AuthnProviders:
		if module, ok := AuthnModule(n.Text); ok {
			return []string{module}
		}
	case AuthzProviders:
		if module, ok := RequireModule(n.Text); ok {
			return []string{module}
		}
	case BalancingAlgorithm:
		return []string{"mod_lbmethod_" + n.Text + ".c"}
	case LogModules:
		if module, ok := FindModule(n.Text); ok {
			return []string{module.Source}
		}
	case OutputFilters:
		if module, ok := filterModules[strings.ToLower(n.Text)]; ok {
			return []string{module}
		}
	case Mutexes:
		return mutexModules[n.Text]
	case DAVProviders:
		if module, ok := davModules[n.Text]; ok {
			return []string{module}
		}
	}
	return nil
}

func wordName(space Space, words []string, arg int, refused bool) []Name {
	if arg >= len(words) || words[arg] == "" {
		return nil
	}
	return []Name{{space, words[arg], arg, refused}}
}

func providerNames(words []string) []Name {
	var names []Name
	for i, word := range words {
		names = append(names, Name{AuthnProviders, word, i, true})
	}
	return names
}

func requireName(words []string) []Name {
	at := 0
	if len(words) > 0 && strings.EqualFold(words[0], "not") {
		at = 1
	}
	return wordName(AuthzProviders, words, at, true)
}

func rewriteMapNames(raw string) []Name {
	w, ok := splitRewrite(raw)
	if !ok {
		return nil
	}
	var names []Name
	for arg, text := range []string{w.first, w.second} {
		for _, match := range mapUse().FindAllStringSubmatch(text, -1) {
			names = append(names, Name{RewriteMaps, match[1], arg, false})
		}
	}
	return names
}

// proxyNames finds balancer:// targets, and the templates and expressions of
// health checks.
func proxyNames(directive string, words []string) []Name {
	var names []Name
	for i, word := range words {
		key, value, _ := strings.Cut(word, "=")
		switch {
		case hasPrefixFold(word, "balancer://") && directive != "balancermember":
			// ProxyPass makes an empty balancer, ProxySet wants one.
			names = append(names, Name{Balancers, balancerName(word), i, directive == "proxyset"})
		case strings.EqualFold(key, "hctemplate"):
			names = append(names, Name{HealthTemplates, value, i, true})
		case strings.EqualFold(key, "hcexpr"):
			names = append(names, Name{HealthExpressions, value, i, true})
		case strings.EqualFold(key, "lbmethod"):
			names = append(names, Name{BalancingAlgorithm, value, i, true})
		}
	}
	return names
}

// logModules are the modules that LogLevel names, as "rewrite", "mod_rewrite.c"
// or "rewrite_module"; the server wants them loaded.
func logModules(words []string) []Name {
	var names []Name
	for i, word := range words {
		if module, _, ok := strings.Cut(word, ":"); ok && module != "" {
			names = append(names, Name{LogModules, module, i, true})
		}
	}
	return names
}

// rewriteUse finds %{…} of mod_rewrite, without nested braces.
var rewriteUse = lazyRegexp(`%\{([^{}]+)\}`)

// VariableProblems lists the %{…} of a RewriteRule or RewriteCond that the
// server does not know and expands to nothing without a word.
func VariableProblems(f *Facts, c Call) []Problem {
	name := f.lower
	w, ok := splitRewrite(c.Raw)
	if !ok || f.Section || name != "rewriterule" && name != "rewritecond" {
		return nil
	}
	text, arg := w.second, 1
	if name == "rewritecond" {
		text, arg = w.first, 0
	}
	var problems []Problem
	for _, match := range rewriteUse().FindAllStringSubmatch(text, -1) {
		if help := RewriteVariableProblem(match[1]); help != "" {
			problems = append(problems, Problem{Arg: arg, Kind: Value, Silent: true,
				Message: f.Name + " uses %{" + match[1] + "}, which mod_rewrite does not know: it is always empty",
				Help:    strings.ToUpper(help[:1]) + help[1:]})
		}
	}
	return problems
}

// lazyRegexp is a regular expression that is compiled when first asked for.
func lazyRegexp(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
