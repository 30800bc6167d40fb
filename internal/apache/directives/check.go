package directives

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is what a problem is about; it decides which rule reports it.
type Kind uint8

// The kinds of problems.
const (
	// Arguments: the number of words, or the shape of the whole line.
	Arguments Kind = iota + 1
	// Value: one word is not what it must be.
	Value
	// Context: the directive may not stand there.
	Context
)

// Problem is something wrong with one directive's arguments or place.
type Problem struct {
	// Arg is the index of the argument meant, or -1 for the whole directive.
	// For a directive that reads its own text it counts the words of Raw.
	Arg  int
	Kind Kind
	// Silent: the server accepts it and then does not do what it says.
	Silent bool
	// Message says what is wrong, Help what to do; Help may be empty.
	Message, Help string
	// Suggestion is the text to put in the argument's place, or empty.
	Suggestion string
}

// Call is a directive as it stands in a file.
type Call struct {
	// Args are its words without quotes, as the server's reader splits them,
	// with variables and macro parameters already replaced.
	Args []string
	// Raw is the text after the name with white space around it removed; for
	// a section without the closing ">" and what follows that.
	Raw   string
	Place Place
}

// checker is one directive's own check of a call that has the right number of
// arguments.
type checker func(c Call) []Problem

// CheckPlace says whether any of the directives of one name may stand there.
// Of several modules' facts one is enough.
func CheckPlace(facts []*Facts, place Place) []Problem {
	reason := ""
	for _, f := range facts {
		ok, why := f.Allowed(place)
		if ok {
			return nil
		}
		if reason == "" {
			reason = why
		}
	}
	if len(facts) == 0 {
		return nil
	}
	return []Problem{{Arg: -1, Kind: Context, Message: facts[0].Title() + " is not allowed here: " + reason}}
}

// Check judges a directive's arguments as the server would: first their
// number, then each value. Where an argument still has an undefined ${…} in
// it, its value is not judged.
func Check(f *Facts, c Call) []Problem {
	if f.Section {
		return checkSection(f, c)
	}
	if f.Form == Flag {
		return checkFlag(f, c)
	}
	if problems := checkCount(f, c); problems != nil {
		return problems
	}
	c.Args = iterated(f.Form, c.Args)
	if f.Origin != HTTPD {
		return nil
	}
	name := f.lower
	problems := checkTypes(f, name, c)
	if own := checkers[name]; own != nil {
		problems = append(problems, own(c)...)
	}
	return judgeable(problems, c)
}

// iterated is what the module sees of the words of an iterating form: the
// server stops at the first empty one.
func iterated(form Form, args []string) []string {
	if form == Iterate || form == Iterate2 {
		if end := slices.Index(args, ""); end >= 0 {
			return args[:end]
		}
	}
	return args
}

// judgeable drops problems of values that are not known yet.
func judgeable(problems []Problem, c Call) []Problem {
	var kept []Problem
	for _, p := range problems {
		unknown := strings.Contains(c.Raw, "${")
		if p.Arg >= 0 && p.Arg < len(c.Args) {
			unknown = strings.Contains(c.Args[p.Arg], "${")
		}
		if p.Kind != Value || !unknown {
			kept = append(kept, p)
		}
	}
	return kept
}

// checkCount does what invoke_cmd of httpd 2.4 does before it calls the
// module: an empty word counts as missing where one is required. Of the words
// that ITERATE2 goes through, even the first may be empty.
func checkCount(f *Facts, c Call) []Problem {
	least, greatest := f.Form.Count()
	given := len(c.Args)
	missing, filled := given < least, least
	if f.Form == Iterate2 {
		filled = 1
	}
	for i := range min(filled, given) {
		missing = missing || c.Args[i] == ""
	}
	if f.Form == Iterate || f.Form == Iterate2 {
		greatest = Unlimited
	}
	if !missing && given <= greatest {
		return nil
	}
	p := Problem{Arg: -1, Kind: Arguments, Message: fmt.Sprintf("%s takes %s, not %s", f.Title(), f.Form.words(), countWords(given))}
	switch {
	case missing && given >= least:
		p.Message = f.Title() + " has an empty argument, which the server takes for a missing one"
	case greatest > 0 && given > greatest:
		p.Arg = greatest
		p.Help = "Put a value with spaces in quotes."
		if strings.HasPrefix(c.Args[greatest], "#") {
			p.Help = "A comment needs a line of its own: put it above the directive."
		}
	}
	return []Problem{p}
}

// words describes the form's count: "one argument", "two or three arguments".
func (f Form) words() string {
	least, greatest := f.Count()
	switch {
	case f == Flag:
		return "On or Off"
	case f == Take13:
		return "one or three arguments"
	case greatest == Unlimited && least == 0:
		return "any number of arguments"
	case greatest == Unlimited:
		return "at least " + countWords(least)
	case least == greatest:
		return countWords(least)
	case greatest == least+1:
		return numberWord(least) + " or " + countWords(greatest)
	}
	return numberWord(least) + " to " + countWords(greatest)
}

func countWords(n int) string {
	if n == 1 {
		return "one argument"
	}
	return numberWord(n) + " arguments"
}

func numberWord(n int) string {
	if words := []string{"no", "one", "two", "three", "four"}; n < len(words) {
		return words[n]
	}
	return fmt.Sprint(n)
}

// checkFlag looks at the first word alone, as the server does: what follows it
// is dropped without a word (invoke_cmd in config.c of httpd 2.4).
func checkFlag(f *Facts, c Call) []Problem {
	if len(c.Args) == 0 || c.Args[0] == "" {
		return checkCount(f, c)
	}
	value := c.Args[0]
	if strings.Contains(value, "${") {
		return nil
	}
	if strings.EqualFold(value, "on") || strings.EqualFold(value, "off") {
		problems := checkCount(f, c)
		for i := range problems {
			problems[i].Silent = true
			problems[i].Message = fmt.Sprintf("%s takes On or Off: the server ignores what follows %q", f.Title(), value)
		}
		return problems
	}
	p := Problem{Kind: Value, Message: fmt.Sprintf("%s must be On or Off, not %q", f.Title(), value)}
	switch strings.ToLower(value) {
	case "yes", "true", "1", "enable", "enabled":
		p.Suggestion = "On"
	case "no", "false", "0", "disable", "disabled", "none":
		p.Suggestion = "Off"
	default:
		p.Suggestion = nearestWord(value, []string{"On", "Off"})
	}
	if p.Suggestion != "" {
		p.Help = "Write " + p.Suggestion + "."
	}
	return []Problem{p}
}

// value makes the usual problem of a wrong word.
func valueProblem(arg int, format string, args ...any) []Problem {
	return []Problem{{Arg: arg, Kind: Value, Message: fmt.Sprintf(format, args...)}}
}

func argumentsProblem(format string, args ...any) []Problem {
	return []Problem{{Arg: -1, Kind: Arguments, Message: fmt.Sprintf(format, args...)}}
}
