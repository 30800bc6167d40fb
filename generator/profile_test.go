package generator_test

import (
	"crypto/tls"
	"fmt"
	"slices"
	"testing"

	"padlock/internal/servertest"
)

// TestProfiles asks servers with one profile alone which protocols they take.
func TestProfiles(t *testing.T) {
	authority := servertest.NewAuthority(t)
	accepted := map[string][]uint16{
		"modern":       {tls.VersionTLS13},
		"intermediate": {tls.VersionTLS12, tls.VersionTLS13},
		"old":          {tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13},
	}
	for _, server := range servertest.Servers(t) {
		for profile, protocols := range accepted {
			t.Run(server.Name()+"/"+profile, func(t *testing.T) {
				result := render(t, server, fmt.Sprintf(`
site "example.test" {
  root = "/srv/www"
  tls {
    acme    = "certbot"
    profile = %q
  }
}
`, profile))
				files := siteFiles(t, result, authority)
				// The weak protocols sign with SHA-1, which Go's client does with RSA only.
				pair := authority.Issue(t, servertest.Leaf{Names: []string{"example.test"}, RSA: true})
				files = files.With(pair.Files("/etc/letsencrypt/live/example.test"))
				instance := server.Start(t, servertest.Config{Files: files})
				client := instance.Client(authority.Pool())
				for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13} {
					_, err := client.Handshake(servertest.Request{URL: "https://example.test/", MinTLS: version, MaxTLS: version})
					want := slices.Contains(protocols, version)
					if (err == nil) != want {
						t.Errorf("%s: accepted %v, want %v (%v)", tls.VersionName(version), err == nil, want, err)
					}
				}
			})
		}
	}
}
