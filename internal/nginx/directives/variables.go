package directives

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"padlock/internal/tsv"
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

// variable reads what variables.tsv has under a name in a protocol.
func variable(protocol, name string) (Variable, bool) {
	key := [2]string{protocol, name}
	if v, ok := variables.Load(key); ok {
		return v.(Variable), true
	}
	for _, r := range rows(tsv.Lines(variablesData, protocol+"\t"+name), 4) {
		flags := strings.Fields(r[2])
		v := Variable{Name: r[1], Since: r[3],
			Prefix: slices.Contains(flags, "prefix"), Changeable: slices.Contains(flags, "changeable"), Foreign: slices.Contains(flags, "foreign")}
		variables.Store(key, v)
		return v, true
	}
	return Variable{}, false
}

// variables are those that have been asked for, by protocol and name.
var variables sync.Map

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
	if v, ok := variable(protocol, name); ok && !v.Prefix {
		return v, true
	}
	for i := len(name); i > 0; i-- {
		if name[i-1] != '_' {
			continue
		}
		if v, ok := variable(protocol, name[:i]); ok && v.Prefix {
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
	for _, r := range rows(tsv.Lines(variablesData, protocolOf(context)), 4) {
		all = append(all, r[1])
	}
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
	return all
})

// Defines tells which argument of a directive names a variable that it
// defines; false when it defines none by an argument. Named captures of
// regular expressions define variables too: see RegexArguments.
func Defines(u Use) (argument int, ok bool) {
	// Most directives have no such argument, which is found out sooner than what
	// they define.
	if !slices.ContainsFunc(u.Arguments, isVariable) {
		return 0, false
	}
	if argument, ok = definitions()[u.Name]; !ok {
		return 0, isVariable(u.Arguments[0]) && definesFirst(u.Name)
	}
	if argument < 0 {
		argument = len(u.Arguments) - 1
	}
	return argument, argument < len(u.Arguments) && isVariable(u.Arguments[argument])
}

func isVariable(argument string) bool { return strings.HasPrefix(argument, "$") }

// definesFirst: what the development kit's functions read, names its variable
// first (ndk_set_var of ngx_devel_kit).
func definesFirst(name string) bool {
	d, ok := Lookup(name)
	return ok && slices.ContainsFunc(d.Forms, func(f Form) bool { return strings.HasPrefix(f.reader, "ndk_set_var") })
}

// RegexArguments are the arguments of a directive that are regular
// expressions, without the mark ("~", "~*") that some have in front. Their
// named groups define variables, and all their groups $1 to $9.
func RegexArguments(u Use) map[int]string {
	var found map[int]string // most directives have none
	add := func(argument int, expression string) {
		if found == nil {
			found = map[int]string{}
		}
		found[argument] = expression
	}
	n := len(u.Arguments)
	switch u.Name {
	case "location":
		if n == 2 && (u.Arguments[0] == "~" || u.Arguments[0] == "~*") {
			add(1, u.Arguments[1])
		} else if n == 1 && strings.HasPrefix(u.Arguments[0], "~") {
			add(0, strings.TrimPrefix(u.Arguments[0][1:], "*"))
		}
	case "server_name", "valid_referers":
		for i, name := range u.Arguments {
			if strings.HasPrefix(name, "~") {
				add(i, name[1:])
			}
		}
	case "rewrite", "fastcgi_split_path_info":
		if n > 0 {
			add(0, u.Arguments[0])
		}
	case "if":
		for i := 1; i+1 < n; i++ {
			if strings.TrimPrefix(strings.TrimSuffix(u.Arguments[i], "*"), "!") == "~" {
				value := u.Arguments[i+1]
				if i+2 == n {
					value = strings.TrimSuffix(value, ")")
				}
				add(i+1, value)
			}
		}
	case "gzip_disable":
		for i, arg := range u.Arguments {
			if arg != "msie6" {
				add(i, arg)
			}
		}
	case "proxy_redirect", "proxy_cookie_domain", "proxy_cookie_path", "proxy_cookie_flags":
		if n > 1 && strings.HasPrefix(u.Arguments[0], "~") {
			add(0, strings.TrimPrefix(u.Arguments[0][1:], "*"))
		}
	}
	return found
}
