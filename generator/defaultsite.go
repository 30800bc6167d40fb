package generator

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// DefaultSite answers names that no site has.
type DefaultSite struct {
	// Enabled is false when another configuration has the default hosts.
	Enabled          bool
	Certificate, Key Text
	Range            hcl.Range

	// notes are for the head of the output: what the target could not do.
	notes []string
}

var defaultSiteBlock = &block{
	Name: "default_site",
	Doc:  "What answers names that no site has.",
	Attributes: []attribute{
		{Name: "unknown_host", Type: cty.String, Check: oneOf("reject", "close", "none"), Default: "reject",
			Doc: "reject: unknown names are refused as well as the server can; close: the connection must be closed without an answer; none: no default virtual host is written."},
		{Name: "certificate", Type: cty.String, Check: check(absolutePath), Example: `"/etc/ssl/default.pem"`, Doc: "Certificate shown to unknown names where the server cannot refuse the handshake."},
		{Name: "key", Type: cty.String, Check: check(absolutePath), Example: `secret("/etc/ssl/private/default.key")`, Doc: "Private key of that certificate."},
		unsupportedAttribute,
	},
}

func decodeDefaultSite(l *layer, target Target) (DefaultSite, hcl.Diagnostics) {
	how := l.text("unknown_host", "reject")
	d := DefaultSite{
		Enabled:     how.Value != "none",
		Certificate: l.text("certificate", ""),
		Key:         l.text("key", ""),
		Range:       l.where(),
	}
	c := newCapabilities(target, Unsupported(l.text(unsupportedAttribute.Name, string(unsupportedError)).Value))
	if how.Value == "close" {
		c.need(capUnknownHostClose, how.Range, `unknown_host = "close"`)
	}
	d.notes = c.comments
	return d, c.diags
}
