package generator

import "strings"

// item is a directive of either server, as data: printing it decides nothing but
// the layout. Its arguments are finished words.
type item[W ~string] struct {
	// Comment is a line of its own above it; alone, it stands for itself.
	Comment string
	Name    string
	Args    []W
	// Block tells that it holds Items: braces in nginx, a section in Apache.
	Block bool
	Items []item[W]
}

// gap is an empty line.
func gap[W ~string]() item[W] { return item[W]{} }

func (i *item[W]) isGap() bool { return i.Name == "" && i.Comment == "" }

// apart adds items behind an empty line, if there are any.
func apart[W ~string](out, items []item[W]) []item[W] {
	if len(items) == 0 {
		return out
	}
	if len(out) > 0 {
		out = append(out, gap[W]())
	}
	return append(out, items...)
}

// layout prints items as one of the servers writes them.
type layout struct {
	// open and close are what stands around the name and arguments of a block, end
	// what ends a directive; last gives the line that ends a block.
	open, close, end string
	last             func(name string) string
}

var (
	nginxLayout  = layout{open: "", close: " {", end: ";", last: func(string) string { return "}" }}
	apacheLayout = layout{open: "<", close: ">", end: "", last: func(name string) string { return "</" + name + ">" }}
)

// indent is one level, as padlock fmt writes it.
const indent = "    "

// deep is the indentation of more levels than files have.
var deep = strings.Repeat(indent, 16)

func indentation(depth int) string {
	if n := depth * len(indent); n <= len(deep) {
		return deep[:n]
	}
	return strings.Repeat(indent, depth)
}

// print writes items at a depth. Empty lines at either end, and second ones, are
// left out.
func print[W ~string](out *strings.Builder, l layout, items []item[W], depth int) {
	before, wanted := false, false
	for n := range items {
		i := &items[n]
		if i.isGap() {
			wanted = before
			continue
		}
		if wanted {
			out.WriteByte('\n')
		}
		before, wanted = true, false
		in := indentation(depth)
		if i.Comment != "" {
			out.WriteString(in)
			out.WriteString("# ")
			out.WriteString(i.Comment)
			out.WriteByte('\n')
		}
		if i.Name == "" {
			continue
		}
		out.WriteString(in)
		if i.Block {
			out.WriteString(l.open)
		}
		out.WriteString(i.Name)
		for _, arg := range i.Args {
			out.WriteByte(' ')
			out.WriteString(string(arg))
		}
		if !i.Block {
			out.WriteString(l.end)
			out.WriteByte('\n')
			continue
		}
		out.WriteString(l.close)
		out.WriteByte('\n')
		print(out, l, i.Items, depth+1)
		out.WriteString(in)
		out.WriteString(l.last(i.Name))
		out.WriteByte('\n')
	}
}

// nginxItem and apacheItem are directives of one server.
type (
	nginxItem  = item[nginxWord]
	apacheItem = item[apacheWord]
)

// nginxBody and apacheBody are what stands in a virtual host that a template
// opens; nginxOutside and apacheOutside are what stands beside it.
type (
	nginxBody     []nginxItem
	nginxOutside  []nginxItem
	apacheOutside []apacheItem
	apacheBody    []apacheItem
)

// String prints the items one level deep.
func (b nginxBody) String() string { return printed(nginxLayout, b, 1) }

// String prints the items.
func (b nginxOutside) String() string { return printed(nginxLayout, b, 0) }

// String prints the items.
func (b apacheOutside) String() string { return printed(apacheLayout, b, 0) }

// String prints the items one level deep.
func (b apacheBody) String() string { return printed(apacheLayout, b, 1) }

func printed[W ~string](l layout, items []item[W], depth int) string {
	var out strings.Builder
	out.Grow(size(items, depth))
	print(&out, l, items, depth)
	return strings.TrimSuffix(out.String(), "\n")
}

// size is about what items take when they are printed.
func size[W ~string](items []item[W], depth int) int {
	n := 0
	for i := range items {
		item := &items[i]
		n += depth*len(indent) + len(item.Comment) + len(item.Name) + len("\n;")
		for _, arg := range item.Args {
			n += len(" ") + len(arg)
		}
		if item.Comment != "" {
			n += depth*len(indent) + len("# \n")
		}
		if item.Block {
			n += size(item.Items, depth+1) + depth*len(indent) + len(item.Name) + len("<></>\n")
		}
	}
	return n
}

// ng and ap make a directive of words that are the program's own or finished.
func ng(name string, args ...nginxWord) nginxItem   { return nginxItem{Name: name, Args: args} }
func ap(name string, args ...apacheWord) apacheItem { return apacheItem{Name: name, Args: args} }

// ngBlock and apBlock make a block.
func ngBlock(items []nginxItem, name string, args ...nginxWord) nginxItem {
	return nginxItem{Name: name, Args: args, Block: true, Items: items}
}
func apBlock(items []apacheItem, name string, args ...apacheWord) apacheItem {
	return apacheItem{Name: name, Args: args, Block: true, Items: items}
}

// about gives the first of some items a comment.
func about[W ~string](comment string, items ...item[W]) []item[W] {
	if len(items) > 0 {
		items[0].Comment = comment
	}
	return items
}
