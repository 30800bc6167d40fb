package generator

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// setting is an evaluated attribute: its value and where it was written.
type setting struct {
	Value cty.Value
	Range hcl.Range
	// Secrets are the texts of the value that no message may show.
	Secrets []string
}

// layer is an evaluated block: one site body, one mixin, the defaults, or a
// block nested in them.
type layer struct {
	schema *block
	Range  hcl.Range
	Labels []string
	// LabelRanges are where the labels were written.
	LabelRanges []hcl.Range
	settings    map[string]setting
	blocks      map[string][]*layer
	// headers are what a headers block says, if that is known before; see prepare.
	headers *Headers
}

// evaluate turns an HCL body into a layer. Every mistake of the body is
// reported, not only the first.
func evaluate(body hcl.Body, schema *block, ctx *hcl.EvalContext, at hcl.Range) (*layer, hcl.Diagnostics) {
	return evaluateBody(expandDynamic(body, ctx), body, schema, ctx, at)
}

// evaluateBody is evaluate for a body whose dynamic blocks are expanded; written is
// the same as it is written, nil if not known.
func evaluateBody(body, written hcl.Body, schema *block, ctx *hcl.EvalContext, at hcl.Range) (*layer, hcl.Diagnostics) {
	content, diags := body.Content(schema.bodySchema())
	diags = explainUnknown(diags, written, schema)
	l := &layer{
		schema:   schema,
		Range:    at,
		settings: make(map[string]setting, len(content.Attributes)),
		blocks:   make(map[string][]*layer, len(content.Blocks)),
	}
	for i := range schema.Attributes {
		row := &schema.Attributes[i]
		given, ok := content.Attributes[row.Name]
		if !ok || row.Meta {
			continue
		}
		value, more := evaluateAttribute(given, row, ctx)
		diags = append(diags, more...)
		if !more.HasErrors() && !value.Value.IsNull() {
			l.settings[row.Name] = value
		}
	}
	for _, nested := range content.Blocks {
		row := schema.block(nested.Type)
		if before := l.blocks[nested.Type]; len(before) > 0 && !row.Many {
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError,
				Summary:  fmt.Sprintf("Second %q block", nested.Type),
				Detail:   fmt.Sprintf("A %s block stands already at %s; put everything into one.", nested.Type, before[0].Range),
				Subject:  &nested.DefRange,
			})
			continue
		}
		inner, more := evaluateBody(nested.Body, writtenBody(written, nested), row, ctx, nested.DefRange)
		diags = append(diags, more...)
		inner.Labels, inner.LabelRanges = nested.Labels, nested.LabelRanges
		if row.ByLabel {
			if before := l.labelled(nested.Type, nested.Labels); before != nil {
				diags = append(diags, &hcl.Diagnostic{
					Severity: hcl.DiagError,
					Summary:  fmt.Sprintf("Second %s %q", nested.Type, nested.Labels[0]),
					Detail:   fmt.Sprintf("It stands already at %s; put everything into one.", before.Range),
					Subject:  &nested.DefRange,
				})
				continue
			}
		}
		l.blocks[nested.Type] = append(l.blocks[nested.Type], inner)
	}
	return l, diags
}

// labelled is the nested block of a type with these labels; nil if there is none.
func (l *layer) labelled(kind string, labels []string) *layer {
	for _, nested := range l.blocks[kind] {
		if slices.Equal(nested.Labels, labels) {
			return nested
		}
	}
	return nil
}

func (l *layer) labelRange() hcl.Range {
	if len(l.LabelRanges) == 0 {
		return l.Range
	}
	return l.LabelRanges[0]
}

