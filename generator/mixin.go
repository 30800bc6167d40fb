package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// mixin is a body to be laid under sites and other mixins.
type mixin struct {
	own *layer
	// uses are the mixins under it, in order.
	uses []string
	// at is where it names them.
	at hcl.Range
}

func (r *reader) readMixins() {
	written := map[string]*hcl.Attribute{}
	for _, b := range r.blocks[mixinBlock.Name] {
		name := b.Labels[0]
		if before, ok := r.mixins[name]; ok {
			r.report(b.LabelRanges[0], "Second mixin of this name", fmt.Sprintf("%q is declared at %s already.", name, before.own.Range))
			continue
		}
		if !hclsyntax.ValidIdentifier(name) {
			r.report(b.LabelRanges[0], "Invalid mixin name", fmt.Sprintf("%q cannot be written as mixin.NAME.", name))
		}
		own, diags := evaluate(b.Body, mixinBlock, r.ctx, b.DefRange)
		r.diags = append(r.diags, diags...)
		r.mixins[name] = &mixin{own: own}
		// Errors of the whole body are reported by evaluate.
		meta, _, _ := b.Body.PartialContent(metaSchema)
		written[name] = meta.Attributes["use"]
	}
	for _, name := range sortedKeys(r.mixins) {
		if a := written[name]; a != nil {
			m := r.mixins[name]
			m.uses, m.at = r.mixinNames(a), a.Expr.Range()
		}
	}
	r.mixinCircles()
}

// mixinNames are the mixins that a use attribute names.
func (r *reader) mixinNames(a *hcl.Attribute) []string {
	list, diags := hcl.ExprList(a.Expr)
	if diags.HasErrors() {
		r.report(a.Expr.Range(), "Unusable value for \"use\"", "use is a list of mixins: [mixin.one, mixin.two].")
		return nil
	}
	var names []string
	for _, expr := range list {
		traversal, diags := hcl.AbsTraversalForExpr(expr)
		if diags.HasErrors() || traversal.RootName() != "mixin" || len(traversal) != 2 {
			r.report(expr.Range(), "Not a mixin", "Elements of use are written mixin.NAME.")
			continue
		}
		attr, ok := traversal[1].(hcl.TraverseAttr)
		if !ok || r.mixins[attr.Name] == nil {
			r.report(expr.Range(), "Unknown mixin", fmt.Sprintf("There is no mixin %q%s", attr.Name, orStop(didYouMean(attr.Name, sortedKeys(r.mixins)))))
			continue
		}
		names = append(names, attr.Name)
	}
	return names
}

// mixinCircles reports mixins that use themselves by way of others, once for each
// circle, and opens it.
func (r *reader) mixinCircles() {
	done := map[string]bool{}
	var trail []string
	var visit func(name string)
	visit = func(name string) {
		trail = append(trail, name)
		m := r.mixins[name]
		m.uses = slices.DeleteFunc(m.uses, func(used string) bool {
			if i := slices.Index(trail, used); i >= 0 {
				r.report(m.at, "Mixins in a circle", fmt.Sprintf("%s: a mixin cannot lie under itself.", strings.Join(append(trail[i:len(trail):len(trail)], used), " → ")))
				return true
			}
			if !done[used] {
				visit(used)
			}
			return false
		})
		trail = trail[:len(trail)-1]
		done[name] = true
	}
	for _, name := range sortedKeys(r.mixins) {
		if !done[name] {
			visit(name)
		}
	}
}

// use lays the mixins that a use attribute names over one another, each above those
// that it uses itself. One that is reached on several ways lies where it is needed
// first, and only there.
func (r *reader) use(a *hcl.Attribute) *layer {
	if a == nil {
		return nil
	}
	var all *layer
	laid := map[string]bool{}
	var lay func(names []string)
	lay = func(names []string) {
		for _, name := range names {
			if !laid[name] {
				laid[name] = true
				lay(r.mixins[name].uses)
				all = overlay(all, r.mixins[name].own)
			}
		}
	}
	lay(r.mixinNames(a))
	return all
}
