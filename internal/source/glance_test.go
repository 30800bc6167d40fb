package source_test

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"

	"padlock/internal/source"
)

func TestGlanceReadsWhereReadDoes(t *testing.T) {
	set := source.NewSet(source.SetConfig{
		Tree: fstest.MapFS{
			"etc/nginx/tls/key.pem": {Data: []byte("secret"), Mode: 0o640},
			"etc/nginx/tls/dir":     {Mode: fs.ModeDir | 0o755},
			"etc/nginx/away":        {Data: []byte("../shadow"), Mode: fs.ModeSymlink | 0o777},
			"etc/shadow":            {Data: []byte("x")},
			"etc/ssl/a.pem":         {Data: []byte("a")},
		},
		Roots:   []string{"/etc/nginx"},
		Glanced: []string{"/etc/ssl"},
	})
	if data, _, err := set.Glance("/etc/ssl/a.pem", 100); err != nil || string(data) != "a" {
		t.Errorf("below Glanced: %q, %v", data, err)
	}
	if _, err := set.Read("/etc/ssl/a.pem"); !errors.Is(err, source.ErrOutside) {
		t.Errorf("below Glanced, by Read: %v", err)
	}
	data, info, err := set.Glance("/etc/nginx/tls/key.pem", 100)
	if err != nil || string(data) != "secret" || info.Mode().Perm() != 0o640 {
		t.Errorf("got %q, %v, %v", data, info, err)
	}
	for _, c := range []struct {
		name string
		want error
	}{
		{"/etc/nginx/none.pem", fs.ErrNotExist},
		{"/etc/nginx/tls/dir", source.ErrNotRegular},
		{"/etc/nginx/away", source.ErrOutside},
		{"/etc/shadow", source.ErrOutside},
	} {
		if _, _, err := set.Glance(c.name, 100); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if _, _, err := set.Glance("/etc/nginx/tls/key.pem", 5); !errors.Is(err, source.ErrTooLarge) {
		t.Errorf("a file above the limit: %v", err)
	}
}

func TestADirectoryCanBarTheWay(t *testing.T) {
	set := source.NewSet(source.SetConfig{Tree: fstest.MapFS{
		"etc":               {Mode: fs.ModeDir | 0o755},
		"etc/open":          {Mode: fs.ModeDir | 0o755},
		"etc/open/key.pem":  {Mode: 0o644},
		"etc/shut":          {Mode: fs.ModeDir | 0o700},
		"etc/shut/key.pem":  {Mode: 0o644},
		"etc/open/link.pem": {Data: []byte("../shut/key.pem"), Mode: fs.ModeSymlink | 0o777},
	}})
	for name, want := range map[string]bool{
		"/etc/open/key.pem": true, "/etc/shut/key.pem": false, "/etc/open/link.pem": false,
	} {
		if got := set.Reachable(name, 0o001); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
