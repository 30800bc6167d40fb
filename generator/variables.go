package generator

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// environmentPrefix begins the names of environment variables that set
// variables of the description.
const environmentPrefix = "PADLOCK_VAR_"

// sensitive marks values that no message may show.
const sensitive = valueMark("sensitive")

type valueMark string

var validationSchema = &hcl.BodySchema{
	Attributes: []hcl.AttributeSchema{{Name: "condition", Required: true}, {Name: "error_message", Required: true}},
}

// variable is an input of the description.
type variable struct {
	name        string
	at          hcl.Range
	constraint  cty.Type
	defaults    *typeexpr.Defaults
	fallback    cty.Value // cty.NilVal if the variable must be given
	sensitive   bool
	validations []validation
}

type validation struct {
	condition hcl.Expression
	message   string
	at        hcl.Range
}

// given is a value for a variable, as text or as an evaluated value.
type given struct {
	text   string
	value  cty.Value // cty.NilVal when only text is known
	origin string    // "--var", the file's name, or the environment variable
	// shared values may belong to another description; those of the environment
	// always may.
	shared bool
}

func readVariable(b *hcl.Block) (*variable, hcl.Diagnostics) {
	v := &variable{name: b.Labels[0], at: b.LabelRanges[0], constraint: cty.DynamicPseudoType, fallback: cty.NilVal}
	content, diags := b.Body.Content(variableBlock.bodySchema())
	if !hclsyntax.ValidIdentifier(v.name) {
		diags = append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagError,
			Summary:  "Invalid variable name",
			Detail:   fmt.Sprintf("%q cannot be written as var.NAME; use letters, digits and underscores.", v.name),
			Subject:  &v.at,
		})
	}
	if a, ok := content.Attributes["type"]; ok {
		t, defaults, more := typeexpr.TypeConstraintWithDefaults(a.Expr)
		diags = append(diags, more...)
		if !more.HasErrors() {
			v.constraint, v.defaults = t, defaults
		}
	}
	if a, ok := content.Attributes["sensitive"]; ok {
		value, more := constant(a, cty.Bool)
		diags = append(diags, more...)
		v.sensitive = !more.HasErrors() && value.True()
	}
	if a, ok := content.Attributes["default"]; ok {
		value, more := a.Expr.Value(nil)
		diags = append(diags, more...)
		if !more.HasErrors() {
			var err error
			if v.fallback, err = v.convert(value); err != nil {
				diags = append(diags, v.mistake(a.Expr.Range(), fmt.Sprintf("The default does not fit the type: %s.", v.show(err))))
				v.fallback = cty.UnknownVal(v.constraint)
			}
		}
	}
	if a, ok := content.Attributes["description"]; ok {
		_, more := constant(a, cty.String)
		diags = append(diags, more...)
	}
	for _, nested := range content.Blocks {
		rule, more := nested.Body.Content(validationSchema)
		diags = append(diags, more...)
		if more.HasErrors() {
			continue
		}
		message, more := constant(rule.Attributes["error_message"], cty.String)
		diags = append(diags, more...)
		if !more.HasErrors() {
			condition := rule.Attributes["condition"].Expr
			v.validations = append(v.validations, validation{condition, message.AsString(), condition.Range()})
		}
	}
	return v, diags
}

// constant evaluates an attribute that may not refer to anything.
func constant(a *hcl.Attribute, t cty.Type) (cty.Value, hcl.Diagnostics) {
	value, diags := a.Expr.Value(nil)
	if diags.HasErrors() {
		return value, diags
	}
	value, err := convert.Convert(value, t)
	if err != nil || value.IsNull() {
		subject := a.Expr.Range()
		diags = append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagError,
			Summary:  fmt.Sprintf("Unusable value for %q", a.Name),
			Detail:   fmt.Sprintf("%s must be %s.", a.Name, friendlyType(t)),
			Subject:  &subject,
		})
	}
	return value, diags
}

func (v *variable) convert(value cty.Value) (cty.Value, error) {
	if v.defaults != nil && !value.IsNull() {
		value = v.defaults.Apply(value)
	}
	return convert.Convert(value, v.constraint)
}

// show hides what an error of a sensitive variable could quote.
func (v *variable) show(err error) string {
	if v.sensitive {
		return "the value is sensitive and not shown"
	}
	return err.Error()
}

func (v *variable) mistake(at hcl.Range, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  fmt.Sprintf("Unusable value for variable %q", v.name),
		Detail:   detail,
		Subject:  &at,
	}
}

// value decides on the variable's value and validates it.
func (v *variable) value(g *given, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	value, diags := v.chosen(g)
	if diags.HasErrors() {
		return cty.UnknownVal(v.constraint), diags
	}
	if value.IsKnown() {
		diags = append(diags, v.validate(value, ctx)...)
	}
	if v.sensitive {
		value = value.Mark(sensitive)
	}
	return value, diags
}

