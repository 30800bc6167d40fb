package generator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

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
	w := schemaWriter{names: map[*block]string{}, bodies: schemaNode{}}
	root := w.body(rootBlock, "")
	root["$schema"], root["title"], root["$defs"] = schemaName, "Padlock: a description of web sites", w.bodies
	root["description"] = "HCL's JSON syntax: a block is an object, its label the key of one more; texts are templates with ${…}."
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(root); err != nil {
		// The rows hold nothing that cannot be encoded.
		panic(fmt.Sprintf("the schema cannot be encoded: %v", err))
	}
	return out.Bytes()
}

// schemaWriter describes each block once, by the path where it is met first.
type schemaWriter struct {
	names  map[*block]string
	bodies schemaNode
}

// body is the object of a block's body.
func (w *schemaWriter) body(b *block, path string) schemaNode {
	properties := schemaNode{"//": schemaNode{"description": "A comment."}}
	for i := range b.Attributes {
		properties[b.Attributes[i].Name] = schemaOfAttribute(&b.Attributes[i])
	}
	for _, nested := range b.Blocks {
		properties[nested.Name] = w.block(nested, path)
	}
	if len(b.Blocks) > 0 && b != rootBlock {
		properties[dynamicName] = schemaNode{"type": []string{"object", "array"}, "description": "Blocks made of values, by the name of the block."}
	}
	// The names of local values are the description's own.
	return schemaNode{"type": "object", "properties": properties, "additionalProperties": b == localsBlock}
}

// block is one block, or several in an array; below its label when it has one.
func (w *schemaWriter) block(b *block, path string) schemaNode {
	name, known := w.names[b]
	if !known {
		name = strings.TrimPrefix(path+"."+b.Name, ".")
		w.names[b] = name
		body := w.body(b, name)
		body["description"] = b.Doc
		w.bodies[name] = body
	}
	ref := schemaNode{"$ref": "#/$defs/" + name}
	one := schemaNode{"anyOf": []any{ref, schemaNode{"type": "array", "items": ref}}, "description": b.Doc}
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
