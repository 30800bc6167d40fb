package vhost

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// randomSites writes small random configurations: every construct that the
// evaluation claims to follow, in combinations nobody would think of. One seed
// gives one text.
type randomSites struct {
	*rand.Rand
	group   int
	address string
	out     strings.Builder
	names   []string
	hosts   int
	named   bool // the server being written has @x
	servers int
	inherit bool // add_header_inherit is known
}

func newRandomSites(seed uint64, group int) *randomSites {
	return &randomSites{
		Rand: rand.New(rand.NewPCG(seed, uint64(group))), group: group,
		address: fmt.Sprintf("10.1.%d.%d", group/200, group%200+1),
	}
}

func (g *randomSites) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g *randomSites) chance(percent int) bool { return g.IntN(100) < percent }

func (g *randomSites) line(format string, args ...any) { fmt.Fprintf(&g.out, format+"\n", args...) }

// write is one configuration for the http level.
func (g *randomSites) write() string {
	g.names = []string{"a.test", "b.test", "www.a.test", "x.c.test", "d.test"}
	g.writeMaps()
	g.servers = 1 + g.IntN(3)
	for g.hosts = 0; g.hosts < g.servers; g.hosts++ {
		g.writeServer()
	}
	return g.out.String()
}

func (g *randomSites) variable(name string) string { return fmt.Sprintf("$%s_%d", name, g.group) }

func (g *randomSites) writeMaps() {
	g.line("map %s %s {", g.pick("$host", "$uri", "$arg_k", "$http_x_forwarded_proto", "$request_method", "$scheme", "$args", `"$host:$uri"`, "$http_user_agent"), g.variable("m"))
	for _, entry := range []string{"a.test m1", "https m2", "~^/a m3", "~*^/A/(?<part>.*)$ $part", "/old/1 m4", `"" m5`, "GET m6", "1 1", "default m7", "b.test ''", "http ''"} {
		if g.chance(45) {
			g.line("  %s;", entry)
		}
	}
	g.line("}")
	g.line("map $host %s { hostnames; *.a.test w1; .c.test w2; d.* w3; default 0; }", g.variable("w"))
	g.line("geo %s { default g0; 10.0.0.0/8 g1; 10.1.0.0/16 g2; 127.0.0.1 g3; }", g.variable("g"))
}

// value is text with variables, for URLs and headers.
func (g *randomSites) value() string {
	return g.pick("$host", "$uri", "$request_uri", "$scheme", "$server_name", "$args", "$is_args$args", "$1", "$2", "$http_host", "$arg_k", "$server_port",
		"$remote_addr", "$request_method", "$document_uri", "$https", "$cookie_c", "$http_x_y",
		g.variable("m"), g.variable("w"), g.variable("g"), g.variable("v"), "x", "lit")
}

func (g *randomSites) url() string {
	return g.pick("https://$host$request_uri", "https://$server_name$uri$is_args$args", "https://e.test/"+g.value()+"/", "http://$host/n"+g.value(), "/to"+g.value(),
		"$scheme://e.test/"+g.value(), "https://$http_host/"+g.value()+g.value(), "/a/"+g.value()+"?q="+g.value(), "https://e.test$uri")
}

func (g *randomSites) header() {
	if g.inherit && g.chance(40) {
		g.line("add_header_inherit %s;", g.pick("on", "off", "merge"))
		g.inherit = false // once in a block
		defer func() { g.inherit = true }()
	}
	g.line("add_header X-%s \"%s\"%s;", g.pick("A", "B", "C"), g.pick("1", "2", g.value(), "p"+g.value(), ""), g.pick("", "", " always"))
}

func (g *randomSites) writeServer() {
	g.line("server {")
	g.line("listen %s:80%s;", g.address, g.pick("", "", ""))
	if g.chance(40) {
		g.line("listen %s:443 ssl;", g.address)
	}
	if g.chance(15) {
		g.line("listen %s:8080;", g.address)
	}
	switch g.IntN(6) {
	case 0:
		g.line("server_name %s %s;", g.names[g.hosts], g.pick("*.c.test", ".d.test", "www.*", "z.test"))
	case 1:
		g.line(`server_name "~^(?<sub%d>\w+)\.(a|c)\.test$" %s;`, g.group, g.names[g.hosts])
	default:
		g.line("server_name %s;", g.names[g.hosts])
	}
	g.line("add_header X-Host h%d always; set %s '';", g.hosts, g.variable("v"))
	if g.inherit && g.chance(25) {
		g.line("add_header_inherit %s;", g.pick("merge", "off"))
	}
	if g.chance(50) {
		g.line("root /srv/padlock/www;")
	}
	for _, option := range []string{"absolute_redirect off;", "port_in_redirect off;", "server_name_in_redirect on;", "merge_slashes off;", "recursive_error_pages on;"} {
		if g.chance(8) {
			g.line("%s", option)
		}
	}
	g.named = g.chance(40)
	g.errorPages()
	if g.chance(15) {
		g.access()
	}
	if g.chance(50) {
		g.rewrites(1, true)
	}
	if g.chance(10) {
		g.line("try_files $uri $uri/index.html /a/;")
	}
	g.locations("/", 1+g.IntN(5))
	if g.named {
		g.line("location @x {")
		g.body("@x")
		g.line("}")
	}
	g.line("}")
}

