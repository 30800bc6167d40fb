package generator

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// CSP is a content security policy (Content Security Policy Level 3).
type CSP struct {
	Directives []CSPDirective
	// ReportOnly reports what the policy would stop, and stops nothing.
	ReportOnly bool
	// ReportTo is the URL that reports go to; empty is none.
	ReportTo Text
	// Nonce is the text in the pages that a new nonce replaces; empty is none.
	Nonce Text
	Range hcl.Range `json:"-"`
}

// CSPDirective is one directive with its values as browsers read them.
type CSPDirective struct {
	Name   string
	Values []string
}

// sourceDirective is a row of a directive that lists sources.
func sourceDirective(name, doc string) attribute {
	return attribute{Name: name, Type: cty.List(cty.String), Check: cspSources, Default: "none", Example: `["self", "https://cdn.example"]`, Doc: doc}
}

var cspBlock = &block{
	Name:    "csp",
	Example: "csp {\n  default_src = [\"self\"]\n  img_src     = [\"self\", \"data:\"]\n}",
	Doc:     `Content-Security-Policy: where content may come from, each directive a list. Keywords are written without quotes: self, none, unsafe-inline, strict-dynamic … A route's directives take the place of the site's one by one.`,
	Attributes: []attribute{
		sourceDirective("default_src", "What holds for every kind of content without a directive of its own."),
		sourceDirective("script_src", "Scripts."),
		sourceDirective("script_src_elem", "Script elements, other than event handlers."),
		sourceDirective("script_src_attr", "Event handlers in attributes."),
		sourceDirective("style_src", "Style sheets."),
		sourceDirective("style_src_elem", "Style elements and linked style sheets."),
		sourceDirective("style_src_attr", "Styles in attributes."),
		sourceDirective("img_src", "Images."),
		sourceDirective("font_src", "Fonts."),
		sourceDirective("connect_src", "What scripts may connect to: fetch, WebSocket, EventSource."),
		sourceDirective("media_src", "Audio and video."),
		sourceDirective("object_src", "Plug-ins."),
		sourceDirective("frame_src", "Pages shown in frames."),
		sourceDirective("child_src", "Frames and workers without a directive of their own."),
		sourceDirective("worker_src", "Workers."),
		sourceDirective("manifest_src", "The manifest of a web application."),
		sourceDirective("fenced_frame_src", "Pages shown in fenced frames."),
		sourceDirective("frame_ancestors", "Who may show the site in a frame."),
		sourceDirective("form_action", "Where forms may be sent."),
		sourceDirective("base_uri", "What a base element may say."),
		{Name: "sandbox", Type: cty.List(cty.String), Check: oneOf(sandboxTokens...), Default: "off", Example: `["allow-scripts"]`, Doc: "Treat the page as in a sandboxed frame, with these exceptions."},
		{Name: "require_trusted_types_for", Type: cty.List(cty.String), Check: oneOf("script"), Default: "none", Doc: "Sinks that take trusted types alone: script."},
		{Name: "trusted_types", Type: cty.List(cty.String), Check: check(trustedType), Default: "none", Example: `["app"]`, Doc: "Names of policies that may make trusted types, allow-duplicates, none."},
		{Name: "upgrade_insecure_requests", Type: cty.Bool, Default: "false", Doc: "Fetch what a page names by http:// over https://."},
		{Name: "report_only", Type: cty.Bool, Default: "false", Doc: "Report what the policy would stop, and stop nothing."},
		{Name: "report_to", Type: cty.String, Check: check(reportURL), Default: "none", Example: `"https://reports.example/csp"`, Doc: "URL that browsers send reports to."},
		{Name: "nonce", Type: cty.String, Check: check(noncePlaceholder), Default: "none", Needs: []capability{capCSPNonce}, Example: `"hG7vQ2xTn9LkP4sR"`, Doc: `A secret text of 16 characters or more that stands in the pages as nonce="TEXT"; the server replaces it by a new nonce in each answer, and names that in script-src and style-src. Choose it at random: who can write it into a page can run scripts there. nginx alone.`},
	},
}

// sandboxTokens are those of the HTML standard, section 7.1.5.
var sandboxTokens = []string{
	"allow-downloads", "allow-forms", "allow-modals", "allow-orientation-lock", "allow-pointer-lock", "allow-popups",
	"allow-popups-to-escape-sandbox", "allow-presentation", "allow-same-origin", "allow-scripts",
	"allow-top-navigation", "allow-top-navigation-by-user-activation", "allow-top-navigation-to-custom-protocols",
}

