package apache

import (
	"fmt"
	"path"
	"strings"

	"padlock/internal/source"
)

// execute does what directives do that httpd executes while it reads. It
// tells whether the line was one of them.
func (s *stream) execute(at line, c command, stored int32) bool {
	name := strings.ToLower(c.bare())
	if c.kind() == Section {
		return s.executeSection(at, name, c, stored)
	}
	if s.e.options.Context == Htaccess {
		return false
	}
	switch name {
	case "define", "undefine", "serverroot", "loadmodule", "loadfile", "luaauthzprovider",
		"include", "includeoptional", "use", "undefmacro", "macroignorebadnesting", "macroignoreemptyargs", "defaultruntimedir":
	default:
		return false
	}
	s.item(at, onRead, stored)
	args := words(c.args)
	switch name {
	case "define":
		s.define(args)
	case "undefine":
		if len(args) == 1 && s.e.config.variables.undefine(args[0].Value, s.e.condition < 0) {
			s.e.version++
		}
	case "serverroot":
		s.serverRoot(args)
	case "loadmodule":
		s.loadModule(args)
	case "include", "includeoptional":
		s.include(at, args, name == "includeoptional")
	case "use":
		s.use(at, args)
	case "undefmacro":
		s.undefMacro(at, args)
	}
	return true
}

func (s *stream) executeSection(at line, name string, c command, stored int32) bool {
	if kind, ok := conditionKinds[name]; ok {
		s.item(at, onRead, stored)
		s.conditional(at, kind, c)
		return true
	}
	if s.e.options.Context == Htaccess {
		return false
	}
	switch bodyOf(name) {
	case template:
		s.item(at, onRead, stored)
		s.defineMacro(at, c)
		return true
	case foreign:
		s.item(at, onRead, stored)
		s.skipForeign(at, name)
		return true
	}
	if name == "virtualhost" {
		s.leaveVirtualHost()
	}
	return false
}

func (s *stream) define(args []Word) {
	if len(args) == 0 || len(args) > 2 || strings.Contains(args[0].Value, ":") {
		return
	}
	var value *string
	if len(args) == 2 {
		value = &args[1].Value
	}
	if s.e.config.variables.define(args[0].Value, value, s.e.certain(IfDefine, args[0].Value)) {
		s.e.version++
	}
}

func (s *stream) serverRoot(args []Word) {
	if len(args) != 1 {
		return
	}
	if root := s.e.path(args[0].Value); root != s.e.root {
		s.e.root = root
		s.e.version++
	}
}

// certain tells that the line being read is read for sure, or if not, that
// what it brings about is there already: <IfModule !mod_x.c> around LoadModule
// x_module, <IfDefine !X> around Define X.
func (e *evaluator) certain(kind ConditionKind, subject string) bool {
	for _, c := range e.config.conditionsAt(e.condition) {
		if c.Kind != kind || !c.Negated || c.Subject != subject {
			return false
		}
	}
	return true
}

// loadModule records a module.
func (s *stream) loadModule(args []Word) {
	if len(args) != 2 {
		return
	}
	s.e.config.hasLoadModule = true
	sure := s.e.certain(IfModule, ModuleSource(args[0].Value))
	if s.e.config.modules.load(args[0].Value, sure) {
		s.e.version++
	}
}

// path makes a path absolute: relative ones start at ServerRoot.
func (e *evaluator) path(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join("/", e.root, name)
}

// skipForeign passes over a body in another language.
func (s *stream) skipForeign(at line, name string) {
	end := "</" + name
	for {
		inner, ok := s.next()
		if !ok && s.e.stopped {
			return
		}
		if !ok {
			s.e.problem(at, "syntax-error", source.Error, fmt.Sprintf("<%s> is not closed.", name), fmt.Sprintf("Add </%s>.", name))
			return
		}
		if strings.HasPrefix(strings.ToLower(s.text(inner).s), end) {
			return
		}
	}
}

// undefined reports a variable without a value, once for each place.
func (e *evaluator) undefined(at line, name string, r source.Range) {
	span := e.config.frames[at.frame].tree.File.Span(r)
	if e.unknown[span] {
		return
	}
	e.unknown[span] = true
	d := source.Diagnostic{
		Rule:     "variable-unknown",
		Severity: source.Warning,
		Message:  fmt.Sprintf("The variable %s is not defined at this point: Apache leaves ${%s} in the text as it stands.", name, name),
		Help:     fmt.Sprintf("Add \"Define %s value\" before this line, or set it in the server's environment (Debian: envvars).", name),
		Subject:  span,
	}
	if !e.environmentKnown {
		d.Severity = source.Info
		d.Message = fmt.Sprintf("The variable %s is not defined in this configuration: unless the server's environment sets it, Apache leaves ${%s} in the text as it stands.", name, name)
	}
	e.report(at.frame, d)
}
