package generator_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"padlock/generator"
	"padlock/internal/vhost"
)

// TestHSTSByDate: the stage follows the day of generation, and the head of the output
// says until when it holds.
func TestHSTSByDate(t *testing.T) {
	const description = `
site "a.example.com" {
  root = "/srv"
  tls {
    acme = "certbot"
    hsts = { stage = "auto", since = "2026-11-01", max_age = %q, include_subdomains = true, preload = %t }
  }
}
`
	for _, row := range []struct {
		now, maxAge, value, head string
	}{
		{"2026-10-31T23:59:59Z", "2y", "", "HSTS: begins on 2026-11-01; generate it anew then"},
		{"2026-11-01T00:00:00Z", "2y", "max-age=300; includeSubDomains", "HSTS: stage 1 of 5 since 2026-11-01; generate it anew on 2026-11-02"},
		{"2026-11-02T00:00:00+05:00", "2y", "max-age=300; includeSubDomains", "HSTS: stage 1 of 5 since 2026-11-01; generate it anew on 2026-11-02"},
		{"2026-11-02T00:00:00Z", "2y", "max-age=3600; includeSubDomains", "HSTS: stage 2 of 5 since 2026-11-01; generate it anew on 2026-11-03"},
		{"2026-11-03T12:00:00Z", "2y", "max-age=86400; includeSubDomains", "HSTS: stage 3 of 5 since 2026-11-01; generate it anew on 2026-11-08"},
		{"2026-11-08T12:00:00Z", "2y", "max-age=604800; includeSubDomains", "HSTS: stage 4 of 5 since 2026-11-01; generate it anew on 2026-11-15"},
		{"2026-12-14T23:00:00Z", "2y", "max-age=2592000; includeSubDomains", "HSTS: stage 5 of 5 since 2026-11-01; generate it anew on 2026-12-15"},
		{"2026-12-14T23:00:00Z", "10d", "max-age=864000; includeSubDomains", "HSTS: stage 5 of 5 since 2026-11-01; generate it anew on 2026-12-15"},
		{"2026-12-15T00:00:00Z", "2y", "max-age=63072000; includeSubDomains; preload", "HSTS: all the way, since 2026-11-01 step by step"},
		{"2030-01-01T00:00:00Z", "2y", "max-age=63072000; includeSubDomains; preload", "HSTS: all the way, since 2026-11-01 step by step"},
	} {
		now, err := time.Parse(time.RFC3339, row.now)
		if err != nil {
			t.Fatal(err)
		}
		for _, server := range []string{"nginx", "apache"} {
			result, diags := generator.Generate(context.Background(), generator.Request{
				Files: []string{"-"}, Stdin: strings.NewReader(fmt.Sprintf(description, row.maxAge, row.maxAge == "2y")),
				Server: server, Platform: "debian-13", Now: now,
			})
			if diags.HasErrors() {
				t.Fatal(diags.List)
			}
			if finished := strings.Contains(row.head, "all the way"); finished == (len(diags.List) > 0) {
				t.Errorf("%s: said: %v", row.now, diags.List)
			}
			o := asked(t, lower(t, result), 443, vhost.Request{TLS: true, Name: "a.example.com", Path: "/"})
			got := ""
			for _, h := range o.Headers {
				if h.Name == "Strict-Transport-Security" {
					got = h.Value
				}
			}
			text := string(result.Files[len(result.Files)-1].Content)
			if got != row.value || !strings.Contains(text, "# "+row.head+"\n") {
				t.Errorf("%s on %s: %q, want %q, below\n%.600s", row.now, server, got, row.value, text)
			}
		}
	}
}
