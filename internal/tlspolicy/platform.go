package tlspolicy

// Platform is a named place where servers run, with the versions it ships.
type Platform struct {
	// Name is what the user writes: "debian-12".
	Name string
	// Title is the name for prose: "Debian 12".
	Title string
	// NginxVersion, ApacheVersion and OpenSSL are the versions it ships.
	NginxVersion, ApacheVersion, OpenSSL Version
	// Packaging is how its packages cut the servers into modules.
	Packaging Packaging
	// SecurityLevel is the security level of OpenSSL that the platform builds in
	// or sets in its system-wide configuration.
	SecurityLevel int
	// Nginx and Apache are the places their packages use.
	Nginx, Apache Paths
	// CABundle is the file with the certificate authorities that the platform
	// trusts.
	CABundle string
	// PlaceholderCertificate and PlaceholderKey are the self-signed pair that
	// the platform's packages make at installation (ssl-cert on Debian, mod_ssl
	// on RHEL), for virtual hosts that only refuse; empty where there is none.
	PlaceholderCertificate, PlaceholderKey string
	// PHPSocket is where PHP-FPM of the platform's own PHP listens; where its version is not settled, the
	// link that Debian's packages keep for the default version.
	PHPSocket string
	// SupportEnds is the end of the platform's own security support, as
	// 2006-01-02; empty when not yet set. Until then a version whose makers have
	// ended support still gets fixes there.
	SupportEnds string
	// Source says where the versions were read, Checked on which day.
	Source, Checked string
}

// Paths is where a package of a server keeps its things.
type Paths struct {
	// Binary is the name of the program: "nginx", "apache2" or "httpd".
	Binary string
	// Config is the main configuration file.
	Config string
	// SitesDir is the folder whose *.conf files the main file includes at http
	// (nginx) or server (Apache) level, and where generated files go.
	SitesDir string
	// ModulesDir holds the loadable modules.
	ModulesDir string
	// User and Group that the server's workers run as.
	User, Group string
	// LogDir holds the logs.
	LogDir string
	// MimeTypes is the table of media types.
	MimeTypes string
	// PIDFile holds the process id.
	PIDFile string
	// WebRoot is the default document root.
	WebRoot string
	// Package is the package that has the server; empty when it is not known.
	Package string
	// TestCommand checks the whole configuration, ReloadCommand makes the running
	// server read it.
	TestCommand, ReloadCommand string
	// AvailableDir and EnabledDir hold one file per site and the links to those in
	// use; empty where the packages have no such folders.
	AvailableDir, EnabledDir string
}

var debianNginx = Paths{
	Binary: "nginx", Config: "/etc/nginx/nginx.conf", SitesDir: "/etc/nginx/conf.d", ModulesDir: "/usr/lib/nginx/modules",
	User: "www-data", Group: "www-data", LogDir: "/var/log/nginx", MimeTypes: "/etc/nginx/mime.types",
	PIDFile: "/run/nginx.pid", WebRoot: "/var/www/html", Package: "nginx",
	TestCommand: "nginx -t", ReloadCommand: "systemctl reload nginx",
	AvailableDir: "/etc/nginx/sites-available", EnabledDir: "/etc/nginx/sites-enabled",
}

var debianApache = Paths{
	Binary: "apache2", Config: "/etc/apache2/apache2.conf", SitesDir: "/etc/apache2/sites-enabled", ModulesDir: "/usr/lib/apache2/modules",
	User: "www-data", Group: "www-data", LogDir: "/var/log/apache2", MimeTypes: "/etc/mime.types",
	PIDFile: "/var/run/apache2/apache2.pid", WebRoot: "/var/www/html", Package: "apache2",
	TestCommand: "apache2ctl configtest", ReloadCommand: "systemctl reload apache2",
	AvailableDir: "/etc/apache2/sites-available", EnabledDir: "/etc/apache2/sites-enabled",
}

