package generator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// RateLimit bounds how often a client may ask.
type RateLimit struct {
	// Requests is how many, in a second or, with PerMinute, in a minute.
	Requests  int
	PerMinute bool
	// Burst is how many more may come at once; Delay is how many of those are
	// answered at once, the others wait.
	Burst, Delay int
	Status       int
	// Together counts the requests of all clients in one.
	Together bool
	// DryRun only logs.
	DryRun bool
	// Range tells limits from one another: places that have one in common are
	// counted in one.
	Range hcl.Range `json:"-"`
}

// ConnectionLimit bounds how many requests of a client are answered at a time.
type ConnectionLimit struct {
	Connections int
	Status      int
	Together    bool
	DryRun      bool
	Range       hcl.Range `json:"-"`
}

var limitAttributes = []attribute{
	{Name: "max_body", Type: cty.String, Check: check(byteSize), Default: "10m", Doc: "Largest request body; more is answered 413."},
	{Name: "methods", Type: cty.List(cty.String), Check: check(method), Default: "all; GET and HEAD for files", Example: `["GET", "POST"]`,
		Doc: "Methods that are answered, others with 405 and the list. GET includes HEAD."},
	{Name: "rate_limit", Type: cty.DynamicPseudoType, TypeName: "an object, or false", Check: orFalse("rate_limit"), Default: "none", Needs: []capability{capRequestRate},
		Example: `{ rate = "10/m", burst = 5 }`, Doc: "How often a client may ask. A limit that a route has from around it counts there together; false takes it back.", Keys: []attribute{
			{Name: "rate", Type: cty.String, Check: check(requestRate), Example: `"20/s"`, Doc: "Requests in a second or a minute."},
			{Name: "burst", Type: cty.Number, Check: between(0, 100000), Default: "0", Doc: "How many more may come at once."},
			{Name: "delay", Type: cty.Number, Check: between(0, 100000), Default: "all", Example: "5", Doc: "How many requests of the burst are answered at once; the others wait."},
			limitStatus, limitKey,
			{Name: "dry_run", Type: cty.Bool, Default: "false", Needs: []capability{capRequestRateDryRun}, Doc: "Only log what would be refused."},
		}},
	{Name: "conn_limit", Type: cty.DynamicPseudoType, TypeName: "an object, or false", Check: orFalse("conn_limit"), Default: "none", Needs: []capability{capConnectionLimit},
		Example: `{ connections = 20 }`, Doc: "How many requests of a client are answered at a time; false takes the limit around back.", Keys: []attribute{
			{Name: "connections", Type: cty.Number, Check: between(1, 65535), Example: "20", Doc: "How many."},
			limitStatus, limitKey,
			{Name: "dry_run", Type: cty.Bool, Default: "false", Needs: []capability{capRequestRateDryRun}, Doc: "Only log what would be refused."},
		}},
}

var (
	limitStatus = attribute{Name: "status", Type: cty.Number, Check: between(400, 599), Default: "429", Doc: "Status of the answer to the others."}
	limitKey    = attribute{Name: "key", Type: cty.String, Check: oneOf("address", "all"), Default: "address", Doc: "address: each client is counted for itself; all: all of them together."}
)

func decodeRate(l *layer) (*RateLimit, hcl.Diagnostics) {
	if s, ok := l.setting("rate_limit"); !ok || s.Value.Type() == cty.Bool {
		return nil, nil
	}
	o, _ := l.object("rate_limit")
	m := ratePattern().FindStringSubmatch(o.text("rate", "").Value)
	if m == nil {
		return nil, incomplete(o.Range, "rate_limit", `rate = "20/s"`)
	}
	r := &RateLimit{PerMinute: m[2] == "m", Burst: o.number("burst", 0), Status: o.number("status", 429),
		Together: o.text("key", "").Value == "all", DryRun: o.flag("dry_run", false), Range: o.Range}
	r.Requests, _ = strconv.Atoi(m[1])
	r.Delay = o.number("delay", r.Burst)
	if r.Delay > r.Burst {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "More than the burst is answered at once",
			Detail: fmt.Sprintf("delay is %d, the number of requests of the burst that do not wait, but burst is %d.", r.Delay, r.Burst), Subject: &r.Range}}
	}
	return r, nil
}

func decodeConnections(l *layer) (*ConnectionLimit, hcl.Diagnostics) {
	if s, ok := l.setting("conn_limit"); !ok || s.Value.Type() == cty.Bool {
		return nil, nil
	}
	o, _ := l.object("conn_limit")
	c := &ConnectionLimit{Connections: o.number("connections", 0), Status: o.number("status", 429),
		Together: o.text("key", "").Value == "all", DryRun: o.flag("dry_run", false), Range: o.Range}
	if c.Connections == 0 {
		return nil, incomplete(o.Range, "conn_limit", "connections = 20")
	}
	return c, nil
}

func incomplete(at hcl.Range, name, add string) hcl.Diagnostics {
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "A limit without a number", Detail: fmt.Sprintf("%s does not say how many. Add %s.", name, add), Subject: &at}}
}

// decodeMethods are the methods of a place, HEAD with GET; nil is all that what
// answers understands. Files are read, whatever else is said: nginx knows nothing else, while httpd would serve a POST as a GET.
func decodeMethods(l *layer, onFiles bool) ([]string, hcl.Diagnostics) {
	var out []string
	for _, m := range l.texts("methods") {
		if onFiles && m.Value != "GET" && m.Value != "HEAD" {
			continue
		}
		if !slices.Contains(out, m.Value) {
			out = append(out, m.Value)
		}
		if m.Value == "GET" && !slices.Contains(out, "HEAD") {
			out = append(out, "HEAD")
		}
	}
	if s, ok := l.setting("methods"); ok && len(out) == 0 {
		return nil, hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "Methods that files do not have", Subject: &s.Range,
			Detail: "Files are read, with GET and HEAD; none of these methods would be answered. Leave methods out, or name what answers them, such as a proxy.",
		}}
	}
	return out, nil
}

// answered are the methods that are answered in a place; nil is all.
func (p *Place) answered() []string {
	if p.Methods == nil && p.onFiles() && p.PHP == nil {
		return []string{"GET", "HEAD"}
	}
	return p.Methods
}

var ratePattern = pattern(`^([1-9][0-9]{0,5})/(s|m)$`)

func requestRate(s string) (string, error) {
	if !ratePattern().MatchString(s) {
		return s, fmt.Errorf(`%q is not a rate such as "20/s" or "10/m": whole requests in a second or a minute`, s)
	}
	return s, nil
}

// orFalse accepts false beside an object, which its keys have checked.
func orFalse(name string) func(cty.Value) (cty.Value, error) {
	return func(v cty.Value) (cty.Value, error) {
		switch {
		case v.Type() != cty.Bool && !v.Type().IsObjectType():
			return v, fmt.Errorf("%s is an object, or false", name)
		case v.Type() == cty.Bool && v.True():
			return v, fmt.Errorf("%s = true does not say how many", name)
		}
		return v, nil
	}
}

// methodPattern is a quoted regular expression of methods.
func methodPattern[W ~string](methods []string) W {
	return W(`"^(?:` + strings.Join(methods, "|") + `)$"`)
}
