package generator_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"padlock/generator"
)

// Random sites, made of the rows of the language: a new row takes part with its
// words or its example.

// randomValues are the values of rows whose examples do not do here: %d is the
// number of the site.
var randomValues = map[string][]string{
	"aliases":       {`["www.s%d.test"]`, `["www.s%d.test", "s%d.other.test"]`},
	"root":          {`"/srv/random"`},
	"alias":         {`"/srv/random/sub"`},
	"error_root":    {`"/srv/random"`},
	"error_pages":   {`{ "404" = "/404.html" }`, `{ "404" = "/404.html", "403" = "/404.html" }`},
	"redirects":     {`{ "/old" = "/new" }`, `{ "/old" = "https://elsewhere.test/x?y=1", "/sub/old" = "/new" }`},
	"redirect_code": {"301", "302", "307", "308"},
	"max_body":      {`"1k"`, `"8m"`, `"0"`},
	"cache":         {`"30d"`, `"0"`, `"no-store"`, `{ css = "7d" }`},
	"index":         {`["index.html"]`, `["start.html", "index.html"]`},
	"extensionless": {"true", "false", `"redirect"`},
	"spa":           {"true", "false", `"/index.html"`},
	"listen.http":   {"80", "8080"},
	"listen.https":  {"443", "8443"},
	"tls.acme":      {`"certbot"`, `"webroot:/srv/challenges"`},
	"tls.hsts":      {"true", `{ max_age = "1y" }`, `{ max_age = "2y", include_subdomains = true }`, `{ stage = "auto", since = "2020-02-29" }`},
	"proxy.to":      {`"http://127.0.0.1:3000"`},
	// Nobody listens: an application of another protocol would leave requests waiting.
	"uwsgi.to":              {`"127.0.0.1:3999"`},
	"scgi.to":               {`"127.0.0.1:3999"`},
	"grpc.to":               {`"127.0.0.1:3999"`},
	"fastcgi.to":            {`"127.0.0.1:9000"`},
	"auth.users_file":       {`"/srv/random-users"`},
	"auth.users":            {`{ alice = "$2y$08$9xMczVHg4z..RKmfacnTP.NkRzHY/ouuQEfueuzkyA5sK9ua7DKLy" }`},
	"maintenance.page":      {`"/404.html"`},
	"maintenance.when_file": {`"/srv/random/none"`, `"/srv/random/index.html"`},
}

// notRandom are rows that take no part, and why.
var notRandom = map[string]string{
	"site.name":                         "the label is the name",
	"site.for_each":                     "makes several sites of one",
	"site.use":                          "names of mixins",
	"site.enabled":                      "leaves the site out",
	"site.unsupported":                  "lets the servers differ",
	"site.tls.profile":                  "the default host decides for all sites before nginx 1.29.2",
	"site.tls.certificate":              "goes with the key, and both are what certbot's are",
	"site.tls.key":                      "goes with the certificate",
	"site.tls.certificates":             "need files of their own; the row tls-options has them",
	"site.tls.protocols":                "the default host decides for all sites before nginx 1.29.2",
	"site.tls.ciphers":                  "must fit the certificates and protocols of all sites of a socket",
	"site.tls.groups":                   "must fit the other sites of a socket",
	"site.tls.stapling":                 "no certificate here names an OCSP responder",
	"site.tls.bootstrap":                "takes the place of the certificate",
	"site.tls.client_auth":              "needs certificates of clients, which rows of the suite have",
	"site.listen.proxy_protocol":        "is one for all sites of a socket; the row proxy-protocol has it",
	"site.client_cert":                  "needs tls.client_auth",
	"site.route.client_cert":            "needs tls.client_auth",
	"site.proxy.accel_redirect":         "nginx alone has it; the row x-accel-followed shows it",
	"site.php.accel_redirect":           "nginx alone has it; the row x-accel-followed shows it",
	"site.fastcgi.accel_redirect":       "nginx alone has it; the row x-accel-followed shows it",
	"site.uwsgi.accel_redirect":         "nginx alone has it; the row x-accel-followed shows it",
	"site.scgi.accel_redirect":          "nginx alone has it; the row x-accel-followed shows it",
	"site.grpc.accel_redirect":          "nginx alone has it; the row x-accel-followed shows it",
	"site.route.proxy.accel_redirect":   "nginx alone has it; the row x-accel-followed shows it",
	"site.route.php.accel_redirect":     "nginx alone has it; the row x-accel-followed shows it",
	"site.route.fastcgi.accel_redirect": "nginx alone has it; the row x-accel-followed shows it",
	"site.route.uwsgi.accel_redirect":   "nginx alone has it; the row x-accel-followed shows it",
	"site.route.scgi.accel_redirect":    "nginx alone has it; the row x-accel-followed shows it",
	"site.route.grpc.accel_redirect":    "nginx alone has it; the row x-accel-followed shows it",
	"site.tls.cipher_suites":            "the default host decides for all sites before nginx 1.29.2",
}

