package vhost

import (
	"slices"
	"sync"

	"padlock/internal/nginx"
)

// level is a block whose settings hold for what stands in it: http, server,
// location, if in a location, limit_except.
type level struct {
	node   *nginx.Node
	parent *level

	// holds has the nameBit of every directive directly in the block.
	holds uint64

	indexOnce sync.Once
	index     map[string][]*nginx.Node
}

func newLevel(node *nginx.Node, parent *level) *level {
	l := &level{node: node, parent: parent}
	for _, child := range node.Children {
		l.holds |= nameBit(child.Name)
	}
	return l
}

// nameBit is one of 64 bits for a name. Most settings are asked for where they
// are not written: a bit that is missing spares the search (a fifth of the time
// of a request that is followed).
func nameBit(name string) uint64 {
	n := len(name)
	if n == 0 {
		return 1
	}
	return 1 << ((uint(name[0])*7 + uint(name[n/2])*29 + uint(name[n-1])*13 + uint(n)*3) & 63)
}

// indexFrom is the number of directives from which on a level is searched by an
// index: http holds every server.
const indexFrom = 40

// own are the directives of a name directly in the block, in order.
func (l *level) own(name string) []*nginx.Node {
	if l.holds&nameBit(name) == 0 {
		return nil
	}
	if len(l.node.Children) >= indexFrom {
		l.indexOnce.Do(func() {
			l.index = map[string][]*nginx.Node{}
			for _, node := range l.node.Children {
				l.index[node.Name] = append(l.index[node.Name], node)
			}
		})
		return l.index[name]
	}
	// Most stand alone or together: a part of the children is the list then.
	children, first, end := l.node.Children, 0, 0
	for i, node := range children {
		switch {
		case node.Name != name:
		case end == first:
			first, end = i, i+1
		case end == i:
			end = i + 1
		default:
			return named(children, name)
		}
	}
	return children[first:end:end]
}

func named(nodes []*nginx.Node, name string) []*nginx.Node {
	var found []*nginx.Node
	for _, node := range nodes {
		if node.Name == name {
			found = append(found, node)
		}
	}
	return found
}

// array are the directives of a name on the nearest level that has any: how
// nginx inherits whatever may be written several times.
func (l *level) array(name string) []*nginx.Node {
	for ; l != nil; l = l.parent {
		if found := l.own(name); len(found) > 0 {
			return found
		}
	}
	return nil
}

// setting is the directive in effect of those that are written once; the last
// one where a fragment has several.
func (l *level) setting(name string) *nginx.Node {
	for ; l != nil; l = l.parent {
		if node := l.last(name); node != nil {
			return node
		}
	}
	return nil
}

// last is the last directive of a name directly in the block.
func (l *level) last(name string) *nginx.Node {
	switch {
	case l.holds&nameBit(name) == 0:
		return nil
	case len(l.node.Children) >= indexFrom:
		if found := l.own(name); len(found) > 0 {
			return found[len(found)-1]
		}
		return nil
	}
	for _, node := range slices.Backward(l.node.Children) {
		if node.Name == name {
			return node
		}
	}
	return nil
}

// flag is the value of an on/off directive.
func (l *level) flag(name string, standard bool) bool {
	if node := l.setting(name); node != nil {
		return node.Arg(0) == "on"
	}
	return standard
}
