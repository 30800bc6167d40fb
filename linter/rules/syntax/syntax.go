// Package syntax holds the rules about what a configuration says, word by word:
// what the server would refuse to start with. Each rule is a file named after
// it, with its document beside it. What the rules know of directives comes from
// the tables of internal/nginx/directives and internal/apache/directives.
package syntax

import "padlock/linter/rule"

// Rules are the rules of the category, in the order of the catalogue.
var Rules = []*rule.Rule{
	SyntaxError,
	DirectiveUnknown,
	DirectiveContext,
	DirectiveArguments,
	DirectiveValue,
	DirectiveDuplicate,
	DirectiveMissing,
	DirectiveDeprecated,
	IncludeMissing,
	IncludeCycle,
	VariableUnknown,
	ReferenceUndefined,
	ModuleMissing,
	ListenConflict,
	LocationConflict,
	HashSize,
	RegexInvalid,
	IgnoreInvalid,
	IgnoreUnused,
}

const category = "syntax"
