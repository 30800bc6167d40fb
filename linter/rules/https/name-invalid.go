package https

import (
	_ "embed"
	"fmt"
	"strings"

	"padlock/internal/source"
	"padlock/internal/vhost"
	"padlock/linter/rule"
)

//go:embed name-invalid.md
var nameInvalidText string

// NameInvalid finds names that no client can ask for.
var NameInvalid = &rule.Rule{
	ID:         "name-invalid",
	Title:      "No client can ask for the name",
	Severity:   source.Warning,
	Servers:    rule.Both,
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://nginx.org/en/docs/http/server_names.html", "https://httpd.apache.org/docs/2.4/mod/core.html#servername"},
	Text:       nameInvalidText,
	Check: func(p *rule.Pass) {
		p.OnModel(func(m *vhost.Model) {
			for _, h := range m.Hosts {
				for i := range h.Names {
					reportInvalid(p, h, &h.Names[i])
				}
			}
		})
	},
}

func reportInvalid(p *rule.Pass, h *vhost.Host, n *vhost.Name) {
	if h.Layer != vhost.HTTP || n.Implied || n.Origin.IsDefault() || n.Kind == vhost.Regex || n.Text == "_" || isPlaceholder(n.Text) && !looksLikeRegex(n) {
		return
	}
	reason, help := invalid(n)
	if reason == "" {
		return
	}
	f := p.AtOrigin(n.Origin, h, fmt.Sprintf("no client can ask for the name %q: %s", n.Text, reason))
	f.Help = help
	p.Report(f)
}

func invalid(n *vhost.Name) (reason, help string) {
	help = "Write the bare name."
	switch {
	case looksLikeRegex(n):
		return "it looks like a regular expression, but is compared letter by letter", `Begin a regular expression with "~" in nginx; Apache takes * and ? only.`
	case n.Unmatchable != "":
		return n.Unmatchable, help
	case strings.ContainsFunc(n.Text, func(r rune) bool { return r >= 0x80 }):
		return "clients send names in the letters of Punycode", `Write the name as "xn--…".`
	}
	return "", ""
}

// looksLikeRegex tells of a name with signs that regular expressions begin with
// or escape by.
func looksLikeRegex(n *vhost.Name) bool {
	return n.Kind != vhost.Regex && (strings.HasPrefix(n.Text, "^") || strings.Contains(n.Text, `\.`) || strings.Contains(n.Text, ".+"))
}
