package generator

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// The site language, row by row. Schema, evaluation, merging and messages all
// read these rows; a new attribute is a new row here and a field in Site.

var listenBlock = &block{
	Name: "listen",
	Doc:  "The sockets that the site is served on.",
	Attributes: append([]attribute{
		{Name: "http", Type: cty.Number, Check: port, Default: "80", Doc: "Port for plain HTTP."},
		{Name: "https", Type: cty.Number, Check: port, Default: "443", Doc: "Port for HTTPS."},
		{Name: "addresses", Type: cty.List(cty.String), Check: check(listenAddress), Default: "all", Example: `["192.0.2.10", "2001:db8::10"]`, Doc: "IP addresses to bind to."},
		{Name: "ipv6", Type: cty.Bool, Default: "true", Doc: "Listen on all IPv6 addresses too, when no addresses are given."},
		{Name: "http2", Type: cty.Bool, Default: "true", Needs: []capability{capHTTP2}, Doc: "Offer HTTP/2 on the HTTPS port."},
	}, wireAttributes...),
}

var tlsBlock = &block{
	Name: "tls",
	Doc:  "Certificates, protocol policy, and what happens on port 80.",
	Attributes: append([]attribute{
		{Name: "mode", Type: cty.String, Check: oneOf("redirect", "both", "only", "off", "reject"), Default: "redirect",
			Doc: "redirect: port 80 redirects to HTTPS; both: the site on both ports; only: HTTPS alone; off: plain HTTP alone, and TLS for the name is what default_site says; reject: plain HTTP alone, and the handshake for the name is refused, also where a wildcard of another site covers it."},
		{Name: "profile", Type: cty.String, Check: oneOf("modern", "intermediate", "old"), Default: "intermediate",
			Doc: "Protocol versions and ciphers by the TLS guideline; old is the last published one, of 5.8."},
		guidelineAttribute,
		{Name: "certificate", Type: cty.String, Check: check(absolutePath), Example: `"/etc/ssl/example.com.pem"`, Doc: "PEM file with the certificate and its chain."},
		{Name: "key", Type: cty.String, Check: check(absolutePath), Example: `secret("/etc/ssl/private/example.com.key")`, Doc: "PEM file with the private key."},
		{Name: "acme", Type: cty.String, Check: check(acmeMethod), Default: "none",
			Example: `"certbot"`, Doc: "The client that obtains the certificate: certbot, acme.sh or lego, which says where its files are; native: the server itself, by nginx's acme module or mod_md; webroot:/path: certbot, with challenge files in that directory; none: no challenge path."},
		accountAttribute,
		{Name: "hsts", Type: cty.DynamicPseudoType, Check: hsts, TypeName: "true, false or an object", Default: `{ max_age = "2y" }`,
			Example: `{ max_age = "2y", include_subdomains = true }`, Keys: hstsKeys, Doc: "Strict-Transport-Security: true, false, or max_age, include_subdomains, preload."},
	}, tlsOptionAttributes...),
	Blocks: []*block{clientAuthBlock},
}

var unsupportedAttribute = attribute{Name: "unsupported", Type: cty.String, Check: oneOf("error", "warn"), Default: "error",
	Doc: "What the target cannot do is an error, or is left out with a warning and a comment in the output."}

var siteAttributes = []attribute{
	http3Attribute,
	errorRootAttribute,
	{Name: "aliases", Type: cty.List(cty.String), Check: check(siteName), Example: `["www.example.com"]`, Doc: "Further names, wildcards such as \"*.example.com\" and patterns such as \"~^m[0-9]+[.]example[.]com$\" (nginx); they redirect to the site's name."},
	{Name: "serve_aliases", Type: cty.Bool, Default: "false", Doc: "Serve the aliases instead of redirecting them."},
	{Name: "enabled", Type: cty.Bool, Default: "true", Doc: "false leaves the site out."},
	unsupportedAttribute,
	{Name: "redirect_code", Type: cty.Number, Check: redirectCode, Default: "308", Doc: "Status of the redirects to HTTPS and to the site's name."},
	{Name: "redirects", Type: cty.Map(cty.String), Check: redirectTable, Unite: true, Default: "none", Example: `{ "/old" = "/new" }`, Doc: "Old path to new path or URL, with status 301. The redirect has the headers of the place that the old path belongs to, and who may not ask there is not led anywhere."},
}

