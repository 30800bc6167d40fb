package generator

import (
	"github.com/zclconf/go-cty/cty"
)

// Files are what a place serves from the disk.
type Files struct {
	// Root is the directory whose files the paths of the site name; empty if there
	// is none.
	Root Text
	// Alias is the directory that stands for the route's own path; empty if Root
	// counts.
	Alias Text
	// Index are the files looked for in a directory, in order.
	Index []Text
}

var fileAttributes = []attribute{
	{Name: rootName, Type: cty.String, Check: check(absolutePath), Source: true, Example: `"/srv/www/example.com"`, Doc: "Directory of the files served."},
	{Name: "index", Type: cty.List(cty.String), Check: check(indexFile), Default: `["index.html"]`, Doc: "Files looked for in a directory, first match wins."},
}

var aliasAttribute = attribute{Name: "alias", Type: cty.String, Check: check(absolutePath), Source: true, Example: `"/srv/images"`,
	Doc: "Directory that stands for the route's path: with route \"/img/\", /img/a.png is the file a.png in it."}

func decodeFiles(l *layer) Files {
	return Files{Root: l.text(rootName, ""), Alias: l.text(aliasAttribute.Name, ""), Index: l.texts("index", "index.html")}
}
