package generator

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/dynblock"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// dynamicName is the block that stands for as many blocks of another name as its
// for_each has elements.
const dynamicName = "dynamic"

// maxDynamic bounds the blocks that dynamic blocks make in one body, those within one
// another included. More routes in one site are beyond what either server reads in
// reasonable time; long lists of redirects are maps.
const maxDynamic = 2_000

// expandDynamic replaces the dynamic blocks of a body, at every depth, by what they
// stand for. Bodies without any, which most are, stay as they are; of one in the JSON
// syntax that is not known.
func expandDynamic(body hcl.Body, ctx *hcl.EvalContext) hcl.Body {
	if native, ok := body.(*hclsyntax.Body); ok && !hasDynamic(native) {
		return body
	}
	left := maxDynamic
	return dynblock.Expand(body, ctx, dynblock.OptCheckForEach(func(value cty.Value, expr hcl.Expression, _ *hcl.EvalContext) hcl.Diagnostics {
		return checkForEach(value, expr, &left)
	}))
}

func hasDynamic(body *hclsyntax.Body) bool {
	for _, nested := range body.Blocks {
		if nested.Type == dynamicName || hasDynamic(nested.Body) {
			return true
		}
	}
	return false
}

// checkForEach accepts what a dynamic block can be repeated over, and takes its
// elements from what is left.
func checkForEach(value cty.Value, expr hcl.Expression, left *int) hcl.Diagnostics {
	at := expr.Range()
	refuse := func(detail string) hcl.Diagnostics {
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: `Unusable value for "for_each"`, Detail: detail, Subject: &at}}
	}
	value, _ = value.Unmark()
	switch {
	case value.IsNull() || !value.IsKnown():
		return refuse("The value is null or not known.")
	case !value.CanIterateElements():
		return refuse(fmt.Sprintf("for_each takes a list, a set or a map, not %s.", friendlyType(value.Type())))
	case value.LengthInt() > *left:
		return refuse(fmt.Sprintf("The dynamic blocks of this body make more than %d blocks.", maxDynamic))
	}
	*left -= value.LengthInt()
	return nil
}

// writtenBody is the body of a block as it is written: of the content block where a
// dynamic block made it. It is nil where the syntax tree does not show it.
func writtenBody(parent hcl.Body, made *hcl.Block) hcl.Body {
	native, ok := parent.(*hclsyntax.Body)
	if !ok {
		return nil
	}
	for _, nested := range native.Blocks {
		if nested.DefRange() != made.DefRange {
			continue
		}
		if nested.Type != dynamicName {
			return nested.Body
		}
		for _, content := range nested.Body.Blocks {
			if content.Type == "content" {
				return content.Body
			}
		}
	}
	return nil
}

// explainDynamic reports a dynamic block that stands for no block of the language.
func explainDynamic(nested *hclsyntax.Block, schema *block) *hcl.Diagnostic {
	switch {
	case len(schema.Blocks) == 0:
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unknown block", Subject: &nested.TypeRange,
			Detail: fmt.Sprintf("There are no blocks in %s, so none can be dynamic.", schema.Name)}
	case len(nested.Labels) != 1:
		return nil // the HCL library has said so
	case schema.block(nested.Labels[0]) == nil:
		return schema.noBlock(nested.Labels[0], nested.LabelRanges[0])
	}
	return nil
}