func (g *randomSites) errorPages() {
	if !g.chance(35) {
		return
	}
	target := g.pick("/err", "/a/b", "https://e.test/err", "/err?$args", "https://$host$request_uri", "/50x.html")
	if g.named && g.chance(40) {
		target = "@x"
	}
	g.line("error_page %s %s%s;", g.pick("404", "403", "403 404", "497", "401", "405", "301", "500 404"), g.pick("", "", "=200 ", "= ", "=301 ", "=410 "), target)
}

func (g *randomSites) access() {
	switch g.IntN(6) {
	case 0:
		g.line("deny all;")
	case 1:
		g.line("allow 127.0.0.1; allow 192.168.0.0/16; deny all;")
	case 2:
		g.line("allow 10.0.0.0/8; deny all;")
	case 3:
		g.line("deny 10.1.0.0/16;")
	case 4:
		g.line("auth_basic closed; auth_basic_user_file /srv/padlock/users;")
	case 5:
		g.line("satisfy any; deny all; auth_basic closed; auth_basic_user_file /srv/padlock/users;")
	}
}

func (g *randomSites) returnLine() string {
	switch g.IntN(8) {
	case 0:
		return "return " + g.pick("403", "404", "410", "500", "405") + ";"
	case 1:
		return "return 444;"
	case 2:
		return "return 200 \"ok\";"
	case 3:
		return "return " + g.pick("204", "404 gone", "403 no", "202 x") + ";"
	}
	return "return " + g.pick("301", "302", "307", "308", "303") + " " + g.url() + ";"
}

func (g *randomSites) condition() string {
	return g.pick("($host = a.test)", "($scheme = http)", "($scheme != https)", "($arg_k)", "($http_x_forwarded_proto != \"https\")", "($uri ~ ^/a/(.*)$)", "($host ~* ^(www)\\.(.*)$)",
		"($request_method = POST)", "("+g.variable("m")+")", "("+g.variable("w")+" = w1)", "($args ~ k=([a-z]+))", "($request_uri ~* \"/old/(\\d)\")", "("+g.variable("g")+" != g2)",
		"($uri !~ \\.php$)", "(-f $request_filename)", "(!-e $request_filename)", "($cookie_c = x)", "($request_uri !~ ^/\\.well-known)", "("+g.variable("v")+" = "+g.pick("1", "x", "a")+")")
}

// rewrites writes directives of the rewrite module.
func (g *randomSites) rewrites(depth int, server bool) {
	inherit := g.inherit
	g.inherit = false // the block around may have it already
	defer func() { g.inherit = inherit }()
	for range 1 + g.IntN(2) {
		switch g.IntN(7) {
		case 0:
			g.line("set %s %q;", g.variable("v"), g.pick("1", g.value(), "a"+g.value()))
		case 1, 2:
			g.line("rewrite %s %s%s;", g.pick("^/a/(.*)$", "^(.*)$", "^/old/(\\d+)", "^/(\\w+)/(\\w+)", "\\.php$", "^", "^/b"),
				g.pick("/n/$1", "https://$host$1", "/a/b", "/b?x=$1", "http://e.test/$1?", "/c/$2?y="+g.value()+"&z", "$1/r", "/a%20z/$1", g.url(), "/q?$args&w=$1", "/r/$1?u=$uri?"),
				g.pick("", " last", " break", " redirect", " permanent", " last"))
		case 3, 4, 5:
			if depth == 0 {
				continue
			}
			g.line("if %s {", g.condition())
			g.rewrites(0, server)
			if !server && g.chance(40) {
				g.header()
			}
			g.line("}")
		case 6:
			if g.chance(60) {
				g.line("%s", g.returnLine())
			} else if depth == 0 {
				g.line("break;")
			}
		}
	}
}

func (g *randomSites) locations(base string, count int) {
	written := map[string]bool{}
	for range count {
		head := g.pick("/", "/a", "/a/", "= /a", "= /a/b", "^~ /a/", "~ \\.php$", "~* ^/A/", "~ ^/(a|old)/(.*)$", "/old/", "/.well-known/acme-challenge/", "= /", "/b", "~ /\\.", "/n/", "= /err", "/a/b/", "~ ^/to", "^~ /b/")
		if base != "/" {
			head = g.pick(base+"b", base+"b/", "= "+base+"b", "~ c\\.php$", "~ ^"+base+"(.*)$")
		}
		mark, path, two := strings.Cut(head, " ")
		if !two {
			mark, path = "", head
		}
		key := mark + path
		if mark == "^~" {
			key = path
		}
		if written[key] {
			continue
		}
		written[key] = true
		g.line("location %s {", head)
		g.body(head)
		if base == "/" && !strings.HasPrefix(head, "=") && !strings.HasPrefix(head, "~") && strings.HasSuffix(head, "/") && head != "/" && g.chance(30) {
			g.locations(path, 1+g.IntN(2))
		}
		g.line("}")
	}
}

