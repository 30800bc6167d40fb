package generator

import (
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"padlock/internal/certificate"
	"padlock/internal/source"
)

// machineChecker looks at files of this machine that the description names for the
// server. Most descriptions are rendered elsewhere: what is not here, or may not be
// read, says nothing.
type machineChecker struct {
	files   *source.Set
	now     time.Time
	bundles map[string]machineFile
	diags   hcl.Diagnostics
}

// machineFile is a PEM file of this machine.
type machineFile struct {
	bundle certificate.Bundle
	// read tells that it is here and could be read as PEM.
	read bool
	// wrong says why what is here is not PEM; empty if nothing is here, or it may not be
	// read.
	wrong string
	// exposed tells that every user of the machine can read it.
	exposed bool
	mode    fs.FileMode
}

// checkMachine judges certificates and keys; machine is the root of the file system,
// nil where none is to be looked at.
func checkMachine(sites []*Site, d DefaultSite, machine fs.ReadLinkFS, now time.Time) hcl.Diagnostics {
	if machine == nil {
		return nil
	}
	c := &machineChecker{files: source.NewSet(source.SetConfig{Tree: machine}), now: now, bundles: map[string]machineFile{}}
	known := map[hcl.Range]bool{}
	for _, s := range sites {
		if s.HTTPS() && s.TLS.Native == nil {
			c.certificate(s)
			c.key(s.TLS.Key, s.TLS.Certificate)
		}
		s.anyPlace(func(p *Place) bool {
			if a := p.Access.Auth; a != nil && a.Users == nil && !known[a.UsersFile.Range] {
				known[a.UsersFile.Range] = true // places share what they inherit
				c.users(a.UsersFile)
			}
			return false
		})
	}
	if d.Key.Value != "" {
		c.key(d.Key, d.Certificate)
	}
	return c.diags
}

func (c *machineChecker) report(severity hcl.DiagnosticSeverity, at hcl.Range, summary, detail string) {
	c.diags = append(c.diags, &hcl.Diagnostic{Severity: severity, Summary: summary, Detail: detail, Subject: subjectOf(at)})
}

// file reads a PEM file once.
func (c *machineChecker) file(name string) machineFile {
	if known, ok := c.bundles[name]; ok {
		return known
	}
	var f machineFile
	data, info, err := c.files.Glance(name, certificate.MaxSize)
	if info != nil {
		f.mode = info.Mode().Perm()
		f.exposed = f.mode&0o004 != 0 && c.files.Reachable(name, 0o001)
	}
	switch {
	case err == nil:
		f.bundle, err = certificate.Read(data)
		f.read = err == nil
		if err != nil {
			f.wrong = err.Error()
		}
	case info != nil && info.IsDir():
		f.wrong = "it is a directory"
	}
	c.bundles[name] = f
	return f
}

// certificate compares the names of a site with those of its certificate. Where ACME
// brings the certificate, a new name is rendered first and certified then, so it is
// only a warning.
func (c *machineChecker) certificate(s *Site) {
	file := c.file(s.TLS.Certificate.Value)
	leaf, ok := file.bundle.Leaf()
	if !ok {
		c.unusable(s.TLS.Certificate, file, "certificate")
		return
	}
	var missing []Text
	for _, name := range s.Names() {
		if !isPattern(name.Value) && !leaf.Covers(name.Value) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		severity, advice := hcl.DiagError, "Get a certificate that covers it, or drop the name."
		if s.TLS.Challenge.Value != "" {
			severity, advice = hcl.DiagWarning, "Ask for a new certificate once this is in place: the head of the site's file has the command."
		}
		var names []string
		for _, name := range missing {
			names = append(names, name.Value)
		}
		c.report(severity, missing[0].Range, "A name without a certificate",
			fmt.Sprintf("The certificate %s of this machine covers %s, but not %s: browsers would refuse the connection, redirects included. %s",
				s.TLS.Certificate.Value, coverage(leaf), quotedList(names), advice))
	}
	if c.now.After(leaf.NotAfter) {
		c.report(hcl.DiagWarning, s.TLS.Certificate.Range, "An expired certificate",
			fmt.Sprintf("The certificate %s of this machine expired on %s. Renew it.", s.TLS.Certificate.Value, leaf.NotAfter.UTC().Format(time.DateOnly)))
	}
}

// unusable reports a file of this machine that does not hold what it is named for.
func (c *machineChecker) unusable(name Text, file machineFile, what string) {
	reason := file.wrong
	if reason == "" && file.read {
		reason = "no block of it is one"
	}
	if reason != "" {
		c.report(hcl.DiagError, name.Range, "A file without a "+what,
			fmt.Sprintf("%s of this machine has no %s: %s. The server would refuse to start. Name the PEM file that holds it.", name.Value, what, reason))
	}
}

// maxNames bounds how many names of a certificate a message lists.
const maxNames = 5

func coverage(leaf certificate.Certificate) string {
	switch n := len(leaf.Names); {
	case n == 0:
		return "no name"
	case n > maxNames:
		return fmt.Sprintf("%s and %d more", strings.Join(leaf.Names[:maxNames], ", "), n-maxNames)
	}
	return strings.Join(leaf.Names, ", ")
}

// key judges a private key, and whether it belongs to its certificate.
func (c *machineChecker) key(key, pem Text) {
	file := c.file(key.Value)
	if file.exposed && (!file.read || len(file.bundle.Keys) > 0) {
		c.report(hcl.DiagError, key.Range, "A secret that everybody can read",
			fmt.Sprintf("Every user of this machine can read the private key %s (mode %04o). Run chmod 600 on it; the server reads it as root before it gives up its rights.", key.Value, file.mode))
	}
	if len(file.bundle.Keys) == 0 && len(file.bundle.Others) == 0 {
		c.unusable(key, file, "private key")
	}
	leaf, ok := c.file(pem.Value).bundle.Leaf()
	if ok && len(file.bundle.Keys) > 0 && file.bundle.Keys[0].Matches(leaf) == certificate.MatchNo {
		c.report(hcl.DiagError, key.Range, "A key of another certificate",
			fmt.Sprintf("The private key %s of this machine does not belong to the certificate %s: the server would refuse to start.", key.Value, pem.Value))
	}
}

// users judges a file of name:hash lines.
func (c *machineChecker) users(file Text) {
	_, info, _ := c.files.Glance(file.Value, certificate.MaxSize)
	switch {
	case info == nil:
	case info.IsDir():
		c.report(hcl.DiagError, file.Range, "A directory of users", fmt.Sprintf("%s is a directory of this machine; users_file is a file with name:hash lines.", file.Value))
	case info.Mode().Perm()&0o004 != 0 && c.files.Reachable(file.Value, 0o001):
		c.report(hcl.DiagWarning, file.Range, "Everybody can read the users file",
			fmt.Sprintf("%s has mode %04o, so every program on this machine can try passwords against its hashes. Give it to the group of the server and run chmod 640.", file.Value, info.Mode().Perm()))
	}
}