var redHatNginx = Paths{
	Binary: "nginx", Config: "/etc/nginx/nginx.conf", SitesDir: "/etc/nginx/conf.d", ModulesDir: "/usr/lib64/nginx/modules",
	User: "nginx", Group: "nginx", LogDir: "/var/log/nginx", MimeTypes: "/etc/nginx/mime.types",
	PIDFile: "/run/nginx.pid", WebRoot: "/usr/share/nginx/html", Package: "nginx",
	TestCommand: "nginx -t", ReloadCommand: "systemctl reload nginx",
}

var redHatApache = Paths{
	Binary: "httpd", Config: "/etc/httpd/conf/httpd.conf", SitesDir: "/etc/httpd/conf.d", ModulesDir: "/usr/lib64/httpd/modules",
	User: "apache", Group: "apache", LogDir: "/var/log/httpd", MimeTypes: "/etc/mime.types",
	PIDFile: "/run/httpd/httpd.pid", WebRoot: "/var/www/html", Package: "httpd",
	TestCommand: "httpd -t", ReloadCommand: "systemctl reload httpd",
}

// The newest stable releases known to this version of Padlock. Sources: the
// CHANGES files of nginx (1.30.6, 2026-10-14) and httpd (2.4.71), OpenSSL NEWS
// (4.1.0, 2026-10-23).
var (
	NewestNginx   = MustVersion("1.30.6")
	NewestApache  = MustVersion("2.4.71")
	NewestOpenSSL = MustVersion("4.1.0")
)

