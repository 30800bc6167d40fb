package linter_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"padlock/internal/tlspolicy"
	"padlock/linter"
	"padlock/linter/ruletest"
)

// TestAlikeNginx judges ten sites, s0.example to s9.example, made of one text with
// NAME in the place of the name and LABEL in that of its first label. At most seven
// can be left out: the first, the second and the last are read.
func TestAlikeNginx(t *testing.T) {
	const (
		all   = 7
		site  = "server { listen 80; server_name NAME; root /var/www/NAME; }"
		tls   = "ssl_certificate /etc/letsencrypt/live/NAME/fullchain.pem; ssl_certificate_key /etc/letsencrypt/live/NAME/privkey.pem;"
		plain = "include sites/*.conf;"
	)
	in := func(lines string) string { return "server { listen 80; server_name NAME www.NAME; " + lines + " }" }
	beside := func(lines string) string { return lines + " " + plain }
	var ten, labels []string
	for i := range 10 {
		ten = append(ten, fmt.Sprintf("s%d.example", i))
		labels = append(labels, fmt.Sprintf("shop%d.example", i))
	}
	byLabel := in("root /var/www/LABEL/public; access_log /var/log/nginx/LABEL-access.log; location / { fastcgi_pass unix:/run/php/LABEL.sock; }")
	for _, c := range []struct {
		name       string
		http, site string
		want       int
		names      []string // other ones
	}{
		{"plain sites", plain, site, all, nil},
		{"a redirect and a site with TLS", plain, in("return 301 https://NAME$request_uri;") + "server { listen 443 ssl; server_name NAME www.NAME; " + tls + " }", all, nil},
		{"certbot's conditions", plain, in("if ($host = www.NAME) { return 301 https://$host$request_uri; } if ($host = NAME) { return 301 https://$host$request_uri; } return 404;"), all, nil},
		{"www taken away by a pattern that names nothing", plain, in(`if ($host ~* ^www\.) { return 301 https://NAME$request_uri; }`), all, nil},
		{"another name sent to the one", plain, in("if ($host != NAME) { return 301 $scheme://NAME$request_uri; }"), all, nil},
		{"nginxconfig.io", beside("map $http_upgrade $connection_upgrade { default upgrade; '' close; } map $remote_addr $proxy_forwarded_elem { ~^[0-9.]+$ \"for=$remote_addr\"; default for=unknown; }"),
			"server { listen 443 ssl; server_name NAME; set $base /var/www/NAME; root $base/public; " + tls + ` access_log /var/log/nginx/NAME.access.log combined; add_header Content-Security-Policy "default-src 'self' NAME";
			location ~ /\.(?!well-known) { deny all; } location / { try_files $uri $uri/ /index.php?$query_string; } location ~ \.php$ { fastcgi_pass unix:/run/php.sock; try_files $fastcgi_script_name =404; fastcgi_param DOCUMENT_ROOT $base/public; } }
			server { listen 443 ssl; server_name *.NAME; ` + tls + " return 301 https://NAME$request_uri; } server { listen 80; server_name .NAME; location / { return 301 https://NAME$request_uri; } }", all, nil},
		{"Debian's nginx.conf and default site", "sendfile on; tcp_nopush on; types_hash_max_size 2048; include mime.types; default_type application/octet-stream; ssl_protocols TLSv1.2 TLSv1.3; access_log /var/log/nginx/access.log; gzip on; " +
			"server { listen 80 default_server; listen [::]:80 default_server; root /var/www/html; server_name _; location / { try_files $uri $uri/ =404; } }" + plain, site, all, nil},
		{"Debian's snippet for PHP", plain, in(`location ~ \.php$ { fastcgi_split_path_info ^(.+?\.php)(/.*)$; try_files $fastcgi_script_name =404; set $path_info $fastcgi_path_info; fastcgi_param PATH_INFO $path_info; fastcgi_pass unix:/run/php.sock; }`), all, nil},
		{"a switch for maintenance", plain, in("set $off 0; if (-f /srv/off) { set $off 1; } if ($off = 1) { return 503; }"), all, nil},
		{"an upstream of each site", plain, "upstream app-NAME.local { server 127.0.0.1:3000; }", 0, nil},
		{"an upstream with the site's name", plain, "upstream NAME { server 127.0.0.1:3000; } " + in("location / { proxy_pass http://NAME; proxy_set_header Host NAME; }"), all, nil},
		{"a socket of each site", plain, in("location / { fastcgi_pass unix:/run/php/php8-NAME.sock; }"), all, nil},
		{"a default server that redirects everybody", beside("server { listen 80 default_server; return 301 https://$host$request_uri; }"), site, all, nil},
		{"a virtual host that looks at its own names", beside("server { listen 80 default_server; return 444; } server { listen 80; server_name a.test b.test; if ($host ~ ^a) { return 301 https://a.test/; } }"), site, all, nil},
		{"clients that are turned away by what they say", beside("map $http_user_agent $bad { default 0; ~*bot 1; }"), in(`if ($bad) { return 403; } if ($http_referer ~* "spam") { return 403; }`), all, nil},

		{"no virtual host in the file", plain, "# NAME", 0, nil},
		{"names that are not the site's", plain, in("") + "server { listen 81; server_name other.test; }", 0, nil},
		{"a pattern for a name", plain, `server { listen 80; server_name NAME ~^x\.NAME$; }`, 0, nil},
		{"something beside virtual hosts", plain, site + "limit_req_zone $binary_remote_addr zone=NAME:1m rate=1r/s;", 0, nil},
		{"a map of names", beside("map $host $x { default 0; s4.example 1; }"), site, 0, nil},
		{"a table by a table of names", beside("map $server_name $x { default 0; }"), site, 0, nil},
		{"a condition on a variable that holds the name", plain, in("set $h $host; if ($h ~ 4) { return 403; }"), 0, nil},
		{"a condition on the arguments, once they hold the name", plain, in("set $args $host; if ($args ~ 4) { return 403; }"), 0, nil},
		{"a table of a variable that a virtual host sets to the name", beside("map $arg_a $y { default a; } map $y $z { default 0; s4.example 1; } server { listen 81; set $y $host; }"), in("if ($z) { return 403; }"), 0, nil},
		{"a pattern for the name that was asked for", plain, in("if ($host ~ 4) { return 403; }"), 0, nil},
		{"a name made of pieces", beside("map $arg_a $top { default example; }"), in("if ($host = s4.$top) { return 403; }"), 0, nil},
		{"a redirect to a name made of pieces", beside("map $arg_a $top { default example; }"), in("return 301 https://s4.$top/;"), 0, nil},
		{"a redirect to a longer name", plain, in("return 301 https://my-NAME/;"), 0, nil},
		{"a redirect to a longer name that was asked for", plain, in("return 301 https://my-$host/;"), 0, nil},
		{"a redirect to what begins with the name", plain, in("return 301 https://NAME.test/;"), 0, nil},
		{"the name in a path", plain, in("location /NAME { }"), 0, nil},
		{"the name in a path of a rewrite", plain, in("rewrite ^ /NAME last;"), 0, nil},
		{"the name that was asked for in a path", plain, in("try_files $uri /$host.html;"), 0, nil},
		{"the name in what is hashed", plain, in("proxy_set_header X-NAME 1;"), 0, nil},
		{"the name as a part of another upstream's", plain, in("location / { proxy_pass http://my-NAME; }"), 0, nil},
		{"the name as the beginning of another server's", plain, in("location / { proxy_pass http://NAME.internal:80; }"), 0, nil},
		{"the name as a part of a variable's", plain, in("root /srv/$baseNAME;"), 0, nil},
		{"the name in a pattern", plain, in("location / { proxy_pass http://x; proxy_redirect ~[NAME] /; }"), 0, nil},
		{"the name in a policy", plain, in(`add_header Strict-Transport-Security "max-age=NAME";`), 0, nil},
		{"the name in what nothing is known of", plain, in("nonsense NAME;"), 0, nil},
		{"a word that is nearly too long", plain, in("add_header X \"" + strings.Repeat("x", 4000) + "NAME\";"), 0, nil},
		{"default servers", plain, "server { listen 80 default_server; server_name NAME; }", 0, nil},
		{"a listener of the name", plain, "server { listen NAME:80; server_name NAME; }", 0, nil},
		{"referers", plain, in("valid_referers server_names; if ($invalid_referer) { return 403; }"), 0, nil},
		{"code", plain, in("location / { content_by_lua_block { ngx.say('NAME') } }"), 0, nil},
		{"a default server that looks for patterns", beside("server { listen 80 default_server; if ($host ~ 4) { return 301 https://$host/; } return 200; }"), site, 0, nil},
		{"a default server that makes paths of names", beside("server { listen 80 default_server; rewrite ^ /$host last; location /s4 { return 403; } }"), site, 0, nil},
		{"a virtual host with a pattern for a name", beside("server { listen 80; server_name ~4; }"), site, 0, nil},
		{"a virtual host that redirects to a name made of pieces", beside("server { listen 80 default_server; } server { listen 80; server_name a.test; set $x example; return 301 http://s4.$x/; }"), site, 0, nil},
		{"a file that cannot be included", plain, in("include snippets/missing.conf;"), 0, nil},
		{"sites inside of a virtual host", "server { listen 80; include sites/*.conf; }", "location /x { }\nserver { server_name NAME; }", 0, nil},

		{"another virtual host with a name", beside("server { listen 443 ssl; server_name s4.example; }"), site, all - 1, nil},
		{"another virtual host with a name below one", beside("server { listen 443 ssl; server_name mail.s4.example; }"), site, all - 1, nil},
		{"a redirect to one", beside("server { listen 81; server_name a.test; return 301 http://S4.EXAMPLE/; }"), site, all - 1, nil},
		{"a wildcard that may stand for any", beside("server { listen 80; server_name *.example; }"), site, 0, nil},
		{"a file that is included by its name as well", beside("include sites/4.conf;"), site, all - 1, nil},
		{"a file of another pattern as well", beside("include sites/[45].conf;"), site, all - 2, nil},
		{"the files that stand for others by another pattern as well", beside("include sites/[19].conf;"), site, all - 2, nil},
		{"all files that are read by another pattern as well", beside("include sites/[019].conf;"), site, all - 2, nil},
		{"the file that stands for others by its name as well", beside("include sites/1.conf;"), site, all - 1, nil},
		{"the same files twice", plain + plain, site, all, nil},
		{"a name below another site's", plain, site, 5, strings.Fields("s0.a s1.a s2.a s3.a s4.a s5.a y0.t.a y1.t.a x.s3.a y2.t.a y3.t.a y4.t.a")},
		{"a name that another site's begins with", plain, site, 4, strings.Fields("s0.a s1.a s2.a s3.a s4.a s5.a y0.t.a y1.t.a s3.a.a y2.t.a y3.t.a")},
		{"one name twice", plain, site, all - 2, strings.Fields("s0.a s1.a s2.a s3.a s4.a s5.a s6.a s4.a s8.a s9.a")},
		{"public names and others", plain, site, 6, strings.Fields("a.home.arpa b.home.arpa c.home.arpa d.home.arpa e.home.arpa f.home.arpa a.rest.arpa b.rest.arpa c.rest.arpa d.rest.arpa e.rest.arpa f.rest.arpa")},

		{"paths with the first label of the name", plain, byLabel, all, labels},
		{"one that has a label of two letters", plain, byLabel, 0, nil},
		{"names with a label in common", plain, byLabel, 3, strings.Fields("web0.a.net web1.a.net web2.a.net web3.a.net web4.a.net web5.a.net web4.b.net web7.a.net web8.a.net web5.b.net")},
		{"a name of another kind with the label of one", plain, byLabel, all - 1, append(labels, "shop3.test")},
		{"a label that stands elsewhere", beside("upstream shop4 { server 127.0.0.1:1; } map $arg_a $b { default 0; shop-5 1; /x-shop6-y 1; }"), byLabel, all - 2, labels},
		{"a label as a word of the file", plain, byLabel, 4, append(strings.Fields("root.example access.example log.example"), labels[:7]...)},
		{"a label in a location", plain, in("location /LABEL/ { }"), 0, labels},
		{"a label in a name of something", plain, "upstream LABEL_app { server 127.0.0.1:1; }" + in("location / { proxy_pass http://LABEL_app; }"), 0, labels},
		{"a label in a condition", plain, in("if ($host = LABEL.test) { return 403; }"), 0, labels},
		{"a label in another name", plain, "server { listen 80; server_name NAME LABEL.test; }", 0, labels},
		{"a label in a variable's name", plain, in("root /srv/$LABEL;"), 0, labels},
		{"a label in the name of a header", plain, in("add_header X-LABEL 1;"), 0, labels},
		{"the longest name and the longest label", plain, site, 3, strings.Fields("a.b.a b.b.a cc.ccc.a d.bbbb.a e.b.a f.b.a g.b.a h.b.a")},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree := fstest.MapFS{
				"etc/nginx/nginx.conf": {Data: []byte("events { }\nhttp {\n" + c.http + "\n}\n")},
				"etc/nginx/mime.types": {Data: []byte("types { text/html html; }\n")},
			}
			names := c.names
			if names == nil {
				names = ten
			}
			for i, name := range names {
				text := named(c.site, "NAME", name)
				tree[fmt.Sprintf("etc/nginx/sites/%c.conf", '0'+i)] = &fstest.MapFile{Data: []byte(text)}
			}
			got := ruletest.SameWithout(t, linter.Request{Paths: []string{"/etc/nginx/nginx.conf"}, Tree: tree, Server: tlspolicy.Nginx, Now: ruletest.Now})
			if got != c.want {
				t.Errorf("%d files are left out, want %d", got, c.want)
			}
		})
	}
}
