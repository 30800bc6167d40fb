package directives

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// checker collects what is wrong with the values of one directive; the server
// stops at the first fault, and so do the checks.
type checker struct {
	name     string
	args     []string
	context  Context
	problems []Problem
	scripts  []int // the arguments that the server expands
}

// fail records a fault of an argument, or of the whole directive with -1.
func (c *checker) fail(argument int, message, help string) {
	c.problems = append(c.problems, Problem{Kind: Value, Argument: argument, Message: message, Help: help})
}

// invalid records that an argument is not what is expected in its place.
func (c *checker) invalid(argument int, help string) {
	c.fail(argument, fmt.Sprintf("invalid value %q in %q", c.args[argument], c.name), help)
}

// suggest adds the nearest of some words to the last fault.
func (c *checker) suggest(words []string) {
	last := &c.problems[len(c.problems)-1]
	if last.Argument >= 0 {
		last.Suggestion = Nearest(c.args[last.Argument], words)
	}
}

func (c *checker) failed() bool { return len(c.problems) > 0 }

// has tells whether an argument begins with a prefix.
func (c *checker) has(prefix string) bool {
	for _, arg := range c.args {
		if strings.HasPrefix(arg, prefix) {
			return true
		}
	}
	return false
}

// script checks that the variables in an argument are well written; whether
// they exist is another question.
func (c *checker) script(argument int) {
	c.scripts = append(c.scripts, argument)
	if fault := scriptError(c.args[argument]); fault != "" {
		c.fail(argument, fmt.Sprintf("invalid variable in %q: %s", c.args[argument], fault),
			"Variables are written $name or ${name}; nginx has no way to write a plain \"$\" here.")
	}
}

// Check judges the values of a directive whose form and number of arguments
// are right. Values that the server evaluates per request are left alone.
func Check(f *Form, u Use) []Problem {
	c := run(f, u)
	problems := c.problems
	c.release()
	return problems
}

// Scripts are the arguments in which the server puts the values of variables,
// in ascending order; what looks like a variable in another argument is plain
// text, or the end of a regular expression. Only of a directive in which Check
// finds no fault they are complete.
func Scripts(f *Form, u Use) []int {
	c := run(f, u)
	scripts := c.scripts
	c.scripts = nil
	c.release()
	slices.Sort(scripts)
	return slices.Compact(scripts)
}

// checkers are used again: nearly every directive of a configuration needs one,
// twice.
var checkers = sync.Pool{New: func() any { return new(checker) }}

func (c *checker) release() {
	*c = checker{scripts: c.scripts[:0]}
	checkers.Put(c)
}

func run(f *Form, u Use) *checker {
	c := checkers.Get().(*checker)
	c.name, c.args, c.context = u.Name, u.Arguments, u.Context
	if s := f.values; s != nil {
		if s.check != nil {
			s.check(c)
		} else {
			s.checkPositions(c)
		}
		return c
	}
	if read, ok := readers[f.reader]; ok && len(c.args) > 0 {
		read(c, f)
	}
	return c
}

// Once tells whether a second such directive in the same block is refused
// with "is duplicate". What the server accepts twice, such as two log files
// or two headers, is false.
func Once(name string, f *Form) bool {
	if s := f.values; s != nil && s.repeat != repeatByReader {
		return s.repeat == repeatOnce
	}
	return onceReaders[f.reader]
}

// onceReaders are the functions of the server that refuse a second value
// (ngx_conf_file.c, ngx_http_script.c, ngx_http_upstream.c).
var onceReaders = map[string]bool{
	"conf_set_flag": true, "conf_set_str": true, "conf_set_num": true, "conf_set_size": true, "conf_set_off": true,
	"conf_set_msec": true, "conf_set_sec": true, "conf_set_bufs": true, "conf_set_enum": true, "conf_set_path": true,
	"conf_set_access": true, "http_set_complex_value": true, "http_set_complex_value_zero": true,
	"http_set_complex_value_size": true, "stream_set_complex_value": true, "stream_set_complex_value_zero": true,
	"stream_set_complex_value_size": true, "http_upstream_bind": true,
}
