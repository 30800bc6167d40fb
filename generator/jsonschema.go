package generator

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/zclconf/go-cty/cty"
)

// schemaName is what the JSON schema calls itself.
const schemaName = "https://json-schema.org/draft/2020-12/schema"

// schemaNode is a JSON schema, or a part of one; encoding sorts its keys.
type schemaNode map[string]any

// JSONSchema describes a description in HCL's JSON syntax, the one of files that end
// in .hcl.json, as editors take it (JSON Schema 2020-12). HCL's native syntax has no
// schema format that editors read.
func JSONSchema() []byte {
	root := schemaOfBody(rootBlock, nil)
	root["$schema"], root["title"] = schemaName, "Padlock: a description of web sites"
	root["description"] = "HCL's JSON syntax: a block is an object, its label the key of one more; texts are templates with ${…}."
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		// The rows hold nothing that cannot be encoded.
		panic(fmt.Sprintf("the schema cannot be encoded: %v", err))
	}
	return out.Bytes()
}

// schemaOfBody is the object of a block's body. A block that lies within itself is
// not described again.
func schemaOfBody(b *block, around []*block) schemaNode {
	properties := schemaNode{"//": schemaNode{"description": "A comment."}}
	for i := range b.Attributes {
		properties[b.Attributes[i].Name] = schemaOfAttribute(&b.Attributes[i])
	}
	around = append(around[:len(around):len(around)], b)
	for _, nested := range b.Blocks {
		properties[nested.Name] = schemaOfBlock(nested, around)
	}
	if len(b.Blocks) > 0 && b != rootBlock {
		properties[dynamicName] = schemaNode{"type": []string{"object", "array"}, "description": "Blocks made of values, by the name of the block."}
	}
	node := schemaNode{"type": "object", "properties": properties}
	// The names of local values are the description's own.
	node["additionalProperties"] = b == localsBlock
	return node
}

// schemaOfBlock is one block, or several in an array; below its label when it has
// one.
func schemaOfBlock(b *block, around []*block) schemaNode {
	var body schemaNode
	for _, outer := range around {
		if outer == b {
			body = schemaNode{"type": "object"}
		}
	}
	if body == nil {
		body = schemaOfBody(b, around)
	}
	if b.Doc != "" {
		body["description"] = b.Doc
	}
	one := schemaNode{"anyOf": []any{body, schemaNode{"type": "array", "items": body}}}
	for range b.Labels {
		one = schemaNode{"type": []string{"object", "array"}, "additionalProperties": one, "description": b.Doc}
	}
	return one
}

func schemaOfAttribute(a *attribute) schemaNode {
	node := schemaOfType(a.Type)
	if words := a.words(); len(words) > 0 && a.Type == cty.String {
		node = schemaNode{"anyOf": []any{schemaNode{"enum": words}, templateNode()}}
	}
	if len(a.Keys) > 0 {
		properties := schemaNode{}
		for i := range a.Keys {
			properties[a.Keys[i].Name] = schemaOfAttribute(&a.Keys[i])
		}
		node = schemaNode{"anyOf": []any{
			schemaNode{"type": "boolean"}, templateNode(), schemaNode{"type": "object", "properties": properties, "additionalProperties": false},
		}}
	}
	node["description"] = a.Doc
	if a.Default != "" {
		node["$comment"] = "Default: " + a.Default
	}
	return node
}

// templateNode is a text with a template in it, which may give a value of any type.
func templateNode() schemaNode {
	return schemaNode{"type": "string", "pattern": `[$%]\{`}
}

func schemaOfType(t cty.Type) schemaNode {
	switch {
	case t == cty.String:
		return schemaNode{"type": "string"}
	case t == cty.Number:
		return schemaNode{"anyOf": []any{schemaNode{"type": "number"}, templateNode()}}
	case t == cty.Bool:
		return schemaNode{"anyOf": []any{schemaNode{"type": "boolean"}, templateNode()}}
	case t.IsListType() || t.IsSetType():
		return schemaNode{"anyOf": []any{schemaNode{"type": "array", "items": schemaOfType(t.ElementType())}, templateNode()}}
	case t.IsMapType():
		return schemaNode{"anyOf": []any{schemaNode{"type": "object", "additionalProperties": schemaOfType(t.ElementType())}, templateNode()}}
	}
	return schemaNode{}
}
