package https

import (
	_ "embed"
	"fmt"

	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
)

//go:embed quic-reuseport.md
var quicReuseportText string

// QUICReuseport finds sockets for QUIC that several workers share without
// reuseport.
var QUICReuseport = &rule.Rule{
	ID:         "quic-reuseport",
	Title:      "Several workers share a QUIC socket without reuseport",
	Severity:   source.Warning,
	Servers:    []tlspolicy.Server{tlspolicy.Nginx},
	Category:   category,
	Since:      "0.1.0",
	References: []string{"https://nginx.org/en/docs/quic.html"},
	Text:       quicReuseportText,
	Check: func(p *rule.Pass) {
		workers := "1" // the default, ngx_core_module documentation
		quic := map[string]*nginx.Node{}
		reuseport := map[string]bool{}
		var order []string
		p.OnNginx(func(d *rule.NginxDirective) { workers = d.Arg(0) }, "worker_processes")
		p.OnNginx(func(d *rule.NginxDirective) {
			address := d.Arg(0)
			if wordAt(d.Node, "quic") < 2 {
				return
			}
			if quic[address] == nil {
				quic[address] = d.Node
				order = append(order, address)
			}
			reuseport[address] = reuseport[address] || wordAt(d.Node, "reuseport") > 1
		}, "listen")
		p.OnEnd(func() {
			if !p.Complete || workers == "1" {
				return
			}
			for _, address := range order {
				if reuseport[address] {
					continue
				}
				n := quic[address]
				f := p.AtNode(n, n.HeadSpan().Range, fmt.Sprintf(
					"the QUIC socket %s has no reuseport, but worker_processes is %s: packets reach workers that do not know the connection", address, workers))
				f.Help = `Add "reuseport" to one listen directive with quic for this address.`
				p.Report(f)
			}
		})
	},
}
