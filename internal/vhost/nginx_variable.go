package vhost

import (
	"strconv"
	"strings"

	"padlock/internal/nginx"
)

// definitions are the variables that the configuration defines, by name in lower
// case.
type definitions struct {
	maps map[string]*variableMap
	geos map[string]*variableGeo
	// foreign are defined by directives whose result is not in the configuration;
	// the value is the directive's name.
	foreign map[string]string
	// settable are those of set and of named groups: empty until they are set.
	settable map[string]bool
}

// definedByModules are directives that define a variable, with the argument that
// names it.
var definedByModules = map[string]int{
	"split_clients": 1, "geoip2": 0, "auth_request_set": 0, "perl_set": 0, "js_set": 0, "js_var": 0, "set_by_lua": 0,
	"set_by_lua_block": 0, "set_by_lua_file": 0, "auth_jwt_claim_set": 0, "auth_jwt_header_set": 0, "keyval": 1,
	"set_random": 0, "set_secure_random_alphanum": 0, "set_md5": 0, "set_sha1": 0, "set_escape_uri": 0, "set_unescape_uri": 0,
	"set_encode_base64": 0, "set_decode_base64": 0, "set_if_empty": 0, "set_hmac_sha1": 0, "set_formatted_gmt_time": 0,
	"set_formatted_local_time": 0, "set_cookie_flag": 0, "userid": 0,
}

// defined collects the definitions of the whole configuration, once.
func (n *nginxModel) defined() *definitions {
	n.definitionsOnce.Do(func() {
		d := &definitions{
			maps: map[string]*variableMap{}, geos: map[string]*variableGeo{},
			foreign: map[string]string{}, settable: map[string]bool{},
		}
		for _, top := range n.config.Root.Children {
			if top.Name == "http" {
				d.collect(n, top)
			}
		}
		n.definitions = d
	})
	return n.definitions
}

func (d *definitions) collect(n *nginxModel, block *nginx.Node) {
	for _, node := range block.Children {
		switch node.Name {
		case "map":
			if name := variableArgument(node, 1); name != "" && node.HasBlock {
				d.maps[name] = &variableMap{node: node}
			}
			continue
		case "geo":
			last := len(node.Args()) - 1
			if name := variableArgument(node, last); name != "" && node.HasBlock {
				d.geos[name] = newVariableGeo(node)
			}
			continue
		case "set":
			d.settable[variableArgument(node, 0)] = true
		}
		if argument, ok := definedByModules[node.Name]; ok {
			d.foreign[variableArgument(node, argument)] = node.Name
			if node.Name == "geoip2" {
				for _, entry := range node.Children {
					d.foreign[asciiLower(strings.TrimPrefix(entry.Name, "$"))] = node.Name
				}
			}
		}
		d.namedGroups(n, node)
		d.collect(n, node)
	}
}

// namedGroups notes the variables of groups such as (?<name>…).
func (d *definitions) namedGroups(n *nginxModel, node *nginx.Node) {
	switch node.Name {
	case "location", "server_name", "rewrite", "if":
	default:
		return
	}
	for _, word := range node.Args() {
		for rest := word.Value; ; {
			open := strings.Index(rest, "(?")
			if open < 0 {
				break
			}
			rest = strings.TrimPrefix(rest[open+2:], "P")
			if name, ok := strings.CutPrefix(rest, "<"); ok {
				name, _, _ = strings.Cut(name, ">")
				d.settable[asciiLower(name)] = true
			}
		}
	}
}

// variableArgument is the name of the variable an argument speaks of.
func variableArgument(node *nginx.Node, argument int) string {
	name, ok := strings.CutPrefix(node.Arg(argument), "$")
	if !ok {
		return ""
	}
	return asciiLower(name)
}

// maxExpanding bounds maps whose values are made of other maps.
const maxExpanding = 20

// variable is the value of a variable at this point of the request.
func (q *nginxRequest) variable(name string) text {
	if value, ok := q.variables[name]; ok {
		return value
	}
	if value, ok := q.cached[name]; ok {
		return value
	}
	if q.expanding++; q.expanding > maxExpanding {
		return text{rest: "the value of $" + name + ", which refers to itself"}
	}
	defer func() { q.expanding-- }()
	d := q.model.defined()
	if m := d.maps[name]; m != nil {
		value, volatile := q.mapped(m)
		if !volatile {
			if q.cached == nil {
				q.cached = map[string]text{}
			}
			q.cached[name] = value
		}
		return value
	}
	if g := d.geos[name]; g != nil {
		return q.located(g)
	}
	if directive, ok := d.foreign[name]; ok {
		return text{rest: "the value of $" + name + ", which " + directive + " sets while the server runs"}
	}
	if value, ok := q.builtIn(name); ok {
		return value
	}
	if value, ok := q.prefixed(name); ok {
		return value
	}
	if d.settable[name] {
		return text{}
	}
	return text{rest: "the value of $" + name + ", which is known only while the server runs"}
}

