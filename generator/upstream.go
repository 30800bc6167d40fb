package generator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Upstream is a group of servers that answer in each other's place.
type Upstream struct {
	Name    Text
	Servers []Member
	// Balance is round_robin, least_conn, ip_hash, random, bytraffic or hash.
	Balance string
	// Key is what hash goes by: uri, client, or a kind and a name as in cookie:sid.
	Key string
	// Keepalive is the number of idle connections kept; 0 closes each after use.
	Keepalive int
	// Sticky is the cookie that keeps a client on its server; empty if none does.
	Sticky  Text
	Health  *Health  `json:",omitempty"`
	Resolve *Resolve `json:",omitempty"`
	// TLS encrypts the connections; nil leaves them plain.
	TLS *PeerTLS `json:",omitempty"`
	// Unsupported is what happens to what the target cannot do.
	Unsupported Unsupported `json:"-"`
	Range       hcl.Range   `json:"-"`
}

// Member is a server of a group.
type Member struct {
	// Address is host:port or unix:/path.
	Address string
	// Weight is its share of the requests.
	Weight int
	// MaxFails is how many failures within FailTimeout take it out for FailTimeout;
	// 0 never does.
	MaxFails    int
	FailTimeout time.Duration
	// MaxConns is the most connections to it; 0 is no limit.
	MaxConns int
	// Backup is asked only when no other server answers, Down not at all.
	Backup, Down bool
}

// Health asks the servers of a group by itself whether they work.
type Health struct {
	Path          Text
	Interval      time.Duration
	Passes, Fails int
	Range         hcl.Range `json:"-"`
}

// Resolve looks the names of the servers up again while the server runs.
type Resolve struct {
	Resolvers []Text
	Valid     time.Duration
	Range     hcl.Range `json:"-"`
}

// upstreamName are names that every server takes, and that stand in HCL as
// upstream.NAME.
var upstreamName = pattern(`^[a-z][a-z0-9-]{0,62}$`)

// defaultFailTimeout is how long a server that failed is left alone.
const defaultFailTimeout = 10 * time.Second

var memberKeys = []attribute{
	{Name: "weight", Type: cty.Number, Check: between(1, 100), Default: "1", Doc: "Share of the requests."},
	{Name: "max_fails", Type: cty.Number, Check: between(0, 1000), Default: "1", Doc: "Failures within fail_timeout that take the server out; 0 never does."},
	{Name: "fail_timeout", Type: cty.String, Check: check(span), Default: "10s", Doc: "How long the server is left alone then."},
	{Name: "max_conns", Type: cty.Number, Check: between(0, 1000000), Default: "0", Doc: "Most connections at a time; 0 is no limit."},
	{Name: "backup", Type: cty.Bool, Default: "false", Doc: "Asked only when no other server answers."},
	{Name: "down", Type: cty.Bool, Default: "false", Doc: "Not asked at all."},
}

var upstreamBlock = &block{
	Name:    "upstream",
	Labels:  []string{"name"},
	Many:    true,
	Doc:     "Servers that answer in each other's place; a proxy names them as to = upstream.NAME.",
	Example: "upstream \"app\" {\n  servers = {\n    \"10.0.0.1:8080\" = { weight = 2 }\n    \"10.0.0.2:8080\" = { backup = true }\n  }\n}",
	Attributes: []attribute{
		{Name: "servers", Type: cty.DynamicPseudoType, TypeName: "a map of addresses to objects, or a list of addresses", Check: upstreamServers, Example: `{ "10.0.0.1:8080" = { weight = 2 }, "10.0.0.2:8080" = {} }`,
			Doc: `Addresses ("10.0.0.1:8080" or "unix:/run/app.sock"), each with an object of weight, max_fails, fail_timeout, max_conns, backup and down; or a list of addresses.`},
		{Name: "balance", Type: cty.String, Check: check(balanceMethod), Default: "round_robin",
			Doc: "round_robin, least_conn, ip_hash, random, bytraffic, or hash(KEY) with uri, client, cookie:NAME, header:NAME or arg:NAME."},
		{Name: "keepalive", Type: cty.Number, Check: between(0, 100000), Default: "16", Doc: "Idle connections kept open to the servers; 0 closes each after use."},
		{Name: "sticky", Type: cty.String, Check: check(cookieName), Needs: []capability{capSticky}, Example: `"route"`, Doc: "Cookie that keeps a client on its server."},
		{Name: "health", Type: cty.DynamicPseudoType, Needs: []capability{capActiveHealth}, Example: `{ path = "/healthz", interval = "5s" }`, Doc: "Ask the servers regularly whether they work.", Keys: []attribute{
			{Name: "path", Type: cty.String, Check: check(requestPath), Default: "/", Doc: "Path that is asked for."},
			{Name: "interval", Type: cty.String, Check: check(span), Default: "30s", Doc: "Time between two questions."},
			{Name: "passes", Type: cty.Number, Check: between(1, 100), Default: "1", Doc: "Good answers that bring a server back."},
			{Name: "fails", Type: cty.Number, Check: between(1, 100), Default: "1", Doc: "Bad answers that take it out."},
		}},
		{Name: "resolve", Type: cty.DynamicPseudoType, Needs: []capability{capUpstreamResolve}, Example: `{ resolver = ["127.0.0.53"] }`, Doc: "Look names of servers up again while the server runs.", Keys: []attribute{
			{Name: "resolver", Type: cty.List(cty.String), Check: check(resolverAddress), Example: `["127.0.0.53"]`, Doc: "Addresses of the name servers to ask (nginx)."},
			{Name: "valid", Type: cty.String, Check: check(span), Default: "30s", Doc: "How long an answer is taken for good."},
		}},
		peerTLSAttribute,
		unsupportedAttribute,
	},
}

