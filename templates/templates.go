// Package templates holds the text templates of the generator, one folder per
// server. They lay out directives and comments; every argument they print has
// been quoted by the generator before.
package templates

import (
	"embed"
	"text/template"
)

//go:embed nginx apache
var files embed.FS

// Parse gives the templates of a server ("nginx" or "apache") as one set.
func Parse(server string) (*template.Template, error) {
	return template.New(server).Option("missingkey=error").ParseFS(files, server+"/*.tmpl")
}
