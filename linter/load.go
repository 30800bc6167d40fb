package linter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"padlock/internal/apache"
	"padlock/internal/nginx"
	"padlock/internal/parallel"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

// packagePlaces are where the servers' packages keep what configurations of an
// installed server refer to. Files there are read to understand the
// configuration, and never shown.
var packagePlaces = []string{
	"/etc/nginx", "/usr/share/nginx", "/usr/lib/nginx/modules", "/usr/lib64/nginx/modules",
	"/etc/apache2", "/usr/share/apache2", "/etc/httpd", "/usr/share/httpd", "/usr/lib64/httpd", "/etc/letsencrypt",
}

// load reads every configuration that the request names, and tells where what is
// found in rendered ones belongs.
func (l *loader) loadAll(ctx context.Context, g *governance) ([]*rule.Config, map[*source.File]*rendering, error) {
	wanted, err := g.wanted(l.request.Rendered)
	if err != nil {
		return nil, nil, err
	}
	configs := make([]*rule.Config, len(l.places))
	failures := make([]error, len(l.places))
	parallel.Do(len(l.places), func(i int) {
		if failures[i] = ctx.Err(); failures[i] == nil {
			configs[i], failures[i] = l.load(l.places[i])
		}
	})
	for i, err := range failures {
		if errors.Is(err, source.ErrOutside) && !l.places[i].named {
			g.unread = append(g.unread, l.set.DisplayName(l.places[i].main))
			failures[i] = nil
		}
	}
	if err := errors.Join(failures...); err != nil {
		return nil, nil, err
	}
	configs = slices.DeleteFunc(configs, func(c *rule.Config) bool { return c == nil })
	if len(configs) == 0 && len(g.unread) > 0 {
		return nil, nil, errors.New(unreadWarning(g.unread[0]))
	}
	if len(configs) == 0 && len(wanted) == 0 && !g.leftOut {
		return nil, nil, &NoConfigurationError{l.request.Paths}
	}
	rendered := make([]*rule.Config, len(wanted))
	for i, r := range wanted {
		if rendered[i], err = l.loadRendered(r); err != nil {
			return nil, nil, err
		}
	}
	return append(withoutIncluded(configs), rendered...), renderedFiles(rendered, wanted), nil
}

func unreadWarning(name string) string {
	return name + " was found and not read: it is a link to a place outside what you named"
}

// NoConfigurationError: the directories that were named hold none.
type NoConfigurationError struct{ Paths []string }

func (e *NoConfigurationError) Error() string {
	return fmt.Sprintf("there is no configuration of nginx or Apache in %s: name a file, and its server with --server", strings.Join(e.Paths, ", "))
}

// loader reads the configurations of one request.
type loader struct {
	request Request
	places  []place
	set     *source.Set
	// leavesOut are the files that need not be read; nil to read all.
	leavesOut *leavingOut
}

func newLoader(request Request, g *governance) (*loader, error) {
	l := &loader{request: request}
	root, tree, err := fileSystem(request)
	if err != nil {
		return nil, err
	}
	var stdin []byte
	for _, name := range request.Paths {
		if name == "-" {
			if stdin, err = source.ReadInput(request.Stdin); err != nil {
				return nil, err
			}
			name = cmp.Or(request.StdinName, "<stdin>")
			full, err := serverPath(root, name)
			if err != nil {
				return nil, err
			}
			p := placeOfFile(tree, full)
			p.stdin = true
			l.places = append(l.places, p)
			continue
		}
		full, err := serverPath(root, name)
		if err != nil {
			return nil, err
		}
		found, err := locate(tree, full)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, reasonOf(err))
		}
		l.places = append(l.places, found...)
	}
	if l.places, err = g.govern(l.places); err != nil {
		return nil, err
	}
	l.set = source.NewSet(source.SetConfig{
		Tree: tree, Roots: l.roots(), Hidden: l.hidden(), Glanced: l.glanced(),
		DisplayName: displayNames(root, request.Tree != nil),
	})
	for _, p := range l.places {
		if p.stdin {
			l.set.Add(p.main, stdin)
		}
	}
	for name, data := range request.Contents {
		l.set.Add(name, data)
	}
	return l, nil
}

// fileSystem is what is read, and the directory of this machine that is its
// root.
func fileSystem(request Request) (root string, tree fs.ReadLinkFS, err error) {
	root = "/"
	if request.Tree != nil {
		return root, request.Tree, nil
	}
	if request.Root != "" {
		if root, err = absolute(request.Root); err != nil {
			return "", nil, err
		}
		if info, err := os.Stat(root); request.Machine == nil && (err != nil || !info.IsDir()) {
			return "", nil, fmt.Errorf("%s, given with --root, is no directory", request.Root)
		}
	}
	dir := os.DirFS(root)
	if request.Machine != nil {
		if dir, err = fs.Sub(request.Machine, treePath(root)); err != nil {
			return "", nil, err
		}
	}
	tree, ok := dir.(fs.ReadLinkFS)
	if !ok {
		return "", nil, errors.New("this system does not tell where symbolic links lead")
	}
	return root, tree, nil
}

