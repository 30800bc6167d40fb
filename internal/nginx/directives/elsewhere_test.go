package directives

import crossplane "github.com/nginxinc/nginx-go-crossplane"

// elsewhereTables are the tables named in elsewhere.tsv.
var elsewhereTables = map[string]struct {
	match func(string) ([]uint, bool)
	form  Form
}{
	"mainline":    {crossplane.MatchOssLatest, Form{Set: Own, Since: "1.31.0", Module: "mainline"}},
	"perftools":   {crossplane.MatchOssLatest, Form{Set: Own, Module: "google_perftools", File: "ngx_google_perftools_module.so"}},
	"plus":        {crossplane.MatchNginxPlusLatest, Form{Set: Plus, Module: "plus"}},
	"otel":        {crossplane.MatchOtelLatest, Form{Set: Foreign, Module: "http_otel", File: "ngx_otel_module.so"}},
	"lua":         {crossplane.MatchLuaLatest, Form{Set: Foreign, Module: "http_lua", File: "ngx_http_lua_module.so"}},
	"app-protect": {crossplane.MatchAppProtectWAFv5, Form{Set: Plus, Module: "http_app_protect", File: "ngx_http_app_protect_module.so"}},
}

// elsewhereForms are the forms of directives that the measured servers do not
// have, and of those they have that NGINX Plus also takes in other places.
func elsewhereForms(measured map[string]*Directive) []namedForm {
	var forms []namedForm
	for _, r := range rows(elsewhereData, 2) {
		from := elsewhereTables[r[1]]
		masks, _ := from.match(r[0])
		for _, mask := range masks {
			forms = append(forms, namedForm{r[0], formOfMask(from.form, mask)})
		}
	}
	for name, d := range measured {
		masks, _ := crossplane.MatchNginxPlusLatest(name)
		known := d.Contexts()
		for _, mask := range masks {
			form := formOfMask(elsewhereTables["plus"].form, mask)
			if form.Contexts &^= known; form.Contexts != 0 {
				forms = append(forms, namedForm{name, form})
			}
		}
	}
	return forms
}

// The bits of crossplane's masks (its analyze.go); the package does not export
// them. A test holds them against well-known directives.
var maskContexts = map[uint]Context{
	0x000020000: Mgmt,
	0x000040000: Main,
	0x000080000: Events,
	0x000100000: Mail,
	0x000200000: MailServer,
	0x000400000: Stream,
	0x000800000: StreamServer,
	0x001000000: StreamUpstream,
	0x002000000: HTTP,
	0x004000000: Server,
	0x008000000: Location,
	0x010000000: Upstream,
	0x020000000: ServerIf,
	0x040000000: LocationIf,
	0x080000000: LimitExcept,
	0x100000000: OIDCProvider,
}

const (
	maskCounts = 0x7f
	maskBlock  = 0x100
	maskFlag   = 0x400
	maskAny    = 0x800
	mask1More  = 0x1000
	mask2More  = 0x2000
)

// formOfMask fills in a form's places and argument counts from a mask.
func formOfMask(form Form, mask uint) Form {
	for bit, context := range maskContexts {
		if mask&bit != 0 {
			form.Contexts |= context
		}
	}
	form.Block = mask&maskBlock != 0
	form.Arity = Arity{Counts: uint8(mask & maskCounts), AtLeast: -1, Flag: mask&maskFlag != 0}
	switch {
	case mask&maskAny != 0:
		form.Arity.AtLeast = 0
	case mask&mask1More != 0:
		form.Arity.AtLeast = 1
	case mask&mask2More != 0:
		form.Arity.AtLeast = 2
	}
	if form.Arity.Flag {
		form.reader = "conf_set_flag"
	}
	return form
}