// upstreamServers checks the servers of a group.
func upstreamServers(v cty.Value) (cty.Value, error) {
	t := v.Type()
	if t.IsTupleType() || t.IsListType() || t.IsSetType() {
		members := map[string]cty.Value{}
		for it := v.ElementIterator(); it.Next(); {
			_, element := it.Element()
			if element.Type() != cty.String || element.IsNull() {
				return v, fmt.Errorf("servers is a list of addresses, or an object of addresses and their settings")
			}
			members[element.AsString()] = cty.EmptyObjectVal
		}
		v = cty.ObjectVal(members)
	}
	if !v.Type().IsObjectType() && !v.Type().IsMapType() {
		return v, fmt.Errorf(`servers is an object such as { "10.0.0.1:8080" = {} }`)
	}
	var mistakes []string
	out := map[string]cty.Value{}
	values := v.AsValueMap()
	for _, address := range sortedKeys(values) {
		d, err := parseDestination(address, "tcp")
		settings := values[address]
		if err == nil && (d.group != "" || d.Base != "") {
			err = fmt.Errorf("%q is not an address of one server", address)
		}
		if err == nil && settings.IsNull() {
			err = fmt.Errorf("the settings of %q are null", address)
		}
		if err == nil {
			settings, err = checkKeys(address, memberKeys, settings)
		}
		if err != nil {
			mistakes = append(mistakes, err.Error())
		}
		out[d.Address] = settings
	}
	if len(values) == 0 {
		return v, fmt.Errorf("a group of no servers answers nothing")
	}
	return cty.ObjectVal(out), joined(mistakes)
}

var balanceMethods = []string{"round_robin", "least_conn", "ip_hash", "random", "bytraffic"}

var hashKey = pattern(`^hash\((uri|client|(?:cookie|header|arg):([A-Za-z][A-Za-z0-9_-]*))\)$`)

func balanceMethod(s string) (string, error) {
	if slices.Contains(balanceMethods, s) || hashKey().MatchString(s) {
		return s, nil
	}
	return s, fmt.Errorf("%q is not one of %s or hash(KEY), with uri, client, cookie:NAME, header:NAME or arg:NAME%s",
		s, quotedList(balanceMethods), didYouMean(s, balanceMethods))
}

var token = pattern(`^[A-Za-z][A-Za-z0-9_-]{0,99}$`)

func cookieName(s string) (string, error) {
	if !token().MatchString(s) {
		return s, fmt.Errorf("%q is not the name of a cookie: letters, digits, _ and -", s)
	}
	return s, nil
}

// requestPath is a path as a request line has it.
func requestPath(s string) (string, error) {
	if !strings.HasPrefix(s, "/") || !regexp.MustCompile(`^[A-Za-z0-9._~/?&=-]+$`).MatchString(s) {
		return s, fmt.Errorf("%q is not a path of letters, digits and . _ ~ - / with an optional query", s)
	}
	return s, nil
}

func resolverAddress(s string) (string, error) { return listenAddress(s) }

func decodeUpstream(l *layer) *Upstream {
	u := &Upstream{
		Name:        Text{l.Labels[0], l.labelRange()},
		Balance:     l.text("balance", "round_robin").Value,
		Keepalive:   l.number("keepalive", 16),
		Sticky:      l.text("sticky", ""),
		TLS:         decodePeerTLS(l),
		Unsupported: Unsupported(l.text("unsupported", string(unsupportedError)).Value),
		Range:       l.Range,
	}
	if m := hashKey().FindStringSubmatch(u.Balance); m != nil {
		u.Balance, u.Key = "hash", m[1]
	}
	if servers, ok := l.object("servers"); ok {
		for _, address := range sortedKeys(servers.values) {
			u.Servers = append(u.Servers, decodeMember(address, object{servers.values[address].AsValueMap(), servers.Range}))
		}
	}
	if o, ok := l.object("health"); ok {
		u.Health = &Health{Path: o.text("path", "/"), Interval: o.span("interval", 30*time.Second),
			Passes: o.number("passes", 1), Fails: o.number("fails", 1), Range: o.Range}
	}
	if o, ok := l.object("resolve"); ok {
		u.Resolve = &Resolve{Resolvers: o.texts("resolver"), Valid: o.span("valid", 30*time.Second), Range: o.Range}
	}
	return u
}

func decodeMember(address string, o object) Member {
	return Member{
		Address: address, Weight: o.number("weight", 1), MaxFails: o.number("max_fails", 1),
		FailTimeout: o.span("fail_timeout", defaultFailTimeout), MaxConns: o.number("max_conns", 0),
		Backup: o.flag("backup", false), Down: o.flag("down", false),
	}
}
