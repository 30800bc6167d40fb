package check

import (
	"fmt"
	"path"

	"padlock/internal/nginx"
	"padlock/internal/nginx/directives"
	"padlock/internal/source"
)

const ruleMissing = "directive-missing"

// Missing finds what the server wants to be there: a section events, servers in
// an upstream, a handler of a stream, certificates. Only a complete
// configuration is judged.
func (s *Subject) Missing() []Problem {
	if !s.complete {
		return nil
	}
	var found []Problem
	if s.child(s.config.Root, "events") == nil && s.isMain() {
		found = append(found, Problem{Rule: ruleMissing, Severity: source.Error,
			Message: "there is no \"events\" section", Help: "Add \"events { }\" outside all blocks: the server does not start without."})
	}
	for _, u := range s.uses {
		switch u.name() {
		case "upstream":
			found = append(found, s.inUpstream(u)...)
		case "server":
			switch u.Use.Context {
			case directives.Stream:
				found = append(found, s.inStreamServer(u)...)
			case directives.Mail:
				found = append(found, s.inMailServer(u)...)
			}
		}
	}
	found = append(found, s.refererless()...)
	return append(found, s.certificates()...)
}

// isMain tells that the main file can be nothing else: a file with nothing but
// a block http may be included by one.
func (s *Subject) isMain() bool {
	for _, n := range s.config.Root.Children {
		if u := s.of(n); u != nil && !u.HasBlock && u.name() != "include" {
			return true
		}
	}
	return path.Base(s.config.Main.Name) == "nginx.conf"
}

func missing(u *use, message, help string) []Problem {
	return []Problem{u.problem(ruleMissing, -1, message, help)}
}

// inUpstream wants a server that is no backup.
func (s *Subject) inUpstream(u *use) []Problem {
	servers, primary := 0, 0
	for _, n := range u.Children {
		if server := s.of(n); server != nil && server.name() == "server" {
			servers++
			if !server.has("backup") {
				primary++
			}
		}
	}
	switch {
	case servers == 0:
		return missing(u, fmt.Sprintf("the upstream %q has no servers", u.Use.Arguments[0]), "Add a server, or remove the upstream.")
	case primary == 0:
		return missing(u, fmt.Sprintf("all servers of the upstream %q are backups", u.Use.Arguments[0]), "Take \"backup\" away from one of them.")
	}
	return nil
}

// handlers are the directives that say what a stream's server does.
var handlers = []string{"proxy_pass", "return", "pass", "js_access", "content_by_lua_block", "content_by_lua_file", "preread_by_lua_block", "echo"}

func (s *Subject) inStreamServer(u *use) []Problem {
	if s.child(u.Node, "listen") == nil {
		return missing(u, "the server listens on nothing", "Add a listen directive: in stream there is no default.")
	}
	for _, name := range handlers {
		if s.child(u.Node, name) != nil {
			return nil
		}
	}
	if s.foreign() {
		return nil
	}
	found := missing(u, "the server says nothing about what to do with connections", "Add proxy_pass, pass or return.")
	if directives.CompareVersions(s.version(), "1.27.0") >= 0 {
		// 1.26.3 refuses it, 1.30.6 no longer does.
		found[0].Severity = source.Warning
	}
	return found
}

func (s *Subject) inMailServer(u *use) []Problem {
	if s.child(u.Node, "listen") == nil {
		return missing(u, "the server listens on nothing", "Add a listen directive: in mail there is no default.")
	}
	if s.effective(u.Node, "auth_http") == nil {
		return missing(u, "there is no \"auth_http\" for the server", "Add it: it says who may log in, and which server has the mail.")
	}
	return nil
}

// certificates wants a certificate for every server of stream and mail with TLS,
// and a key for every certificate. Those of http are judged by the model of what
// the virtual hosts do (rule certificate-missing).
func (s *Subject) certificates() []Problem {
	var found []Problem
	for _, u := range s.uses {
		if u.name() != "server" || !u.HasBlock {
			continue
		}
		certificates := s.list(u.Node, "ssl_certificate")
		found = append(found, s.clientCertificates(u, len(certificates) > 0)...)
		tls := s.usesTLS(u)
		if u.protocol() == "http" || tls == nil {
			continue
		}
		switch keys := s.list(u.Node, "ssl_certificate_key"); {
		case len(certificates) == 0 && !s.rejects(u):
			found = append(found, missing(tls, "TLS is on, but the server has no \"ssl_certificate\"", "Add ssl_certificate and ssl_certificate_key.")...)
		case len(certificates) > len(keys):
			found = append(found, missing(certificates[len(certificates)-1], "there is no \"ssl_certificate_key\" for this certificate", "Add the key that belongs to it.")...)
		}
	}
	return found
}

// usesTLS is the directive that turns TLS on for a server; nil if none does.
func (s *Subject) usesTLS(u *use) *use {
	for _, n := range u.Children {
		if l := s.of(n); l != nil && l.name() == "listen" && l.has("ssl") {
			return l
		}
	}
	if starttls := s.effective(u.Node, "starttls"); starttls != nil && starttls.Use.Arguments[0] != "off" {
		return starttls
	}
	return nil
}

func (s *Subject) rejects(u *use) bool {
	reject := s.effective(u.Node, "ssl_reject_handshake")
	return reject != nil && reject.Use.Arguments[0] == "on"
}

// list are all directives of a name that hold in a block: those of the nearest
// block that has any.
func (s *Subject) list(block *nginx.Node, name string) []*use {
	for ; block != nil; block = block.Parent {
		if all := s.within(block, name); len(all) > 0 {
			return all
		}
	}
	return nil
}

// clientCertificates: to ask clients for certificates needs to know whose.
func (s *Subject) clientCertificates(u *use, tls bool) []Problem {
	verify := s.effective(u.Node, "ssl_verify_client")
	if !tls || verify == nil || verify.Use.Arguments[0] != "on" && verify.Use.Arguments[0] != "optional" || s.effective(u.Node, "ssl_client_certificate") != nil {
		return nil
	}
	if directives.CompareVersions(s.version(), "1.27.2") >= 0 && s.effective(u.Node, "ssl_trusted_certificate") != nil {
		return nil
	}
	return []Problem{verify.problem(ruleMissing, -1, "\"ssl_verify_client\" needs \"ssl_client_certificate\"", "Name the file with the certificates of the authorities that sign those of the clients.")}
}
