package servertest

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// watched is a test that keeps what it would show when it fails.
type watched struct {
	testing.TB
	said string
}

func (w *watched) Fatalf(format string, arguments ...any) {
	w.said += fmt.Sprintf(format, arguments...)
	panic(w)
}

func TestAServerThatDoesNotStartFailsTheTestWithItsWords(t *testing.T) {
	for _, server := range Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			test := &watched{TB: t}
			defer func() {
				if recover() != any(test) || !strings.Contains(test.said, "NoSuchThing") {
					t.Errorf("the test says %q", test.said)
				}
			}()
			server.Start(test, Config{Files: Files{"sites/a.conf": "NoSuchThing on;\n"}})
			t.Error("the server started")
		})
	}
}

func TestAReloadedServerServesTheNewConfiguration(t *testing.T) {
	authority := NewAuthority(t)
	for _, server := range Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			config := site(t, server, authority)
			running := server.Start(t, config)
			config.Files["sites/a.conf"] = strings.ReplaceAll(config.Files["sites/a.conf"], "/srv/padlock/www", "/srv/padlock/new")
			config.Files["new/index.html"] = "new\n"
			if err := running.Reload(config); err != nil {
				t.Fatal(err)
			}
			for deadline := time.Now().Add(20 * time.Second); ; {
				answer, err := running.Client(nil).Get("http://a.example/")
				if err == nil && answer.Body == "new\n" {
					break
				}
				if time.Now().After(deadline) {
					t.Fatalf("still %+v, %v", answer, err)
				}
			}
		})
	}
}

func TestTheLogsOfTheBaseConfigurationCanBeRead(t *testing.T) {
	authority := NewAuthority(t)
	for _, server := range Servers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			running := server.Start(t, site(t, server, authority))
			if _, err := running.Client(nil).Get("http://a.example/page-that-is-not-there"); err != nil {
				t.Fatal(err)
			}
			running.Stop()
			access, err := running.ReadFile("access.log")
			if err != nil || !strings.Contains(access, "page-that-is-not-there") {
				t.Errorf("access log: %q, %v", access, err)
			}
			if running.Log() == "" {
				t.Error("the error log is empty")
			}
		})
	}
}
