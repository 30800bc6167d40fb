package directives

import (
	"slices"
	"strings"
	"testing"

	"padlock/internal/tsv"
)

func place(enclosing string) Place {
	if enclosing == ".htaccess" {
		return Place{AccessFile: true}
	}
	return Place{Enclosing: strings.Fields(enclosing)}
}

// TestTablesAreSorted, as finding a line in them needs.
func TestTablesAreSorted(t *testing.T) {
	for name, table := range map[string]string{"directives.tsv": directiveTable, "arguments.tsv": argumentTable, "versions.tsv": versionTable} {
		if !tsv.Sorted(table, true) {
			t.Errorf("%s is not sorted by name without regard to case", name)
		}
	}
}

func TestLookupIgnoresCaseAndTellsSectionsApart(t *testing.T) {
	for _, c := range []struct {
		name, title, module string
		count               int
	}{
		{"servername", "ServerName", "core.c", 1},
		{"SSLENGINE", "SSLEngine", "mod_ssl.c", 1},
		{"<virtualhost", "<VirtualHost>", "core.c", 1},
		{"<VirtualHost>", "<VirtualHost>", "core.c", 1},
		{"Listen", "Listen", "event.c", 3},
		{"<MDomain", "<MDomain>", "mod_md.c", 1},
		{"MDomain", "MDomain", "mod_md.c", 1},
		{"order", "Order", "mod_access_compat.c", 1},
		{"WSGIScriptAlias", "WSGIScriptAlias", "mod_wsgi.c", 1},
	} {
		found := Lookup(c.name)
		if len(found) != c.count || found[0].Title() != c.title || found[0].Module != c.module {
			t.Errorf("Lookup(%q) = %d entries %+v, want %d of %s in %s", c.name, len(found), found, c.count, c.title, c.module)
		}
	}
	for _, name := range []string{"", "VirtualHost", "<ServerName", "SSLEngin", "<"} {
		if found := Lookup(name); found != nil {
			t.Errorf("Lookup(%q) = %v, want nothing", name, found)
		}
	}
}

func TestWhereADirectiveMayStand(t *testing.T) {
	for _, c := range []struct {
		name, place string
		want        bool
	}{
		{"ServerName", "", true},
		{"ServerName", "VirtualHost", true},
		{"ServerName", "Directory", false},
		{"ServerAlias", "", false},
		{"ServerAlias", "VirtualHost", true},
		{"Listen", "VirtualHost", false},
		{"Require", "", false},
		{"Require", "VirtualHost Location", true},
		{"Require", "VirtualHost Directory Limit", true},
		{"Require", ".htaccess", true},
		{"SSLEngine", "VirtualHost Directory", false},
		{"SSLProxyEngine", "Proxy", true},
		{"SSLProxyEngine", "Directory", false},
		{"Alias", "Location", true},
		{"Alias", "Directory", false},
		{"Alias", "VirtualHost Location If", false},
		{"AllowOverride", "Directory", true},
		{"<VirtualHost", "Directory", false},
		{"<VirtualHost", "VirtualHost", false},
		{"<Directory", "VirtualHost", true},
		{"<Files", "Location", false},
		{"<Files", "Directory", true},
		{"<Limit", "VirtualHost", false},
		{"<IfModule", ".htaccess", true},
		{"Define", ".htaccess", false},
		{"MDMember", "", false},
		{"MDMember", "MDomainSet", true},
		{"ServerName", "IfModule", true},
		{"Options", "Directory RequireAll", false},
		{"AuthType", "Directory RequireAll", true},
		{"SetEnv", "AuthnProviderAlias", false},
		{"AuthUserFile", "AuthnProviderAlias", true},
	} {
		got, reason := Lookup(c.name)[0].Allowed(place(c.place))
		if got != c.want {
			t.Errorf("%s in %q: allowed = %v (%s), want %v", c.name, c.place, got, reason, c.want)
		}
	}
}

