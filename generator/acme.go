package generator

import (
	"fmt"
	"slices"
	"strings"
)

// acmeClient is a program that obtains certificates, with the places it puts them
// in.
type acmeClient struct {
	name string
	// certificate and key are the files of a name, wildcards without their star.
	certificate, key string
	// command obtains the certificate of some names with challenge files in a
	// directory.
	command func(names []string, directory string) string
	// wildcard is what to do for a wildcard, which needs a challenge in the DNS.
	wildcard string
}

// acmeClients are those that acme names. The files of certbot and lego are their
// own (documentation of certbot, "Where are my certificates?", and of lego,
// --path); acme.sh wants them copied out (its README, "Install the cert").
var acmeClients = []acmeClient{
	{
		name: "certbot", certificate: "/etc/letsencrypt/live/%s/fullchain.pem", key: "/etc/letsencrypt/live/%s/privkey.pem",
		command: func(names []string, directory string) string {
			return fmt.Sprintf("certbot certonly --webroot -w %s -d %s", directory, strings.Join(names, " -d "))
		},
		wildcard: "a wildcard needs certbot's DNS challenge; certbot certonly --manual --preferred-challenges dns",
	},
	{
		name: "acme.sh", certificate: "/etc/acme.sh/%s/fullchain.pem", key: "/etc/acme.sh/%s/privkey.pem",
		command: func(names []string, directory string) string {
			return fmt.Sprintf("acme.sh --issue -w %[2]s -d %[3]s; acme.sh --install-cert -d %[1]s --fullchain-file /etc/acme.sh/%[1]s/fullchain.pem --key-file /etc/acme.sh/%[1]s/privkey.pem",
				names[0], directory, strings.Join(names, " -d "))
		},
		wildcard: "a wildcard needs a DNS challenge; acme.sh --issue --dns",
	},
	{
		name: "lego", certificate: "/etc/lego/certificates/%s.crt", key: "/etc/lego/certificates/%s.key",
		command: func(names []string, directory string) string {
			return fmt.Sprintf("lego --path /etc/lego --http --http.webroot %s --domains %s run", directory, strings.Join(names, " --domains "))
		},
		wildcard: "a wildcard needs a DNS challenge; lego --path /etc/lego --dns PROVIDER run",
	},
}

// challengeDirectory is where rendered sites serve challenge files from; the head
// of each file shows the command to use.
const challengeDirectory = "/var/www/letsencrypt"

func acmeClientNames() []string {
	var names []string
	for _, c := range acmeClients {
		names = append(names, c.name)
	}
	return names
}

func lookupACMEClient(name string) (acmeClient, bool) {
	i := slices.IndexFunc(acmeClients, func(c acmeClient) bool { return c.name == name })
	if i < 0 {
		return acmeClient{}, false
	}
	return acmeClients[i], true
}

// acmeMethod checks how certificates come.
func acmeMethod(s string) (string, error) {
	if dir, ok := strings.CutPrefix(s, "webroot:"); ok {
		dir, err := absolutePath(dir)
		return "webroot:" + dir, err
	}
	words := append(acmeClientNames(), nativeMethod, "none")
	if slices.Contains(words, s) {
		return s, nil
	}
	return s, fmt.Errorf(`%q is not one of %s or "webroot:/path"%s`, s, quotedList(words), didYouMean(s, words))
}

// acmeCommand is what obtains the site's certificate, with the challenge files
// where the site serves them.
func (s *Site) acmeCommand() string {
	client, _ := lookupACMEClient(s.TLS.Acquired)
	if s.Wildcard() {
		return client.wildcard
	}
	return printable(client.command(values(s.Names()), s.TLS.Challenge.Value))
}
