package linter

import (
	"path"
	"time"

	"padlock/internal/apache"
	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

// keyPlaces are where machines keep certificates and keys beside the servers'
// own directories. Of what is there, only what a configuration names as a
// certificate or key is looked at.
var keyPlaces = []string{
	"/etc/ssl", "/etc/pki", "/etc/acme", "/etc/dehydrated",
	"/var/lib/acme", "/var/lib/dehydrated", "/var/lib/certbot",
}

// glanced are the places for keys, if an installed server is judged.
func (l *loader) glanced() []string {
	if l.hidden() == nil {
		return nil
	}
	return keyPlaces
}

// timeOf is the time to judge certificates at.
func timeOf(request Request) time.Time {
	if request.Now.IsZero() {
		return time.Now()
	}
	return request.Now
}

// pemFiles reads the certificates of a configuration. Those that a dump names
// are on the machine that it was made on.
func (l *loader) pemFiles(config *rule.Config, p place, file *source.File) *rule.PEMFiles {
	if config.Target.Server == tlspolicy.Nginx && nginx.IsDump(file.Data) {
		return nil
	}
	prefix := p.prefix
	if config.Apache != nil {
		prefix = serverRoot(config.Apache, prefix)
	}
	return rule.NewPEMFiles(l.set, prefix, config.Installed)
}

// installed tells that a place is one of the machine that the server runs on.
func (l *loader) installed(p place) bool {
	return !p.stdin && (l.request.Installed || l.request.Root != "" || l.request.Tree == nil && within(p.main, "/etc"))
}

// serverRoot is where Apache starts the names of certificates.
func serverRoot(config *apache.Config, prefix string) string {
	for item := range config.Children() {
		if words := item.Words(); item.Is("ServerRoot") && len(words) == 1 && path.IsAbs(words[0].Value) {
			prefix = words[0].Value
		}
	}
	return prefix
}
