package generator

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"text/template"
	"unicode"

	"github.com/hashicorp/hcl/v2"

	"padlock/generator/outdir"
	"padlock/internal/tlspolicy"
	"padlock/internal/vhost"
	"padlock/templates"
)

// renderer turns sites into what the templates of one server see.
type renderer interface {
	site(s *Site, header []string) (any, hcl.Diagnostics)
	// defaultSite gives nil when no file is needed.
	defaultSite(d DefaultSite, sites []*Site, header []string) (any, hcl.Diagnostics)
	// shared is what several sites use; nil when there is nothing.
	shared(sites []*Site, header []string) (any, hcl.Diagnostics)
}

var parsedTemplates = sync.OnceValue(func() map[tlspolicy.Server]*template.Template {
	out := map[tlspolicy.Server]*template.Template{}
	for _, server := range []tlspolicy.Server{tlspolicy.Nginx, tlspolicy.Apache} {
		out[server] = template.Must(templates.Parse(string(server)))
	}
	return out
})

// rendering is what all files of a target are rendered with.
type rendering struct {
	renderer
	target    Target
	templates *template.Template
	// causes tells that File.Causes are wanted.
	causes bool
	needs  needs
}

// render writes all files, several at once; their order is that of their
// names whatever finishes first.
func render(ctx context.Context, sites []*Site, d DefaultSite, target Target, request Request) ([]File, hcl.Diagnostics) {
	if len(sites) == 0 {
		return nil, nil
	}
	r := rendering{target: target, templates: parsedTemplates()[target.Server], causes: request.Causes}
	if target.Server == tlspolicy.Nginx {
		r.renderer = newNginxRenderer(target, sites, d.Enabled, r.causes)
	} else {
		r.renderer = &apacheRenderer{target: target, marks: r.causes}
	}
	jobs := []func() (File, hcl.Diagnostics){
		func() (File, hcl.Diagnostics) { return r.defaultFile(sites, d) },
		func() (File, hcl.Diagnostics) { return r.sharedFile(sites) },
	}
	files := make([]File, len(sites)+len(jobs))
	diags := make([]hcl.Diagnostics, len(files))
	done := make(chan struct{}, 64)
	go func() {
		parallel(len(files), func(i int) {
			switch {
			case ctx.Err() != nil:
				return
			case i < len(jobs):
				files[i], diags[i] = jobs[i]()
			default:
				files[i], diags[i] = r.siteFile(sites[i-len(jobs)])
			}
			done <- struct{}{}
		})
		close(done)
	}()
	count := 0
	for range done {
		count++
		if request.Progress != nil {
			request.Progress(count, len(files))
		}
	}
	var all hcl.Diagnostics
	for _, d := range diags {
		all = append(all, d...)
	}
	return slices.DeleteFunc(files, func(f File) bool { return f.Name == "" }), all
}

// parallel calls do for 0, 1, 2 … up to n, several at once, and waits for all.
func parallel(n int, do func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	workers.Wait()
}

func (r *rendering) siteFile(s *Site) (File, hcl.Diagnostics) {
	header := append(commonHeader(r.target, s.Range.Filename), fmt.Sprintf("Site: %s", s.Name.Value))
	if s.HTTPS() {
		header = append(append(header, s.TLS.describe(r.target)), s.TLS.HSTS.schedule()...)
	}
	header = append(header, "Input: "+fingerprint(s, r.target))
	if s.HTTPS() && s.TLS.Acquired != "" {
		header = append(header, "Certificate: "+s.acmeCommand())
	}
	header = append(append(header, s.notes...), s.askedFor()...)
	view, diags := r.site(s, header)
	content, causes, more := r.execute("site.conf.tmpl", view, s.Range)
	file, missing := r.withModules(File{Name: s.fileName(), Content: content, Causes: causes}, view, s.Range)
	return file, slices.Concat(diags, more, missing)
}

