package servertest

import (
	"fmt"
	"path"
	"strings"
	"testing"
)

func TestABrokenConfigurationIsRefusedWithTheServersWords(t *testing.T) {
	for _, server := range Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			verdict := server.Test(t, Config{Files: Files{"sites/a.conf": "NoSuchThing on;\n"}})
			if verdict.Accepted || !strings.Contains(verdict.Output, "/srv/padlock/sites/a.conf") {
				t.Errorf("got %+v", verdict)
			}
		})
	}
}

func TestDebiansOwnConfigurationIsAccepted(t *testing.T) {
	system := map[Kind]string{Nginx: "/etc/nginx/nginx.conf", Apache: "/etc/apache2/apache2.conf"}
	for _, server := range Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			if server.Suite == "PATH" {
				t.Skip("the server in PATH is configured by this machine's administrator")
			}
			if verdict := server.Test(t, Config{Main: system[server.Kind]}); !verdict.Accepted {
				t.Error(verdict.Output)
			}
		})
	}
}

func TestACompleteConfigurationReplacesTheBase(t *testing.T) {
	for _, server := range NginxServers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			files := Files{
				"conf/nginx.conf": "events {}\nhttp { include sites/*; }\n",
				"conf/sites/a":    "server { listen 192.0.2.1:80; listen [2001:db8::1]:80; }\n",
			}
			if verdict := server.Test(t, Config{Main: "conf/nginx.conf", Files: files}); !verdict.Accepted {
				t.Error(verdict.Output)
			}
		})
	}
}

func TestEveryDynamicModuleLoads(t *testing.T) {
	// Built against it, so it has to be loaded before.
	needs := map[string][]string{
		"ngx_http_lua_module":      {"ndk_http_module"},
		"ngx_http_set_misc_module": {"ndk_http_module"},
		"ngx_stream_geoip_module":  {"ngx_stream_module"},
		"ngx_stream_geoip2_module": {"ngx_stream_module"},
		"ngx_stream_js_module":     {"ngx_stream_module"},
	}
	for _, server := range NginxServers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			session := server.Session(t)
			for _, module := range server.dynamic {
				if verdict := session.Test(Config{Modules: append(needs[module], module)}); !verdict.Accepted {
					t.Errorf("%s: %s", module, verdict.Output)
				}
			}
		})
	}
}

func TestASessionForgetsTheLastConfiguration(t *testing.T) {
	server := NginxServers(t)[0]
	session := server.Session(t)
	const types = "/etc/nginx/mime.types"
	own, err := session.ReadFile(types)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		behaviour string
		files     Files
		accepted  bool
	}{
		{"a broken site", Files{"sites/a.conf": "broken"}, false},
		{"is gone with the next configuration", Files{"sites/b.conf": "server {}"}, true},
		{"a system file may be replaced", Files{types: "broken"}, false},
		{"also twice", Files{types: "types { a/b c; }"}, true},
		{"and is back afterwards", nil, true},
	} {
		if verdict := session.Test(Config{Files: step.files}); verdict.Accepted != step.accepted {
			t.Errorf("%s: %+v", step.behaviour, verdict)
		}
	}
	if now, err := session.ReadFile(types); err != nil || now != own {
		t.Errorf("%s is not what it was (%v)", types, err)
	}
}

func TestSessionsInParallelDoNotSeeEachOther(t *testing.T) {
	server := NginxServers(t)[0]
	for n := range 4 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			session := server.Session(t)
			name := path.Join("/etc/nginx/conf.d", fmt.Sprintf("%d.conf", n))
			for range 10 {
				verdict := session.Test(Config{Main: "/etc/nginx/nginx.conf", Files: Files{name: "broken"}})
				if verdict.Accepted || !strings.Contains(verdict.Output, name) {
					t.Fatalf("%+v", verdict)
				}
			}
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	for _, server := range Servers(b) {
		b.Run(server.Name(), func(b *testing.B) {
			session := server.Session(b)
			for n := range b.N {
				if verdict := session.Test(Config{Prelude: fmt.Sprintf("# %d", n)}); !verdict.Accepted {
					b.Fatal(verdict.Output)
				}
			}
		})
	}
}