// askedFor are the settings that a rule of the linter has to say something about.
var askedFor = map[string]string{
	"redirect_code = 302": "https-redirect-temporary",
	"redirect_code = 307": "https-redirect-temporary",
}

// required rows are in every block of theirs; the first are in every site.
var (
	base     = []string{"site.root", "site.tls", "site.tls.acme"}
	required = slices.Concat(base, []string{"site.route.proxy.to", "site.proxy.to", "site.maintenance.when_file"})
)

// fragment is one setting of a random site.
type fragment struct{ path, label, value string }

// randomSite is a site as the list of its settings, so that one can be taken
// out.
type randomSite struct {
	number    int
	fragments []fragment
}

func (s *randomSite) String() string {
	b := &body{}
	for _, f := range s.fragments {
		segments := strings.Split(f.path, ".")
		inner := b
		for _, name := range segments[:len(segments)-1] {
			head := name
			switch name {
			case "site":
				head = fmt.Sprintf("site \"s%d.test\"", s.number)
			case "route":
				head = fmt.Sprintf("route %q", f.label)
			}
			inner = &inner.block(head).body
		}
		inner.set(segments[len(segments)-1], f.value)
	}
	return b.String()
}

// simplify takes a setting out, and with one that its block needs the whole
// block; false if there is none to take.
func (s *randomSite) simplify(random *rand.Rand) bool {
	var some []fragment
	for _, f := range s.fragments {
		if !slices.Contains(base, f.path) {
			some = append(some, f)
		}
	}
	if len(some) == 0 {
		return false
	}
	out := some[random.IntN(len(some))]
	block := out.path[:strings.LastIndexByte(out.path, '.')+1]
	s.fragments = slices.DeleteFunc(s.fragments, func(f fragment) bool {
		return f == out || slices.Contains(required, out.path) && f.label == out.label && strings.HasPrefix(f.path, block)
	})
	return true
}

// routeLabels are the labels of random routes.
var routeLabels = []string{"/sub/", "= /a.css", `~ \.txt$`, "/api/"}

func newRandomSite(t testing.TB, random *rand.Rand, number int) *randomSite {
	s := &randomSite{number: number}
	s.choose(t, random, "site", "")
	return s
}

func (s *randomSite) choose(t testing.TB, random *rand.Rand, path, label string) {
	entry, ok := generator.Explain(path)
	if !ok {
		t.Fatalf("there is no block %s", path)
	}
	for _, inside := range entry.Inside {
		here := path + inside.Path[strings.LastIndexByte(inside.Path, '.'):]
		isRequired := slices.Contains(required, here)
		switch {
		case notRandom[here] != "" || isImpossible(inside):
		case inside.Kind == "attribute" && (isRequired || random.IntN(5) == 0):
			s.fragments = append(s.fragments, fragment{here, label, s.value(random, inside)})
		case inside.Kind == "block" && strings.HasSuffix(here, ".route"):
			for _, label := range routeLabels {
				if random.IntN(6) == 0 {
					s.choose(t, random, here, label)
				}
			}
		case inside.Kind == "block" && (isRequired || random.IntN(5) == 0):
			s.choose(t, random, here, label)
		}
	}
}

// isImpossible tells that one of the servers cannot do what a row says.
func isImpossible(e generator.Entry) bool {
	return slices.ContainsFunc(e.Support, func(line string) bool {
		_, support, _ := strings.Cut(line, ": ")
		return support == "no" || strings.HasPrefix(support, "no (")
	})
}

// value is one of a row: of the table above, its words, or its example.
func (s *randomSite) value(random *rand.Rand, e generator.Entry) string {
	if values := randomValues[lastOf(e.Path, randomValues)]; values != nil {
		return strings.ReplaceAll(values[random.IntN(len(values))], "%d", fmt.Sprint(s.number))
	}
	example := exampleOf(e)
	switch {
	case e.Type == "true or false":
		return []string{"true", "false"}[random.IntN(2)]
	case len(e.Values) > 0 && strings.HasPrefix(example, "["):
		chosen := slices.DeleteFunc(slices.Clone(e.Values), func(string) bool { return random.IntN(2) == 0 })
		return "[" + quotedWords(chosen) + "]"
	case len(e.Values) > 0:
		return quotedWords(e.Values[random.IntN(len(e.Values)):][:1])
	}
	return example
}

func quotedWords(words []string) string {
	out := make([]string, len(words))
	for i, word := range words {
		out[i] = fmt.Sprintf("%q", word)
	}
	return strings.Join(out, ", ")
}