func TestAllowOverrideOpensAccessFiles(t *testing.T) {
	rewrite := Lookup("RewriteRule")[0]
	if ok, _ := rewrite.Allowed(Place{AccessFile: true, Override: OverrideFileInfo}); !ok {
		t.Error("RewriteRule refused under AllowOverride FileInfo")
	}
	ok, reason := rewrite.Allowed(Place{AccessFile: true, Override: OverrideAuthConfig})
	if ok || !strings.Contains(reason, "AllowOverride FileInfo") {
		t.Errorf("RewriteRule under AllowOverride AuthConfig: %v %q", ok, reason)
	}
}

func TestSuggestPrefersWhatMayStandThere(t *testing.T) {
	for _, c := range []struct {
		name, place, want string
	}{
		{"SSLEngin", "VirtualHost", "SSLEngine"},
		{"ServerNmae", "VirtualHost", "ServerName"},
		{"DocumentRot", "", "DocumentRoot"},
		{"Requir", "Directory", "Require"},
		{"<VirtualHots", "", "<VirtualHost>"},
		{"xyzzyplugh", "", ""},
	} {
		got := Suggest(c.name, place(c.place))
		if first := append(got, "")[0]; first != c.want {
			t.Errorf("Suggest(%q, %q) = %q, want %q first", c.name, c.place, got, c.want)
		}
	}
}

func TestModuleNames(t *testing.T) {
	for _, c := range []struct{ name, source, symbol, file string }{
		{"mod_ssl.c", "mod_ssl.c", "ssl_module", "mod_ssl.so"},
		{"ssl_module", "mod_ssl.c", "ssl_module", "mod_ssl.so"},
		{"/usr/lib/apache2/modules/mod_ssl.so", "mod_ssl.c", "ssl_module", "mod_ssl.so"},
		{"ldap_module", "util_ldap.c", "ldap_module", "mod_ldap.so"},
		{"mpm_event_module", "event.c", "mpm_event_module", "mod_mpm_event.so"},
		{"proxy_http", "mod_proxy_http.c", "proxy_http_module", "mod_proxy_http.so"},
	} {
		m, ok := FindModule(c.name)
		if !ok || m.Source != c.source || m.Symbol != c.symbol || m.File != c.file {
			t.Errorf("FindModule(%q) = %+v, %v", c.name, m, ok)
		}
	}
	if _, ok := FindModule("mod_nonesuch.c"); ok {
		t.Error("FindModule knows mod_nonesuch.c")
	}
	if !BuiltIn("mod_log_config.c", Debian) || BuiltIn("mod_log_config.c", RedHat) || BuiltIn("mod_ssl.c", "") {
		t.Error("BuiltIn is wrong about mod_log_config.c or mod_ssl.c")
	}
}

func TestLivesAreAboutKnownVersions(t *testing.T) {
	life, ok := LifeOf("sslmutex")
	if !ok || life.Removed != "2.4.0" || life.Replacement != "Mutex" {
		t.Errorf("LifeOf(sslmutex) = %+v, %v", life, ok)
	}
	for _, row := range rows(versionTable, 6) {
		if !slices.IsSortedFunc([]string{row[1], row[2], row[3]}, func(a, b string) int {
			if a == "" || b == "" {
				return 0
			}
			return CompareVersions(a, b)
		}) {
			t.Errorf("%s: versions out of order: %q", row[0], row[1:4])
		}
		if CompareVersions(row[1], "2.3.0") > 0 && Lookup(row[0]) == nil {
			t.Errorf("%s was added in %s but is not in the directive table", row[0], row[1])
		}
		if len(Lookup(row[4])) == 0 && row[4] != "" {
			t.Errorf("%s is replaced by unknown %s", row[0], row[4])
		}
	}
}

func TestCompareVersions(t *testing.T) {
	ordered := []string{"", "2.2.34", "2.3.15", "2.4", "2.4.9", "2.4.10", "2.4.66", "3"}
	if !slices.IsSortedFunc(ordered, CompareVersions) {
		t.Error("versions are not in order")
	}
	if CompareVersions("2.4", "2.4.0") != 0 {
		t.Error("2.4 differs from 2.4.0")
	}
}
