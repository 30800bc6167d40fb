package directives

import "strings"

// Context is a set of places a directive may stand in.
type Context uint32

// The places. Location stands for a location at any depth; an if within a
// location, or within limit_except's location, is LocationIf.
const (
	Main Context = 1 << iota
	Events
	HTTP
	Server
	Location
	Upstream
	ServerIf
	LocationIf
	LimitExcept
	Stream
	StreamServer
	StreamUpstream
	Mail
	MailServer
	RTMP
	RTMPServer
	RTMPApplication
	RTMPRecorder
	Mgmt
	OIDCProvider
	ACMEIssuer
)

// Anywhere is where include may stand.
const Anywhere = ^Context(0)

// contextNames are the names in the order of the bits, as directives.tsv has them.
var contextNames = []string{
	"main", "events", "http", "server", "location", "upstream", "server-if", "location-if", "limit_except",
	"stream", "stream-server", "stream-upstream", "mail", "mail-server",
	"rtmp", "rtmp-server", "rtmp-application", "rtmp-recorder", "mgmt", "oidc_provider", "acme_issuer",
}

// contextTitles say the same to people.
var contextTitles = []string{
	"the main level", "events", "http", "server", "location", "upstream", "if in server", "if in location", "limit_except",
	"stream", "server in stream", "upstream in stream", "mail", "server in mail",
	"rtmp", "server in rtmp", "application in rtmp", "recorder in rtmp", "mgmt", "oidc_provider", "acme_issuer",
}

// Contexts are all single contexts, in a fixed order.
func Contexts() []Context {
	all := make([]Context, len(contextNames))
	for i := range all {
		all[i] = 1 << i
	}
	return all
}

// String names the contexts for people, separated by commas.
func (c Context) String() string {
	if c == Anywhere {
		return "anywhere"
	}
	var names []string
	for i, title := range contextTitles {
		if c>>i&1 != 0 {
			names = append(names, title)
		}
	}
	return strings.Join(names, ", ")
}

// step leads from a context and the name of a block in it to the context of
// the block's body.
var step = map[Context]map[string]Context{
	Main: {"events": Events, "http": HTTP, "stream": Stream, "mail": Mail, "rtmp": RTMP, "mgmt": Mgmt},
	HTTP: {"server": Server, "upstream": Upstream, "oidc_provider": OIDCProvider, "acme_issuer": ACMEIssuer},
	Server: {
		"location": Location, "if": ServerIf,
	},
	Location:        {"location": Location, "if": LocationIf, "limit_except": LimitExcept},
	Stream:          {"server": StreamServer, "upstream": StreamUpstream},
	Mail:            {"server": MailServer},
	RTMP:            {"server": RTMPServer},
	RTMPServer:      {"application": RTMPApplication},
	RTMPApplication: {"recorder": RTMPRecorder},
}

// ContextOf finds the context of a body from the names of the blocks around
// it, outermost first; no names at all is the main level. It is false for a
// body that holds no directives (map, types, Lua code), and for blocks of
// modules that nothing is known of.
func ContextOf(blocks []string) (Context, bool) {
	context := Main
	for _, name := range blocks {
		next, ok := context.Enter(name)
		if !ok {
			return 0, false
		}
		context = next
	}
	return context, true
}

// Enter is ContextOf for the body of one block that stands in a context.
func (c Context) Enter(block string) (Context, bool) {
	next, ok := step[c][block]
	return next, ok
}

// parseContexts reads a list of context names; unknown names give nothing.
func parseContexts(list string) Context {
	if list == "any" {
		return Anywhere
	}
	var set Context
	for name := range strings.SplitSeq(list, ",") {
		for i, known := range contextNames {
			if name == known {
				set |= 1 << i
			}
		}
	}
	return set
}
