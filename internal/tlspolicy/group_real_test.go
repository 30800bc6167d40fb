package tlspolicy

import (
	"crypto/tls"
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// writtenGroups are lists on all borders of the grammar.
var writtenGroups = []string{
	"X25519", "X25519:prime256v1:secp384r1", "P-256:P-384", "X25519MLKEM768:X25519", "?X25519MLKEM768:X25519",
	"x25519", "p-256", "PRIME256V1", "X25519:X25519", "prime256v1:P-256:secp256r1", "?foo:X25519", "foo:X25519", "X25519:?foo",
	"", "X25519:", ":X25519", "X25519::P-256", " X25519 : P-256", "X25519 P-256", "X25519,P-256",
	"*X25519:P-256", "*X25519/P-256", "X25519 / P-256:X448", "?*X25519:P-256", "*?X25519:P-256", "-X25519:P-256", "X25519:P-256:-X25519",
	"DEFAULT:-X25519", "DEFAULT", "default:X448", "?DEFAULT", "-DEFAULT", "X25519:DEFAULT", "??X25519", "**X25519", "*", "X25519:?",
	"X25519/:P-256", "?foo/X25519", "*foo", "-foo:X25519", "-?foo:X25519", "*X25519:*X448:*P-256:*P-384:*P-521", "*X25519:*X448:*P-256:*P-384",
	"*X25519:*X25519:*X448:*P-256:*P-384", "?" + strings.Repeat("A", 63) + ":X25519", "?" + strings.Repeat("A", 64) + ":X25519",
	"X25519:-X25519:X25519:P-256", "brainpoolP256r1tls13:X25519", "ffdhe2048:X25519", "MLKEM768:X25519", "sect571r1:X25519", "auto", "X25519:*-X25519:P-256", "X25519:-*X25519:P-256", "?*-X448:X25519", "foo/?bar:X25519",
}

// The groups that openssl s_client offers are those of the evaluator, in the
// same order, or both refuse.
func TestGroupListsMeanWhatOpenSSLSays(t *testing.T) {
	offers := make(chan []tls.CurveID, 1)
	address := listenForHellos(t, offers)
	for i, real := range findOpenSSL(t) {
		for j, text := range writtenGroups {
			if os.Getenv("PADLOCK_PROVE") == "" && j%3 != i%3 {
				continue
			}
			_, err := real.run("s_client", "-groups", text, "-cipher", "ALL:@SECLEVEL=0", "-connect", address)
			if err == nil {
				t.Fatal("the handshake ought to fail")
			}
			var offered []tls.CurveID
			refused := strings.Contains(err.Error(), "Error with command") || strings.Contains(err.Error(), "SSL_CONF_cmd")
			if !refused && !strings.Contains(err.Error(), "no suitable groups") {
				select {
				case offered = <-offers:
				case <-time.After(10 * time.Second):
					t.Fatalf("%q: no handshake came: %v", text, err)
				}
			}
			got := Groups(text, real.version)
			var codes []tls.CurveID
			for _, group := range got.Groups {
				codes = append(codes, tls.CurveID(group.Code))
			}
			if (got.Refused != "") != refused || !slices.Equal(codes, offered) {
				t.Errorf("OpenSSL %s, %q:\n got %v (refused: %q)\nwant %v (refused: %v)", real.version, text, codes, got.Refused, offered, refused)
			}
		}
	}
}

// DefaultGroups are those that openssl s_client offers of its own accord.
func TestDefaultGroupsAgreeWithOpenSSL(t *testing.T) {
	offers := make(chan []tls.CurveID, 1)
	address := listenForHellos(t, offers)
	for _, real := range findOpenSSL(t) {
		if _, err := real.run("s_client", "-cipher", "ALL:@SECLEVEL=0", "-connect", address); err == nil {
			t.Fatal("the handshake ought to fail")
		}
		var want []tls.CurveID
		for _, name := range DefaultGroups(real.version).Value {
			group, _ := LookupGroup(name)
			want = append(want, tls.CurveID(group.Code))
		}
		if got := <-offers; !slices.Equal(got, want) {
			t.Errorf("OpenSSL %s offers %v, want %v", real.version, got, want)
		}
	}
}

// listenForHellos accepts connections, sends on what groups the client offers,
// and ends the handshake.
func listenForHellos(t *testing.T, offers chan<- []tls.CurveID) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	config := &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		offers <- hello.SupportedCurves
		return nil, errors.New("seen enough")
	}}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_ = tls.Server(connection, config).Handshake() // fails on purpose
			connection.Close()
		}
	}()
	return listener.Addr().String()
}
