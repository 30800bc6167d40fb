package generator

import (
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// attribute is one row of the site language: a named value inside a block.
// Everything the language knows of it stands in this row.
type attribute struct {
	Name string
	// Type is what the HCL value is converted to. cty.DynamicPseudoType accepts
	// any value; then Check has the whole say.
	Type cty.Type
	// TypeName says for documents what such an attribute takes.
	TypeName string
	// Check refuses a value of the right type that means nothing, and may
	// replace it by its canonical form. Nil accepts every value.
	Check func(cty.Value) (cty.Value, error)
	// Keys are those of a value that is an object, checked row by row before
	// Check; Type is then cty.DynamicPseudoType. With a Check, the value may be
	// something else too.
	Keys []attribute
	// Unite keeps the keys of all layers (defaults, mixins, site), the later
	// value winning per key, of maps, and the elements of lists. Otherwise the later value replaces the
	// earlier.
	Unite bool
	// Lines allows the text to have several lines.
	Lines bool
	// Meta attributes steer the evaluation itself (for_each, use); they are no
	// part of the evaluated block.
	Meta bool
	// Source attributes say what answers requests; see overlay.
	Source bool
	// Private attributes may hold what nobody should see, by mistake: the texts in the
	// source of one that is refused are not shown.
	Private bool
	// Default is what holds when nothing is written, as shown in documents.
	Default string
	// Example is a value as it is written, for documents. Empty, one is made of the
	// words that Check knows, or of Default; see example.
	Example string
	// Needs is what the target must be capable of for it, on the servers that have a
	// row for that.
	Needs []capability
	// Doc says in a sentence what the attribute does.
	Doc string
}

// check judges a value of the right type.
func (a *attribute) check(v cty.Value) (cty.Value, error) {
	var err error
	if object := v.Type().IsObjectType() || v.Type().IsMapType(); a.Keys != nil && (object || a.Check == nil) {
		if v, err = checkKeys(a.Name, a.Keys, v); err != nil {
			return v, err
		}
	}
	if a.Check != nil {
		v, err = a.Check(v)
	}
	return v, err
}

// block is one row of the site language: a block with its labels, attributes
// and nested blocks.
type block struct {
	Name   string
	Labels []string
	// Many allows the block to stand more than once.
	Many bool
	// ByLabel unites blocks of several layers that have the same label; within one
	// layer a label stands once.
	ByLabel bool
	// Source blocks say what answers requests; see overlay. OverFiles ones need a
	// root for it.
	Source, OverFiles bool
	Attributes        []attribute
	Blocks            []*block
	// Needs is what the target must be capable of; see attribute.
	Needs []capability
	// Hints are for names that people try and that are said in another way.
	Hints map[string]string
	// Example is the block as it may be written, for documents.
	Example string
	Doc     string

	once   sync.Once
	cached *hcl.BodySchema
}

func (b *block) attribute(name string) *attribute {
	for i := range b.Attributes {
		if b.Attributes[i].Name == name {
			return &b.Attributes[i]
		}
	}
	return nil
}

func (b *block) block(name string) *block {
	for _, nested := range b.Blocks {
		if nested.Name == name {
			return nested
		}
	}
	return nil
}

// bodySchema is the same schema as the HCL library wants it.
func (b *block) bodySchema() *hcl.BodySchema {
	b.once.Do(func() {
		b.cached = &hcl.BodySchema{}
		for _, a := range b.Attributes {
			b.cached.Attributes = append(b.cached.Attributes, hcl.AttributeSchema{Name: a.Name})
		}
		for _, nested := range b.Blocks {
			b.cached.Blocks = append(b.cached.Blocks, hcl.BlockHeaderSchema{Type: nested.Name, LabelNames: nested.Labels})
		}
	})
	return b.cached
}