var platforms = []Platform{
	{
		Name: "debian-12", Title: "Debian 12", NginxVersion: MustVersion("1.22.1"), ApacheVersion: MustVersion("2.4.71"),
		OpenSSL: MustVersion("3.0.22"), Packaging: DebianPackaging, SecurityLevel: 2, Nginx: debianNginx, Apache: debianApache, SupportEnds: "2028-06-30",
		CABundle: "/etc/ssl/certs/ca-certificates.crt", PlaceholderCertificate: "/etc/ssl/certs/ssl-cert-snakeoil.pem", PlaceholderKey: "/etc/ssl/private/ssl-cert-snakeoil.key",
		PHPSocket: "/run/php/php8.2-fpm.sock",
		Source:    "Debian packages: nginx 1.22.1-9+deb12u11, apache2 2.4.71-1~deb12u1, openssl 3.0.22-1~deb12u2", Checked: "2026-11-23",
	},
	{
		Name: "debian-13", Title: "Debian 13", NginxVersion: MustVersion("1.26.3"), ApacheVersion: MustVersion("2.4.71"),
		OpenSSL: MustVersion("3.5.9"), Packaging: DebianPackaging, SecurityLevel: 2, Nginx: debianNginx, Apache: debianApache, SupportEnds: "2030-06-30",
		CABundle: "/etc/ssl/certs/ca-certificates.crt", PlaceholderCertificate: "/etc/ssl/certs/ssl-cert-snakeoil.pem", PlaceholderKey: "/etc/ssl/private/ssl-cert-snakeoil.key",
		PHPSocket: "/run/php/php8.4-fpm.sock",
		Source:    "Debian packages: nginx 1.26.3-3+deb13u11, apache2 2.4.71-1~deb13u1, openssl 3.5.9-1~deb13u1", Checked: "2026-11-23",
	},
	{
		Name: "debian-14", Title: "Debian 14 (testing)", NginxVersion: MustVersion("1.30.6"), ApacheVersion: MustVersion("2.4.69"),
		OpenSSL: MustVersion("3.6.5"), Packaging: DebianPackaging, SecurityLevel: 2, Nginx: debianNginx, Apache: debianApache,
		CABundle: "/etc/ssl/certs/ca-certificates.crt", PlaceholderCertificate: "/etc/ssl/certs/ssl-cert-snakeoil.pem", PlaceholderKey: "/etc/ssl/private/ssl-cert-snakeoil.key",
		PHPSocket: "/run/php/php-fpm.sock",
		Source:    "Debian packages: nginx 1.30.6-2, apache2 2.4.69-1, openssl 3.6.5-1", Checked: "2026-11-23",
	},
	{
		Name: "ubuntu-24.04", Title: "Ubuntu 24.04", NginxVersion: MustVersion("1.24.0"), ApacheVersion: MustVersion("2.4.58"),
		OpenSSL: MustVersion("3.0.13"), Packaging: DebianPackaging, SecurityLevel: 2, Nginx: debianNginx, Apache: debianApache, SupportEnds: "2029-05-31",
		CABundle: "/etc/ssl/certs/ca-certificates.crt", PlaceholderCertificate: "/etc/ssl/certs/ssl-cert-snakeoil.pem", PlaceholderKey: "/etc/ssl/private/ssl-cert-snakeoil.key",
		PHPSocket: "/run/php/php8.3-fpm.sock",
		Source:    "Ubuntu 24.04 release: nginx 1.24.0-2ubuntu7, apache2 2.4.58-1ubuntu8, openssl 3.0.13-0ubuntu3", Checked: "2026-11-23",
	},
	{
		Name: "rhel-9", Title: "RHEL 9", NginxVersion: MustVersion("1.20.1"), ApacheVersion: MustVersion("2.4.62"),
		OpenSSL: MustVersion("3.2.2"), Packaging: RedHatPackaging, SecurityLevel: 2, Nginx: redHatNginx, Apache: redHatApache, SupportEnds: "2032-05-31",
		CABundle: "/etc/pki/tls/certs/ca-bundle.crt", PlaceholderCertificate: "/etc/pki/tls/certs/localhost.crt", PlaceholderKey: "/etc/pki/tls/private/localhost.key",
		PHPSocket: "/run/php-fpm/www.sock",
		Source:    "RHEL 9.5 release notes; nginx of the default stream, not of a newer module stream", Checked: "2026-11-23",
	},
	{
		Name: "latest", Title: "the newest stable releases", NginxVersion: NewestNginx, ApacheVersion: NewestApache,
		OpenSSL: NewestOpenSSL, Packaging: UpstreamPackaging, SecurityLevel: 2, Nginx: debianNginx, Apache: debianApache,
		CABundle: "/etc/ssl/certs/ca-certificates.crt", PlaceholderCertificate: "/etc/ssl/certs/ssl-cert-snakeoil.pem", PlaceholderKey: "/etc/ssl/private/ssl-cert-snakeoil.key",
		PHPSocket: "/run/php/php-fpm.sock",
		Source:    "nginx CHANGES 1.30.6, Apache httpd CHANGES 2.4.71, OpenSSL NEWS 4.1.0", Checked: "2026-11-23",
	},
}

// Platforms lists the named platforms in the order to show them. Do not change
// them.
func Platforms() []Platform { return platforms }

// PlatformNames lists their names in the same order.
func PlatformNames() []string {
	names := make([]string, len(platforms))
	for i, platform := range platforms {
		names[i] = platform.Name
	}
	return names
}

// LookupPlatform finds a platform by its name.
func LookupPlatform(name string) (Platform, bool) {
	for _, platform := range platforms {
		if platform.Name == name {
			return platform, true
		}
	}
	return Platform{}, false
}

// Target is the platform's own version of a server.
func (p Platform) Target(server Server) Target {
	version := p.NginxVersion
	if server == Apache {
		version = p.ApacheVersion
	}
	return Target{Server: server, Version: version, OpenSSL: p.OpenSSL, Platform: p.Name}
}

// Paths is where the platform's package of a server keeps its things.
func (p Platform) Paths(server Server) Paths {
	if server == Apache {
		return p.Apache
	}
	return p.Nginx
}

// NewestTarget is the newest known stable version of a server.
func NewestTarget(server Server) Target {
	return platforms[len(platforms)-1].Target(server)
}
