package tlspolicy

import (
	"strings"
	"testing"
)

func TestModuleNames(t *testing.T) {
	for _, row := range []struct {
		server     Server
		text, want string
	}{
		{Apache, "ssl", "ssl"}, {Apache, "mod_ssl.c", "ssl"}, {Apache, "ssl_module", "ssl"},
		{Apache, "/usr/lib/apache2/modules/mod_proxy_http2.so", "proxy_http2"},
		{Apache, "mpm_event_module", "mpm_event"}, {Apache, "event.c", "mpm_event"}, {Apache, "http_core.c", "http"},
		{Nginx, "ngx_http_brotli_filter_module.so", "http_brotli_filter"}, {Nginx, "http_v3_module", "http_v3"},
		{Nginx, "http_sub_module", "http_sub_filter"}, {Nginx, "http_gzip_static_module", "http_gzip_static"},
		{Nginx, "http_brotli_filter", "http_brotli_filter"}, {Nginx, "", ""},
	} {
		if got := ModuleName(row.server, row.text); got != row.want {
			t.Errorf("%s %q: %q, want %q", row.server, row.text, got, row.want)
		}
	}
}

func TestModulesOfPlatforms(t *testing.T) {
	for _, row := range []struct {
		platform string
		server   Server
		module   string
		want     string // its package, "built-in" or empty
	}{
		{"debian-12", Nginx, "http_brotli_filter", "libnginx-mod-http-brotli-filter"},
		{"debian-12", Nginx, "http_limit_req", builtIn},
		{"debian-12", Nginx, "http_zstd_filter", ""},
		{"debian-13", Apache, "brotli", "apache2"},
		{"debian-13", Apache, "log_config", builtIn},
		{"ubuntu-24.04", Apache, "md", "apache2"},
		{"rhel-9", Apache, "http2", "mod_http2"},
		{"rhel-9", Nginx, "http_v3", ""},
		{"latest", Nginx, "http_acme", "nginx-module-acme"},
		{"latest", Nginx, "http_brotli_filter", ""},
	} {
		platform, _ := LookupPlatform(row.platform)
		module, ok := platform.Module(row.server, row.module)
		got := module.Package
		if module.BuiltIn {
			got = builtIn
		}
		if got != row.want || ok != (row.want != "") {
			t.Errorf("%s of %s on %s: %q, %v; want %q", row.module, row.server, row.platform, got, ok, row.want)
		}
	}
}

func TestEnableCommands(t *testing.T) {
	for _, row := range []struct {
		platform string
		server   Server
		modules  string
		want     string
	}{
		{"debian-12", Apache, "http2 log_config ssl", "a2enmod http2 ssl"},
		{"debian-12", Nginx, "http_rewrite http_brotli_filter", "apt install libnginx-mod-http-brotli-filter"},
		{"debian-12", Nginx, "http_rewrite", ""},
		{"rhel-9", Apache, "headers ssl http2", "dnf install mod_ssl mod_http2"},
		{"latest", Apache, "headers ssl", ""},
	} {
		platform, _ := LookupPlatform(row.platform)
		if got := platform.EnableCommand(row.server, strings.Fields(row.modules)); got != row.want {
			t.Errorf("%s on %s: %q, want %q", row.modules, row.platform, got, row.want)
		}
	}
}

// TestModulesTable: every row has its columns, and no module two homes.
func TestModulesTable(t *testing.T) {
	seen := map[string]bool{}
	for line := range strings.Lines(modulesData) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != 4 || columns[2] == "" || columns[3] == "" {
			t.Fatalf("incomplete row %q", line)
		}
		for _, name := range strings.Fields(columns[3]) {
			if key := columns[0] + columns[1] + name; seen[key] {
				t.Errorf("%s: %s stands twice", columns[0], name)
			} else {
				seen[key] = true
			}
		}
	}
	for _, platform := range Platforms() {
		for _, server := range []Server{Nginx, Apache} {
			if len(platform.Modules(server)) < 30 {
				t.Errorf("%s has few modules of %s", platform.Name, server)
			}
		}
	}
}
