package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// settableHeader is a field name (RFC 9110 section 5.1) without the characters that
// neither server has any use for.
var settableHeader = pattern(`^[A-Za-z][A-Za-z0-9_-]{0,100}$`)

// headersElsewhere are said in a better place than headers.set.
var headersElsewhere = map[string]string{
	"strict-transport-security":           "it is tls.hsts that says it",
	"content-security-policy":             "write a csp block, which is checked",
	"content-security-policy-report-only": "write a csp block with report_only = true",
	"permissions-policy":                  "write permissions = { camera = [] }, which is checked",
	"allow":                               "methods says which ones are allowed, and the answer 405 then names them",
	"vary":                                "what makes an answer vary adds it: cors, compress",
	"www-authenticate":                    "write an auth block",
	"set-cookie":                          "cookies are the application's; a second header of the name would hide its own",
	"location":                            "write redirects",
}

// headersOfTheServer are made by the server, or belong to the connection.
var headersOfTheServer = []string{
	"connection", "content-encoding", "content-length", "content-range", "content-type", "date", "etag", "keep-alive",
	"last-modified", "server", "te", "trailer", "transfer-encoding", "upgrade", "status",
}

// headerTable checks a map of header name to value.
func headerTable(v cty.Value) (cty.Value, error) {
	var mistakes []string
	table := v.AsValueMap()
	lower := map[string]string{}
	for _, name := range sortedKeys(table) {
		if err := headerToSet(name, table[name]); err != nil {
			mistakes = append(mistakes, err.Error())
		}
		if other, twice := lower[strings.ToLower(name)]; twice {
			mistakes = append(mistakes, fmt.Sprintf("%q and %q are one header: case does not count in their names", other, name))
		}
		lower[strings.ToLower(name)] = name
	}
	return v, joined(mistakes)
}

func headerToSet(name string, value cty.Value) error {
	if err := usableHeader(name); err != nil {
		return err
	}
	if strings.HasPrefix(strings.ToLower(name), "access-control-") {
		return fmt.Errorf("%q cannot be set: write a cors block, which also answers the browser's question beforehand", name)
	}
	if why, ok := headersElsewhere[strings.ToLower(name)]; ok {
		return fmt.Errorf("%q cannot be set: %s", name, why)
	}
	if value.IsNull() {
		return fmt.Errorf("the value of %q is null; remove takes a header away", name)
	}
	return headerValue(name, value.AsString())
}

func usableHeader(name string) error {
	switch {
	case !settableHeader().MatchString(name):
		return fmt.Errorf("%q is not the name of a header: letters, digits and hyphens", name)
	case slices.Contains(headersOfTheServer, strings.ToLower(name)):
		return fmt.Errorf("%q is made by the server itself for each answer", name)
	}
	return nil
}

// headerValue accepts what may be sent as one (RFC 9110 section 5.5) and has no
// other meaning to a server.
func headerValue(name, value string) error {
	switch {
	case value == "":
		return fmt.Errorf("the value of %q is empty; remove takes a header away", name)
	case strings.TrimSpace(value) != value:
		return fmt.Errorf("the value of %q begins or ends with a blank, which is not sent", name)
	case strings.HasPrefix(strings.ToLower(value), "expr="):
		return fmt.Errorf("the value of %q begins with expr=, which Apache takes for an expression", name)
	}
	if i := strings.IndexFunc(value, func(r rune) bool { return r > '~' }); i >= 0 {
		return fmt.Errorf("the value of %q holds a character at byte %d that is not ASCII; clients read such values differently", name, i+1)
	}
	return nil
}

// removableHeader accepts the name of a header that can be taken away.
func removableHeader(name string) (string, error) {
	switch {
	case strings.EqualFold(name, "Strict-Transport-Security"):
		return name, fmt.Errorf("%q is taken away by tls { hsts = false }", name)
	case strings.EqualFold(name, "Server"):
		return name, fmt.Errorf("%q cannot be taken away: both servers always name themselves, but without their version", name)
	case strings.EqualFold(name, "Content-Type"):
		return name, fmt.Errorf("%q cannot be taken away: clients would guess what they got", name)
	case strings.EqualFold(name, "ETag") || strings.EqualFold(name, "Last-Modified"):
		return name, nil
	}
	return name, usableHeader(name)
}
