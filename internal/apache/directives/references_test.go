package directives

import (
	"fmt"
	"testing"
)

func TestNamesDefinedAndReferredTo(t *testing.T) {
	for _, c := range []struct{ name, raw, defines, refers string }{
		{"<Macro", "VHost $name $port", "macro VHost", ""},
		{"Use", "VHost a 80", "", "macro VHost"},
		{"LogFormat", `"%h %l" short`, "log format short", ""},
		{"LogFormat", `"%h %l"`, "", ""},
		{"CustomLog", "logs/a short", "", "log format short"},
		{"CustomLog", `logs/a "%h"`, "", ""},
		{"<Proxy", "balancer://App/", "balancer app", ""},
		{"BalancerMember", "balancer://app http://b", "balancer app", ""},
		{"ProxyPass", "/a balancer://APP/x", "", "balancer app"},
		{"RewriteMap", "lower int:tolower", "rewrite map lower", ""},
		{"RewriteRule", "^ /${lower:$1}", "", "rewrite map lower"},
		{"RewriteCond", "${hosts:%{HTTP_HOST}|none} x", "", "rewrite map hosts"},
		{"<AuthzProviderAlias", "ip office 192.0.2.0/24", "authorization provider office", "authorization provider ip"},
		{"Require", "office", "", "authorization provider office"},
		{"Require", "not ip 192.0.2.1", "", "authorization provider ip"},
		{"<AuthnProviderAlias", "file staff", "authentication provider staff", "authentication provider file"},
		{"AuthBasicProvider", "file company", "", "authentication provider file, authentication provider company"},
		{"LogLevel", "warn rewrite:trace3", "", "module rewrite"},
		{"Define", "HOST a.example", "variable HOST", ""},
	} {
		f := Lookup(c.name)[0]
		call := Call{Args: splitWords(c.raw), Raw: c.raw}
		if !Naming(f) {
			t.Errorf("%s has names", c.name)
		}
		if got := nameList(Defines(f, call)); got != c.defines {
			t.Errorf("%s %s defines %q, want %q", c.name, c.raw, got, c.defines)
		}
		if got := nameList(Needs(f, call)); got != c.refers {
			t.Errorf("%s %s refers to %q, want %q", c.name, c.raw, got, c.refers)
		}
	}
}

func nameList(names []Name) string {
	text := ""
	for i, n := range names {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s %s", n.Space, n.Text)
	}
	return text
}

func TestUnknownRewriteVariables(t *testing.T) {
	for _, c := range []struct {
		raw  string
		want string
	}{
		{"%{HTTP_HOST} ^a", ""},
		{"%{http_host} ^a", ""},
		{"%{HTTP:X-Forwarded-Proto} https", ""},
		{"%{LA-U:REMOTE_USER} a", ""},
		{"%{HTTP_X_FORWARDED_PROTO} https", "Write it as %{HTTP:X-FORWARDED-PROTO}"},
		{"%{SSL_PROTOCOL} a", "Write it as %{SSL:SSL_PROTOCOL}"},
		{"%{REQUEST_URL} a", "Did you mean %{REQUEST_URI}?"},
	} {
		got := ""
		for _, p := range VariableProblems(Lookup("RewriteCond")[0], Call{Raw: c.raw}) {
			got = p.Help
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.raw, got, c.want)
		}
	}
}
