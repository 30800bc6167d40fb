package linter_test

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"testing"

	"padlock/generator"
	"padlock/internal/servertest"
)

const (
	nginxDir  = "/etc/nginx/"
	nginxMain = nginxDir + "nginx.conf"
)

// packaged are the files of nginx's package that the configurations include.
var packaged = []string{"mime.types", "fastcgi_params", "fastcgi.conf", "uwsgi_params", "scgi_params", "proxy_params",
	"koi-utf", "koi-win", "win-utf", "snippets/fastcgi-php.conf"}

// nginxTree is a configuration: files of its own, which are mutated, and the
// files around them.
type nginxTree struct {
	name   string
	own    servertest.Files
	around servertest.Files
	names  []string // of own, sorted
}

// nginxTrees are the configurations below fixtures/nginx/verdict.
func nginxTrees(t testing.TB, around servertest.Files) []nginxTree {
	const root = "../fixtures/nginx/verdict"
	var trees []nginxTree
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		tree := nginxTree{name: entry.Name(), own: servertest.Files{}, around: around}
		dir := os.DirFS(path.Join(root, entry.Name()))
		err := fs.WalkDir(dir, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(dir, name)
			tree.own[nginxDir+name] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		tree.names = slices.Sorted(maps.Keys(tree.own))
		trees = append(trees, tree)
	}
	return trees
}

// surroundings are the files that the configurations speak of: those of the
// package, and keys.
func surroundings(t testing.TB, session *servertest.Session) servertest.Files {
	authority := servertest.NewAuthority(t)
	leaf := authority.Issue(t, servertest.Leaf{Names: []string{"example.com"}})
	files := servertest.Files{
		nginxDir + "keys/server.crt": leaf.Cert + leaf.Chain,
		nginxDir + "keys/server.key": leaf.Key,
		nginxDir + "keys/ca.crt":     authority.PEM(),
		nginxDir + "keys/dh.pem":     dhParameters,
		"/var/cache/nginx/.keep":     "", "/srv/tmp/.keep": "", "/srv/upload/.keep": "",
	}
	for _, name := range packaged {
		text, err := session.ReadFile(nginxDir + name)
		if err != nil {
			t.Fatal(err)
		}
		files[nginxDir+name] = text
	}
	return files
}

// dhParameters are the group ffdhe2048 of RFC 7919.
const dhParameters = `-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----
`

// packagedTree is what the package installs, with its site enabled.
func packagedTree(t testing.TB, session *servertest.Session, around servertest.Files) nginxTree {
	tree := nginxTree{name: "packaged", own: servertest.Files{}, around: around}
	for name, from := range map[string]string{"nginx.conf": "nginx.conf", "sites-enabled/default": "sites-available/default"} {
		text, err := session.ReadFile(nginxDir + from)
		if err != nil {
			t.Fatal(err)
		}
		tree.own[nginxDir+name] = text
	}
	tree.names = slices.Sorted(maps.Keys(tree.own))
	return tree
}

// namedFile finds the certificates and keys that a configuration names.
var namedFile = regexp.MustCompile(`\bssl_(?:trusted_)?certificate(_key)?\s+([^;$]+);`)

// generatedTree is what Padlock renders of its examples, in the place where the
// package's nginx.conf includes it.
func generatedTree(t testing.TB, server *servertest.Server, session *servertest.Session, around servertest.Files) nginxTree {
	rendered, diagnostics := generator.Generate(t.Context(), generator.Request{
		Files:  []string{"../fixtures/examples/application.hcl", "../fixtures/examples/tenants.hcl"},
		Server: "nginx", ServerVersion: server.Version, OpenSSLVersion: server.OpenSSL,
	})
	if rendered == nil {
		t.Fatalf("the examples are not rendered: %v", diagnostics)
	}
	main, err := session.ReadFile(nginxMain)
	if err != nil {
		t.Fatal(err)
	}
	tree := nginxTree{name: "generated", own: servertest.Files{}, around: around.With(servertest.Files{nginxMain: main, nginxDir + "sites-enabled/default": ""})}
	for _, file := range rendered.Files {
		name := nginxDir + "sites-enabled/" + file.Name
		tree.own[name] = string(file.Content)
		for _, m := range namedFile.FindAllStringSubmatch(tree.own[name], -1) {
			kind := ".crt"
			if m[1] != "" {
				kind = ".key"
			}
			tree.around[m[2]] = around[nginxDir+"keys/server"+kind]
		}
	}
	tree.names = slices.Sorted(maps.Keys(tree.own))
	return tree
}
