package generator_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"padlock/generator"
)

// BenchmarkGenerate shows that the time per site does not grow with their
// number.
func BenchmarkGenerate(b *testing.B) {
	for _, server := range []string{"nginx", "apache"} {
		for _, count := range []int{10, 100, 1000, 10000} {
			b.Run(fmt.Sprintf("%s/%d", server, count), func(b *testing.B) {
				file := tenants(b, count)
				b.ReportAllocs()
				for b.Loop() {
					result, diags := generator.Generate(context.Background(), generator.Request{
						Files: []string{file}, Server: server, Platform: "debian-13",
					})
					if diags.HasErrors() || len(result.Files) != count+1 {
						b.Fatalf("%d files: %v", len(result.Files), diags.List)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(count), "µs/site")
			})
		}
	}
}

// tenants writes a description of many sites from a CSV file.
func tenants(tb testing.TB, count int) string {
	dir := tb.TempDir()
	var csv strings.Builder
	csv.WriteString("domain\n")
	for i := range count {
		fmt.Fprintf(&csv, "tenant%d.example.com\n", i)
	}
	description := `
defaults {
  tls { acme = "certbot" }
}
site "tenant" {
  for_each = { for t in csvdecode(file("tenants.csv")) : t.domain => t }
  name     = each.key
  aliases  = ["www.${each.key}"]
  root     = "/srv/www/${each.key}"
}
`
	for name, text := range map[string]string{"tenants.csv": csv.String(), "sites.hcl": description} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	return filepath.Join(dir, "sites.hcl")
}
