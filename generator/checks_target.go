package generator

import (
	"fmt"
)

var moduleWord = pattern(`^[A-Za-z0-9_./+-]+$`)

// moduleName accepts a module in any of the ways its server's configuration
// writes it.
func moduleName(s string) (string, error) {
	if !moduleWord().MatchString(s) {
		return s, fmt.Errorf("%q is not the name of a module such as \"brotli\", \"mod_md\" or \"ngx_http_brotli_filter_module\"", s)
	}
	return s, nil
}
