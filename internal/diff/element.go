package diff

import (
	"hash/maphash"

	"padlock/internal/apache"
	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/linter/rule"
)

// element is a directive or section of either server, as the server sees it:
// includes are followed, variables put in, and what is executed while reading
// is gone. The children are made when first asked for, so that a tree of many
// virtual hosts costs only what is looked at.
type element struct {
	// config is where it comes from; nil for the top of several fragments.
	config *rule.Config
	nginx  *nginx.Node
	apache apache.Item

	// name is in small letters where case does not matter.
	name string
	// words are the arguments in their one spelling; see canonicalWords.
	words []string
	// key tells it from its siblings; see keyOf.
	key string
	// block tells that it may have children.
	block  bool
	parent *element
	depth  int
	// position counts the children of the parent.
	position int

	opened   bool
	children []*element
	summed   bool
	sum      uint64
	set      map[string]bool       // names of its children; see sets
	index    map[string][]*element // of its children; see all
	called   string                // of a virtual host; see hostTitle
	named    bool
	names    []string // of a virtual host; see hostNames
}

// maxDepth bounds how deep blocks are followed: what is deeper counts as text.
const maxDepth = 200

var seed = maphash.MakeSeed()

// hashOf is the sum of some texts and where each ends.
func hashOf(parts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, p := range parts {
		h.WriteString(p)
		h.WriteByte(0)
	}
	return h.Sum64()
}

// open makes the children.
func (e *element) open() []*element {
	if e.opened {
		return e.children
	}
	e.opened = true
	switch {
	case !e.block || e.depth > maxDepth:
	case e.nginx != nil:
		e.children = nginxChildren(e, e.nginx.Children)
	case !e.apache.IsZero():
		e.children = apacheChildren(e)
	}
	for i, c := range e.children {
		c.position = i
	}
	return e.children
}

// settle finds out the key and the meaning, and forgets the children of a virtual
// host: of thousands only those that differ are looked into.
func (e *element) settle() *element {
	e.key = keyOf(e)
	if e.isHost() {
		e.meaning()
		e.release()
	}
	return e
}

// release forgets the children; they are made again when asked for.
func (e *element) release() { e.opened, e.children, e.set, e.index = false, nil, nil, nil }

// child makes an element below another.
func (e *element) child(name string) *element {
	return &element{config: e.config, name: name, parent: e, depth: e.depth + 1}
}

// sets tells that a child of that name stands directly in the block.
func (e *element) sets(name string) bool {
	if e.set == nil {
		e.set = map[string]bool{}
		for _, c := range e.open() {
			e.set[c.name] = true
		}
	}
	return e.set[name]
}

// all are the children of a name, in order. The blocks that hold thousands of
// virtual hosts are asked often, and keep an index.
func (e *element) all(name string) []*element {
	const many = 40
	children := e.open()
	if len(children) < many {
		var list []*element
		for _, c := range children {
			if c.name == name {
				list = append(list, c)
			}
		}
		return list
	}
	if e.index == nil {
		e.index = map[string][]*element{}
		for _, c := range children {
			e.index[c.name] = append(e.index[c.name], c)
		}
	}
	return e.index[name]
}

// isNginx tells of which server it is.
func (e *element) isNginx() bool {
	return e.apache.IsZero() && (e.config == nil || e.config.Nginx != nil)
}

// arg is argument i in its one spelling, counted from 0; empty if there is none.
func (e *element) arg(i int) string {
	if i >= 0 && i < len(e.words) {
		return e.words[i]
	}
	return ""
}

// place is where it is written; the zero Place of what stands in no file.
func (e *element) place() Place {
	switch {
	case e.nginx != nil && !e.nginx.Synthetic():
		p := Place{Span: e.nginx.HeadSpan()}
		if e.nginx.Reading != nil {
			p.Includes = e.nginx.Reading.Includes()
		}
		return p
	case !e.apache.IsZero():
		return Place{Span: e.apache.Span(), Includes: e.apache.Includes()}
	}
	return Place{}
}

// whole is the span of the block up to its end.
func (e *element) whole() source.Span {
	switch {
	case e.nginx != nil && !e.nginx.Synthetic():
		return e.nginx.Span()
	case !e.apache.IsZero():
		node := e.apache.Node()
		if node.Kind() == apache.Section {
			return node.File().Span(node.Whole())
		}
		return e.apache.Span()
	}
	return source.Span{}
}

// site is the name of the virtual host around the element, or which it is;
// empty for none.
func (e *element) site() string {
	for at := e; at != nil; at = at.parent {
		if at.isHost() {
			if names := hostNames(at); len(names) > 0 {
				return names[0]
			}
			return "_"
		}
	}
	return ""
}

// host is the virtual host around the element, or the element itself.
func (e *element) host() *element {
	for at := e; at != nil; at = at.parent {
		if at.isHost() {
			return at
		}
	}
	return nil
}

// isHost tells that the element is a virtual host.
func (e *element) isHost() bool {
	if !e.block {
		return false
	}
	if e.isNginx() {
		return e.name == "server" && e.parent != nil && e.parent.name != "upstream"
	}
	return e.name == "virtualhost"
}
