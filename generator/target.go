package generator

import (
	"cmp"
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"padlock/internal/tlspolicy"
)

// Target is what a description is rendered for, and how that was decided.
type Target struct {
	tlspolicy.Target
	// Paths and places of the platform; those of Debian when none is named.
	Platform tlspolicy.Platform
	// Because says in half a sentence where the versions come from, for the
	// header of the output: "platform debian-12", "found on this machine".
	Because string
	// Layout is how files are laid out in the output directory, and IncludeDir where
	// the server will find them, if that is another one.
	Layout     Layout
	IncludeDir string
	// TestCommand checks the server's whole configuration, ReloadCommand makes it
	// read a new one. They are for people to read and run.
	TestCommand, ReloadCommand string

	modules modules
}

// Detector finds an installed server. It returns false when the server is not
// installed.
type Detector func(server tlspolicy.Server) (tlspolicy.Installed, bool)

// fallbackPlatform gives paths and the placeholder certificate's home when no
// platform is named.
const fallbackPlatform = "latest"

// resolveTarget decides on server and versions: flags first, then the target
// block, then the fallback, then the platform, then what is installed, then the
// newest release.
func resolveTarget(l *layer, r Request) (Target, hcl.Diagnostics) {
	c := targetChooser{layer: l}
	server := tlspolicy.Server(c.choose("server", r.Server, "--server", cmp.Or(r.Fallback.Server, string(tlspolicy.Nginx))).Value)
	r = r.withFallback(l, server)
	if server != tlspolicy.Nginx && server != tlspolicy.Apache {
		c.mistake(Text{Value: string(server)}, fmt.Sprintf("%q is not a server; it is nginx or apache%s", server, orStop(didYouMean(string(server), []string{"nginx", "apache"}))))
		return Target{}, c.diags
	}
	t := Target{Target: tlspolicy.Target{Server: server}}
	name := c.choose("platform", r.Platform, "--platform", "")
	platform, known := tlspolicy.LookupPlatform(name.Value)
	if name.Value != "" && !known {
		names := tlspolicy.PlatformNames()
		c.mistake(name, fmt.Sprintf("%q is not a known platform: %s%s", name.Value, quotedList(names), orStop(didYouMean(name.Value, names))))
	}
	version := c.version("version", r.ServerVersion, "--server-version")
	openssl := c.version("openssl", r.OpenSSLVersion, "--openssl-version")

	switch {
	case known:
		t.Target, t.Because = platform.Target(server), "platform "+platform.Name
	case !version.IsZero() && !openssl.IsZero():
		t.Because = "versions given"
	default:
		t.Target, t.Because, t.modules = installed(server, r.Detect)
	}
	if !known {
		t.Platform, _ = tlspolicy.LookupPlatform(fallbackPlatform)
	} else {
		t.Platform = platform
	}
	if !version.IsZero() && version != t.Version {
		t.Version = version
		t.Because = "server version given, rest: " + t.Because
	}
	if !openssl.IsZero() && openssl != t.OpenSSL {
		t.OpenSSL = openssl
		if t.Because != "versions given" && version.IsZero() {
			t.Because = "OpenSSL version given, rest: " + t.Because
		}
	}
	if !version.IsZero() && !openssl.IsZero() {
		t.Because = "versions given"
	}
	if list, ok := l.setting("modules"); ok {
		t.modules = listedModules(server, list)
	}
	layout := l.text("layout", string(LayoutConfD))
	t.Layout, t.IncludeDir = Layout(layout.Value), l.text("include_dir", "").Value
	if t.Layout == LayoutSites && t.Platform.Paths(server).EnabledDir == "" {
		c.mistake(layout, fmt.Sprintf("the packages of %s have no folders sites-available and sites-enabled; use conf.d, single or modular.", t.Platform.Title))
	}
	t.TestCommand = l.text("test_command", t.Platform.Paths(server).TestCommand).Value
	t.ReloadCommand = l.text("reload_command", t.Platform.Paths(server).ReloadCommand).Value
	c.tooOld(t)
	return t, c.diags
}

// withFallback is the request with the fallback's platform and versions, if the
// target says none and they are of its server.
func (r Request) withFallback(l *layer, server tlspolicy.Server) Request {
	said := r.Platform + r.ServerVersion + r.OpenSSLVersion
	for _, attribute := range []string{"platform", "version", "openssl"} {
		said += l.text(attribute, "").Value
	}
	if said != "" {
		return r
	}
	r.Platform, r.OpenSSLVersion = r.Fallback.Platform, r.Fallback.OpenSSLVersion
	if r.Fallback.Server == string(server) {
		r.ServerVersion = r.Fallback.ServerVersion
	}
	return r
}

func installed(server tlspolicy.Server, detect Detector) (tlspolicy.Target, string, modules) {
	if detect != nil {
		if found, ok := detect(server); ok {
			target := found.Target()
			if target.OpenSSL.IsZero() {
				target.OpenSSL = tlspolicy.NewestTarget(server).OpenSSL
				return target, "server found on this machine, newest OpenSSL assumed", foundModules(found)
			}
			return target, "found on this machine", foundModules(found)
		}
	}
	return tlspolicy.NewestTarget(server), "newest stable release, as none is installed and no target is given", modules{}
}

// Rendered output uses what these versions brought: curve lists and several
// certificates (nginx), the chain in SSLCertificateFile (Apache).
var oldestRendered = map[tlspolicy.Server]tlspolicy.Version{
	tlspolicy.Nginx:  tlspolicy.MustVersion("1.11.0"),
	tlspolicy.Apache: tlspolicy.MustVersion("2.4.8"),
}

type targetChooser struct {
	layer *layer
	diags hcl.Diagnostics
}

func (c *targetChooser) mistake(at Text, detail string) {
	d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unusable target", Detail: detail}
	if at.Range.Filename != "" {
		d.Subject = &at.Range
	}
	c.diags = append(c.diags, d)
}

func (c *targetChooser) choose(attribute, flag, flagName, fallback string) Text {
	if flag != "" {
		return Text{Value: flag}
	}
	return c.layer.text(attribute, fallback)
}

func (c *targetChooser) version(attribute, flag, flagName string) tlspolicy.Version {
	text := c.choose(attribute, flag, flagName, "")
	if text.Value == "" {
		return tlspolicy.Version{}
	}
	v, err := tlspolicy.ParseVersion(text.Value)
	if err != nil {
		c.mistake(text, sentence(err.Error()))
	}
	return v
}

func (c *targetChooser) tooOld(t Target) {
	if oldest := oldestRendered[t.Server]; t.Version.Before(oldest) {
		c.mistake(c.layer.text("version", ""), fmt.Sprintf("%s %s is too old: Padlock renders for %s and newer.", t.Server, t.Version, oldest))
	}
	abilities := newCapabilities(t, unsupportedError)
	abilities.need(capTLS13, hcl.Range{}, "TLS 1.3")
	c.diags = append(c.diags, abilities.diags...)
}
