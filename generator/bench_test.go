package generator_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"padlock/generator"
)

// BenchmarkGenerate shows that the time per site does not grow with their
// number: of plain sites, and of sites with what a site of WordPress asks for.
func BenchmarkGenerate(b *testing.B) {
	for _, kind := range []struct{ name, text string }{{"plain", plainTenants}, {"blog", blogTenants}} {
		for _, server := range []string{"nginx", "apache"} {
			for _, count := range []int{10, 100, 1000, 10000} {
				b.Run(fmt.Sprintf("%s/%s/%d", kind.name, server, count), func(b *testing.B) {
					file := tenants(b, kind.text, count)
					b.ReportAllocs()
					for b.Loop() {
						result, diags := generator.Generate(context.Background(), generator.Request{
							Files: []string{file}, Server: server, Platform: "debian-13",
						})
						if diags.HasErrors() {
							b.Fatal(diags.List.Errs()[0])
						}
						if got := len(result.Files); got < count+1 {
							b.Fatalf("%d files", got)
						}
					}
					b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(count), "µs/site")
					b.ReportMetric(peakMemory(b), "MB-peak")
				})
			}
		}
	}
}

// peakMemory is the most memory that this process has had so far, in megabytes
// (proc(5), VmHWM); 0 where the system does not tell.
func peakMemory(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	words := strings.Fields(rest)
	if len(words) == 0 {
		return 0
	}
	kilobytes, err := strconv.ParseFloat(words[0], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kilobytes / 1024
}

const plainTenants = `
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

const blogTenants = `
mixin "blog" {
  compress = ["gzip"]
  headers {
    preset = "recommended"
    csp {
      default_src = ["self"]
      img_src     = ["self", "data:", "https://secure.gravatar.com"]
      report_only = true
    }
  }
}
site "tenant" {
  for_each = { for t in csvdecode(file("tenants.csv")) : t.domain => t }
  name     = each.key
  aliases  = ["www.${each.key}"]
  use      = [mixin.blog]
  root     = "/srv/www/${each.key}/public"
  tls {
    profile = "intermediate"
    acme    = "certbot"
    hsts    = { max_age = "2y" }
  }
  php {
    preset     = "wordpress"
    socket     = "/run/php/php8.2-fpm.sock"
    max_body   = "64m"
    no_exec_in = ["/wp-content/uploads/"]
  }
  route "= /wp-login.php" { max_body = "8k" }
  route "= /xmlrpc.php" { deny = true }
  route "/wp-content/uploads/" { cache = "30d" }
  redirects = {
    "/old-feed" = "/feed/"
    "/about-us" = "/about/"
  }
  error_pages = { "404" = "/404.html" }
  maintenance {
    when_file = "/srv/www/${each.key}/MAINTENANCE"
    page      = "/maintenance.html"
    bypass    = ["203.0.113.7"]
  }
}
`

// tenants writes a description of many sites from a CSV file.
func tenants(tb testing.TB, description string, count int) string {
	dir := tb.TempDir()
	var csv strings.Builder
	csv.WriteString("domain\n")
	for i := range count {
		fmt.Fprintf(&csv, "tenant%d.example.com\n", i)
	}
	for name, text := range map[string]string{"tenants.csv": csv.String(), "sites.hcl": description} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	return filepath.Join(dir, "sites.hcl")
}
