package directives

import "fmt"

// Kind is the class of a problem; each belongs to one lint rule.
type Kind uint8

// The kinds.
const (
	// Unknown: no module has the directive.
	Unknown Kind = iota + 1
	// Misplaced: the directive exists, but not in this context.
	Misplaced
	// Arguments: wrong number of arguments, or block instead of ";" or the
	// other way round.
	Arguments
	// Value: an argument is not of the type the directive takes.
	Value
	// Unloaded: the module is not loaded, or comes with NGINX Plus only.
	Unloaded
	// Version: the target is too old for it, or no longer has it.
	Version
	// Deprecated: the target accepts it with a warning.
	Deprecated
)

// String names the kind.
func (k Kind) String() string {
	names := [...]string{"", "unknown", "misplaced", "arguments", "value", "unloaded", "version", "deprecated"}
	if int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Problem is one thing the server would refuse or warn about.
type Problem struct {
	Kind Kind
	// Argument counts from 0; -1 is the directive's name or the whole of it.
	Argument int
	// Message says what is wrong, Help what is accepted.
	Message string
	Help    string
	// Suggestion is the text that could stand in its place; "" for none.
	Suggestion string
}

// Use is a directive as it stands in a configuration.
type Use struct {
	Name string
	// Arguments are the values after quotes and escapes are resolved.
	Arguments []string
	// Block tells that "{" follows instead of ";".
	Block   bool
	Context Context
}

// Judge says what the target holds against a directive by itself: name,
// place, arguments and values. It finds nothing in what the target accepts.
// The first problem other than Deprecated is the one the server stops at.
//
// Where it is not known which of several contexts a fragment belongs to, the
// context may be their union: the directive is then good if it is good in one
// of them.
func (t Target) Judge(u Use) []Problem {
	if u.Context&(u.Context-1) == 0 {
		return t.judgeIn(u)
	}
	var best []Problem
	for _, single := range Contexts() {
		if u.Context&single == 0 {
			continue
		}
		in := u
		in.Context = single
		problems := t.judgeIn(in)
		if len(problems) == 0 || problems[0].Kind == Deprecated {
			return problems
		}
		// What is wrong where it may stand says more than where it may not.
		if best == nil || best[0].Kind == Misplaced {
			best = problems
		}
	}
	if best[0].Kind == Unknown || best[0].Kind == Misplaced {
		_, problem := t.form(u)
		return []Problem{*problem}
	}
	return best
}

// judgeIn is Judge for a single context.
func (t Target) judgeIn(u Use) []Problem {
	form, problem := t.form(u)
	if problem != nil {
		return []Problem{*problem}
	}
	if problem := checkShape(u, form); problem != nil {
		return []Problem{*problem}
	}
	problems := append(Check(form, u), t.parameterProblems(u)...)
	if form.Deprecated != "" && atLeast(t.Version, form.Deprecated) {
		problems = append(problems, deprecation(u.Name, form, t))
	}
	return problems
}

// form finds the form that the target uses, or says why there is none.
func (t Target) form(u Use) (*Form, *Problem) {
	if f, ok := t.Find(u.Name, u.Context); ok {
		return f, nil
	}
	d, ok := Lookup(u.Name)
	if !ok {
		return nil, unknown(u.Name, u.Context, t)
	}
	var taken Context
	var here *Form
	for i := range d.Forms {
		f := &d.Forms[i]
		if t.Takes(f) {
			taken |= f.Contexts
		}
		if f.Contexts&u.Context != 0 {
			here = f
		}
	}
	switch {
	case taken != 0 && here == nil:
		return nil, misplaced(u.Name, u.Context, taken)
	case here == nil:
		here = &d.Forms[0]
	}
	return nil, t.absent(u.Name, here)
}

func unknown(name string, context Context, t Target) *Problem {
	p := &Problem{Kind: Unknown, Argument: -1, Message: fmt.Sprintf("unknown directive %q", name)}
	if p.Suggestion = t.Suggest(name, context); p.Suggestion != "" {
		p.Help = fmt.Sprintf("Did you mean %q?", p.Suggestion)
	} else {
		p.Help = "No module of nginx that is known here has this directive; check its spelling, or load the module that provides it."
	}
	return p
}

func misplaced(name string, context, allowed Context) *Problem {
	return &Problem{Kind: Misplaced, Argument: -1,
		Message: fmt.Sprintf("%q is not allowed in %s", name, context),
		Help:    fmt.Sprintf("It may stand in: %s.", allowed)}
}

// absent says why the target does not have a form that would stand here.
func (t Target) absent(name string, f *Form) *Problem {
	p := &Problem{Kind: Version, Argument: -1}
	switch {
	case f.IsGone(t.Version):
		p.Message = fmt.Sprintf("%q was removed in nginx %s", name, f.Until)
		p.Help = useInstead(f.Instead)
	case !f.hasCome(t.Version):
		p.Message = fmt.Sprintf("%q needs nginx %s, the target is %s", name, f.Since, t.Version)
		p.Help = "Remove it, or raise the target version."
	case f.Set == Plus:
		p.Kind = Unloaded
		p.Message = fmt.Sprintf("%q is a directive of NGINX Plus", name)
		p.Help = "The open-source server does not have it."
	default:
		p.Kind = Unloaded
		p.Message = fmt.Sprintf("%q belongs to the dynamic module %s, which is not loaded", name, f.File)
		p.Help = fmt.Sprintf("Add \"load_module modules/%s;\" at the top of the main file.", f.File)
	}
	return p
}

// checkShape judges block against semicolon and the number of arguments, in
// the order in which the server does.
func checkShape(u Use, f *Form) *Problem {
	switch {
	case f.Block && !u.Block:
		return &Problem{Kind: Arguments, Argument: -1, Message: fmt.Sprintf("%q has no opening \"{\"", u.Name),
			Help: "It is a block: its contents stand in { … }."}
	case !f.Block && u.Block:
		return &Problem{Kind: Arguments, Argument: -1, Message: fmt.Sprintf("%q is not terminated by \";\"", u.Name),
			Help: "It takes arguments only, not a block."}
	case !f.Arity.Allows(len(u.Arguments)):
		return &Problem{Kind: Arguments, Argument: -1,
			Message: fmt.Sprintf("invalid number of arguments in %q: %d", u.Name, len(u.Arguments)),
			Help:    fmt.Sprintf("It takes %s.", f.Arity)}
	}
	return nil
}

func deprecation(name string, f *Form, t Target) Problem {
	p := Problem{Kind: Deprecated, Argument: -1, Message: fmt.Sprintf("%q is deprecated since nginx %s", name, f.Deprecated)}
	if f.Ignored != "" && atLeast(t.Version, f.Ignored) {
		p.Message = fmt.Sprintf("%q has no effect since nginx %s", name, f.Ignored)
	}
	p.Help = useInstead(f.Instead)
	return p
}
