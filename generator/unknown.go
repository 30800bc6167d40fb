package generator

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// explainUnknown replaces the HCL library's words on attributes and blocks
// that the language does not have: ours name the nearest one, and where a name
// stands in another block, that block.
func explainUnknown(diags hcl.Diagnostics, body hcl.Body, schema *block) hcl.Diagnostics {
	native, ok := body.(*hclsyntax.Body)
	if !ok || !diags.HasErrors() {
		return diags
	}
	var out hcl.Diagnostics
	for _, d := range diags {
		if !strings.HasPrefix(d.Summary, "Unsupported ") {
			out = append(out, schema.labelMistake(d))
		}
	}
	for _, name := range sortedKeys(native.Attributes) {
		if schema.attribute(name) == nil {
			at := native.Attributes[name].NameRange
			out = append(out, schema.noAttribute(name, at))
		}
	}
	for _, nested := range native.Blocks {
		if nested.Type == dynamicName {
			if d := explainDynamic(nested, schema); d != nil {
				out = append(out, d)
			}
		} else if schema.block(nested.Type) == nil {
			out = append(out, schema.noBlock(nested.Type, nested.TypeRange))
		}
	}
	return out
}

func (b *block) noAttribute(name string, at hcl.Range) *hcl.Diagnostic {
	detail := fmt.Sprintf("There is no attribute %q in %s", name, b.Name)
	var known []string
	for _, a := range b.Attributes {
		known = append(known, a.Name)
	}
	switch suggestion := didYouMean(name, known); {
	case b.Hints[name] != "":
		detail = b.Hints[name]
	case b.block(name) != nil:
		detail += fmt.Sprintf("; it is a block: %s { … }", name)
	case suggestion != "":
		detail += suggestion
	case b.homeOf(name) != "":
		detail += fmt.Sprintf("; it belongs into %s", b.homeOf(name))
	case b.path() != "":
		detail += fmt.Sprintf(`; "padlock explain %s" lists what there is`, b.path())
	}
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unknown attribute", Detail: sentence(detail), Subject: &at}
}

func (b *block) noBlock(name string, at hcl.Range) *hcl.Diagnostic {
	detail := fmt.Sprintf("There is no block %q in %s", name, b.Name)
	var known []string
	for _, nested := range b.Blocks {
		known = append(known, nested.Name)
	}
	if b.attribute(name) != nil {
		detail += fmt.Sprintf("; it is an attribute: %s = …", name)
	} else {
		suggestion := didYouMean(name, known)
		if suggestion == "" && b == rootBlock {
			suggestion = "; there is " + strings.Join(known, ", ")
		} else if suggestion == "" && b.path() != "" {
			suggestion = fmt.Sprintf(`; "padlock explain %s" lists what there is`, b.path())
		}
		detail += suggestion
	}
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unknown block", Detail: sentence(detail), Subject: &at}
}

// path is where the reference has a block; empty for what it does not list.
func (b *block) path() string {
	if b == routeBlock {
		return "site.route"
	}
	return rootBlock.pathTo(b)
}

func (b *block) pathTo(wanted *block) string {
	for _, nested := range b.Blocks {
		if nested == wanted {
			return nested.Name
		}
		if rest := nested.pathTo(wanted); rest != "" {
			return nested.Name + "." + rest
		}
	}
	return ""
}

// homeOf finds the block of the language that has an attribute: one nested in
// b, or any other.
func (b *block) homeOf(name string) string {
	for _, candidate := range append(append([]*block{}, b.Blocks...), siteBlock, targetBlock, defaultSiteBlock, listenBlock, tlsBlock, proxyBlock, headersBlock, cspBlock, corsBlock, authBlock, limitsBlock, clientAuthBlock) {
		if candidate != b && candidate.attribute(name) != nil {
			return candidate.Name + " { … }"
		}
	}
	return ""
}
