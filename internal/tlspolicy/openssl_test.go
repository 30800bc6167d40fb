package tlspolicy

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// realOpenSSL is an openssl program to compare with.
type realOpenSSL struct {
	name    string
	version Version
	command []string
}

// findOpenSSL lists the openssl of the machine and those of the unpacked
// Debian releases below .cache/servers. The latter run with their own loader
// and libraries, which needs no root.
func findOpenSSL(t testing.TB) []realOpenSSL {
	t.Helper()
	var found []realOpenSSL
	if path, err := exec.LookPath("openssl"); err == nil {
		found = append(found, realOpenSSL{name: "installed", command: []string{path}})
	}
	roots, _ := filepath.Glob("../../.cache/servers/*")
	for _, root := range roots {
		program := filepath.Join(root, "usr/bin/openssl")
		loaders, _ := filepath.Glob(filepath.Join(root, "usr/lib/*/ld-linux*.so.*"))
		older, _ := filepath.Glob(filepath.Join(root, "lib/*/ld-linux*.so.*"))
		loaders = append(loaders, older...)
		if _, err := os.Stat(program); err != nil || len(loaders) == 0 {
			continue
		}
		libraries := filepath.Dir(loaders[0])
		found = append(found, realOpenSSL{name: filepath.Base(root),
			command: []string{loaders[0], "--library-path", filepath.Join(root, "usr/lib", filepath.Base(libraries)) + ":" + libraries, program}})
	}
	var usable []realOpenSSL
	for _, real := range found {
		output, err := real.run("version")
		version, ok := FindOpenSSLText([]byte(output))
		if err != nil || !ok || version.Before(MustVersion("3.0.0")) {
			continue // LibreSSL, or a version that the tables call approximate
		}
		if slices.ContainsFunc(usable, func(other realOpenSSL) bool { return other.version.Branch() == version.Branch() }) {
			continue // the patch release makes no difference
		}
		real.version = version
		usable = append(usable, real)
	}
	if len(usable) == 0 {
		t.Skip("no OpenSSL 3 on this machine to compare with")
	}
	return usable
}

func (r realOpenSSL) run(args ...string) (string, error) {
	command := exec.Command(r.command[0], append(r.command[1:len(r.command):len(r.command)], args...)...)
	command.Env = append(os.Environ(), "OPENSSL_CONF="+os.DevNull)
	var errorText bytes.Buffer
	command.Stderr = &errorText
	output, err := command.Output()
	if err != nil {
		return string(output), errors.Join(err, errors.New(errorText.String()))
	}
	return string(output), nil
}

// ciphers asks for the suites of a cipher string without those of TLS 1.3;
// refused tells that OpenSSL rejects it.
func (r realOpenSSL) ciphers(text string) (names []string, refused bool) {
	output, err := r.run("ciphers", "-ciphersuites", "", text)
	output = strings.TrimSpace(output)
	if err != nil || output == "" {
		return nil, true
	}
	return strings.Split(output, ":"), false
}
