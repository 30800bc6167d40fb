package apache

import (
	"strings"

	"padlock/internal/source"
)

// variables are the names that ${NAME} and <IfDefine> know.
type variables struct {
	values      map[string]string // by lower-case name
	defined     map[string]Truth  // exact names; absent: not defined so far
	environment map[string]string
	// flagsKnown: the -D options are known, so that what is not defined is
	// known to be undefined.
	flagsKnown bool
}

func newVariables(defines, environment map[string]string) variables {
	v := variables{
		values:      map[string]string{},
		defined:     map[string]Truth{},
		environment: environment,
		flagsKnown:  defines != nil,
	}
	for name, value := range defines {
		v.defined[name] = True
		if value != "" {
			v.values[strings.ToLower(name)] = value
		}
	}
	return v
}

// lookup is ${NAME}: a Define in any case, then the environment.
func (v *variables) lookup(name string) (string, bool) {
	if value, ok := v.values[strings.ToLower(name)]; ok {
		return value, true
	}
	value, ok := v.environment[name]
	return value, ok
}

// define is Define NAME [value]; without a value an earlier one stays.
func (v *variables) define(name string, value *string, sure bool) (changed bool) {
	state := Unknown
	if sure {
		state = True
	}
	if old, ok := v.defined[name]; !ok || old == Unknown && sure {
		v.defined[name] = state
		changed = true
	}
	if value != nil {
		key := strings.ToLower(name)
		if old, ok := v.values[key]; !ok || old != *value {
			v.values[key] = *value
			changed = true
		}
	}
	return changed
}

// undefine is UnDefine NAME: it forgets the define of exactly that name, and
// the value under the name in any case.
func (v *variables) undefine(name string, sure bool) (changed bool) {
	if _, ok := v.defined[name]; ok {
		changed = true
		if sure {
			delete(v.defined, name)
		} else {
			v.defined[name] = Unknown
		}
	}
	if _, ok := v.values[strings.ToLower(name)]; ok && sure {
		delete(v.values, strings.ToLower(name))
		changed = true
	}
	return changed
}

// state answers <IfDefine NAME>: exact case, no environment.
func (v *variables) state(name string) Truth {
	if state, ok := v.defined[name]; ok {
		return state
	}
	if v.flagsKnown {
		return False
	}
	return Unknown
}

// expand puts variables into a line, once from left to right. An undefined one
// stays as it is written and is handed to undefined, with its place; a name
// with a colon is RewriteMap syntax and left alone.
func (v *variables) expand(line text, undefined func(name string, at source.Range)) text {
	if !strings.Contains(line.s, "${") {
		return line
	}
	var b builder
	done := 0
	for i := 0; i+1 < len(line.s); {
		if line.s[i] != '$' || line.s[i+1] != '{' {
			i++
			continue
		}
		length := strings.IndexByte(line.s[i+2:], '}')
		if length < 0 {
			break
		}
		end := i + 2 + length
		name := line.s[i+2 : end]
		value, ok := v.lookup(name)
		if !ok {
			if !strings.Contains(name, ":") {
				undefined(name, line.origin(i, end+1))
			}
			i = end
			continue
		}
		b.copy(line, done, i)
		b.replace(line, i, end+1, value)
		i = end + 1
		done = i
		if len(b.s) > maxExpansion {
			break
		}
	}
	b.copy(line, done, len(line.s))
	return b.text(line.base)
}