var (
	bodyAttributes = slices.Concat(siteAttributes, realIPAttributes, placeAttributes)
	bodyBlocks     = slices.Concat([]*block{listenBlock, tlsBlock, limitsBlock, maintenanceBlock, logBlock, rawBlock, redirectBlock, routeBlock}, placeBlocks)
)

// layered is every body that can be laid over another: each holds what a site
// holds, and may use mixins.
func layered(name string, labels []string, doc, example string, more ...attribute) *block {
	return &block{
		Name:       name,
		Labels:     labels,
		Doc:        doc,
		Example:    example,
		Many:       true,
		Attributes: append(more, bodyAttributes...),
		Blocks:     bodyBlocks,
	}
}

var useAttribute = attribute{Name: "use", Type: cty.DynamicPseudoType, TypeName: "a list of mixins", Meta: true, Example: `[mixin.php_site]`, Doc: "Mixins laid under this body, in order."}

var (
	defaultsBlock = layered("defaults", nil, "What holds for every site unless its mixins or itself say otherwise. It holds what a site holds.",
		"defaults {\n  tls { acme = \"certbot\" }\n}")
	mixinBlock = layered("mixin", []string{"name"}, "A part of a site with a name, for the sites and mixins that use it. It holds what a site holds.",
		"mixin \"static\" {\n  compress = [\"gzip\"]\n}", useAttribute)
	siteBlock = layered("site", []string{"name"}, "A web site. The label is its name, unless name says another.",
		"site \"example.com\" {\n  aliases = [\"www.example.com\"]\n  root    = \"/srv/www/example.com\"\n  tls { acme = \"certbot\" }\n}",
		attribute{Name: "for_each", Type: cty.DynamicPseudoType, TypeName: "a map or a set of texts", Meta: true, Example: `toset(["a.example.com", "b.example.com"])`, Doc: "A map or set; one site for each element, known as each.key and each.value."},
		useAttribute,
		attribute{Name: "name", Type: cty.String, Check: check(siteName), Default: "the label", Example: `"blog.example.com"`, Doc: "The canonical name of the site; also a wildcard or, for nginx, a pattern."},
	)
)

var targetBlock = &block{
	Name: "target",
	Doc:  "What is rendered for. Flags of the command line come first.",
	Attributes: []attribute{
		{Name: "server", Type: cty.String, Check: oneOf("nginx", "apache"), Default: "nginx", Doc: "nginx or apache."},
		{Name: "platform", Type: cty.String, Example: `"debian-13"`, Doc: "A named platform, which sets versions and paths."},
		{Name: "version", Type: cty.String, Example: `"1.26.3"`, Doc: "Version of the server."},
		{Name: "openssl", Type: cty.String, Example: `"3.5.9"`, Doc: "Version of OpenSSL it runs with."},
		{Name: "modules", Type: cty.List(cty.String), Check: check(moduleName), Default: "what is installed, or what the platform's packages have",
			Example: `["http_brotli_filter"]`, Doc: "Modules that the server has beside those compiled in, as a complete list."},
		{Name: "out_dir", Type: cty.String, Example: `"/etc/nginx/conf.d/sites"`, Doc: "Directory that the files are written to."},
		{Name: "layout", Type: cty.String, Check: oneOf("conf.d", "single", "modular", "sites"), Default: "conf.d",
			Doc: "conf.d: one file per site; single: one file for all; modular: one file per site, and what they share in shared/; sites: files in sites-available with links in sites-enabled, out_dir being the directory above both."},
		{Name: "include_dir", Type: cty.String, Check: check(includeDir), Default: "out_dir", Example: `"/etc/nginx/conf.d/sites"`, Doc: "Where the server finds the files of out_dir, when they are brought to another place; the layout modular includes from there."},
		{Name: "test_command", Type: cty.String, Default: "the platform's", Example: `"nginx -t"`, Doc: "Command that checks the server's configuration: shown after writing, and run by generate --apply."},
		{Name: "reload_command", Type: cty.String, Default: "the platform's", Example: `"systemctl reload nginx"`, Doc: "Command that makes the server read its configuration again: shown after writing, and run by generate --apply."},
	},
}
