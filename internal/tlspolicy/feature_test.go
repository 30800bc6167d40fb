package tlspolicy

import (
	"strings"
	"testing"
)

func TestThresholds(t *testing.T) {
	for _, row := range []struct {
		feature          Feature
		server           Server
		version, openssl string
		want             bool
	}{
		{FeatureHTTP2Listen, Nginx, "1.9.4", "3.0.0", false},
		{FeatureHTTP2Listen, Nginx, "1.9.5", "3.0.0", true},
		{FeatureHTTP2Listen, Nginx, "1.25.1", "3.0.0", true}, // deprecated, still accepted
		{FeatureHTTP2Directive, Nginx, "1.25.0", "3.0.0", false},
		{FeatureHTTP2Directive, Nginx, "1.25.1", "3.0.0", true},
		{FeatureSSLDirective, Nginx, "1.25.0", "3.0.0", true},
		{FeatureSSLDirective, Nginx, "1.25.1", "3.0.0", false},
		{FeatureRejectHandshake, Nginx, "1.19.3", "3.0.0", false},
		{FeatureRejectHandshake, Nginx, "1.19.4", "3.0.0", true},
		{FeatureOpenSSLCommand, Nginx, "1.19.4", "3.0.0", true},
		{FeatureTicketRotation, Nginx, "1.23.1", "3.0.0", false},
		{FeatureTicketRotation, Nginx, "1.23.2", "3.0.0", true},
		{FeatureHTTP3, Nginx, "1.24.0", "3.0.0", false},
		{FeatureHTTP3, Nginx, "1.25.0", "3.0.0", true},
		{FeaturePerHostProtocols, Nginx, "1.29.1", "3.0.0", false},
		{FeaturePerHostProtocols, Nginx, "1.29.2", "3.0.0", true},
		{FeaturePerHostProtocols, Nginx, "1.29.2", "1.1.0", false},
		{FeatureAddHeaderInherit, Nginx, "1.29.2", "3.0.0", false},
		{FeatureAddHeaderInherit, Nginx, "1.29.3", "3.0.0", true},
		{FeatureTLS13, Nginx, "1.22.1", "1.1.0l", false},
		{FeatureTLS13, Nginx, "1.22.1", "1.1.1", true},
		{FeatureStatus308, Nginx, "1.12.2", "3.0.0", false},
		{FeatureStatus308, Nginx, "1.13.0", "3.0.0", true},
		{FeatureHybridGroup, Nginx, "1.26.3", "3.4.1", false},
		{FeatureHybridGroup, Nginx, "1.26.3", "3.5.0", true},
		{FeatureHybridGroup, Apache, "2.4.71", "3.0.22", false},
		{FeatureHybridGroup, Apache, "2.4.71", "3.5.0", true},
		{FeatureOpenSSLCommand, Apache, "2.4.7", "3.0.0", false},
		{FeatureOpenSSLCommand, Apache, "2.4.8", "1.0.1", false},
		{FeatureOpenSSLCommand, Apache, "2.4.8", "1.0.2", true},
		{FeatureSessionTickets, Apache, "2.4.10", "1.0.2", false},
		{FeatureSessionTickets, Apache, "2.4.11", "1.0.2", true},
		{FeatureProtocolsDirective, Apache, "2.4.16", "3.0.0", false},
		{FeatureProtocolsDirective, Apache, "2.4.17", "3.0.0", true},
		{FeatureTLS13, Apache, "2.4.35", "1.1.1", false},
		{FeatureTLS13, Apache, "2.4.36", "1.1.1", true},
		{FeatureTLS13, Apache, "2.4.36", "1.1.0", false},
		{FeaturePerHostProtocols, Apache, "2.4.41", "1.1.1", false},
		{FeaturePerHostProtocols, Apache, "2.4.42", "1.1.1", true},
		{FeatureUpgradeWebSocket, Apache, "2.4.46", "3.0.0", false},
		{FeatureUpgradeWebSocket, Apache, "2.4.47", "3.0.0", true},
		{FeatureStrictHostCheck, Apache, "2.4.49", "3.0.0", true},
		{FeatureSNIPolicy, Apache, "2.4.65", "3.0.0", false},
		{FeatureSNIPolicy, Apache, "2.4.66", "3.0.0", true},
		{FeatureEngineOptional, Apache, "2.4.63", "3.0.0", true},
		{FeatureEngineOptional, Apache, "2.4.64", "3.0.0", false},
		{FeatureHTTP3, Apache, "2.4.71", "3.5.0", false},
		{FeatureSNIPolicy, Nginx, "1.30.6", "3.5.0", false}, // no such thing on that server
	} {
		got := Supports(row.feature, Target{Server: row.server, Version: MustVersion(row.version), OpenSSL: MustVersion(row.openssl)})
		if got.OK != row.want || got.Undecided {
			t.Errorf("%s on %s %s with OpenSSL %s: %+v, want %v", row.feature, row.server, row.version, row.openssl, got, row.want)
		}
		if !got.OK && got.Reason == "" {
			t.Errorf("%s on %s %s is refused without a reason", row.feature, row.server, row.version)
		}
	}
}

