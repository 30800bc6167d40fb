package main

import (
	"os"
	"path/filepath"
	"testing"

	"padlock/internal/tlspolicy"
)

// TestModuleFiles: the loadable modules of a server are those whose files are there.
func TestModuleFiles(t *testing.T) {
	prefix := t.TempDir()
	dir := filepath.Join(prefix, "modules")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"mod_brotli.so", "ngx_http_brotli_filter_module.so", "README"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, installed := range []tlspolicy.Installed{
		{Server: tlspolicy.Apache, Prefix: prefix},
		{Server: tlspolicy.Nginx, ModulesDir: dir, DynamicModules: []string{"stream"}},
	} {
		files := moduleFiles(installed)
		if len(files) != 2 || tlspolicy.ModuleName(tlspolicy.Apache, files[0]) != "brotli" || tlspolicy.ModuleName(tlspolicy.Nginx, files[1]) != "http_brotli_filter" {
			t.Errorf("%s: %v", installed.Server, files)
		}
	}
	if files := moduleFiles(tlspolicy.Installed{Server: tlspolicy.Nginx, ModulesDir: filepath.Join(prefix, "none")}); len(files) != 0 {
		t.Errorf("modules that are not there: %v", files)
	}
}
