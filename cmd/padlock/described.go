package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/urfave/cli/v2"

	"padlock/generator"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter"
)

// described is a description of sites that has been rendered, and the way back
// from what it was rendered as.
type described struct {
	result *generator.Result
	// texts are the files of the description, by the name that causes give.
	texts map[string]*source.File
	files map[string]generator.File // by their shown name
}

// isDescription tells from its name that a path is a description of sites, which
// is judged by what it is rendered as.
func isDescription(name string) bool {
	if !describes(name) || filepath.Base(name) == linter.SettingsName {
		return false
	}
	info, err := os.Stat(name)
	return err != nil || !info.IsDir()
}

// describes tells the endings of descriptions.
func describes(name string) bool {
	return strings.HasSuffix(name, ".hcl") || strings.HasSuffix(name, ".hcl.json")
}

// describe renders the files of one description. Mistakes in it have been
// reported when it fails, unless it is one of another state of the machine.
func (p *program) describe(c *cli.Context, files []string, machine fs.ReadLinkFS) (*described, error) {
	// The linter says what there is to say of the settings.
	fallback, _, err := settingsTarget(c, files[0])
	if err != nil {
		return nil, err
	}
	result, parsed, err := p.renderFiles(c, generator.Request{Files: files, Fallback: fallback, State: machine, Causes: true, Unwritten: true})
	if err != nil {
		return nil, err
	}
	d := &described{result: result, texts: map[string]*source.File{}, files: map[string]generator.File{}}
	for name, file := range parsed {
		d.texts[name] = source.NewFile(d.shownText(c, name), file.Bytes)
	}
	for _, f := range result.Files {
		d.files[d.shown(f)] = f
	}
	return d, nil
}

// shownText is what findings call a file of the description.
func (d *described) shownText(c *cli.Context, name string) string {
	if stdin := c.String("stdin-filename"); stdin != "" && !slices.Contains(c.Args().Slice(), name) {
		name = stdin
	}
	return linter.DisplayName(name)
}

// shown is what findings call a rendered file: its place in the output
// directory.
func (d *described) shown(f generator.File) string {
	return filepath.ToSlash(filepath.Join(d.result.OutDir, f.Name))
}

// causes are the parts of the description that a part of a rendered file comes
// from, the closest first.
func (d *described) causes(at source.Span) []source.Span {
	if at.IsZero() {
		return nil
	}
	f, ok := d.files[at.File.Name]
	if !ok {
		return nil
	}
	var spans []source.Span
	for _, from := range f.CausesOf(at.Range) {
		if text := d.texts[from.Filename]; text != nil {
			spans = append(spans, text.Span(rangeOf(from)))
		}
	}
	return spans
}

// origin is the closest cause; the zero Span if there is none.
func (d *described) origin(at source.Span) source.Span {
	if causes := d.causes(at); len(causes) > 0 {
		return causes[0]
	}
	return source.Span{}
}

func rangeOf(r hcl.Range) source.Range {
	return source.Range{Start: int32(r.Start.Byte), End: int32(r.End.Byte)}
}

// rendered is the description as the linter takes it: its files in the middle
// of a configuration that has nothing else in it.
func (d *described) rendered() linter.Rendered {
	target := d.result.Target
	r := linter.Rendered{Target: target.Target, Platform: target.Platform.Name, Origin: d.origin}
	for _, name := range slices.Sorted(maps.Keys(d.texts)) {
		r.Descriptions = append(r.Descriptions, d.texts[name])
	}
	var includes strings.Builder
	for _, f := range d.result.Files {
		name := "sites/" + f.Name
		r.Files = append(r.Files, linter.RenderedFile{Name: name, Shown: d.shown(f), Data: f.Content})
		if target.Server == tlspolicy.Nginx {
			fmt.Fprintf(&includes, "    include \"%s\";\n", name)
		} else {
			fmt.Fprintf(&includes, "Include \"%s\"\n", name)
		}
	}
	if target.Server == tlspolicy.Nginx {
		r.Main = []byte("events {}\nhttp {\n" + includes.String() + "}\n")
	} else {
		r.Main = []byte("ServerRoot /etc/apache2\nLogFormat \"%h %r\" combined\n" + d.listens() + includes.String())
	}
	return r
}

// listens are the sockets that Debian's ports.conf opens, as far as the sites
// are on them; the rendered files open the others.
func (d *described) listens() string {
	var plain, secure bool
	for _, s := range d.result.Sites {
		plain = plain || s.Listen.HTTP == 80
		secure = secure || s.HTTPS() && s.Listen.HTTPS == 443
	}
	var out string
	if plain {
		out += "Listen 80\n"
	}
	if secure {
		out += "Listen 443\n"
	}
	return out
}

// splitDescriptions takes the descriptions out of the paths to judge. Those of
// one directory are one description, as for generate.
func splitDescriptions(c *cli.Context, paths []string) (rest []string, groups [][]string) {
	var directories []string
	for _, name := range paths {
		described := isDescription(name)
		if name == "-" {
			described = describes(c.String("stdin-filename"))
		}
		if !described {
			rest = append(rest, name)
			continue
		}
		dir := filepath.Dir(name)
		if name == "-" {
			dir = "-"
		}
		i := slices.Index(directories, dir)
		if i < 0 {
			directories, groups = append(directories, dir), append(groups, nil)
			i = len(groups) - 1
		}
		if !slices.Contains(groups[i], name) {
			groups[i] = append(groups[i], name)
		}
	}
	return rest, groups
}
