package generator

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"padlock/internal/source"
)

// A functionRow is one function of the site language. Everything that documents
// say of it stands here.
type functionRow struct {
	name string
	call function.Function
	// doc says in a sentence what it gives.
	doc string
	// example is an expression, result what it evaluates to; the tests hold both
	// against each other. Result is empty where it depends on files.
	example, result string
}

// functionRows are all functions: those that depend on their arguments alone, and
// those that look outside, into files beside the description and the environment
// given.
func functionRows(dir string, files *source.Set, environment map[string]string) []functionRow {
	return append(pureFunctions[:len(pureFunctions):len(pureFunctions)], outsideFunctions(dir, files, environment)...)
}

// functions are the functions by name.
func functions(dir string, files *source.Set, environment map[string]string) map[string]function.Function {
	all := make(map[string]function.Function, len(pureFunctions)+4)
	for _, row := range functionRows(dir, files, environment) {
		all[row.name] = row.call
	}
	return all
}

// otherNames are what functions are called elsewhere, or what people reach for, with
// what serves here.
var otherNames = map[string]string{
	"bcrypt":       `"padlock hash-password" hashes a password`,
	"cidrsubnets":  "cidrsubnet gives one network at a time",
	"getenv":       "the function is env",
	"get_env":      "the function is env",
	"len":          "the function is length",
	"list":         "write [a, b], or tolist",
	"map":          "write { a = b }, or tomap",
	"md5":          "the function is sha256",
	"password":     `a file with a secret is named by secret("/path")`,
	"readfile":     "the function is file",
	"sha1":         "the function is sha256",
	"size":         "the function is length",
	"strlen":       "the function is length",
	"substring":    "the function is substr",
	"templatefile": "write the text as a template with ${…}, or take the parts from locals",
	"timestamp":    "output that differs from run to run could not be compared; give the time as a variable",
	"uuid":         "output that differs from run to run could not be compared; give the value as a variable",
	"vault":        `a file with a secret is named by secret("/path")`,
}

// explainFunctions adds to messages on unknown functions what serves instead.
func explainFunctions(diags hcl.Diagnostics) hcl.Diagnostics {
	for _, d := range diags {
		extra, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallUnknownDiagExtra](d)
		if !ok {
			continue
		}
		if hint := otherNames[extra.CalledFunctionName()]; hint != "" {
			d.Detail = sentence(`There is no function named "` + extra.CalledFunctionName() + `"; ` + hint)
		}
	}
	return diags
}

// bounded refuses calls of a function whose result would be out of all proportion.
// The check sees the arguments as the function does.
func bounded(f function.Function, check func(args []cty.Value) error) function.Function {
	return function.New(&function.Spec{
		Params:   f.Params(),
		VarParam: f.VarParam(),
		Type:     f.ReturnTypeForValues,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if err := check(args); err != nil {
				return cty.NilVal, err
			}
			return f.Call(args)
		},
	})
}