func (r *rendering) defaultFile(sites []*Site, d DefaultSite) (File, hcl.Diagnostics) {
	header := append(commonHeader(r.target, sites[0].Range.Filename), "Default hosts: for names that no site has")
	header = append(header, d.notes...)
	view, diags := r.defaultSite(d, sites, header)
	if view == nil {
		return File{}, diags
	}
	at := d.Range
	if at.Filename == "" {
		// Nobody wrote the block: the first site is why there is such a host.
		at = sites[0].Range
	}
	content, causes, more := r.execute("default.conf.tmpl", view, at)
	file, missing := r.withModules(File{Name: defaultFile, Content: content, Causes: causes}, view, at)
	return file, slices.Concat(diags, more, missing)
}

func commonHeader(target Target, file string) []string {
	return []string{
		fmt.Sprintf("%s. Do not edit: change %s and run padlock generate.", strings.TrimPrefix(outdir.Marker, "# "), printable(filepath.Base(file))),
		fmt.Sprintf("Target: %s (%s)", target.Target, target.Because),
	}
}

// askedFor silences the rules of the linter that would warn of what the description
// asks for in so many words. They say nothing of names that are not public, and of
// what only the machine itself can reach.
func (s *Site) askedFor() []string {
	var out []string
	local := !slices.ContainsFunc(s.Names(), func(name Text) bool { return vhost.PublicName(name.Value) }) || len(s.Listen.Addresses) > 0 && !slices.ContainsFunc(s.Listen.Addresses, func(a netip.Addr) bool { return !a.IsLoopback() })
	switch {
	case !s.HTTPS() && !local:
		out = append(out, fmt.Sprintf("padlock:ignore-file https-missing the description says tls.mode = %q", s.TLS.Mode))
	case s.TLS.Mode == ModeBoth && !local:
		out = append(out, `padlock:ignore-file https-redirect-missing the description says tls.mode = "both"`)
	}
	switch h := s.TLS.HSTS; {
	case !s.HTTPS() || h.Enabled:
	case h.Since.IsZero():
		out = append(out, "padlock:ignore-file hsts-missing the description says tls.hsts = false")
	default:
		out = append(out, "padlock:ignore-file hsts-missing the description says when HSTS begins")
	}
	if s.HTTPS() && s.TLS.HSTS.Enabled && s.TLS.HSTS.Stage > 0 {
		out = append(out, "padlock:ignore-file hsts-max-age the description brings HSTS in by stages")
	}
	return out
}

// printable keeps a text on one comment line.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '?'
		}
		return r
	}, strings.TrimRight(s, `\`))
}

// fingerprint is a hash of everything the file depends on but the templates.
// Positions are left out: lines that move in the description change nothing.
func fingerprint(s *Site, target Target) string {
	plain := *s
	plain.Range = hcl.Range{}
	data, err := json.Marshal(struct {
		Site   *Site
		Target tlspolicy.Target
	}{&plain, target.Target})
	if err != nil {
		panic(fmt.Sprintf("site %q cannot be encoded: %v", s.Name.Value, err))
	}
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:16])
}

// MarshalText leaves the position out: see fingerprint.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.Value), nil }

// execute gives what a template makes of a view; at is the block that the file is
// for.
func (r *rendering) execute(name string, view any, at hcl.Range) ([]byte, []Cause, hcl.Diagnostics) {
	out := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(out)
	out.Reset()
	if err := r.templates.ExecuteTemplate(out, name, view); err != nil {
		return nil, nil, hcl.Diagnostics{{
			Severity: hcl.DiagError,
			Summary:  "Internal error in a template",
			Detail:   sentence(err.Error()) + " Please report this.",
			Subject:  subjectOf(at),
		}}
	}
	if !r.causes {
		return bytes.Clone(withoutMarks(out.Bytes())), nil, nil
	}
	content, causes := unmark(out.Bytes(), at)
	return content, causes, nil
}

// buffers spares growing a new one for each of ten thousand files.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