// serverPath is the server's path of a path of this machine.
func serverPath(root, name string) (string, error) {
	full, err := absolute(name)
	if err != nil || root == "/" {
		return full, err
	}
	if !within(full, root) {
		return "", fmt.Errorf("%s does not lie below %s, the directory given with --root", name, root)
	}
	return path.Join("/", strings.TrimPrefix(full, root)), nil
}

// roots are the directories whose files are read and shown: those of what was
// named, or all that --root holds.
func (l *loader) roots() []string {
	if l.request.Root != "" || l.request.Tree != nil {
		return nil
	}
	var roots []string
	for _, p := range l.places {
		// The file as well: a link that was named may lead elsewhere.
		for _, root := range []string{p.root, p.main} {
			if root == p.main && !p.named || slices.Contains(roots, root) {
				continue
			}
			roots = append(roots, root)
		}
	}
	return roots
}

// hidden are the packages' places, if an installed server is judged.
func (l *loader) hidden() []string {
	installed := slices.ContainsFunc(l.places, func(p place) bool {
		return within(p.root, "/etc/nginx") || within(p.root, "/etc/apache2") || within(p.root, "/etc/httpd")
	})
	if !installed {
		return nil
	}
	return packagePlaces
}

// load reads one configuration; nil if a file that was found, not named, is of
// neither server.
func (l *loader) load(p place) (*rule.Config, error) {
	file, err := l.set.Read(p.main)
	if err != nil {
		if !p.named && !errors.Is(err, source.ErrOutside) {
			return nil, nil
		}
		return nil, err
	}
	server, err := l.serverOf(p, file)
	if err != nil || server == "" {
		return nil, err
	}
	config := &rule.Config{Target: l.target(server, p.settings), Now: timeOf(l.request), Anchored: p.anchored, Installed: l.installed(p)}
	if server == tlspolicy.Nginx {
		err = loadNginx(config, l.set, file, p, nginxContext(l.request.Context), l.leavesOut.chooser(l.set, server))
	} else {
		loadApache(config, l.set, p, l.request.Context, l.leavesOut.chooser(l.set, server))
	}
	config.Files = l.pemFiles(config, p, file)
	return config, err
}

func (l *loader) serverOf(p place, file *source.File) (tlspolicy.Server, error) {
	if l.request.Server != "" {
		return l.request.Server, nil
	}
	server, ok := recognise(p.main, file.Data)
	if !ok && p.settings != nil && p.settings.Target.Server != "" {
		return p.settings.Target.Server, nil
	}
	if !ok && p.named {
		return "", fmt.Errorf("%s looks like a configuration of neither nginx nor Apache; say which it is with --server", file.Name)
	}
	return server, nil
}

// withoutIncluded leaves out configurations whose main file another one
// includes: there it is judged in its place.
func withoutIncluded(configs []*rule.Config) []*rule.Config {
	includers := map[*source.File][]int{}
	for i, c := range configs {
		for _, f := range c.Sources()[1:] {
			includers[f] = append(includers[f], i)
		}
	}
	out := make([]bool, len(configs))
	seen := map[*source.File]bool{}
	var kept []*rule.Config
	for i, c := range configs {
		main := c.Sources()[0]
		out[i] = seen[main] || slices.ContainsFunc(includers[main], func(j int) bool { return j != i && !out[j] })
		if !out[i] {
			kept = append(kept, c)
			seen[main] = true
		}
	}
	return kept
}

func loadNginx(config *rule.Config, set *source.Set, file *source.File, p place, context []string, choose func([]string) []string) (err error) {
	if nginx.IsDump(file.Data) {
		config.Nginx = nginx.LoadDump(file, nginx.LoadOptions{})
	} else if config.Nginx, err = nginx.Load(set, p.main, nginx.LoadOptions{Prefix: p.prefix, Context: context, Choose: choose}); err != nil {
		return err
	}
	config.Fragment = len(config.Nginx.Context) > 0
	config.Complete = !config.Fragment && !anyMissing(config)
	config.NginxTarget = nginxTarget(config)
	return nil
}

func loadApache(config *rule.Config, set *source.Set, p place, context string, choose func([]string) []string) {
	options := apache.LoadOptions{
		ServerRoot:       p.prefix,
		ServerVersion:    versionText(config.Target.Version),
		DirectiveModules: directiveModules,
		Choose:           choose,
	}
	if strings.HasSuffix(p.main, ".htaccess") {
		options.Context = apache.Htaccess
	}
	given, known := apacheContexts[context]
	if known {
		options.Context = given
	}
	config.Apache = apache.Load(set, p.main, options)
	config.Build = buildOf(config.Target.Platform)
	config.Fragment = !slices.Contains(mainNames, filepath.Base(p.main)) && !setsServerRoot(config.Apache)
	config.Complete = !config.Fragment && !anyMissing(config)
	if !config.Fragment || known || options.Context == apache.Htaccess {
		return
	}
	if context := fittingContext(config); context != config.Apache.Context {
		options.Context = context
		config.Apache = apache.Load(set, p.main, options)
	}
}

func anyMissing(config *rule.Config) bool {
	return slices.ContainsFunc(config.Diagnostics(), func(d source.Diagnostic) bool { return d.Rule == "include-missing" })
}
