package nginx

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	crossplane "github.com/nginxinc/nginx-go-crossplane"
)

const benchSite = `# site %[1]d
server {
    listen 127.0.0.1:18098;
    server_name site%[1]d.example.com www.site%[1]d.example.com;
    return 308 https://site%[1]d.example.com$request_uri;
}

server {
    listen 127.0.0.1:18099;
    server_name site%[1]d.example.com;
    root /var/www/site%[1]d;
    index index.html index.php;
    client_max_body_size 10m;

    add_header Strict-Transport-Security "max-age=63072000" always;
    add_header X-Content-Type-Options nosniff always;

    location / {
        try_files $uri $uri/ /index.php?$args; # the front controller
    }
    location ~ \.php$ {
        fastcgi_pass 127.0.0.1:9000;
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
        fastcgi_read_timeout 60s;
    }
    location ~* \.(?:css|js|png|jpe?g)$ {
        expires 30d;
    }
}
`

// benchTree makes a configuration of n virtual hosts, each in a file of its
// own, and returns its main file, all files and their bytes.
func benchTree(t testing.TB, n int) (main string, names []string, size int64) {
	t.Helper()
	dir := t.TempDir()
	add := func(name, content string) {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
		size += int64(len(content))
	}
	add("nginx.conf", "pid nginx.pid;\nerror_log /dev/null;\nevents { }\nhttp {\n    access_log off;\n    server_names_hash_max_size 262144;\n    include sites/*.conf;\n}\n")
	for i := range n {
		add(fmt.Sprintf("sites/%05d.conf", i), fmt.Sprintf(benchSite, i))
	}
	return names[0], names, size
}

func BenchmarkLoad10000(b *testing.B) {
	main, names, size := benchTree(b, 10_000)
	set := func() *Config {
		c, err := Load(newSet("/"), main, LoadOptions{})
		if err != nil {
			b.Fatal(err)
		}
		return c
	}
	var reading, loading time.Duration
	b.Run("read", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			for _, name := range names {
				if _, err := os.ReadFile(name); err != nil {
					b.Fatal(err)
				}
			}
		}
		reading = b.Elapsed() / time.Duration(b.N)
	})
	b.Run("load", func(b *testing.B) {
		b.SetBytes(size)
		var before, after, live runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		n := 0
		var last *Config
		for b.Loop() {
			last = set()
			n++
		}
		runtime.ReadMemStats(&after)
		runtime.GC()
		runtime.ReadMemStats(&live)
		runtime.KeepAlive(last)
		loading = b.Elapsed() / time.Duration(b.N)
		b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(n)/float64(size), "allocated/input")
		b.ReportMetric((float64(live.HeapAlloc)-float64(before.HeapAlloc))/float64(size), "held/input")
		b.ReportMetric(float64(loading)/float64(reading), "time/read")
	})
	b.Run("crossplane", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := crossplane.Parse(main, &crossplane.ParseOptions{SkipDirectiveContextCheck: true, SkipDirectiveArgsCheck: true}); err != nil {
				b.Skip(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(reading), "time/read")
	})
	b.Run("nginx", func(b *testing.B) {
		binary, err := exec.LookPath("nginx")
		if err != nil {
			b.Skip("no nginx on this machine")
		}
		b.SetBytes(size)
		for b.Loop() {
			if out, err := exec.Command(binary, "-t", "-q", "-p", filepath.Dir(main), "-c", main, "-e", "/dev/null").CombinedOutput(); err != nil {
				b.Skipf("nginx refuses the configuration: %s", out)
			}
		}
		b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(reading), "time/read")
	})
}
