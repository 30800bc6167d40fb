package generator

import "github.com/zclconf/go-cty/cty"

var variableBlock = &block{
	Name: "variable", Labels: []string{"name"}, Many: true,
	Doc:     "An input, known as var.NAME. It is set with --var, --var-file or the environment variable PADLOCK_VAR_NAME.",
	Example: "variable \"domain\" {\n  type    = string\n  default = \"example.com\"\n}",
	Attributes: []attribute{
		{Name: "type", Type: cty.DynamicPseudoType, TypeName: "a type", Meta: true, Default: "any", Example: "list(string)", Doc: "What values are converted to: string, number, bool, list(…), map(…), object({ … })."},
		{Name: "default", Type: cty.DynamicPseudoType, Meta: true, Default: "none: it must be set", Example: `"example.com"`, Doc: "The value where nothing sets one."},
		{Name: "description", Type: cty.String, Meta: true, Example: `"The domain that all names are below."`, Doc: "What it is for, for readers."},
		{Name: "sensitive", Type: cty.Bool, Meta: true, Default: "false", Doc: "No message shows the value."},
	},
	Blocks: []*block{{
		Name: "validation", Many: true, Doc: "A condition that the value must meet.",
		Example: "validation {\n  condition     = can(regex(\"[.]\", var.domain))\n  error_message = \"the domain needs a dot\"\n}",
		Attributes: []attribute{
			{Name: "condition", Type: cty.Bool, Meta: true, Example: `length(var.domain) > 3`, Doc: "True for values that can be used."},
			{Name: "error_message", Type: cty.String, Meta: true, Example: `"the domain is too short"`, Doc: "What is said of others."},
		},
	}},
}

var localsBlock = &block{
	Name: "locals", Many: true,
	Doc:     "Named values, known as local.NAME. They may use variables, functions and one another.",
	Example: "locals {\n  office = [\"198.51.100.0/24\", \"2001:db8:10::/48\"]\n}",
}

// rootBlock is what stands at the top of a file.
var rootBlock = &block{
	Name:   "a description",
	Blocks: []*block{siteBlock, defaultsBlock, mixinBlock, defaultSiteBlock, upstreamBlock, targetBlock, variableBlock, localsBlock},
}
