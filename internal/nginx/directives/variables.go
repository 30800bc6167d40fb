package directives

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed variables.tsv
var variablesData string

// Variable is one that modules provide by themselves.
type Variable struct {
	Name string
	// Prefix tells that every longer name that begins with Name exists.
	Prefix bool
	// Changeable tells that set, map and the like may define it anew; another
	// is refused as "the duplicate … variable".
	Changeable bool
	// Foreign tells that a module by others provides it.
	Foreign bool
	// Since is the first version that has it, "" for before 1.1.0.
	Since string
}

// variables by "http" or "stream" and name.
var variables = sync.OnceValue(func() map[[2]string]Variable {
	all := map[[2]string]Variable{}
	for _, r := range rows(variablesData, 4) {
		flags := strings.Fields(r[2])
		all[[2]string{r[0], r[1]}] = Variable{Name: r[1], Since: r[3],
			Prefix: slices.Contains(flags, "prefix"), Changeable: slices.Contains(flags, "changeable"), Foreign: slices.Contains(flags, "foreign")}
	}
	return all
})

// protocolOf is the half of the variables that a context uses; mail has none.
func protocolOf(context Context) string {
	switch {
	case context&(HTTP|Server|Location|Upstream|ServerIf|LocationIf|LimitExcept) != 0:
		return "http"
	case context&(Stream|StreamServer|StreamUpstream) != 0:
		return "stream"
	}
	return ""
}

// FindVariable finds the variable that modules provide under a name (without
// "$") in a context. Names are compared without regard to case, as the server
// does. Captures ($1 to $9) and what a configuration defines are not among
// them.
func FindVariable(name string, context Context) (Variable, bool) {
	name = strings.ToLower(name)
	protocol := protocolOf(context)
	if v, ok := variables()[[2]string{protocol, name}]; ok && !v.Prefix {
		return v, true
	}
	for i := len(name); i > 0; i-- {
		if name[i-1] != '_' {
			continue
		}
		if v, ok := variables()[[2]string{protocol, name[:i]}]; ok && v.Prefix {
			return v, true
		}
	}
	return Variable{}, false
}

// HasVariable tells whether the target itself provides a variable.
func (t Target) HasVariable(name string, context Context) bool {
	v, ok := FindVariable(name, context)
	return ok && (v.Since == "" || atLeast(t.Version, v.Since))
}

// VariableNames are the names (and, with "_" at the end, prefixes) that a
// context has, sorted; for suggestions.
func VariableNames(context Context) []string {
	var all []string
	for key := range variables() {
		if key[0] == protocolOf(context) {
			all = append(all, key[1])
		}
	}
	slices.Sort(all)
	return all
}

// VariableUse is a variable within a value.
type VariableUse struct {
	// Name is without "$" and braces.
	Name string
	// Start and End are the bytes of the value that it takes up.
	Start, End int
}

// Variables finds the variables in a value: $name and ${name}. Captures such
// as $1 are among them. A "$" that begins no variable is left out.
func Variables(value string) []VariableUse {
	var uses []VariableUse
	for i := 0; i < len(value); i++ {
		if value[i] != '$' {
			continue
		}
		start := i
		i++
		braces := i < len(value) && value[i] == '{'
		if braces {
			i++
		}
		from := i
		for i < len(value) && (isAlnum(value[i]) || value[i] == '_') {
			i++
		}
		name := value[from:i]
		switch {
		case name == "" || braces && (i == len(value) || value[i] != '}'):
			i--
			continue
		case !braces && name[0] >= '1' && name[0] <= '9':
			// A capture is one digit; what follows is text.
			name, i = name[:1], from+1
		}
		if !braces {
			i--
		}
		uses = append(uses, VariableUse{name, start, i + 1})
	}
	return uses
}

//go:embed definitions.tsv
var definitionsData string

// definitions are the arguments that name the variable a directive defines:
// the position, or -1 for the last.
var definitions = sync.OnceValue(func() map[string]int {
	all := map[string]int{}
	for _, r := range rows(definitionsData, 2) {
		n, _ := parseNumber(r[1])
		all[r[0]] = int(n)
		if r[1] == "last" {
			all[r[0]] = -1
		}
	}
	for name, d := range table() {
		for i := range d.Forms {
			if strings.HasPrefix(d.Forms[i].reader, "ndk_set_var") {
				all[name] = 0
			}
		}
	}
	return all
})

// Defines tells which argument of a directive names a variable that it
// defines; false when it defines none by an argument. Named captures of
// regular expressions define variables too: see RegexArguments.
func Defines(u Use) (argument int, ok bool) {
	argument, ok = definitions()[u.Name]
	if argument < 0 {
		argument = len(u.Arguments) - 1
	}
	return argument, ok && argument >= 0 && argument < len(u.Arguments) && strings.HasPrefix(u.Arguments[argument], "$")
}

// RegexArguments are the arguments of a directive that are regular
// expressions, without the mark ("~", "~*") that some have in front. Their
// named groups define variables, and all their groups $1 to $9.
func RegexArguments(u Use) map[int]string {
	found := map[int]string{}
	n := len(u.Arguments)
	switch u.Name {
	case "location":
		if n == 2 && (u.Arguments[0] == "~" || u.Arguments[0] == "~*") {
			found[1] = u.Arguments[1]
		} else if n == 1 && strings.HasPrefix(u.Arguments[0], "~") {
			found[0] = strings.TrimPrefix(u.Arguments[0][1:], "*")
		}
	case "server_name", "valid_referers":
		for i, name := range u.Arguments {
			if strings.HasPrefix(name, "~") {
				found[i] = name[1:]
			}
		}
	case "rewrite", "fastcgi_split_path_info":
		if n > 0 {
			found[0] = u.Arguments[0]
		}
	case "if":
		for i := 1; i+1 < n; i++ {
			if strings.TrimPrefix(strings.TrimSuffix(u.Arguments[i], "*"), "!") == "~" {
				value := u.Arguments[i+1]
				if i+2 == n {
					value = strings.TrimSuffix(value, ")")
				}
				found[i+1] = value
			}
		}
	case "gzip_disable":
		for i, arg := range u.Arguments {
			if arg != "msie6" {
				found[i] = arg
			}
		}
	case "proxy_redirect", "proxy_cookie_domain", "proxy_cookie_path", "proxy_cookie_flags":
		if n > 1 && strings.HasPrefix(u.Arguments[0], "~") {
			found[0] = strings.TrimPrefix(u.Arguments[0][1:], "*")
		}
	}
	return found
}
