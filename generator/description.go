package generator

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"

	"padlock/internal/source"
)

// description is everything the HCL files say, evaluated.
type description struct {
	target      *layer
	defaultSite *layer
	sites       []*Site
	upstreams   map[string]*Upstream
	// declaresSites tells that there is a site block, enabled or not.
	declaresSites bool
	// secrets are texts that no message may show.
	secrets []string
}

// reader evaluates a description step by step; diagnostics pile up so that
// several mistakes are reported together.
type reader struct {
	ctx    *hcl.EvalContext
	blocks map[string][]*hcl.Block
	base   *layer // the defaults block
	mixins map[string]*mixin
	// secrets are texts that no message may show.
	secrets []string
	diags   hcl.Diagnostics
}

func readDescriptions(parser *hclparse.Parser, r Request) (*description, hcl.Diagnostics) {
	files, diags := machine{r.State}.parseFiles(parser, r.Files, r.Stdin)
	given, more := givenVariables(parser, r)
	diags = append(diags, more...)
	if diags.HasErrors() {
		// What a broken file would have declared is missing elsewhere; going on
		// would blame the wrong places.
		return &description{}, diags
	}
	dir, more := machine{r.State}.descriptionDir(r.Files)
	diags = append(diags, more...)
	rd := &reader{
		diags:  diags,
		blocks: map[string][]*hcl.Block{},
		mixins: map[string]*mixin{},
		ctx: &hcl.EvalContext{
			Variables: map[string]cty.Value{},
			Functions: functions(dir, source.NewSet(source.SetConfig{
				Tree: machine{r.State}.files(), Roots: []string{dir}}), environmentMap(r.Environment)),
		},
	}
	for _, f := range files {
		content, more := f.Body.Content(rootBlock.bodySchema())
		rd.diags = append(rd.diags, explainUnknown(more, f.Body, rootBlock)...)
		for _, b := range content.Blocks {
			rd.blocks[b.Type] = append(rd.blocks[b.Type], b)
		}
	}
	rd.readVariables(given)
	rd.nameUpstreams()
	rd.readLocals()
	d := &description{
		target:        rd.single(targetBlock),
		defaultSite:   rd.single(defaultSiteBlock),
		declaresSites: len(rd.blocks[siteBlock.Name]) > 0,
	}
	rd.base = rd.single(defaultsBlock)
	rd.readMixins()
	d.sites = rd.readSites()
	d.upstreams = rd.readUpstreams()
	rd.linkUpstreams(d)
	d.secrets = rd.secrets
	return d, explainFunctions(rd.diags)
}

// descriptionDir is the directory that file() reads in: the one of the first
// description, or the current one for standard input.
func (m machine) descriptionDir(paths []string) (string, hcl.Diagnostics) {
	dir := "."
	if len(paths) > 0 && paths[0] != "-" {
		dir = paths[0]
		if info, err := m.stat(dir); err == nil && !info.IsDir() {
			dir = filepath.Dir(dir)
		}
	}
	absolute, err := filepath.Abs(dir)
	if err == nil && m.tree == nil {
		absolute, err = filepath.EvalSymlinks(absolute)
	}
	if err != nil {
		return "/", hcl.Diagnostics{unreadable(err)}
	}
	return filepath.ToSlash(absolute), nil
}

func environmentMap(environment []string) map[string]string {
	m := make(map[string]string, len(environment))
	for _, entry := range environment {
		name, value, _ := strings.Cut(entry, "=")
		m[name] = value
	}
	return m
}

func (r *reader) report(at hcl.Range, summary, detail string) {
	r.diags = append(r.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at})
}

func (r *reader) readVariables(given map[string]given) {
	declared := map[string]*variable{}
	values := map[string]cty.Value{}
	for _, b := range r.blocks["variable"] {
		v, diags := readVariable(b)
		r.diags = append(r.diags, diags...)
		if before, ok := declared[v.name]; ok {
			r.report(v.at, "Second declaration of a variable", fmt.Sprintf("%q is declared at %s already.", v.name, before.at))
			continue
		}
		declared[v.name] = v
		values[v.name] = cty.UnknownVal(v.constraint)
		if diags.HasErrors() {
			continue
		}
		g, ok := given[v.name]
		value, more := v.value(optional(g, ok), r.ctx)
		r.diags = append(r.diags, more...)
		values[v.name] = value
	}
	for _, value := range values {
		r.secrets = append(r.secrets, secretTexts(value)...)
	}
	r.diags = append(r.diags, undeclared(given, declared)...)
	r.ctx.Variables["var"] = cty.ObjectVal(values)
}

func optional[T any](value T, ok bool) *T {
	if !ok {
		return nil
	}
	return &value
}

// readLocals evaluates named values in the order of their references.
func (r *reader) readLocals() {
	pending := hcl.Attributes{}
	for _, b := range r.blocks["locals"] {
		attributes, diags := b.Body.JustAttributes()
		r.diags = append(r.diags, diags...)
		for name, a := range attributes {
			if before, ok := pending[name]; ok {
				r.report(a.NameRange, "Second declaration of a local value", fmt.Sprintf("%q is declared at %s already.", name, before.NameRange))
				continue
			}
			pending[name] = a
		}
	}
	values := map[string]cty.Value{}
	for len(pending) > 0 {
		progress := false
		for _, name := range sortedKeys(pending) {
			if slices.ContainsFunc(localReferences(pending[name].Expr), func(ref string) bool { return pending[ref] != nil }) {
				continue
			}
			r.ctx.Variables["local"] = cty.ObjectVal(values)
			value, diags := pending[name].Expr.Value(r.ctx)
			r.diags = append(r.diags, diags...)
			if diags.HasErrors() {
				value = cty.DynamicVal
			} else if size := textSize(value); size > maxLocal {
				r.report(pending[name].Expr.Range(), "A local value that is too large", fmt.Sprintf("Its texts have %d bytes; more than %d are of no use to a server.", size, maxLocal))
				value = cty.DynamicVal
			}
			values[name] = value
			delete(pending, name)
			progress = true
		}
		if !progress {
			names := sortedKeys(pending)
			r.report(pending[names[0]].NameRange, "Local values that need each other",
				fmt.Sprintf("%s refer to one another in a circle, so none can be evaluated first.", quotedList(names)))
			for _, name := range names {
				values[name] = cty.DynamicVal
			}
			break
		}
	}
	r.ctx.Variables["local"] = cty.ObjectVal(values)
}

