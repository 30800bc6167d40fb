package generator

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// only is the layer with the rows of another schema alone.
func (l *layer) only(schema *block) *layer {
	out := &layer{schema: schema, Range: l.Range, settings: map[string]setting{}, blocks: map[string][]*layer{}}
	for name, s := range l.settings {
		if schema.attribute(name) != nil {
			out.settings[name] = s
		}
	}
	for name, list := range l.blocks {
		if schema.block(name) != nil {
			out.blocks[name] = list
		}
	}
	return out
}

// overlay lays a route over what encloses it. Its own source of content takes the
// place of the inherited one whole; everything else is laid over as merge does.
func overlay(under, own *layer) *layer {
	if under == nil || own == nil {
		return merge(under, own)
	}
	if own.hasSource() {
		kept := &layer{schema: under.schema, Range: under.Range, settings: map[string]setting{}, blocks: map[string][]*layer{}}
		for name, s := range under.settings {
			if row := under.schema.attribute(name); !row.Source || row.Name == rootName {
				kept.settings[name] = s
			}
		}
		for name, list := range under.blocks {
			if row := under.schema.block(name); !row.Source || row.OverFiles && own.onlyRoot() {
				kept.blocks[name] = list
			}
		}
		under = kept
	}
	out := merge(under, own)
	out.Range = own.Range
	out.newestBodyLimit(own)
	return out
}

// newestBodyLimit lets max_body of a route win over max_body in a php block that it
// inherits.
func (l *layer) newestBodyLimit(own *layer) {
	if _, ok := own.settings["max_body"]; !ok {
		return
	}
	if _, ok := own.nested(phpBlock.Name).setting("max_body"); ok || l.nested(phpBlock.Name) == nil {
		return
	}
	php := *l.nested(phpBlock.Name)
	php.settings = maps.Clone(php.settings)
	delete(php.settings, "max_body")
	l.blocks[phpBlock.Name] = []*layer{&php}
}

// rootName is the attribute that is a source of content by itself, and serves
// those that work on files (OverFiles).
const rootName = "root"

// hasSource tells that the layer says by itself what answers.
func (l *layer) hasSource() bool { return len(l.sources()) > 0 }

// onlyRoot tells that root is all that it says of that.
func (l *layer) onlyRoot() bool {
	return slices.Equal(l.sources(), []string{rootName})
}

// sources are the names of all that says what answers, root last.
func (l *layer) sources() []string {
	var names []string
	for name := range l.settings {
		if row := l.schema.attribute(name); row.Source && name != rootName {
			names = append(names, name)
		}
	}
	for name, list := range l.blocks {
		if l.schema.block(name).Source && len(list) > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if _, ok := l.settings[rootName]; ok {
		names = append(names, rootName)
	}
	return names
}

// sourcesOfContent refuses a body that says in two ways what answers.
func sourcesOfContent(l *layer) hcl.Diagnostics {
	names := l.sources()
	if len(names) > 1 && names[len(names)-1] == rootName && (len(names) > 2 || l.schema.block(names[0]) != nil && l.schema.block(names[0]).OverFiles) {
		names = names[:len(names)-1]
	}
	if len(names) < 2 {
		return twoAddresses(l.nested(phpBlock.Name))
	}
	at := l.Range
	if s, ok := l.settings[names[1]]; ok {
		at = s.Range
	} else if list := l.blocks[names[1]]; len(list) > 0 {
		at = list[0].Range
	}
	return hcl.Diagnostics{{
		Severity: hcl.DiagError,
		Summary:  "Two sources of content",
		Detail:   sentence(names[0] + " answers every request of this place already, so " + names[1] + " would never be used. Remove one of them, or give it a route of its own"),
		Subject:  &at,
	}}
}

// twoAddresses refuses a php block that says in two ways where PHP-FPM is.
func twoAddresses(php *layer) hcl.Diagnostics {
	if php == nil {
		return nil
	}
	_, socket := php.setting("socket")
	address, too := php.setting("address")
	if !socket || !too {
		return nil
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Two addresses of PHP-FPM", Subject: &address.Range,
		Detail: "socket and address both say where PHP-FPM is. Remove one of them; one that is asked when the other does not answer is backup."}}
}
