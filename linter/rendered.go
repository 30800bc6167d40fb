package linter

import (
	"cmp"
	"io/fs"
	"path"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

// Rendered is a configuration that was made from a description and stands in no
// file. What is found in it is told about the description.
type Rendered struct {
	// Descriptions are the files of the description, as this machine calls them.
	Descriptions []*source.File
	// Main is the server's main file, which includes Files by their names. It is
	// made up, so nothing in it is told.
	Main  []byte
	Files []RenderedFile
	// Target is the server that it was rendered for, Platform the name of where
	// that runs.
	Target   tlspolicy.Target
	Platform string
	// Origin finds what in the description a part of a rendered file comes from;
	// the zero Span if nothing does.
	Origin func(source.Span) source.Span
}

// RenderedFile is a file beside Rendered.Main.
type RenderedFile struct {
	// Name is its path, relative to the main file.
	Name string
	// Shown is how findings call it.
	Shown string
	Data  []byte
}

// renderedMains are where the main files stand, for references to other files
// of the server that start there.
var renderedMains = map[tlspolicy.Server]string{
	tlspolicy.Nginx:  "/etc/nginx/nginx.conf",
	tlspolicy.Apache: "/etc/apache2/apache2.conf",
}

// loadRendered reads a rendered configuration. Its certificates are on the
// machine that it is for.
func (l *loader) loadRendered(r Rendered) (*rule.Config, error) {
	main := renderedMains[r.Target.Server]
	dir := path.Dir(main)
	shown := map[string]string{}
	set := source.NewSet(source.SetConfig{Tree: nothing{}, DisplayName: func(name string) string { return cmp.Or(shown[name], name) }})
	for _, f := range r.Files {
		name := path.Join(dir, f.Name)
		shown[name] = f.Shown
		set.Add(name, f.Data)
	}
	file := set.Add(main, r.Main)
	config := &rule.Config{Target: r.Target, Now: timeOf(l.request)}
	p := place{main: main, root: "/", prefix: dir, named: true}
	if r.Target.Server == tlspolicy.Nginx {
		return config, loadNginx(config, set, file, p, nil, nil)
	}
	loadApache(config, set, p, "", nil)
	config.Build = buildOf(r.Platform)
	return config, nil
}

// rendering is where the findings of a rendered configuration belong.
type rendering struct {
	Rendered
	main *source.File
	// sites and shared are the blocks of the description: those of sites, and all
	// others. See findBlocks.
	sites, shared []source.Span
}

// toDescriptions lets findings in rendered files point at the description that
// caused them, with the rendered place beside. There is nothing to fix in a file
// that is written anew each time.
func toDescriptions(p *processing, result *Result) {
	if len(p.rendered) == 0 {
		return
	}
	kept := result.Findings[:0]
	for _, f := range result.Findings {
		if r := p.rendered[f.Subject.File]; r != nil && !r.move(&f) {
			continue
		}
		kept = append(kept, f)
	}
	clear(result.Findings[len(kept):])
	result.Findings = kept
}

// move points a finding at the description; false if nothing there caused it.
func (r *rendering) move(f *rule.Finding) bool {
	at := f.Subject
	if at.File == r.main {
		return false
	}
	origin := r.Origin(at)
	if origin.IsZero() {
		return false
	}
	related := []source.Related{{Subject: at, Message: "what it is rendered as"}}
	for _, other := range f.Related {
		if from := r.Origin(other.Subject); !from.IsZero() && from != origin {
			other.Subject = from
		}
		if other.Subject.File != r.main && other.Subject != at {
			related = append(related, other)
		}
	}
	f.Subject, f.Related = origin, related
	f.Includes, f.Fixes = nil, nil
	return true
}

// renderingOf is what a description is rendered as; nil for other files.
func (p *processing) renderingOf(description *source.File) *rendering {
	for _, r := range p.rendered {
		if slices.Contains(r.Descriptions, description) {
			return r
		}
	}
	return nil
}

// blocksFor are the blocks of the description that may be the cause of what is
// found at a place: the site there, and all blocks that are no sites.
func (r *rendering) blocksFor(at source.Span) []source.Span {
	if r.sites == nil && r.shared == nil {
		r.findBlocks()
	}
	i, found := slices.BinarySearchFunc(r.sites, at, func(site, at source.Span) int {
		if site.File == at.File && site.Contains(at.Start) {
			return 0
		}
		return cmp.Or(cmp.Compare(site.File.Name, at.File.Name), cmp.Compare(site.Start, at.Start))
	})
	if !found {
		return r.shared
	}
	return append(r.shared[:len(r.shared):len(r.shared)], r.sites[i])
}

// findBlocks fills in sites, in their order, and shared.
func (r *rendering) findBlocks() {
	for _, f := range r.Descriptions {
		parsed, diags := hclsyntax.ParseConfig(f.Data, f.Name, hcl.InitialPos)
		if diags.HasErrors() {
			continue
		}
		for _, block := range parsed.Body.(*hclsyntax.Body).Blocks {
			span := f.Span(source.Range{Start: int32(block.Range().Start.Byte), End: int32(block.Body.EndRange.End.Byte)})
			if block.Type == "site" {
				r.sites = append(r.sites, span)
			} else {
				r.shared = append(r.shared, span)
			}
		}
	}
	slices.SortFunc(r.sites, func(a, b source.Span) int {
		return cmp.Or(cmp.Compare(a.File.Name, b.File.Name), cmp.Compare(a.Start, b.Start))
	})
}

// isRendered tells that a file stands nowhere.
func (p *processing) isRendered(f *source.File) bool { return p.rendered[f] != nil }

// renderedFiles maps the files of rendered configurations to where their
// findings belong.
func renderedFiles(configs []*rule.Config, rendered []Rendered) map[*source.File]*rendering {
	files := map[*source.File]*rendering{}
	for i := range rendered {
		all := configs[i].Sources()
		r := &rendering{Rendered: rendered[i], main: all[0]}
		for _, f := range all {
			files[f] = r
		}
	}
	return files
}

// wanted leaves out what settings exclude, as for other files that are named.
func (g *governance) wanted(rendered []Rendered) ([]Rendered, error) {
	var kept []Rendered
	for _, r := range rendered {
		var places []place
		for _, f := range r.Descriptions {
			full, err := absolute(f.Name)
			if err != nil {
				return nil, err
			}
			places = append(places, place{main: full, named: true})
		}
		places, err := g.govern(places)
		if err != nil {
			return nil, err
		}
		if len(places) > 0 {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// descriptionsOf are the files of all descriptions.
func descriptionsOf(rendered []Rendered) []*source.File {
	var files []*source.File
	for _, r := range rendered {
		files = append(files, r.Descriptions...)
	}
	return files
}

// nothing is a file system without files.
type nothing struct{}

func (nothing) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func (nothing) ReadLink(name string) (string, error) {
	return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrNotExist}
}

func (nothing) Lstat(name string) (fs.FileInfo, error) {
	return nil, &fs.PathError{Op: "lstat", Path: name, Err: fs.ErrNotExist}
}
