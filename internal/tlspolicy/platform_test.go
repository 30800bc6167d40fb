package tlspolicy

import (
	"strings"
	"testing"
	"time"
)

func TestPlatformsAreComplete(t *testing.T) {
	for _, name := range []string{"debian-12", "debian-13", "debian-14", "ubuntu-24.04", "rhel-9", "latest"} {
		platform, ok := LookupPlatform(name)
		if !ok {
			t.Errorf("there is no platform %s", name)
			continue
		}
		if platform.Source == "" || platform.Title == "" || platform.Packaging == "" || !strings.HasPrefix(platform.PHPSocket, "/") {
			t.Errorf("%s lacks its source, title, packaging or socket of PHP", name)
		}
		if _, err := time.Parse(time.DateOnly, platform.Checked); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, server := range []Server{Nginx, Apache} {
			if target := platform.Target(server); target.Version.IsZero() || target.OpenSSL.IsZero() || target.Platform != name {
				t.Errorf("%s has no target for %s", name, server)
			}
			paths := platform.Paths(server)
			for _, path := range []string{paths.Config, paths.SitesDir, paths.ModulesDir, paths.LogDir, paths.MimeTypes, paths.PIDFile, paths.WebRoot} {
				if !strings.HasPrefix(path, "/") {
					t.Errorf("%s: %s has the path %q", name, server, path)
				}
			}
			if paths.User == "" || paths.Binary == "" || paths.Package == "" || paths.TestCommand == "" || paths.ReloadCommand == "" {
				t.Errorf("%s: %s lacks its user, program, package or commands", name, server)
			}
		}
	}
	if got := NewestTarget(Nginx); got.Version != NewestNginx || got.Platform != "latest" {
		t.Errorf("newest nginx is %v", got)
	}
	if _, ok := LookupPlatform("debian-11"); ok {
		t.Error("a platform that does not exist is found")
	}
}

func TestTargetInWords(t *testing.T) {
	platform, _ := LookupPlatform("debian-13")
	if got := platform.Target(Nginx).String(); got != "nginx 1.26.3 with OpenSSL 3.5.9" {
		t.Error(got)
	}
	if got := (Target{Server: Apache}).String(); got != "Apache" {
		t.Error(got)
	}
}

func TestDefaultProtocols(t *testing.T) {
	for _, row := range []struct {
		server           Server
		version, openssl string
		want             string
	}{
		{Nginx, "1.8.0", "1.0.2", "SSLv3 TLSv1 TLSv1.1 TLSv1.2"},
		{Nginx, "1.22.1", "3.0.22", "TLSv1 TLSv1.1 TLSv1.2"},
		{Nginx, "1.23.4", "3.0.22", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"},
		{Nginx, "1.26.3", "1.1.0", "TLSv1 TLSv1.1 TLSv1.2"},
		{Nginx, "1.27.3", "3.0.22", "TLSv1.2 TLSv1.3"},
		{Nginx, "1.30.6", "3.5.9", "TLSv1.2 TLSv1.3"},
		{Apache, "2.2.34", "1.0.2", "SSLv3 TLSv1 TLSv1.1 TLSv1.2"},
		{Apache, "2.4.35", "1.1.1", "TLSv1 TLSv1.1 TLSv1.2"},
		{Apache, "2.4.71", "3.0.22", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"},
	} {
		got := DefaultProtocols(Target{Server: row.server, Version: MustVersion(row.version), OpenSSL: MustVersion(row.openssl)})
		if joinProtocols(got.Value) != row.want || got.Source == "" {
			t.Errorf("%s %s: %v (%s), want %s", row.server, row.version, got.Value, got.Source, row.want)
		}
	}
	if got := DefaultProtocols(Target{Server: Nginx}); joinProtocols(got.Value) != "TLSv1.2 TLSv1.3" {
		t.Errorf("an unknown nginx is judged as the newest, got %v", got.Value)
	}
}

func TestHandshakeProtocols(t *testing.T) {
	all := []Protocol{SSLv3, TLSv10, TLSv11, TLSv12, TLSv13}
	for _, row := range []struct {
		openssl string
		level   int
		want    string
	}{
		{"3.0.22", 2, "TLSv1.2 TLSv1.3"},
		{"3.0.22", 0, "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"},
		{"1.1.1", 1, "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"},
		{"1.0.2", 0, "SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"},
	} {
		if got := joinProtocols(HandshakeProtocols(all, MustVersion(row.openssl), row.level)); got != row.want {
			t.Errorf("OpenSSL %s at level %d: %s, want %s", row.openssl, row.level, got, row.want)
		}
	}
}

func TestOtherDefaults(t *testing.T) {
	if got := DefaultCiphers(Target{Server: Nginx}).Value; got != "HIGH:!aNULL:!MD5" {
		t.Errorf("nginx ciphers: %s", got)
	}
	if got := ServerCipherString(Apache, DefaultCiphers(Target{Server: Apache}).Value); got != "DEFAULT:!aNULL:!eNULL:!EXP" {
		t.Errorf("Apache ciphers: %s", got)
	}
	if got := DefaultTickets(Target{Server: Nginx, Version: MustVersion("1.22.1")}).Value; !got.Enabled || got.KeysRotate {
		t.Errorf("tickets of nginx 1.22: %+v", got)
	}
	if got := DefaultTickets(Target{Server: Nginx, Version: MustVersion("1.26.3")}).Value; !got.KeysRotate {
		t.Errorf("tickets of nginx 1.26: %+v", got)
	}
	if got := DefaultGroups(MustVersion("3.5.9")).Value[0]; got != "X25519MLKEM768" {
		t.Errorf("first group of OpenSSL 3.5: %s", got)
	}
	if got := DefaultGroups(MustVersion("3.0.22")).Value[0]; got != "X25519" {
		t.Errorf("first group of OpenSSL 3.0: %s", got)
	}
	for openssl, want := range map[string]int{"1.0.2": 0, "1.1.1": 1, "3.1.0": 1, "3.2.0": 2, "3.6.5": 2} {
		if got := DefaultSecurityLevel(MustVersion(openssl)).Value; got != want {
			t.Errorf("security level of OpenSSL %s: %d, want %d", openssl, got, want)
		}
	}
}

func TestLifecycles(t *testing.T) {
	for _, row := range []struct {
		server  Server
		version string
		ended   bool
	}{
		{Nginx, "1.4.6", true}, {Nginx, "1.22.1", true}, {Nginx, "1.28.0", true}, {Nginx, "1.30.6", false},
		{Apache, "2.2.15", true}, {Apache, "2.4.71", false},
	} {
		cycle, ok := ServerLifecycle(row.server, MustVersion(row.version))
		if !ok || cycle.Ended("2026-11-23") != row.ended {
			t.Errorf("%s %s: %+v %v", row.server, row.version, cycle, ok)
		}
	}
	for version, end := range map[string]string{"1.0.2l": "2019-12-31", "1.1.1w": "2023-09-11", "3.0.22": "2026-09-07", "3.5.9": "2030-04-08", "0.9.8": "2019-12-31"} {
		if cycle, ok := OpenSSLLifecycle(MustVersion(version)); !ok || cycle.EndOfLife != end {
			t.Errorf("OpenSSL %s: %+v %v, want %s", version, cycle, ok, end)
		}
	}
	if _, ok := ServerLifecycle(Nginx, MustVersion("1.99.0")); ok {
		t.Error("a version of the future has no known lifecycle")
	}
	if _, ok := OpenSSLLifecycle(Version{}); ok {
		t.Error("an unknown version has no lifecycle")
	}
}
