package generator

import (
	"github.com/hashicorp/hcl/v2"
)

// php checks the scripts of a place.
func (c *checker) php(s *Site, p *Place) {
	if p.PHP.To.Value == "" {
		c.report(hcl.DiagError, p.PHP.To.Range, "PHP without an address", `Add socket, for example socket = "/run/php/php-fpm.sock", or address.`)
		return
	}
	c.abilities.need(capFastCGI, p.PHP.To.Range, "php")
	c.link(s, &p.PHP.Link)
	if p.Alias.Value != "" {
		c.report(hcl.DiagError, p.Alias.Range, "Scripts in an alias",
			"Neither server finds scripts of a directory that stands for another path in the same way. Use root in place of alias: the path of the route then is a directory below it.")
	}
}
