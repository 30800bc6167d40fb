package apache

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"padlock/internal/source"
)

// writeTree makes a configuration of n virtual hosts, each in a file, and
// tells how many bytes it has.
func writeTree(b testing.TB, n int) (dir string, size int64) {
	b.Helper()
	dir = b.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "sites"), 0o755); err != nil {
		b.Fatal(err)
	}
	write := func(name, data string) {
		size += int64(len(data))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	write("apache2.conf", fmt.Sprintf(`ServerRoot %s
DefaultRuntimeDir %s
PidFile %s/pid
ErrorLog %s/error.log
ServerName localhost
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
Listen 127.0.0.1:8080
Define logs %s
IncludeOptional sites/*.conf
`, dir, dir, dir, dir, dir))
	for i := range n {
		write(fmt.Sprintf("sites/site%05d.conf", i), fmt.Sprintf(`# site number %d
<VirtualHost *:80>
    ServerName site%d.example
    ServerAlias www.site%d.example
    Redirect permanent / https://site%d.example/
</VirtualHost>

<VirtualHost *:443>
    ServerName site%d.example
    ServerAlias www.site%d.example
    DocumentRoot %s
    ErrorLog ${logs}/error.log
    <IfModule mod_headers.c>
        Header always set Strict-Transport-Security "max-age=63072000"
        Header set X-Content-Type-Options nosniff
    </IfModule>
    <Directory %s>
        Options -Indexes
        AllowOverride None
        Require all granted
    </Directory>
    <Location /private>
        Require all denied
    </Location>
    Alias /static/ %s/static/
</VirtualHost>
`, i, i, i, i, i, i, dir, dir, dir))
	}
	return dir, size
}

const benchmarkSites = 10_000

func loadTree(b testing.TB, dir string) *Config {
	b.Helper()
	set := source.NewSet(source.SetConfig{Tree: os.DirFS("/").(fs.ReadLinkFS), Roots: []string{dir}})
	c := Load(set, filepath.Join(dir, "apache2.conf"), LoadOptions{})
	if len(c.Diagnostics) > 0 {
		b.Fatal(c.Diagnostics[0].Message)
	}
	return c
}

// BenchmarkTree loads 10,000 virtual hosts in 10,001 files, beside reading the
// same files and beside `apache2 -t` where it is installed.
func BenchmarkTree(b *testing.B) {
	dir, size := writeTree(b, benchmarkSites)
	b.Run("read", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			names, err := filepath.Glob(dir + "/sites/*.conf")
			if err != nil {
				b.Fatal(err)
			}
			for _, name := range names {
				if _, err := os.ReadFile(name); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("load", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			loadTree(b, dir)
		}
	})
	b.Run("memory", func(b *testing.B) {
		for b.Loop() {
			before := heap()
			c := loadTree(b, dir)
			b.ReportMetric(float64(heap()-before)/float64(size), "x-input")
			runtime.KeepAlive(c)
		}
	})
	b.Run("apache2", func(b *testing.B) {
		program, err := exec.LookPath("apache2")
		if err != nil {
			b.Skip("no apache2 in PATH")
		}
		for b.Loop() {
			if out, err := exec.Command(program, "-t", "-f", dir+"/apache2.conf").CombinedOutput(); err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
		}
	})
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestLoadMemory holds the bound on memory: 15 times the input.
func TestLoadMemory(t *testing.T) {
	dir, size := writeTree(t, 1000)
	before := heap()
	c := loadTree(t, dir)
	used := heap() - before
	if used > 15*uint64(size) {
		t.Errorf("%d bytes of configuration take %d bytes of memory", size, used)
	}
	if got := len(c.Files()); got != 1001 {
		t.Errorf("%d files", got)
	}
}
