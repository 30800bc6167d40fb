package directives

import (
	"slices"
	"strings"
	"testing"
)

func TestEqualValuesHaveOneSpelling(t *testing.T) {
	for _, c := range []struct {
		context Context
		a, b    string
		equal   bool
	}{
		{HTTP, "proxy_read_timeout 60s", "proxy_read_timeout 1m", true},
		{HTTP, "expires modified 1d", "expires modified 24h", true},
		{HTTP, "expires max", "expires 1d", false},
		{HTTP, "proxy_read_timeout 60", "proxy_read_timeout 1m", true},
		{HTTP, "proxy_read_timeout 60s", "proxy_read_timeout 60ms", false},
		{HTTP, "keepalive_timeout 75s 60s", "keepalive_timeout 75 1m", true},
		{HTTP, "client_max_body_size 10k", "client_max_body_size 10240", true},
		{HTTP, "client_max_body_size 1m", "client_max_body_size 1024K", true},
		{HTTP, "client_max_body_size 1m", "client_max_body_size 1", false},
		{HTTP, "sendfile ON", "sendfile on", true},
		{HTTP, "ssl_protocols TLSv1.2 TLSv1.3", "ssl_protocols TLSv1.3 TLSv1.2", true},
		{HTTP, "ssl_protocols TLSv1.2", "ssl_protocols TLSv1.3", false},
		{HTTP, "gzip_types text/css text/xml", "gzip_types text/xml text/css text/css", true},
		{HTTP, "proxy_buffers 8 4k", "proxy_buffers 8 4096", true},
		{HTTP, "limit_req zone=a burst=5 nodelay", "limit_req nodelay burst=05 zone=a", true},
		{HTTP, "limit_req_zone $binary_remote_addr zone=a:10m rate=1r/s", "limit_req_zone $binary_remote_addr rate=1r/s zone=a:10240k", true},
		{HTTP, "index a b", "index b a", false},
		{HTTP, "unheard_of 1m", "unheard_of 60s", false},
	} {
		words := func(line string) []string {
			list := strings.Fields(line)
			return Canonical(Use{Name: list[0], Arguments: list[1:], Context: c.context})
		}
		if got := slices.Equal(words(c.a), words(c.b)); got != c.equal {
			t.Errorf("%q and %q: equal is %v", c.a, c.b, got)
		}
	}
}