func TestReasonsNameTheVersionThatHasIt(t *testing.T) {
	for _, row := range []struct {
		feature Feature
		target  Target
		want    string
	}{
		{FeatureHTTP2Directive, Target{Server: Nginx, Version: MustVersion("1.22.1")},
			"the http2 directive needs nginx 1.25.1 or newer, the target is 1.22.1"},
		{FeatureHybridGroup, Target{Server: Nginx, Version: MustVersion("1.22.1"), OpenSSL: MustVersion("3.0.22")},
			"the X25519MLKEM768 group needs OpenSSL 3.5.0, the target has 3.0.22"},
		{FeatureSSLDirective, Target{Server: Nginx, Version: MustVersion("1.26.3")},
			"the ssl directive was removed in nginx 1.25.1, the target is 1.26.3"},
		{FeatureHTTP2Listen, Target{Server: Nginx, Version: MustVersion("1.26.3")},
			"the http2 parameter of listen is deprecated since nginx 1.25.1"},
		{FeatureHTTP3, Target{Server: Apache, Version: MustVersion("2.4.71")},
			"no version of Apache has HTTP/3"},
	} {
		if got := Supports(row.feature, row.target).Reason; got != row.want {
			t.Errorf("%s: %q, want %q", row.feature, got, row.want)
		}
	}
}

func TestUnknownVersionsAreUndecided(t *testing.T) {
	got := Supports(FeatureHTTP2Directive, Target{Server: Nginx})
	if !got.OK || !got.Undecided {
		t.Errorf("http2 directive on an unknown nginx: %+v", got)
	}
	got = Supports(FeatureSSLDirective, Target{Server: Nginx})
	if got.OK || !got.Undecided {
		t.Errorf("ssl directive on an unknown nginx: %+v", got)
	}
	got = Supports(FeatureHeaderAlways, Target{Server: Nginx})
	if !got.OK || got.Undecided {
		t.Errorf("add_header always has been there longer than any nginx in use: %+v", got)
	}
	got = Supports(FeatureHybridGroup, Target{Server: Nginx, Version: MustVersion("1.30.6")})
	if !got.OK || !got.Undecided {
		t.Errorf("hybrid group with an unknown OpenSSL: %+v", got)
	}
}

func TestEveryRowHasItsSource(t *testing.T) {
	seen := map[capabilityKey]bool{}
	for _, table := range [][]capability{nginxCapabilities(), apacheCapabilities()} {
		for _, row := range table {
			key := capabilityKey{row.feature, row.server}
			if seen[key] {
				t.Errorf("%s has two rows for %s", row.feature, row.server)
			}
			seen[key] = true
			if row.what == "" || strings.TrimSpace(row.source) == "" || row.feature == "" {
				t.Errorf("incomplete row: %+v", row)
			}
			if !row.removed.IsZero() && row.removed.Before(row.since) {
				t.Errorf("%s is removed before it came", row.feature)
			}
		}
	}
}
