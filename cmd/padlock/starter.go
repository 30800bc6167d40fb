package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"text/template"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"padlock/internal/tlspolicy"
)

const (
	defaultDomain = "example.com"
	defaultServer = string(tlspolicy.Nginx)
	defaultProxy  = "http://127.0.0.1:3000"
)

// starter is what the first description says. Root and Proxy exclude each
// other.
type starter struct {
	Domain, Server, Root, Proxy string
}

// ask fills in what no flag has said.
func (s *starter) ask(p prompter) (err error) {
	if s.Domain == "" {
		if s.Domain, err = p.ask("Host name of the site", defaultDomain, checkDomain); err != nil {
			return err
		}
	}
	if s.Server == "" {
		if s.Server, err = p.ask("Server, nginx or apache", defaultServer, checkServer); err != nil {
			return err
		}
	}
	if s.Root != "" || s.Proxy != "" {
		return nil
	}
	answer, err := p.ask("Directory to serve, or the http:// address of an application", defaultRoot(s.Domain), func(answer string) error {
		if checkRoot(answer) != nil && checkProxy(answer) != nil {
			return errors.New("give an absolute path, or an address such as " + defaultProxy)
		}
		return nil
	})
	if checkRoot(answer) == nil {
		s.Root = answer
	} else {
		s.Proxy = answer
	}
	return err
}

func (s *starter) fillIn() {
	if s.Domain == "" {
		s.Domain = defaultDomain
	}
	if s.Server == "" {
		s.Server = defaultServer
	}
	if s.Root == "" && s.Proxy == "" {
		s.Root = defaultRoot(s.Domain)
	}
}

func defaultRoot(domain string) string { return "/srv/www/" + domain }

func (s *starter) check() error {
	if err := checkDomain(s.Domain); err != nil {
		return fmt.Errorf("--domain: %w", err)
	}
	if s.Proxy != "" {
		if err := checkProxy(s.Proxy); err != nil {
			return fmt.Errorf("--proxy: %w", err)
		}
		return nil
	}
	if err := checkRoot(s.Root); err != nil {
		return fmt.Errorf("--root: %w", err)
	}
	return nil
}

// text is the description in the language's canonical format.
func (s *starter) text() []byte {
	var out bytes.Buffer
	if err := starterTemplate.Execute(&out, s); err != nil {
		// The template is fixed, and writing to memory does not fail.
		panic(err)
	}
	return hclwrite.Format(out.Bytes())
}

var starterTemplate = template.Must(template.New("").Funcs(template.FuncMap{
	"quote":     quote,
	"other":     otherServer,
	"alias":     likelyAlias,
	"platforms": func() string { return strings.Join(tlspolicy.PlatformNames(), ", ") },
}).Parse(`# The web sites of this server. Padlock turns them into virtual hosts:
#
#   padlock generate             shows what this file becomes
#   padlock generate --out DIR   writes one file per site into DIR
#   padlock explain site         tells what a site can say, "site.tls" what stands in tls

target {
  server = {{quote .Server}} # or {{quote (other .Server)}}

  # The versions are those of the server installed here. When it runs somewhere
  # else, name its platform: {{platforms}}.
  # platform = "debian-13"

  # Where the files go, and how: "conf.d", "single", "modular", or "sites", with links
  # in sites-enabled.
  # out_dir = "/etc/{{if eq .Server "apache"}}apache2{{else}}nginx{{end}}"
  # layout  = "sites"
}

site {{quote .Domain}} {
  # Other names of this site. Visitors are redirected to the name above.
  # aliases = [{{quote (alias .Domain)}}]
{{if .Proxy}}
  # Requests are passed on to this application.
  proxy {
    to = {{quote .Proxy}}
    # websocket = true
  }
{{else}}
  root = {{quote .Root}}

  # For a single-page application, and for files that a build names after their content:
  # spa   = true
  # cache = { images = "30d", fingerprinted = "1y immutable" }
{{end}}
  # Paths with settings of their own.
  # route "/api/" {
  #   proxy { to = "http://127.0.0.1:8080" }
  #   max_body = "1m"
  # }

  # redirects = { "/old" = "/new" }

  tls {
    # Where the certificate comes from: "certbot" uses the paths under
    # /etc/letsencrypt/live/. For one of your own write instead:
    #   certificate = "/etc/ssl/{{.Domain}}.pem"
    #   key         = "/etc/ssl/private/{{.Domain}}.key"
    acme = "certbot"

    # Which browsers can connect: "modern", "intermediate" or "old".
    # profile = "intermediate"
  }
}
`))

// quote writes a string as the description language does, so that nothing in it
// is taken for a template or an end.
func quote(text string) string {
	return string(hclwrite.TokensForValue(cty.StringVal(text)).Bytes())
}

// likelyAlias is the name that people also try.
func likelyAlias(domain string) string {
	if bare, ok := strings.CutPrefix(domain, "www."); ok && strings.Contains(bare, ".") {
		return bare
	}
	return "www." + domain
}

func otherServer(server string) string {
	if server == string(tlspolicy.Apache) {
		return string(tlspolicy.Nginx)
	}
	return string(tlspolicy.Apache)
}
