package vhost

import (
	"sync"

	"padlock/internal/nginx"
)

// level is a block whose settings hold for what stands in it: http, server,
// location, if in a location, limit_except.
type level struct {
	node   *nginx.Node
	parent *level

	indexOnce sync.Once
	index     map[string][]*nginx.Node
}

func newLevel(node *nginx.Node, parent *level) *level { return &level{node: node, parent: parent} }

// indexFrom is the number of directives from which on a level is searched by an
// index: http holds every server.
const indexFrom = 40

// own are the directives of a name directly in the block, in order.
func (l *level) own(name string) []*nginx.Node {
	if len(l.node.Children) >= indexFrom {
		l.indexOnce.Do(func() {
			l.index = map[string][]*nginx.Node{}
			for _, node := range l.node.Children {
				l.index[node.Name] = append(l.index[node.Name], node)
			}
		})
		return l.index[name]
	}
	var found []*nginx.Node
	for _, node := range l.node.Children {
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
	found := l.array(name)
	if len(found) == 0 {
		return nil
	}
	return found[len(found)-1]
}

// flag is the value of an on/off directive.
func (l *level) flag(name string, standard bool) bool {
	if node := l.setting(name); node != nil {
		return node.Arg(0) == "on"
	}
	return standard
}