func (g *randomSites) body(head string) {
	if g.chance(30) {
		g.header()
	}
	if g.chance(12) {
		g.errorPages()
	}
	if g.chance(12) {
		g.access()
	}
	if g.chance(5) && head != "@x" {
		g.line("internal;")
	}
	if g.chance(8) {
		g.line("limit_except GET { %s }", g.pick("deny all;", "allow 10.0.0.0/8; deny all;", "deny 192.168.0.0/16;"))
	}
	if g.chance(30) {
		g.rewrites(1, false)
	}
	if g.chance(6) && head != "@x" {
		g.line("auth_request %s;", g.pick("/a", "/auth", "/b", "off"))
	}
	if g.chance(10) {
		g.line("%s", g.pick("index a.html index.html;", "index /a/b;", "autoindex on;", "expires 1h;", "expires -1;", "default_type text/x;", "log_not_found off;", "max_ranges 0;", "proxy_intercept_errors on;"))
	}
	if g.chance(6) {
		g.line("valid_referers none %s; if ($invalid_referer) { %s }", g.pick("*.a.test", "*.a.test server_names", "www.a.test/x", "*.zz.test ~x"), g.returnLine())
	}
	switch g.IntN(12) {
	case 9:
		if !strings.HasPrefix(head, "~") && !strings.HasPrefix(head, "@") {
			g.line("alias /srv/padlock/%s/;", g.pick("www", "none"))
		}
	case 10:
		if !strings.HasPrefix(head, "~") && !strings.HasPrefix(head, "@") {
			g.line("proxy_pass http://10.9.9.9:3000%s;", g.pick("/", "/x/", "/a?b"))
		}
	case 11:
		g.line("if %s { %s }", g.condition(), g.pick("proxy_pass http://10.9.9.9:3000;", "add_header X-C in always;", "expires 1d;", "root /srv/padlock/none;", "set "+g.variable("v")+" 1; break;"))
	case 0, 1, 2:
		g.line("%s", g.returnLine())
	case 3:
		g.line("proxy_pass http://10.9.9.9:3000;")
	case 4:
		last := g.pick("=404", "=403", "/a/b", "/index.php?$args", "/a/?$args")
		if g.named {
			last = g.pick(last, "@x")
		}
		if !strings.HasPrefix(head, "@") {
			g.line("try_files %s %s;", g.pick("$uri", "$uri $uri/", "/nothing", "$uri/index.html $uri.html"), last)
		}
	case 5:
		g.line("empty_gif;")
	case 6:
		g.line("root /srv/padlock/%s;", g.pick("www", "none"))
	}
}

// randomRequest is a request line for a group.
func (g *randomSites) randomRequest() Request {
	r := Request{Method: g.pick("GET", "GET", "GET", "GET", "HEAD", "POST", "DELETE"), Port: 80, Header: map[string]string{}}
	r.Name = g.pick("a.test", "a.test", "b.test", "www.a.test", "x.c.test", "d.test", "sub.a.test", "www.zz.test", "other.test", "A.Test", "a.test.")
	r.Path = g.pick("/", "/a", "/a/", "/a/b", "/a/b/", "/a/c.php", "/a/b/c.php", "/x.php", "/old/1", "/old/23/x", "/.well-known/acme-challenge/t", "/b", "/b/x", "/n/1", "/err",
		"/%61/b", "/a//b", "/a/../b", "/a/b%20c", "/a+b/c", "/a/x%2by", "/A/b", "/x.html", "/dir", "/dir/", "/dir/f.txt", "/to1", "/a/./b", "/.git", "/a%2Fb", "/a/%25zz", "/a/x%3fy", "/old/1/%C3%A9")
	if g.chance(40) {
		r.HasQuery = true
		r.Query = g.pick("k=1", "k=abc&z=2", "x", "", "K=0", "q=a%20b+c")
	}
	for _, h := range [][2]string{{"X-Forwarded-Proto", "https"}, {"X-Y", "yy"}, {"Cookie", "c=x; d=1"}, {"User-Agent", "1"}, {"Referer", "http://www.a.test/x"}} {
		if g.chance(20) {
			r.Header[h[0]] = h[1]
		}
	}
	if g.chance(5) {
		r.HTTP10 = true
		if g.chance(50) {
			r.Name = ""
		}
	}
	return r
}
