package directives

// Form is how the server takes a directive's arguments apart before the
// module sees them (args_how in http_config.h of httpd 2.4).
type Form uint8

// The forms. A directive whose form is unknown (documented only, never built
// on Linux) takes any number of arguments.
const (
	FormUnknown Form = iota
	Flag             // one word, On or Off
	NoArgs           // none
	Take1            // one word
	Take2            // two words
	Take12           // one or two words
	Take3            // three words
	Take23           // two or three words
	Take13           // one or three words
	Take123          // one to three words
	TakeArgv         // any number of words, counted by the module
	Iterate          // one or more words, each for itself
	Iterate2         // one word, then one or more
	RawArgs          // the module reads the rest of the line itself
)

var formNames = map[string]Form{
	"": FormUnknown, "FLAG": Flag, "NO_ARGS": NoArgs, "TAKE1": Take1,
	"TAKE2": Take2, "TAKE12": Take12, "TAKE3": Take3, "TAKE23": Take23,
	"TAKE13": Take13, "TAKE123": Take123, "TAKE_ARGV": TakeArgv,
	"ITERATE": Iterate, "ITERATE2": Iterate2, "RAW_ARGS": RawArgs,
}

// Unlimited is the Max of a form without an upper bound.
const Unlimited = 1 << 30

// Count is the least and the greatest number of words the server accepts.
// For TakeArgv and RawArgs it is 0 and Unlimited: the module counts.
func (f Form) Count() (least, greatest int) {
	switch f {
	case NoArgs:
		return 0, 0
	case Flag, Take1:
		return 1, 1
	case Take2:
		return 2, 2
	case Take12:
		return 1, 2
	case Take3:
		return 3, 3
	case Take23:
		return 2, 3
	case Take13, Take123:
		return 1, 3
	case Iterate:
		return 1, Unlimited
	case Iterate2:
		return 2, Unlimited
	}
	return 0, Unlimited
}

// Override is a set of AllowOverride classes.
type Override uint8

// The classes of AllowOverride.
const (
	OverrideLimit Override = 1 << iota
	OverrideOptions
	OverrideFileInfo
	OverrideAuthConfig
	OverrideIndexes

	// OverrideAll is what `AllowOverride All` permits.
	OverrideAll = OverrideLimit | OverrideOptions | OverrideFileInfo | OverrideAuthConfig | OverrideIndexes
)

var overrideNames = []struct {
	name string
	bit  Override
}{
	{"AuthConfig", OverrideAuthConfig}, {"FileInfo", OverrideFileInfo},
	{"Indexes", OverrideIndexes}, {"Limit", OverrideLimit}, {"Options", OverrideOptions},
}

// Names lists the classes of the set in alphabetic order.
func (o Override) Names() []string {
	var names []string
	for _, c := range overrideNames {
		if o&c.bit != 0 {
			names = append(names, c.name)
		}
	}
	return names
}

// Origin says where a directive comes from.
type Origin uint8

// The origins.
const (
	// HTTPD: part of the server's own source, as built on Linux.
	HTTPD Origin = iota
	// Elsewhere: documented by the server's manual, but not built on Linux.
	Elsewhere
	// ThirdParty: a module that is distributed on its own.
	ThirdParty
)

// Section kinds that a directive's own function may refuse as an ancestor
// (ap_check_cmd_context of httpd 2.4).
type refused uint8

const (
	refuseVirtualHost refused = 1 << iota
	refuseDirectory
	refuseLocation
	refuseFiles // Files, FilesMatch, If, ElseIf and Else
	refuseProxy
	refuseLimit
	refuseAccessFile
)

// Facts is one directive of one module. Several modules may define the same
// name (the three MPMs, mod_cgi and mod_cgid): then there are several Facts.
type Facts struct {
	// Name is the manual's spelling; names are compared without case.
	Name string
	// Section is true for <Name …>.
	Section bool
	// Module is the source file name that <IfModule> takes: "mod_ssl.c".
	Module string
	Origin Origin
	// Package is the module's usual name when it is a third party's: "mod_wsgi".
	Package string
	Form    Form
	// Outside: allowed in the server config and in virtual hosts, as far as
	// the module's bits say. Inside: in Directory, Location, Files, If and
	// the like. Allowed tells the whole truth.
	Outside, Inside bool
	// Overrides are the AllowOverride classes that open it in .htaccess; any
	// one is enough. Zero: never in .htaccess.
	Overrides Override
	// ExecOnRead: acted on while the files are still being read (Define,
	// Include, LoadModule, IfModule …), so its module must be loaded before.
	ExecOnRead bool
	// Status is the manual's: Core, MPM, Base, Extension, Experimental,
	// Deprecated, or empty when undocumented.
	Status string

	// lower is the name in small letters, and key is its lookupKey.
	lower, key string
	refused    refused
	// inProxy: its bits open it in <Proxy> (PROXY_CONF), whatever Inside says.
	inProxy bool
}

// Documented reports whether the server's manual has an entry for it.
func (f *Facts) Documented() bool { return f.Status != "" || f.Origin == ThirdParty }

// Title is the name as one writes it: "ServerName" or "<VirtualHost>".
func (f *Facts) Title() string {
	if f.Section {
		return "<" + f.Name + ">"
	}
	return f.Name
}
