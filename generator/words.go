package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// referable are the objects that an expression can take a value from, and what their
// attributes are called.
var referable = map[string]string{"var": "variable", "local": "local value", "upstream": "upstream", "mixin": "mixin"}

// inOurWords replaces the HCL library's words where they speak of objects and labels,
// and leaves out what only follows from another mistake.
func inOurWords(diags hcl.Diagnostics) hcl.Diagnostics {
	follows := func(d *hcl.Diagnostic) bool { _, ok := d.Extra.(consequence); return ok }
	cause := slices.ContainsFunc(diags, func(d *hcl.Diagnostic) bool { return d.Severity == hcl.DiagError && !follows(d) })
	var out hcl.Diagnostics
	for _, d := range diags {
		if cause && follows(d) {
			continue
		}
		if detail := unknownReference(d); detail != "" {
			copied := *d
			copied.Summary, copied.Detail = "Unknown reference", detail
			d = &copied
		}
		out = append(out, d)
	}
	return out
}

// consequence marks a mistake that another one brings about: a value that is not known
// because what it comes from could not be evaluated.
type consequence struct{}

// unknownReference says what is missing where an expression names an attribute that
// var, local, upstream or mixin does not have; empty for any other diagnostic.
func unknownReference(d *hcl.Diagnostic) string {
	if d.Summary != "Unsupported attribute" || d.Expression == nil || d.EvalContext == nil {
		return ""
	}
	for _, traversal := range d.Expression.Variables() {
		kind := referable[traversal.RootName()]
		if kind == "" || len(traversal) < 2 {
			continue
		}
		step, ok := traversal[1].(hcl.TraverseAttr)
		known, found := attributesOf(d.EvalContext, traversal.RootName())
		if !ok || !found || slices.Contains(known, step.Name) {
			continue
		}
		suggestion := didYouMean(step.Name, known)
		detail := fmt.Sprintf("There is no %s %q%s", kind, step.Name, suggestion)
		if suggestion == "" && len(known) > 0 && len(known) <= maxListed {
			detail += fmt.Sprintf("; there is %s", strings.Join(known, ", "))
		}
		return sentence(detail)
	}
	return ""
}

// maxListed bounds how many names a message lists.
const maxListed = 12

// attributesOf lists what an object of a context or of one around it has.
func attributesOf(ctx *hcl.EvalContext, name string) ([]string, bool) {
	for ; ctx != nil; ctx = ctx.Parent() {
		v, ok := ctx.Variables[name]
		if !ok {
			continue
		}
		if v.Type().IsObjectType() {
			return sortedKeys(v.Type().AttributeTypes()), true
		}
		return nil, v.Type() != cty.DynamicPseudoType
	}
	return nil, false
}

// labelMistake says how a block is headed whose labels are too few or too many.
func (b *block) labelMistake(d *hcl.Diagnostic) *hcl.Diagnostic {
	_, name, ok := strings.Cut(d.Summary, " for ")
	nested := b.block(name)
	if !ok || nested == nil || !strings.HasPrefix(d.Summary, "Missing ") && !strings.HasPrefix(d.Summary, "Extraneous label ") {
		return d
	}
	head := name
	for _, label := range nested.Labels {
		head += fmt.Sprintf(" %q", strings.ToUpper(label))
	}
	copied := *d
	copied.Summary, copied.Detail = fmt.Sprintf("Unusable head of %q", name), fmt.Sprintf("It is written %s { … }.", head)
	return &copied
}
