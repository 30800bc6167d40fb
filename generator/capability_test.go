package generator

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"padlock/internal/tlspolicy"
)

func platformTarget(t *testing.T, server tlspolicy.Server, name string) Target {
	t.Helper()
	platform, ok := tlspolicy.LookupPlatform(name)
	if !ok {
		t.Fatalf("no platform %q", name)
	}
	return Target{Target: platform.Target(server), Platform: platform}
}

var somewhere = hcl.Range{Filename: "sites.hcl", Start: hcl.Pos{Line: 3, Column: 5, Byte: 40}, End: hcl.Pos{Line: 3, Column: 9, Byte: 44}}

// TestCapabilities holds section 9.1 of the plan against the table: what each target
// refuses (error), renders otherwise or with a flaw (warning), or simply does.
func TestCapabilities(t *testing.T) {
	const works, warns, fails = "", "warning", "error"
	for _, row := range []struct {
		wanted   capability
		server   tlspolicy.Server
		platform string
		want     string
		render   bool
		says     string
	}{
		{capHTTP3, tlspolicy.Apache, "latest", fails, false, "no version of Apache has HTTP/3"},
		{capHTTP3, tlspolicy.Nginx, "debian-12", fails, false, "needs nginx 1.25.0 or newer, the target is 1.22.1"},
		{capHTTP3, tlspolicy.Nginx, "debian-13", works, true, ""},
		{capZstd, tlspolicy.Apache, "debian-13", fails, false, "no version of Apache has zstd"},
		{capZstd, tlspolicy.Nginx, "debian-13", fails, false, "the module http_zstd_filter, which Debian 13 has no package for"},
		{capBrotli, tlspolicy.Nginx, "debian-12", works, true, ""},
		{capBrotli, tlspolicy.Nginx, "latest", fails, false, "list it in target.modules"},
		{capBrotli, tlspolicy.Apache, "rhel-9", works, true, ""},
		{capRequestRate, tlspolicy.Nginx, "debian-12", works, true, ""},
		{capRequestRate, tlspolicy.Apache, "debian-12", fails, false, "mod_qos"},
		{capConnectionLimit, tlspolicy.Apache, "debian-12", fails, false, "connections per client"},
		{capUnknownHostClose, tlspolicy.Apache, "debian-12", fails, false, "cannot just close"},
		{capUnknownHostClose, tlspolicy.Nginx, "debian-12", works, true, ""},
		{capActiveHealth, tlspolicy.Nginx, "latest", warns, false, "max_fails"},
		{capActiveHealth, tlspolicy.Apache, "debian-12", works, true, ""},
		{capSticky, tlspolicy.Nginx, "debian-13", fails, false, "needs nginx 1.29.6 or newer"},
		{capSticky, tlspolicy.Nginx, "debian-14", works, true, ""},
		{capUpstreamResolve, tlspolicy.Nginx, "debian-13", fails, false, "1.27.3"},
		{capProxyBodyLimit, tlspolicy.Apache, "debian-13", warns, true, "not bounded"},
		{capJSONLog, tlspolicy.Apache, "debian-13", warns, true, "no JSON"},
		{capDoubleSlash, tlspolicy.Apache, "debian-13", warns, true, "one slash of several"},
		{capGRPC, tlspolicy.Apache, "debian-13", warns, true, "experimental"},
		{capPerHostProtocols, tlspolicy.Nginx, "debian-13", warns, false, "accept the protocols of all"},
		{capPerHostProtocols, tlspolicy.Apache, "debian-13", works, true, ""},
		{capCipherSuites, tlspolicy.Apache, "debian-12", works, true, ""},
		{capModernProfile, tlspolicy.Nginx, "debian-12", works, true, ""},
		{capEarlyData, tlspolicy.Nginx, "debian-13", warns, true, "425"},
		{capEarlyData, tlspolicy.Apache, "debian-13", fails, false, "no version of Apache has TLS 1.3 early data"},
		{capClientOCSP, tlspolicy.Apache, "rhel-9", works, true, ""},
		{capRejectTLS, tlspolicy.Nginx, "debian-12", works, true, ""},
		{capRejectTLS, tlspolicy.Apache, "debian-13", warns, false, "answered 403"},
		{capNamePattern, tlspolicy.Nginx, "debian-12", works, true, ""},
		{capNamePattern, tlspolicy.Apache, "debian-13", fails, false, "not with patterns"},
		{capNativeACME, tlspolicy.Nginx, "debian-13", fails, false, "http_acme"},
		{capNativeACME, tlspolicy.Nginx, "latest", works, true, ""},
		{capNativeACME, tlspolicy.Apache, "debian-13", warns, true, "reload"},
		{capProxyProtocol, tlspolicy.Apache, "debian-13", works, true, ""},
		{capAddHeaderInherit, tlspolicy.Nginx, "debian-13", warns, false, "repeated"},
		{capWebSocket, tlspolicy.Apache, "debian-13", works, true, ""},
		{capHTTP2, tlspolicy.Apache, "rhel-9", works, true, ""},
	} {
		name := string(row.wanted) + " on " + string(row.server) + " of " + row.platform
		c := newCapabilities(platformTarget(t, row.server, row.platform), unsupportedError)
		if got := c.need(row.wanted, somewhere, "the_attribute"); got != row.render {
			t.Errorf("%s: rendered: %v", name, got)
		}
		said, detail := works, ""
		for _, d := range c.diags {
			said = map[hcl.DiagnosticSeverity]string{hcl.DiagError: fails, hcl.DiagWarning: warns}[d.Severity]
			detail = d.Detail
			if d.Subject == nil || *d.Subject != somewhere {
				t.Errorf("%s: the place is lost", name)
			}
		}
		if said != row.want || !strings.Contains(detail, row.says) {
			t.Errorf("%s: %s %q, want %s with %q", name, said, detail, row.want, row.says)
		}
	}
}

