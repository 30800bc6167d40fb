package apache

import (
	"fmt"
	"strings"

	"padlock/internal/source"
)

// Truth is what is known of a condition.
type Truth uint8

// The three truth values. Unknown is the zero value.
const (
	Unknown Truth = iota
	False
	True
)

func truth(b bool) Truth {
	if b {
		return True
	}
	return False
}

// Not turns True and False around; Unknown stays.
func (t Truth) Not() Truth {
	switch t {
	case True:
		return False
	case False:
		return True
	}
	return Unknown
}

// ConditionKind names the conditional section.
type ConditionKind uint8

// The conditional sections of httpd 2.4.
const (
	IfModule ConditionKind = iota + 1
	IfDefine
	IfVersion
	IfFile
	IfDirective
	IfSection
)

var conditionKinds = map[string]ConditionKind{
	"ifmodule":    IfModule,
	"ifdefine":    IfDefine,
	"ifversion":   IfVersion,
	"iffile":      IfFile,
	"ifdirective": IfDirective,
	"ifsection":   IfSection,
}

// isConditional tells whether httpd decides a section of that name while it
// reads: its lines are read as if the section were not there, or skipped.
func isConditional(name string) bool {
	_, ok := conditionKinds[strings.ToLower(name)]
	return ok
}

// Condition is a conditional section that could not be decided.
type Condition struct {
	Kind ConditionKind
	// Subject is the module's source name, the define, the comparison ("< 2.4.60"),
	// the file's path, or the directive that is asked for.
	Subject string
	// Negated sections hold when the subject is absent.
	Negated bool
	// Section is the opening tag.
	Section source.Span
}

// String is the condition as it appears in messages: "if mod_ssl is loaded".
func (c Condition) String() string {
	not := ""
	if c.Negated {
		not = "not "
	}
	switch c.Kind {
	case IfModule:
		return fmt.Sprintf("if %s is %sloaded", strings.TrimSuffix(c.Subject, ".c"), not)
	case IfDefine:
		return fmt.Sprintf("if %s is %sdefined", c.Subject, not)
	case IfVersion:
		return fmt.Sprintf("if Apache's version is %s%s", not, c.Subject)
	case IfFile:
		verb := "exists"
		if c.Negated {
			verb = "does not exist"
		}
		return fmt.Sprintf("if %s %s", c.Subject, verb)
	}
	return fmt.Sprintf("if the directive %s is %sknown", c.Subject, not)
}

// same tells that two conditions ask the same question.
func (c Condition) same(other Condition) bool {
	return c.Kind == other.Kind && c.Subject == other.Subject
}