func evaluateAttribute(written *hcl.Attribute, row *attribute, ctx *hcl.EvalContext) (setting, hcl.Diagnostics) {
	value, diags := written.Expr.Value(ctx)
	if diags.HasErrors() {
		return setting{}, diags
	}
	subject := written.Expr.Range()
	refuse := func(err error) (setting, hcl.Diagnostics) {
		d := &hcl.Diagnostic{
			Severity: hcl.DiagError,
			Summary:  fmt.Sprintf("Unusable value for %q", row.Name),
			Detail:   sentenceOn(row.Name, err.Error()),
			Subject:  &subject,
			Context:  &written.Range,
		}
		if row.Private {
			d.Extra = privateSource{}
		}
		return setting{}, append(diags, d)
	}
	// Marks only carry "sensitive"; what is rendered is needed in full, and
	// diagnostics leave the texts out (see secrets.go).
	hidden := secretTexts(value)
	value, marks := value.UnmarkDeep()
	converted, err := convert.Convert(value, row.Type)
	if err != nil {
		return refuse(fmt.Errorf("%s needs %s: %w", row.Name, friendlyType(row.Type), err))
	}
	if converted.IsNull() {
		return setting{Value: converted}, diags
	}
	if !converted.IsWhollyKnown() {
		setting, diags := refuse(fmt.Errorf("the value is not known while rendering"))
		diags[len(diags)-1].Extra = consequence{}
		return setting, diags
	}
	if err := checkLines(converted, row.Lines); err != nil {
		return refuse(err)
	}
	if converted, err = row.check(converted); err != nil {
		if len(marks) > 0 {
			err = fmt.Errorf("the value, which is sensitive and not shown, is not of the form that %s needs", row.Name)
		}
		return refuse(err)
	}
	return setting{Value: converted, Range: subject, Secrets: hidden}, diags
}

// friendlyType names a type for people.
func friendlyType(t cty.Type) string {
	if !t.IsListType() && !t.IsMapType() {
		return friendlyTypes(t, "a text", "a number", "true or false")
	}
	kind := "a list of "
	if t.IsMapType() {
		kind = "a map of "
	}
	element := t.ElementType()
	if element.IsListType() {
		return kind + "lists of " + friendlyTypes(element.ElementType(), "texts", "numbers", "true or false")
	}
	return kind + friendlyTypes(element, "texts", "numbers", "true or false")
}

func friendlyTypes(t cty.Type, text, number, truth string) string {
	switch t {
	case cty.String:
		return text
	case cty.Number:
		return number
	case cty.Bool:
		return truth
	}
	return t.FriendlyName()
}

// merge lays later over earlier: scalars and lists replace, maps and single
// blocks unite. Either may be nil; neither is changed.
func merge(earlier, later *layer) *layer {
	if earlier == nil {
		return later
	}
	if later == nil {
		return earlier
	}
	out := &layer{
		schema:      later.schema,
		Range:       later.Range,
		Labels:      later.Labels,
		LabelRanges: later.LabelRanges,
		settings:    make(map[string]setting, len(earlier.settings)+len(later.settings)),
		blocks:      make(map[string][]*layer, len(earlier.blocks)+len(later.blocks)),
	}
	for name, s := range earlier.settings {
		out.settings[name] = s
	}
	for name, s := range later.settings {
		if before, ok := out.settings[name]; ok && out.schema.attribute(name).Unite {
			s.Value = unite(before.Value, s.Value)
			s.Secrets = append(before.Secrets[:len(before.Secrets):len(before.Secrets)], s.Secrets...)
		}
		out.settings[name] = s
	}
	for name, list := range earlier.blocks {
		out.blocks[name] = list
	}
	for name, list := range later.blocks {
		out.blocks[name] = mergeBlocks(out.blocks[name], list, out.schema.block(name))
	}
	return out
}

func mergeBlocks(earlier, later []*layer, row *block) []*layer {
	switch {
	case row.ByLabel:
		out := slices.Clone(earlier)
		for _, l := range later {
			same := slices.IndexFunc(out, func(e *layer) bool { return slices.Equal(e.Labels, l.Labels) })
			if same < 0 {
				out = append(out, l)
				continue
			}
			out[same] = overlay(out[same], l)
		}
		return out
	case len(earlier) == 1 && len(later) == 1 && !row.Many:
		return []*layer{merge(earlier[0], later[0])}
	}
	return slices.Concat(earlier, later)
}

func unite(earlier, later cty.Value) cty.Value {
	if later.Type().IsListType() {
		list := append(earlier.AsValueSlice(), later.AsValueSlice()...)
		if len(list) == 0 {
			return later
		}
		return cty.ListVal(list)
	}
	values := earlier.AsValueMap()
	if values == nil {
		return later
	}
	for key, v := range later.AsValueMap() {
		values[key] = v
	}
	return cty.MapVal(values)
}