func TestOldOpenSSLHasNoModernProfile(t *testing.T) {
	target := platformTarget(t, tlspolicy.Nginx, "debian-12")
	target.OpenSSL = tlspolicy.MustVersion("1.1.0")
	c := newCapabilities(target, unsupportedError)
	if c.need(capModernProfile, somewhere, "profile") || !c.diags.HasErrors() {
		t.Error("modern without TLS 1.3 is rendered")
	}
	if c := newCapabilities(target, unsupportedError); c.need(capTLS13, somewhere, "profile") || c.diags.HasErrors() || len(c.diags) != 1 {
		t.Errorf("TLS 1.3 is left out with %v", c.diags)
	}
}

func TestUnsupportedWarnLeavesOutAndSaysSo(t *testing.T) {
	c := newCapabilities(platformTarget(t, tlspolicy.Apache, "debian-13"), unsupportedWarn)
	for range 2 {
		if c.need(capHTTP3, somewhere, "http3") {
			t.Error("HTTP/3 is rendered for Apache")
		}
	}
	if c.diags.HasErrors() || len(c.comments) != 1 || c.comments[0] != "Not as described: http3: no version of Apache has HTTP/3." {
		t.Errorf("%v, comments %q", c.diags, c.comments)
	}
	if c.can(capHTTP3) || !c.can(capHTTP2) {
		t.Error("can does not agree with need")
	}
}

func TestModulesGivenAreAllThereAre(t *testing.T) {
	list := setting{Value: cty.ListVal([]cty.Value{cty.StringVal("ngx_http_zstd_filter_module.so")}), Range: somewhere}
	target := platformTarget(t, tlspolicy.Nginx, "latest")
	target.modules = listedModules(tlspolicy.Nginx, list)
	if !target.Module("http_zstd_filter") || !target.Module("http_v3") || target.Module("http_acme") {
		t.Error("the list is not what counts")
	}
	target.modules = foundModules(tlspolicy.Installed{Server: tlspolicy.Nginx, Modules: []string{"http_ssl_module"}})
	if !target.Module("http_ssl") || !target.Module("http_limit_req") || target.Module("http_v3") {
		t.Error("an installed server has what it says, and what every nginx has")
	}
}

// TestCapabilityTable: rows are complete, and each can be understood by itself.
func TestCapabilityTable(t *testing.T) {
	seen := map[abilityKey]bool{}
	for _, row := range abilityTable {
		key := abilityKey{row.capability, row.server}
		if seen[key] {
			t.Errorf("%v has two rows", key)
		}
		seen[key] = true
		if row.feature == "" && row.module == "" && row.never == "" && row.flaw == "" {
			t.Errorf("%v says nothing", key)
		}
		old := tlspolicy.Target{Server: row.server, Version: tlspolicy.MustVersion("0.5.0"), OpenSSL: tlspolicy.MustVersion("0.9.8")}
		if lack := row.lack(Target{Target: old}); strings.Contains(lack, "has no feature") {
			t.Errorf("%v names a feature that the tables do not have: %s", key, lack)
		}
		for _, name := range tlspolicy.PlatformNames() {
			if row.lack(platformTarget(t, row.server, name)) != "" && row.instead == "" {
				t.Errorf("%v is missing on %s, and no alternative is named", key, name)
			}
		}
		for _, text := range []string{row.instead} {
			if text != "" && !strings.HasSuffix(text, ".") {
				t.Errorf("%v: %q is no sentence", key, text)
			}
		}
		for _, text := range []string{row.never, row.flaw} {
			if strings.HasSuffix(text, ".") {
				t.Errorf("%v: %q ends as a sentence", key, text)
			}
		}
	}
}