func (v *variable) chosen(g *given) (cty.Value, hcl.Diagnostics) {
	if g == nil {
		if v.fallback == cty.NilVal {
			return cty.NilVal, hcl.Diagnostics{{
				Severity: hcl.DiagError,
				Summary:  fmt.Sprintf("No value for variable %q", v.name),
				Detail:   fmt.Sprintf("It has no default. Give one with --var %s=VALUE, with --var-file, or in the environment as %s%s.", v.name, environmentPrefix, v.name),
				Subject:  &v.at,
			}}
		}
		return v.fallback, nil
	}
	value := g.value
	if value == cty.NilVal {
		if v.constraint == cty.String || v.constraint == cty.DynamicPseudoType {
			value = cty.StringVal(g.text)
		} else {
			var err error
			if value, err = parseValue(g.text); err != nil {
				return cty.NilVal, hcl.Diagnostics{v.mistake(v.at, fmt.Sprintf("The value from %s is not an HCL value: %s.", g.origin, v.show(err)))}
			}
		}
	}
	converted, err := v.convert(value)
	if err != nil {
		return cty.NilVal, hcl.Diagnostics{v.mistake(v.at, fmt.Sprintf("The value from %s does not fit the type: %s.", g.origin, v.show(err)))}
	}
	return converted, nil
}

// parseValue reads a value given as text. A word that is no HCL value, such
// as a bare number's unit, stays text, and conversion then has its say.
func parseValue(text string) (cty.Value, error) {
	expr, diags := hclsyntax.ParseExpression([]byte(text), "value", hcl.InitialPos)
	if diags.HasErrors() {
		return cty.StringVal(text), nil
	}
	value, diags := expr.Value(nil)
	if diags.HasErrors() {
		return cty.StringVal(text), nil
	}
	return value, nil
}

func (v *variable) validate(value cty.Value, ctx *hcl.EvalContext) hcl.Diagnostics {
	var diags hcl.Diagnostics
	child := ctx.NewChild()
	child.Variables = map[string]cty.Value{"var": cty.ObjectVal(map[string]cty.Value{v.name: value})}
	for _, rule := range v.validations {
		result, more := rule.condition.Value(child)
		if more.HasErrors() {
			if v.sensitive {
				more = hideValues(more)
			}
			diags = append(diags, more...)
			continue
		}
		result, err := convert.Convert(result, cty.Bool)
		if err != nil || result.IsNull() || !result.IsKnown() {
			diags = append(diags, v.mistake(rule.at, "The condition of a validation must be true or false."))
			continue
		}
		if result.False() {
			diags = append(diags, v.mistake(rule.at, sentence(rule.message)))
		}
	}
	return diags
}

// givenVariables collects values in rising precedence: environment, files in
// their order, then --var in their order.
func givenVariables(parser *hclparse.Parser, r Request) (map[string]given, hcl.Diagnostics) {
	all := map[string]given{}
	var diags hcl.Diagnostics
	for _, entry := range r.Environment {
		name, text, _ := strings.Cut(entry, "=")
		if rest, ok := strings.CutPrefix(name, environmentPrefix); ok && rest != "" {
			all[rest] = given{text: text, value: cty.NilVal, origin: name, shared: true}
		}
	}
	for _, name := range r.VariableFiles {
		attributes, more := machine{r.State}.readVariableFile(parser, name)
		diags = append(diags, more...)
		for _, a := range attributes {
			value, more := a.Expr.Value(nil)
			diags = append(diags, more...)
			if !more.HasErrors() {
				all[a.Name] = given{value: value, origin: name, shared: r.SharedVariables}
			}
		}
	}
	for _, entry := range r.Variables {
		name, text, ok := strings.Cut(entry, "=")
		if !ok || name == "" {
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError,
				Summary:  "Unusable --var",
				Detail:   "It is written as --var NAME=VALUE.",
			})
			continue
		}
		all[name] = given{text: text, value: cty.NilVal, origin: "--var", shared: r.SharedVariables}
	}
	return all, diags
}

func (m machine) readVariableFile(parser *hclparse.Parser, name string) (hcl.Attributes, hcl.Diagnostics) {
	data, _, err := m.readDescription(name, nil)
	if err != nil {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "The variables cannot be read", Detail: fmt.Sprintf("--var-file: %s.", err)}}
	}
	var file *hcl.File
	var diags hcl.Diagnostics
	if filepath.Ext(name) == ".json" {
		file, diags = parser.ParseJSON(data, name)
	} else {
		file, diags = parser.ParseHCL(data, name)
	}
	if diags.HasErrors() {
		return nil, diags
	}
	attributes, more := file.Body.JustAttributes()
	return attributes, append(diags, more...)
}

// undeclared reports values given for variables that do not exist. One that is
// shared may belong to another description and is passed over.
func undeclared(all map[string]given, declared map[string]*variable) hcl.Diagnostics {
	var diags hcl.Diagnostics
	names := sortedKeys(declared)
	for _, name := range sortedKeys(all) {
		g := all[name]
		if slices.Contains(names, name) || g.shared {
			continue
		}
		diags = append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagError,
			Summary:  "Unknown variable",
			Detail:   fmt.Sprintf("%s sets %q, but no variable of that name is declared%s", g.origin, name, orStop(didYouMean(name, names))),
		})
	}
	return diags
}

func orStop(suggestion string) string {
	if suggestion == "" {
		return "."
	}
	return suggestion
}