func localReferences(expr hcl.Expression) []string {
	var names []string
	for _, traversal := range expr.Variables() {
		if traversal.RootName() != "local" || len(traversal) < 2 {
			continue
		}
		if attr, ok := traversal[1].(hcl.TraverseAttr); ok {
			names = append(names, attr.Name)
		}
	}
	return names
}

// single evaluates a block that stands at most once in the description.
func (r *reader) single(schema *block) *layer {
	blocks := r.blocks[schema.Name]
	if len(blocks) == 0 {
		return nil
	}
	for _, extra := range blocks[1:] {
		r.report(extra.DefRange, fmt.Sprintf("Second %q block", schema.Name),
			fmt.Sprintf("It stands at %s already; put everything into one.", blocks[0].DefRange))
	}
	l, diags := evaluate(blocks[0].Body, schema, r.ctx, blocks[0].DefRange)
	r.diags = append(r.diags, diags...)
	r.secrets = append(r.secrets, l.secrets()...)
	return l
}

// maxInstances bounds the sites of one for_each.
const maxInstances = 200_000

// maxLocal bounds the texts of one local value, in bytes, so that values built of one
// another cannot grow without end.
const maxLocal = 16 << 20

var metaSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "for_each"}, {Name: "use"}}}

func (r *reader) readSites() []*Site {
	var sites []*Site
	for _, b := range r.blocks[siteBlock.Name] {
		// Errors of the whole body are reported by evaluate.
		meta, _, _ := b.Body.PartialContent(metaSchema)
		under := overlay(r.base, r.use(meta.Attributes["use"]))
		under.prepare()
		label := Text{Value: b.Labels[0], Range: b.LabelRanges[0]}
		instances := r.instances(meta.Attributes["for_each"])
		read := make([]siteReading, len(instances))
		parallel(len(read), func(i int) { read[i].site(b, label, under, instances[i]) })
		for _, one := range read {
			r.diags = append(r.diags, one.diags...)
			r.secrets = append(r.secrets, one.secrets...)
			if one.Site != nil {
				sites = append(sites, one.Site)
			}
		}
	}
	return sites
}

// instances gives the evaluation context of each element of for_each, in the
// order of the keys; without for_each, one.
func (r *reader) instances(a *hcl.Attribute) []*hcl.EvalContext {
	if a == nil {
		return []*hcl.EvalContext{r.ctx}
	}
	value, diags := a.Expr.Value(r.ctx)
	r.diags = append(r.diags, diags...)
	if diags.HasErrors() {
		return nil
	}
	value, marks := value.Unmark()
	t := value.Type()
	switch {
	case !value.IsKnown() && r.diags.HasErrors():
		return nil // what made it unknown has been reported
	case value.IsNull() || !value.IsKnown():
		r.report(a.Expr.Range(), "Unusable value for \"for_each\"", "The value is null or not known.")
		return nil
	case t.IsSetType() && t.ElementType() == cty.String, t.IsMapType(), t.IsObjectType():
	default:
		r.report(a.Expr.Range(), "Unusable value for \"for_each\"",
			fmt.Sprintf("for_each takes a map or a set of texts, not %s. A list becomes a set with toset(…).", t.FriendlyName()))
		return nil
	}
	if value.LengthInt() > maxInstances {
		r.report(a.Expr.Range(), "Unusable value for \"for_each\"", fmt.Sprintf("There are more than %d elements.", maxInstances))
		return nil
	}
	var contexts []*hcl.EvalContext
	for it := value.ElementIterator(); it.Next(); {
		key, element := it.Element()
		if t.IsSetType() {
			key = element
		}
		child := r.ctx.NewChild()
		child.Variables = map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": key, "value": element.WithMarks(marks)})}
		contexts = append(contexts, child)
	}
	return contexts
}

// siteReading is what comes of one site block, or of one element of its for_each.
type siteReading struct {
	// Site is nil if there are errors, or the site is switched off.
	*Site
	secrets []string
	diags   hcl.Diagnostics
}

// site reads the site of a context; under lies under what the block says. It runs for
// several contexts at once.
func (r *siteReading) site(b *hcl.Block, label Text, under *layer, ctx *hcl.EvalContext) {
	var own *layer
	own, r.diags = evaluate(b.Body, siteBlock, ctx, b.DefRange)
	if r.diags.HasErrors() {
		return
	}
	if _, ok := own.setting("name"); !ok && ctx.Parent() != nil {
		r.diags = append(r.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "All sites of for_each have one name",
			Detail: "Add name, for example name = each.key.", Subject: &b.DefRange})
		return
	}
	merged := overlay(under, own)
	r.secrets = merged.secrets()
	if !merged.flag("enabled", true) {
		return
	}
	s, more := decodeSite(merged, label)
	s.conflicts = append(append(s.conflicts, sourcesOfContent(own)...), accessConflicts(own, merged, nil)...)
	r.Site, r.diags = s, append(r.diags, more...)
}