// builtIn is a variable with a fixed name whose value the request tells.
func (q *nginxRequest) builtIn(name string) (text, bool) {
	switch name {
	case "host":
		if q.name == "" {
			return text{known: q.detail.primary}, true
		}
		return text{known: q.name}, true
	case "uri", "document_uri":
		return text{known: q.uri}, true
	case "request_uri":
		return text{known: q.requestURI()}, true
	case "args", "query_string":
		return q.args, true
	case "is_args":
		return q.isArgs(), true
	case "scheme":
		return text{known: q.scheme()}, true
	case "https":
		if q.in.TLS {
			return text{known: "on"}, true
		}
		return text{}, true
	case "server_name":
		return text{known: q.detail.primary}, true
	case "server_port":
		return text{known: strconv.Itoa(int(q.port()))}, true
	case "request_method":
		return text{known: q.method}, true
	case "nginx_version":
		if v := q.model.target.Version; !v.IsZero() {
			return text{known: v.String()}, true
		}
	case "remote_addr":
		if client := q.client(); client.IsValid() {
			return text{known: client.String()}, true
		}
	case "server_addr":
		if ip := q.listener.Address.IP; ip.IsValid() {
			return text{known: ip.String()}, true
		}
	case "server_protocol":
		return q.protocol()
	case "document_root":
		return q.documentRoot(), true
	case "request_filename":
		return q.documentRoot().join(text{known: q.uri}), true
	case "ssl_server_name":
		if q.in.TLS {
			return text{known: q.name}, true
		}
		return text{}, true
	case "ssl_early_data":
		return text{}, true // what is asked about here came after the handshake
	case "ssl_client_verify":
		if !q.in.TLS {
			return text{}, true
		}
		word, known := q.in.verified(q.host.TLS)
		return text{known: word}, known
	case "invalid_referer":
		return q.invalidReferer()
	case "content_type", "content_length":
		value, _ := q.header(strings.ReplaceAll(name, "_", "-"))
		return text{known: value}, true
	}
	return text{}, false
}

func (q *nginxRequest) scheme() string {
	if q.in.TLS {
		return "https"
	}
	return "http"
}

func (q *nginxRequest) requestURI() string {
	if q.in.HasQuery || q.in.Query != "" {
		return q.in.Path + "?" + q.in.Query
	}
	return q.in.Path
}

func (q *nginxRequest) isArgs() text {
	switch {
	case q.args.known != "":
		return text{known: "?"}
	case !q.args.isKnown():
		return q.args
	}
	return text{}
}

func (q *nginxRequest) protocol() (text, bool) {
	switch {
	case q.in.HTTP10:
		return text{known: "HTTP/1.0"}, true
	case q.listener.HTTP2.V || q.listener.QUIC:
		return text{}, false
	}
	return text{known: "HTTP/1.1"}, true
}

// documentRoot is root as written; where a relative one begins is not known, but
// two mentions of it are the same place.
func (q *nginxRequest) documentRoot() text {
	if node := q.at.setting("root"); node != nil {
		return q.expand(node.Arg(0), false)
	}
	return text{known: "html"}
}

// prefixed is a variable whose name ends in the name of what it is taken from.
func (q *nginxRequest) prefixed(name string) (text, bool) {
	if wanted, ok := strings.CutPrefix(name, "http_"); ok {
		return text{known: q.headerVariable(wanted)}, true
	}
	if wanted, ok := strings.CutPrefix(name, "cookie_"); ok {
		return text{known: q.cookie(wanted)}, true
	}
	if wanted, ok := strings.CutPrefix(name, "arg_"); ok {
		return q.argument(wanted), true
	}
	if strings.HasPrefix(name, "ssl_") && !q.in.TLS {
		return text{}, true
	}
	return text{}, false
}

// headerVariable is $http_…: exactly what the request has, nothing else.
func (q *nginxRequest) headerVariable(wanted string) string {
	for key, value := range q.in.Header {
		if strings.EqualFold(strings.ReplaceAll(key, "-", "_"), wanted) {
			return value
		}
	}
	if wanted != "host" || q.in.Name == "" {
		return ""
	}
	standard := uint16(80)
	if q.in.TLS {
		standard = 443
	}
	if port := q.port(); port != standard && port != 0 && !strings.Contains(q.in.Name, ":") {
		return q.in.Name + ":" + strconv.Itoa(int(port))
	}
	return q.in.Name
}

func (q *nginxRequest) cookie(wanted string) string {
	header, _ := q.header("Cookie")
	for part := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if strings.EqualFold(name, wanted) {
			return value
		}
	}
	return ""
}

// argument is $arg_…: names ignore case (ngx_http_arg).
func (q *nginxRequest) argument(wanted string) text {
	for part := range strings.SplitSeq(q.args.known, "&") {
		name, value, ok := strings.Cut(part, "=")
		if ok && strings.EqualFold(name, wanted) {
			return text{known: value}
		}
	}
	return text{rest: q.args.rest}
}

// invalidReferer judges requests without a Referer, which valid_referers lists
// as "none".
func (q *nginxRequest) invalidReferer() (text, bool) {
	nodes := q.at.array("valid_referers")
	if nodes == nil {
		return text{}, true
	}
	if value, _ := q.header("Referer"); value != "" {
		return text{}, false
	}
	for _, node := range nodes {
		for _, word := range node.Args() {
			if word.Value == "none" {
				return text{}, true
			}
		}
	}
	return text{known: "1"}, true
}
