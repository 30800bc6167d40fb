// Package conformance reads and runs the rows of the conformance suite: each is one feature of the site language, described
// once, and the requests that both servers must answer alike.
//
// A row is a txtar archive in fixtures/conformance. Its comment begins with a sentence that says what is proven; a line of
// its own may say
//
//	alone: WHY                   the row needs a server of its own (default_site, defaults, target, or a socket of all)
//	refused apache: HTTP/3       generating for these servers is an error with these words; the row is left out there
//	refused nginx < 1.25.0: …    the same for a range of versions
//	found hsts-missing: WHY      a rule of the linter that finds something in the row's sites, because they ask for it
//	found RULE on nginx < 1.23.2: WHY        the same for some servers
//	modules brotli               the row runs where the server has all of these modules (ngx_http_brotli_filter_module,
//	                             or mod_brotli)
//
// Its files are
//
//	sites.hcl           the description; names of hosts, mixins, upstreams and directories are the row's own
//	requests            what is asked and what must come (steps.go)
//	backends            one on each line: NAME PROTOCOL ADDRESS (http, https, h2c, fastcgi, uwsgi, scgi,
//	                    php: the PHP-FPM of the server's system);
//	                    certificate=NAME is that of https; responder=AUTHORITY answers for its certificates (OCSP): of
//	                    those in revoked=NAME,NAME and unknown=NAME,NAME what the words say, of others that they are
//	                    good; acme=AUTHORITY gives certificates to servers that ask for them (RFC 8555)
//	certificates        authorities and certificates beside those of the sites (certificate.go)
//	/absolute/path      a file of the server's machine; "gzip /a.gz", "brotli /a.br" and "repeat=100 /a" make its content
//	anything else       a file beside the description, of rows that are alone
//
// Rows run merged into one server where they can: starting servers is what costs.
package conformance
