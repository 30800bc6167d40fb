// Package generator renders a declarative HCL description of web sites into
// virtual hosts for nginx or Apache.
//
// The way through the package: files are parsed (read.go), variables, locals
// and functions make the evaluation context (variables.go, functions.go,
// description.go), bodies are evaluated against the rows of the language
// (language.go, layer.go) and decoded into Sites (decode.go, site.go); sites
// are checked together (check.go), laid out as virtual hosts (plan.go), and
// written by the templates of the target's server (nginx.go, apache.go,
// render.go). It never writes a file: that is outdir's.
package generator

import (
	"context"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
)

// Request says what to render and for which target.
type Request struct {
	// Files are HCL files, directories of *.hcl files, or "-" for Stdin.
	Files []string
	Stdin io.Reader
	// State is read in the place of this machine's file system, for descriptions as
	// they were at another time. Nil for the present.
	State fs.ReadLinkFS
	// Server, Platform, ServerVersion and OpenSSLVersion override the target
	// block; empty leaves it alone.
	Server, Platform, ServerVersion, OpenSSLVersion string
	// Fallback is the target where neither these nor the target block say one.
	Fallback Fallback
	// OutDir is the directory that the result will be written to, in place of the
	// description's; empty leaves that.
	OutDir string
	// Unwritten tells that the result is only looked at: where its directory is not
	// known, that of the platform stands in.
	Unwritten bool
	// Variables are "name=value", in order.
	Variables []string
	// VariableFiles are HCL or JSON files of attributes.
	VariableFiles []string
	// SharedVariables tells that variables are given for other descriptions as
	// well: one that this description does not declare is none of its business.
	SharedVariables bool
	// Environment is the process environment as "NAME=value", for env() and
	// PADLOCK_VAR_name.
	Environment []string
	// Detect finds the installed server when no version is given; may be nil.
	Detect Detector
	// Machine is the root of the file system of this machine, where certificates and
	// keys that the description names are looked at if they are there; nil: none are.
	Machine fs.ReadLinkFS
	// Now is when certificates must be valid and the target must have support; the
	// present if zero.
	Now time.Time
	// Causes asks for File.Causes, which take as much memory as the files themselves.
	Causes bool
	// Progress is told how many files are rendered; may be nil. It is called
	// from one goroutine.
	Progress func(done, total int)
}

func (r *Request) now() time.Time {
	if r.Now.IsZero() {
		return time.Now()
	}
	return r.Now
}

// Fallback is a target that is less than what a description says; what is not
// known is empty. Its versions count only if nobody else names a platform or a
// version.
type Fallback struct {
	Server, Platform, ServerVersion, OpenSSLVersion string
}

// File is one rendered file.
type File struct {
	// Name is relative to the output directory. It has no folders, but for files that
	// Arrange gives.
	Name    string
	Content []byte
	// Link makes it a symbolic link with this target, relative to its folder.
	Link string
	// Private tells that it is no configuration, and that only the server may read it.
	Private bool
	// Causes are sorted: by start, wide ranges before those within them. Nil if the
	// Request does not ask for them.
	Causes []Cause
}

// Result is a rendered configuration.
type Result struct {
	// Files in the order of their names, which is the order in which both
	// servers include them.
	Files []File
	// Users are files of names and hashes, in a folder beside them.
	Users []File
	// OutDir is target.out_dir of the description, seen from the current
	// directory; empty if it says none.
	OutDir string
	Target Target
	// Sites are what was rendered, in the order of Files.
	Sites []*Site
}

// Generate renders a description. The result is nil when there are errors;
// warnings may come beside a result.
func Generate(ctx context.Context, r Request) (*Result, Diagnostics) {
	parser := hclparse.NewParser()
	d, diags := readDescriptions(parser, r)
	result, more := d.render(ctx, r, diags)
	return result, Diagnostics{List: hideSecrets(inOurWords(more), d.secrets), Files: parser.Files()}
}

// render renders what was read; diags are those of reading.
func (d *description) render(ctx context.Context, r Request, diags hcl.Diagnostics) (*Result, hcl.Diagnostics) {
	target, more := resolveTarget(d.target, r)
	diags = append(diags, more...)
	if diags.HasErrors() {
		return nil, diags
	}
	order(d.sites)
	bringInHSTS(d.sites, r.now())
	place, err := d.place(r, target)
	if err != nil {
		return nil, append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "A directory that cannot be found", Detail: sentence(err.Error())})
	}
	users, more := placeUsers(d.sites, place, target)
	diags = append(diags, more...)
	unknown, more := decodeDefaultSite(d.defaultSite, target)
	diags = append(diags, more...)
	diags = append(diags, checkSites(d.sites, unknown, target)...)
	diags = append(diags, checkMachine(d.sites, unknown, r.Machine, r.now())...)
	if r.Machine != nil {
		diags = append(diags, checkLifecycle(target, r.now())...)
	}
	diags = append(diags, emptiness(d)...)
	if diags.HasErrors() {
		return nil, diags
	}
	files, more := render(ctx, d.sites, unknown, target, r)
	diags = append(diags, more...)
	if err := ctx.Err(); err != nil {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Rendering was interrupted", Detail: sentence(err.Error())})
	}
	result := &Result{Files: files, Users: users, OutDir: d.outDir(), Target: target, Sites: d.sites}
	if diags.HasErrors() {
		result = nil
	}
	return result, diags
}

// emptiness refuses a description without any site, which is most likely the
// wrong file, and warns of one whose sites are all switched off.
func emptiness(d *description) hcl.Diagnostics {
	switch {
	case !d.declaresSites:
		return hcl.Diagnostics{{
			Severity: hcl.DiagError,
			Summary:  "No sites",
			Detail:   `The description has no site block, so there is nothing to render. "padlock init" writes a first description.`,
		}}
	case len(d.sites) == 0:
		return hcl.Diagnostics{{
			Severity: hcl.DiagWarning,
			Summary:  "No sites",
			Detail:   "No site of the description is enabled, so nothing is rendered.",
		}}
	}
	return nil
}

// outDir takes a relative out_dir from the file that says it.
func (d *description) outDir() string {
	dir := d.target.text("out_dir", "")
	if dir.Value == "" || filepath.IsAbs(dir.Value) {
		return dir.Value
	}
	return filepath.Join(filepath.Dir(dir.Range.Filename), dir.Value)
}
