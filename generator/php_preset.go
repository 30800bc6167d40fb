package generator

import (
	"slices"
	"time"
)

// phpPreset is what an application asks of its server, by its own documentation.
type phpPreset struct {
	// Front answers for paths without a file.
	Front string
	// Scripts match the only paths of scripts that are run; empty for all.
	Scripts string
	// NoExecIn are directories that the application writes files of users to.
	NoExecIn []string
	// Closed are paths that nobody gets, each under a name that except may list.
	Closed   []presetRule
	PathInfo bool
	Params   []Header
	// Moved are paths that the application wants redirected, and where to.
	Moved [][2]string
	// Fronts are directories with a front controller of their own.
	Fronts []Front
	// Versioned are files under names that change with them.
	Versioned *Versioned
	// What follows counts where the description says nothing of the same.

	// MaxBody is in bytes, Read the time that a script may take.
	MaxBody int64
	Read    time.Duration
	Charset string
	Types   []MediaType
	Cache   []CacheRule
	Headers []Header
	Remove  []string
}

type presetRule struct{ name, pattern, why string }

// cacheOf is one Cache-Control for kinds of files. Programs say themselves how long
// their answers are kept.
func cacheOf(control string, kinds ...string) []CacheRule {
	var out []CacheRule
	for _, kind := range kinds {
		out = append(out, CacheRule{Kind: kind, Control: control})
	}
	return out
}

// nextcloudCache keeps what is called by its version as long as it is wanted.
func nextcloudCache() []CacheRule {
	kept, kinds := "public, max-age=15778463", []string{"css", "js", "images"}
	versions := cacheOf(kept+", immutable", kinds...)
	for i := range versions {
		versions[i].Argument = "v"
	}
	return slices.Concat(versions, cacheOf(kept, kinds...), cacheOf("public, max-age=604800", "fonts"))
}

var presetNames = []string{"wordpress", "drupal", "laravel", "symfony", "nextcloud", "joomla", "magento"}

