// Package servertest runs real nginx and Apache servers in tests.
//
// The servers are those that servers.sh unpacked below .cache/servers, one root directory for each Debian release, or,
// where there is none, those in PATH. Each check and each started server lives in a sandbox of its own: a copy-on-write
// view of the root, so that a test may put files at any absolute path, and a network namespace, so that it may use the
// real ports 80 and 443 and any address. Nothing of it outlives the test process, not even when that is killed.
//
//	for _, server := range servertest.Servers(t) {
//		t.Run(server.Name(), func(t *testing.T) {
//			running := server.Start(t, servertest.Config{Files: servertest.Files{"sites/a.conf": text}})
//			answer, err := running.Client(authority.Pool()).Do(servertest.Request{URL: "https://a.example/"})
//			…
//		})
//	}
//
// Server.Test asks a server whether it accepts a configuration; a Session does so thousands of times.
package servertest