// strictCSP is the policy of the preset strict: the site's own content and
// nothing else.
var strictCSP = &CSP{Directives: []CSPDirective{
	{"default-src", []string{"'self'"}},
	{"object-src", []string{"'none'"}},
	{"frame-ancestors", []string{"'none'"}},
	{"form-action", []string{"'self'"}},
	{"base-uri", []string{"'none'"}},
	{Name: upgradeInsecure},
}}

const upgradeInsecure = "upgrade-insecure-requests"

// nonceMark stands for the nonce in the value of a header; no value of the
// description has it (see checkString).
const nonceMark = "\x00nonce"

func decodeCSP(l *layer) *CSP {
	if l == nil {
		return nil
	}
	c := &CSP{ReportOnly: l.flag("report_only", false), ReportTo: l.text("report_to", ""), Nonce: l.text("nonce", ""), Range: l.Range}
	for _, row := range cspBlock.Attributes {
		s, ok := l.setting(row.Name)
		if !ok || slices.Contains([]string{"report_only", "report_to", "nonce"}, row.Name) {
			continue
		}
		d := CSPDirective{Name: strings.ReplaceAll(row.Name, "_", "-")}
		if row.Type == cty.Bool {
			if s.Value.True() {
				c.Directives = append(c.Directives, d)
			}
			continue
		}
		for _, value := range l.texts(row.Name) {
			d.Values = append(d.Values, cspQuoted(value.Value))
		}
		c.Directives = append(c.Directives, d)
	}
	if c.Nonce.Value != "" {
		c.addNonce()
	}
	return c
}

// addNonce allows scripts and styles that bear the nonce.
func (c *CSP) addNonce() {
	for _, name := range []string{"script-src", "style-src"} {
		values := slices.Clone(c.effective(name))
		values = slices.DeleteFunc(values, func(v string) bool { return v == "'none'" })
		values = append(values, "'nonce-"+nonceMark+"'")
		if d := c.directive(name); d != nil {
			d.Values = values
			continue
		}
		c.Directives = append(c.Directives, CSPDirective{name, values})
	}
}

// withoutNonce is the policy as it would be without a nonce.
func (c *CSP) withoutNonce() *CSP {
	out := *c
	out.Nonce = Text{}
	out.Directives = nil
	for _, d := range c.Directives {
		d.Values = slices.DeleteFunc(slices.Clone(d.Values), func(v string) bool { return strings.Contains(v, nonceMark) })
		if len(d.Values) > 0 || d.Name == upgradeInsecure || d.Name == "sandbox" {
			out.Directives = append(out.Directives, d)
		}
	}
	return &out
}

func (c *CSP) directive(name string) *CSPDirective {
	for i := range c.Directives {
		if c.Directives[i].Name == name {
			return &c.Directives[i]
		}
	}
	return nil
}

// effective are the values that hold for a kind of content: of its directive, or
// of default-src; nil if everything is allowed.
func (c *CSP) effective(name string) []string {
	for _, candidate := range []string{name, "default-src"} {
		if d := c.directive(candidate); d != nil {
			return d.Values
		}
	}
	return nil
}

// headers are the header with the policy, and the one that names where reports
// go. https tells whether the site is reachable by it at all: without, nothing
// can be upgraded.
func (c *CSP) headers(https bool) []Header {
	if c == nil {
		return nil
	}
	var parts []string
	for _, d := range c.Directives {
		if d.Name != upgradeInsecure || https {
			parts = append(parts, strings.TrimSpace(d.Name+" "+strings.Join(d.Values, " ")))
		}
	}
	var out []Header
	if c.ReportTo.Value != "" {
		// report-uri is what browsers without the Reporting API read.
		parts = append(parts, "report-to csp", "report-uri "+c.ReportTo.Value)
		out = append(out, Header{Name: "Reporting-Endpoints", Value: `csp="` + c.ReportTo.Value + `"`, Range: c.ReportTo.Range})
	}
	if len(parts) == 0 {
		return nil
	}
	name := "Content-Security-Policy"
	if c.ReportOnly {
		name += "-Report-Only"
	}
	return append(out, Header{Name: name, Value: strings.Join(parts, "; "), Range: c.Range})
}