// phpPresets holds the presets. Sources: the nginx pages and hardening guides of
// each application and the .htaccess files that it brings.
var phpPresets = map[string]phpPreset{
	// developer.wordpress.org: Nginx; Hardening WordPress.
	"wordpress": {
		Front:    "/index.php",
		NoExecIn: []string{"/wp-content/uploads/", "/wp-content/blogs.dir/", "/files/"},
		Closed: []presetRule{
			{"config", `^/wp-config(?:-sample)?\.php`, "The configuration has nothing to say to clients."},
			{"includes", `^/(?:wp-admin/includes/|wp-includes/(?!ms-files\.php)[^/]+\.php$|wp-includes/js/tinymce/langs/.+\.php|wp-includes/theme-compat/)`, "Parts of WordPress that are no pages."},
			{"debug-log", `^/wp-content/debug\.log$`, "The log of WP_DEBUG_LOG."},
		},
	},
	// drupal.org: Nginx; core/assets/scaffold/files/htaccess.
	"drupal": {
		Front:    "/index.php",
		PathInfo: true, // /update.php/…
		Moved:    [][2]string{{"/install.php", "/core/install.php"}, {"/rebuild.php", "/core/rebuild.php"}},
		Cache:    cacheOf("public, max-age=1209600", "css", "js", "fonts", "images", "media"),
		Closed: []presetRule{
			{"scripts", `^/(?!core/[^/]*\.php(?:$|/)|core/modules/system/tests/https?\.php$|core/modules/statistics/statistics\.php$)(?:.+/.*|autoload)\.php(?:$|/)`, "Scripts that are no entries of the application."},
			{"sources", `(?i:\.(?:engine|inc|install|make|module|profile|po|sh|sql|theme|twig|tpl(?:\.php)?|xtmpl|yml)(?:~|\.sw[op]|\.bak|\.orig|\.save)?$)`, "Sources and settings."},
			{"project", `^/(?:composer\.(?:json|lock)|web\.config|yarn\.lock|package\.json|package-lock\.json)$`, "Files of the project."},
			{"private", `^/sites/[^/]+/private/`, "Private files go through the application."},
		},
	},
	// laravel.com: Deployment, Nginx. Only the front controller is run.
	"laravel": {Front: "/index.php", Scripts: `^/index\.php$`, NoExecIn: []string{"/storage/"}, Charset: "utf-8"},
	// symfony.com: Configuring a Web Server. Only the front controller is run.
	"symfony": {Front: "/index.php", Scripts: `^/index\.php$`},
	// docs.nextcloud.com: NGINX configuration; .htaccess. Told that these headers are
	// sent for it (modHeadersAvailable), the application sends none of them.
	"nextcloud": {
		Front:    "/index.php",
		PathInfo: true,
		Scripts:  `^/(?:index|remote|public|cron|core/ajax/update|status|ocs/v[12]|updater/[^/]+|ocs-provider/[^/]+|(?:[^/]+/)+richdocumentscode(?:_arm64)?/proxy)\.php$`,
		Closed: []presetRule{
			{"internals", `^/(?:build|tests|config|lib|3rdparty|templates|data)(?:$|/)`, "Code, settings and files of users."},
			{"tools", `^/(?:autotest|occ|issue|indie|db_|console)`, "Tools of the command line."},
			{"project", `^/(?:composer\.(?:json|lock)|package(?:-lock)?\.json|core/shipped\.json)$`, "Files of the project."},
		},
		Params: []Header{{Name: "front_controller_active", Value: "true"}, {Name: "modHeadersAvailable", Value: "true"}},
		// Clients find calendars and contacts there (RFC 6764 section 5).
		Moved:   [][2]string{{"/.well-known/carddav", "/remote.php/dav/"}, {"/.well-known/caldav", "/remote.php/dav/"}},
		Fronts:  []Front{{"/remote/", "/remote.php"}},
		MaxBody: 512 << 20,
		Charset: "utf-8",
		// nginx does not know the extension in all its versions.
		Types: []MediaType{{Type: Text{Value: "text/javascript"}, Extensions: []string{"mjs"}}},
		Cache: nextcloudCache(),
		Headers: []Header{
			{Name: "Referrer-Policy", Value: "no-referrer"},
			{Name: "X-Permitted-Cross-Domain-Policies", Value: "none"},
			{Name: "X-Robots-Tag", Value: "noindex, nofollow"},
		},
		Remove: []string{"X-Powered-By"},
	},
	// docs.joomla.org: Nginx; htaccess.txt.
	"joomla": {
		Front:    "/index.php",
		NoExecIn: []string{"/images/", "/cache/", "/media/", "/logs/", "/tmp/", "/administrator/logs/", "/administrator/cache/"},
		Closed: []presetRule{
			{"config", `^/(?:configuration\.php|htaccess\.txt|web\.config\.txt)`, "The configuration has nothing to say to clients."},
			{"logs", `^/(?:administrator/)?logs/`, "Logs of the application."},
		},
		Fronts: []Front{{"/api/", "/api/index.php"}},
		// Scripts in a picture are not run when it is opened by itself.
		Headers: []Header{{Name: "Content-Security-Policy", Value: "script-src 'none'", On: Answers{Types: `image/svg\+xml`}}},
	},
	// Magento 2: nginx.conf.sample; root is pub.
	"magento": {
		Front:   "/index.php",
		Scripts: `^/(?:index|get|static|errors/(?:report|404|503)|health_check)\.php$`,
		Closed: []presetRule{
			{"media", `^/media/(?:(?:customer|downloadable|import|custom_options)/|theme_customization/.*\.xml$)`, "Files that go through the application."},
			{"errors", `^/errors/.*\.xml$`, "Settings of the error pages."},
			{"templates", `(?i:\.phtml$)`, "Templates."},
		},
		// Pictures are made when they are first asked for, and so are style sheets and
		// scripts, which are called by the version that was deployed.
		Fronts:    []Front{{"/media/", "/get.php"}},
		Versioned: &Versioned{Directory: "/static/", Version: `version[0-9]*/`, Script: "/static.php", Parameter: "resource"},
		Read:      10 * time.Minute,
		Charset:   "utf-8",
		Cache:     append(cacheOf("public, max-age=31536000", "css", "js", "fonts", "images"), cacheOf("no-store", "documents")...),
	},
}

// extend gives a site what the application in all of it asks for outside of its
// scripts, where the description says nothing of the same paths.
func (s *Site) extend() {
	s.versioned()
	if s.PHP == nil {
		return
	}
	preset, at := phpPresets[s.PHP.Preset], s.PHP.To.Range
	for _, moved := range preset.Moved {
		known := func(r Redirect) bool { return r.From.Value == moved[0] }
		if !slices.ContainsFunc(s.Redirects, known) && !s.answersExactly(moved[0]) {
			s.Redirects = append(s.Redirects, Redirect{From: Text{moved[0], at}, To: Text{moved[1], at}})
		}
	}
}
