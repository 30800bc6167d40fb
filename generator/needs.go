package generator

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"

	"padlock/internal/apache"
	apachewords "padlock/internal/apache/directives"
	"padlock/internal/nginx"
	nginxwords "padlock/internal/nginx/directives"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// needs finds the modules that rendered files need. The files of many sites are much
// alike, so it remembers what lines of Apache and whole files of nginx need.
type needs struct {
	mu    sync.RWMutex
	known map[string][]string
}

// maxNeeds bounds what is remembered.
const maxNeeds = 4096

// of are the modules that a rendered file needs, by the directives in it, without
// those that the platform has compiled in; sorted. Files of one shape need the same;
// nil is not known.
func (n *needs) of(t Target, f File, shape []byte) []string {
	if shape == nil {
		return n.read(t, f)
	}
	names, known := n.recall(shape)
	if !known {
		names = n.read(t, f)
		n.remember(shape, names)
	}
	return names
}

func (n *needs) read(t Target, f File) []string {
	names := map[string]bool{}
	file := source.NewFile(f.Name, f.Content)
	if t.Server == tlspolicy.Apache {
		n.apache(file, names)
	} else {
		nginxNeeds(file, names)
	}
	for name := range names {
		if known, _ := t.Platform.Module(t.Server, name); known.BuiltIn {
			delete(names, name)
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func nginxNeeds(file *source.File, names map[string]bool) {
	nginx.Parse(file).Walk(func(d *nginx.Directive) bool {
		if d.Entry {
			return true
		}
		if known, ok := nginxwords.Lookup(d.Name); ok {
			names[nginxModule(known)] = true
		}
		return true
	})
}

// nginxModule is the module of a directive within http: several names stand for
// directives of mail and stream too.
func nginxModule(d *nginxwords.Directive) string {
	for i := range d.Forms {
		if strings.HasPrefix(d.Forms[i].Module, "http") {
			return d.Forms[i].Module
		}
	}
	return d.Forms[0].Module
}

func (n *needs) apache(file *source.File, names map[string]bool) {
	for node := range apache.Parse(file).Nodes() {
		if node.Kind() != apache.Section && node.Kind() != apache.Directive {
			continue
		}
		at := node.Line()
		line := file.Data[at.Start:at.End]
		modules, known := n.recall(line)
		if !known {
			modules = apacheNeeds(node)
			n.remember(line, modules)
		}
		for _, module := range modules {
			names[module] = true
		}
	}
}

func (n *needs) recall(key []byte) (modules []string, known bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	modules, known = n.known[string(key)]
	return modules, known
}

func (n *needs) remember(key []byte, modules []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.known == nil {
		n.known = map[string][]string{}
	}
	if len(n.known) < maxNeeds {
		n.known[string(key)] = modules
	}
}

// apacheNeeds are the modules that one line needs; they depend on nothing else.
func apacheNeeds(node apache.Node) []string {
	name := node.Name()
	if node.Kind() == apache.Section {
		name = "<" + name
	}
	known := apachewords.Lookup(name)
	if len(known) == 0 {
		return nil
	}
	var names []string
	add := func(sourceFile string) { names = append(names, tlspolicy.ModuleName(tlspolicy.Apache, sourceFile)) }
	add(known[0].Module)
	if !apachewords.Naming(known[0]) && !argumentDirectives[strings.ToLower(name)] {
		return names
	}
	call := apachewords.Call{Raw: node.Args()}
	for _, word := range node.Words() {
		call.Args = append(call.Args, word.Value)
	}
	for _, n := range apachewords.Needs(known[0], call) {
		if modules := apachewords.Providing(n); len(modules) > 0 {
			add(modules[0])
		}
	}
	return append(names, argumentModules(strings.ToLower(name), call.Args)...)
}

// schemeModules are the modules of mod_proxy for the schemes of URLs. Source: the
// manual of mod_proxy, "Protocols".
var schemeModules = map[string][]string{
	"http": {"proxy_http"}, "https": {"proxy_http"}, "h2": {"proxy_http2"}, "h2c": {"proxy_http2"},
	"fcgi": {"proxy_fcgi"}, "scgi": {"proxy_scgi"}, "uwsgi": {"proxy_uwsgi"}, "ajp": {"proxy_ajp"},
	"ws": {"proxy_wstunnel"}, "wss": {"proxy_wstunnel"},
	// A balancer keeps its state in shared memory, and without lbmethod counts requests.
	"balancer": {"proxy_balancer", "slotmem_shm", "lbmethod_byrequests"},
}

var proxiedScheme = pattern(`(?:^|\||proxy:)([a-z0-9]+)://`)

// argumentDirectives are those that argumentModules knows.
var argumentDirectives = map[string]bool{
	"proxypass": true, "proxypassmatch": true, "balancermember": true, "<proxy": true, "sethandler": true, "rewriterule": true,
	"sslsessioncache": true, "sslstaplingcache": true, "protocols": true, "setoutputfilter": true, "addoutputfilter": true, "authuserfile": true,
}

// argumentModules are those that arguments call for beside the module of the
// directive: schemes of what is passed on, kinds of caches and protocols.
func argumentModules(name string, args []string) []string {
	var modules []string
	for i, arg := range args {
		switch name {
		case "proxypass", "proxypassmatch", "balancermember", "<proxy", "sethandler", "rewriterule":
			if name == "rewriterule" && (i != 1 || !passesOn(args)) {
				continue
			}
			if m := proxiedScheme().FindStringSubmatch(arg); m != nil {
				modules = append(modules, schemeModules[m[1]]...)
			}
			if strings.HasPrefix(strings.ToLower(arg), "hcmethod=") {
				modules = append(modules, "proxy_hcheck")
			}
		case "sslsessioncache", "sslstaplingcache":
			if kind, _, ok := strings.Cut(arg, ":"); ok || kind == "shmcb" {
				modules = append(modules, "socache_"+strings.ToLower(kind))
			}
		case "protocols":
			if strings.HasPrefix(strings.ToLower(arg), "h2") {
				modules = append(modules, "http2")
			}
		case "setoutputfilter", "addoutputfilter":
			for filter := range strings.SplitSeq(arg, ";") {
				for _, provider := range apachewords.Providing(apachewords.Name{Space: apachewords.OutputFilters, Text: filter}) {
					modules = append(modules, tlspolicy.ModuleName(tlspolicy.Apache, provider))
				}
			}
		case "authuserfile":
			modules = append(modules, "authn_file")
		}
	}
	return modules
}

// passesOn tells that a RewriteRule has the flag P.
func passesOn(args []string) bool {
	if len(args) < 3 {
		return false
	}
	flags := strings.Split(strings.Trim(args[2], "[]"), ",")
	return slices.ContainsFunc(flags, func(flag string) bool { return flag == "P" || strings.EqualFold(flag, "proxy") })
}

// moduleHeader is the line for the head of a file that says which modules it needs,
// and how to bring them to the server; empty when it needs none.
func moduleHeader(t Target, needed []string) string {
	if len(needed) == 0 {
		return ""
	}
	names := strings.Join(needed, " ")
	switch command := t.Platform.EnableCommand(t.Server, needed); {
	case command == "":
		return "Modules: " + names
	case strings.HasSuffix(command, names):
		return "Modules: " + command
	default:
		return "Modules: " + names + " (" + command + ")"
	}
}

// withModules adds the line on modules below the one on the target, and reports those
// that the target lacks.
func (r *rendering) withModules(f File, view any, at hcl.Range) (File, hcl.Diagnostics) {
	t := r.target
	var shape []byte
	if shaped, ok := view.(interface{ shape() []byte }); ok {
		shape = shaped.shape()
	}
	needed := r.needs.of(t, f, shape)
	line := moduleHeader(t, needed)
	if line == "" {
		return f, nil
	}
	head, rest, ok := cutLines(f.Content, headerLines)
	if !ok {
		return f, nil
	}
	comment := []byte("# " + line + "\n")
	f.Content = slices.Concat(head, comment, rest)
	for i := range f.Causes {
		f.Causes[i].insert(len(head), len(comment))
	}
	var diags hcl.Diagnostics
	for _, name := range needed {
		if t.modules.names != nil && !t.Module(name) {
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagWarning, Summary: "A module is missing", Subject: subjectOf(at),
				Detail: sentence(fmt.Sprintf("what is rendered cannot be read as it stands: %s. Enable it, or add it to the list", t.lacksModule(name))),
			})
		}
	}
	return f, diags
}

// insert makes room for bytes that were put into the file.
func (c *Cause) insert(at, size int) {
	if int(c.Start) >= at {
		c.Start += int32(size)
	}
	if int(c.End) > at {
		c.End += int32(size)
	}
}

// headerLines are the lines at the head of each file that come before the one on
// modules: who wrote it, and for which target.
const headerLines = 2

func cutLines(text []byte, lines int) (head, rest []byte, ok bool) {
	at := 0
	for range lines {
		i := bytes.IndexByte(text[at:], '\n')
		if i < 0 {
			return nil, text, false
		}
		at += i + 1
	}
	return text[:at], text[at:], true
}
