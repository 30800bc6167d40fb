package tlspolicy

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
)

func readTestdata(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestParseNginxVOfDebian(t *testing.T) {
	for _, row := range []struct {
		file, version, openssl string
		http3                  bool
	}{
		{"nginx-1.22-V.txt", "1.22.1", "3.0.19", false}, // built with 3.0.22, running with 3.0.19
		{"nginx-1.26-V.txt", "1.26.3", "3.5.9", true},   // built with 3.5.7, running with 3.5.9
		{"nginx-1.30-V.txt", "1.30.6", "3.6.5", true},
	} {
		got, err := ParseNginxV(readTestdata(t, row.file))
		if err != nil {
			t.Fatal(err)
		}
		if got.Version.String() != row.version || got.OpenSSL.String() != row.openssl || got.Product != "nginx" {
			t.Errorf("%s: %+v", row.file, got)
		}
		if got.Config != "/etc/nginx/nginx.conf" || got.Prefix != "/usr/share/nginx" || got.ModulesDir != "/usr/lib/nginx/modules" {
			t.Errorf("%s: paths %q %q %q", row.file, got.Config, got.Prefix, got.ModulesDir)
		}
		if !got.HasModule("http_ssl_module") || !got.HasModule("stream") || got.HasModule("http_v3_module") != row.http3 {
			t.Errorf("%s: modules %v, dynamic %v", row.file, got.Modules, got.DynamicModules)
		}
	}
}

func TestParseNginxVOfOthers(t *testing.T) {
	got, err := ParseNginxV("nginx version: openresty/1.27.1.2\nbuilt with OpenSSL 1.1.1w  11 Sep 2023\nTLS SNI support enabled\nconfigure arguments: --prefix=/opt/nginx --with-http_ssl_module\n")
	if err != nil || got.Product != "openresty" || got.Version != MustVersion("1.27.1") || got.OpenSSL != MustVersion("1.1.1w") || got.Config != "/opt/nginx/conf/nginx.conf" {
		t.Errorf("%+v %v", got, err)
	}
	got, err = ParseNginxV("nginx version: nginx/1.29.1\nbuilt with LibreSSL 3.8.2\nconfigure arguments:\n")
	if err != nil || got.Library != "LibreSSL" || !got.OpenSSL.IsZero() || got.Config != "/usr/local/nginx/conf/nginx.conf" {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := ParseNginxV("bash: nginx: command not found"); err == nil {
		t.Error("a shell's complaint is taken for nginx")
	}
}

func TestParseApacheV(t *testing.T) {
	got, err := ParseApacheV(readTestdata(t, "apache-2.4.71-V.txt"))
	if err != nil || got.Version != MustVersion("2.4.71") || got.Prefix != "/etc/apache2" || got.Config != "/etc/apache2/apache2.conf" {
		t.Errorf("%+v %v", got, err)
	}
	got, err = ParseApacheV("Server version: Apache/2.4.62 (Red Hat Enterprise Linux)\nServer built:   Jan 29 2025 00:00:00\n")
	if err != nil || got.Version != MustVersion("2.4.62") || !got.OpenSSL.IsZero() {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := ParseApacheV(""); err == nil {
		t.Error("nothing is taken for Apache")
	}
}

func TestFindOpenSSLTextInABinary(t *testing.T) {
	data := []byte("\x7fELF\x00\x00OpenSSL_version\x00OpenSSL 3.5.7 9 Jun 2026\x00mod_ssl")
	if version, ok := FindOpenSSLText(data); !ok || version != MustVersion("3.5.7") {
		t.Errorf("%v %v", version, ok)
	}
	if _, ok := FindOpenSSLText([]byte("OpenSSL is not here")); ok {
		t.Error("found a version where there is none")
	}
}

func TestDetectAsksTheInstalledPrograms(t *testing.T) {
	answers := map[string]string{
		"nginx -V":        readTestdata(t, "nginx-1.26-V.txt"),
		"httpd -V":        "Server version: Apache/2.4.62 (Red Hat Enterprise Linux)\n -D HTTPD_ROOT=\"/etc/httpd\"\n -D SERVER_CONFIG_FILE=\"conf/httpd.conf\"\n",
		"httpd -l":        "Compiled in modules:\n  core.c\n  mod_so.c\n  http_core.c\n",
		"openssl version": "OpenSSL 3.2.2 4 Jun 2024 (Library: OpenSSL 3.2.2 4 Jun 2024)\n",
	}
	run := func(_ context.Context, name string, args ...string) (string, error) {
		if answer, ok := answers[name+" "+strings.Join(args, " ")]; ok {
			return answer, nil
		}
		return "", errors.New("executable file not found in $PATH")
	}
	got, err := Detect(t.Context(), Nginx, run)
	if err != nil || got.Target().String() != "nginx 1.26.3 with OpenSSL 3.5.9" {
		t.Errorf("%+v %v", got, err)
	}
	got, err = Detect(t.Context(), Apache, run)
	if err != nil || got.Target().String() != "Apache 2.4.62 with OpenSSL 3.2.2" || got.Config != "/etc/httpd/conf/httpd.conf" || got.OpenSSLSource == "" ||
		strings.Join(got.Modules, " ") != "core.c mod_so.c http_core.c" {
		t.Errorf("%+v %v", got, err)
	}
	clear(answers)
	for _, server := range []Server{Nginx, Apache} {
		if _, err := Detect(t.Context(), server, run); err == nil || !strings.Contains(err.Error(), "not found in $PATH") {
			t.Errorf("%s: %v", server, err)
		}
	}
}
