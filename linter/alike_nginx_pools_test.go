package linter_test

// What the configurations of TestAlikeNginxRandom are made of. NAME is a site's
// name; in lines about one, FIRST and REST are what stands before and behind its
// first dot, QUOTED is the name in a regular expression, LETTER its first letter.

// alikeSnippets are files that sites include.
var alikeSnippets = map[string]string{
	"snippets/tls.conf":     "ssl_certificate /etc/ssl/wildcard/fullchain.pem;\nssl_certificate_key /etc/ssl/wildcard/privkey.pem;\n",
	"snippets/headers.conf": "add_header Strict-Transport-Security \"max-age=100\" always;\nadd_header X-Frame-Options DENY;\n",
	"snippets/acme.conf":    "location ^~ /.well-known/acme-challenge/ { root /var/www/acme; }\n",
	"snippets/php.conf":     "location ~ \\.php$ { try_files $fastcgi_script_name =404; fastcgi_pass unix:/run/php.sock; }\n",
	"snippets/broken.conf":  "location /x { nonsense on; }\nssl_protocols SSLv3;\n",
	"snippets/all/a.conf":   "location /all { return 200; }\n",
	"snippets/all/b.conf":   "client_max_body_size 10m;\n",
}

// alikePlain and alikeSecure are what sites listen on; OPTION is one more
// parameter.
var (
	alikePlain = []string{
		"listen 80;", "listen 80;\nlisten [::]:80;", "listen 80 OPTION;", "", "listen 8080;", "listen *:80;", "listen 192.0.2.1:80;",
	}
	alikeSecure = []string{
		"listen 443 ssl OPTION;", "listen 443 ssl;\nlisten [::]:443 ssl;", "listen 443 ssl http2 OPTION;\nlisten [::]:443 ssl http2 OPTION;",
		"listen 443 ssl;\nhttp2 on;", "listen 443 quic OPTION;\nlisten 443 ssl;", "listen 443;", "listen 8443 ssl;",
	}
	alikeOddListen = []string{
		"listen 127.0.0.1:80;", "listen unix:/run/nginx.sock;", "listen 80 ssl;", "listen localhost:80;", "listen 80 proxy_protocol;", "listen NAME:80;",
		"listen 80;\nlisten 80;", "listen 80 nonsense;", "listen 127.0.0.1:9000;\nlisten 80;", "listen 8000-8003;",
	}
	alikeListenOptions = []string{" reuseport", " backlog=1024", " default_server", " proxy_protocol", " fastopen=3", " deferred", " ipv6only=off", " so_keepalive=on"}
)

var alikeRedirects = []string{
	"return 301 https://$host$request_uri;", "return 301 https://NAME$request_uri;", "return 301 https://www.NAME$request_uri;",
	"return 302 https://$server_name$request_uri;", "return 308 https://$host:8443$request_uri;", "return 301 https://www.$host$request_uri;",
	"if ($host = NAME) {\n return 301 https://$host$request_uri;\n}\nreturn 404;",
	"if ($host = www.NAME) {\n return 301 https://$host$request_uri;\n}\nif ($host = NAME) {\n return 301 https://$host$request_uri;\n}\nreturn 404;",
	"rewrite ^ https://NAME$request_uri? permanent;", "rewrite ^(.*)$ https://NAME$1 redirect;", "rewrite ^/(.*)$ https://$host/$1 permanent;",
	"location / { return 301 https://NAME$request_uri; }\ninclude snippets/acme.conf;", "return 301 http://NAME/;", "return 301 http://$host$request_uri;",
	"if ($scheme = http) { return 301 https://$server_name$request_uri; }", "if ($http_x_forwarded_proto != https) { return 301 https://NAME$request_uri; }",
	"return 444;", "location /a { return 301 https://$host$request_uri; }\nroot /srv/NAME;",
}

// alikeLines stand in virtual hosts, and are what people write.
var alikeLines = []string{
	"root /var/www/NAME;", "index index.html index.php;", "access_log /var/log/nginx/NAME.access.log;", "error_log /var/log/nginx/NAME.error.log warn;",
	"access_log /var/log/nginx/NAME.log early;", "access_log off;", "location / { try_files $uri $uri/ =404; }",
	"location / { try_files $uri $uri/ /index.php?$args; }", "location / { proxy_pass http://127.0.0.1:3000; proxy_set_header Host $host; }",
	"location / { proxy_pass http://NAME:8080; proxy_set_header X-Forwarded-Host NAME; }", "location /api { proxy_pass http://backend; }",
	"location /old { return 301 https://NAME/new; }", "location /away { return 302 https://other.example/; }",
	"include snippets/headers.conf;", "include snippets/acme.conf;", "include snippets/php.conf;", "include snippets/broken.conf;", "include snippets/all/*.conf;",
	"include snippets/missing.conf;", "add_header Strict-Transport-Security \"max-age=63072000\" always;", "add_header X-Site NAME;",
	"add_header Content-Security-Policy \"default-src 'self' https://static.NAME; connect-src wss://NAME\";", "add_header Strict-Transport-Security \"max-age=0; preload\";",
	"if ($host = NAME) { return 301 https://www.NAME$request_uri; }", "if ($host != NAME) { return 301 $scheme://NAME$request_uri; }",
	"if ($host = www.NAME) { return 301 https://NAME$request_uri; }", "if ($http_upgrade = websocket) { return 200; }", "if (!-f $request_filename) { rewrite ^ /index.php last; }",
	"if ($request_method = POST) { return 405; }", "set $base /var/www/NAME;\nroot $base/public;", "set $page /NAME;", "set $no_cache 0;",
	"auth_basic \"NAME\";\nauth_basic_user_file /etc/nginx/NAME.htpasswd;", "limit_req zone=one burst=5;", "error_page 404 /404.html;", "error_page 502 @down;\nlocation @down { return 503; }",
	"error_page 497 https://$host$request_uri;", "error_page 404 = @missing;", "client_max_body_size 20m;", "gzip on;", "server_tokens off;",
	"location ~ /\\.(?!well-known) { deny all; }", "location = /robots.txt { access_log off; }", "location = /favicon.ico { log_not_found off; expires 30d; }",
	"location /static/ { alias /srv/NAME/static/; }", "location ~* \\.(jpg|png)$ { expires max; add_header Cache-Control public; }", "rewrite ^/blog/(.*)$ /news/$1 last;",
	"rewrite ^/shop$ https://shop.NAME/ permanent;", "location /go { return 301 http://$host/; }", "location /in { if ($scheme = http) { return 301 https://$host$request_uri; } }",
	"proxy_set_header Host NAME;", "fastcgi_param SERVER_NAME NAME;", "resolver 127.0.0.1;", "nonsense on;", "gzip maybe;", "root /srv/twice;\nroot /srv/NAME;",
	"location / { }", "location /l { deny 192.0.2.0/24; allow all; }", "satisfy any;", "return 200 \"this is NAME\";", "# server_name comment.example;",
	"charset utf-8;", "if ($allowed) { return 403; }", "if ($bad_agent = 1) { return 403; }", "location /m { if ($mapped = x) { return 301 https://NAME/; } }",
	"add_header X-Mapped $mapped;", "if ($arg_debug) { return 200; }", "location /w { proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; proxy_pass http://w; }",
	"location / { proxy_pass http://$host:81; }", "location /p { proxy_pass http://backend/NAME; proxy_redirect http://NAME/ /; proxy_cookie_domain NAME www.NAME; }",
}

// alikeHostile stand in virtual hosts, and tell names apart, or may.
var alikeHostile = []string{
	"if ($host ~* ^www\\.) { return 301 https://NAME$request_uri; }", "if ($host ~ ^(a|s)) { return 301 https://$host$request_uri; }", "if ($host ~* ^www\\.(.*)$) { return 301 https://$1$request_uri; }",
	"if ($by_host) { return 301 https://NAME$request_uri; }", "set $h $host;\nif ($h ~ 1) { return 301 https://x.example/; }", "set $args $host;\nif ($args ~ 1) { return 403; }",
	"if ($composed = a.com) { return 403; }", "if ($host = a.$tld) { return 301 https://x.example/; }", "return 301 https://b.$tld$request_uri;", "return 301 https://my-NAME$request_uri;",
	"return 301 https://aNAME/;", "return 301 http://NAME.net/;", "return 301 http://my-$host/;", "return 301 http://$host.net$request_uri;", "rewrite ^ /$host last;\nlocation /a { return 403; }",
	"rewrite ^ /NAME last;\nlocation /s { return 403; }", "location /NAME { return 301 https://NAME/; }", "location ~ ^/(?<x>.*)$ { return 301 http://NAME/$x; }", "valid_referers none NAME;\nif ($invalid_referer) { return 403; }",
	"proxy_set_header X-NAME-and-much-more-behind-it-to-be-too-long 1;", "fastcgi_param HTTP_NAME-and-much-more-behind-it-to-be-too-long 1;", "add_header NAME 1;", "add_header X \"$NAME\";", "root /srv/$baseNAME;",
	"limit_req zone=NAME;", "include snippets/NAME.conf;", "set $NAME 1;", "add_header Strict-Transport-Security \"max-age=NAME\";", "add_header X \"" + longWord + " NAME NAME NAME NAME\";",
	"# " + longWord + " NAME NAME NAME NAME\n", "return 301 http://$chained/;", "return 301 https://$host$h;", "expires NAME;", "types { text/NAME NAME; }", "gzip_types NAME;", "ssl_ciphers NAME;",
	"server_tokens NAME;", "proxy_redirect ~[NAME] /;", "if ($server_name = NAME) { return 301 https://other.example/; }", "if ($http_host = \"NAME:80\") { return 403; }", "if ($neutral_then_set) { return 403; }",
	"return 301 http://host4.dev/;", "return 301 https://$arg_h.com/;", "try_files $uri /$host.html /NAME/index.html;", "error_page 404 /$host;", "index NAME.html;",
	"alias /x;", "log_format NAME x;", "access_log /x NAME;", "location / { return 301 https://$mapped.com/; }", "add_header Alt-Svc 'h3=\"NAME:443\"';",
}

// longWord is nearly as long as nginx takes a word to be.
var longWord = func() string {
	word := make([]byte, 4000)
	for i := range word {
		word[i] = 'x'
	}
	return string(word)
}()

var alikeCertificates = []string{
	"ssl_certificate /etc/letsencrypt/live/NAME/fullchain.pem;\nssl_certificate_key /etc/letsencrypt/live/NAME/privkey.pem;",
	"ssl_certificate /etc/ssl/site/NAME/fullchain.pem;\nssl_certificate_key /etc/ssl/site/NAME/privkey.pem;",
	"ssl_certificate /etc/ssl/site/NAME/fullchain.pem;\nssl_certificate_key /etc/ssl/site/NAME/privkey.pem;",
	"ssl_certificate NAME.crt;\nssl_certificate_key NAME.key;", "ssl_certificate /etc/ssl/certs/ssl-cert-snakeoil.pem;\nssl_certificate_key /etc/ssl/private/ssl-cert-snakeoil.key;",
	"include snippets/tls.conf;", "ssl_certificate /etc/ssl/shop.example/fullchain.pem;\nssl_certificate_key /etc/ssl/shop.example/privkey.pem;", "", "ssl_certificate /etc/ssl/NAME.pem;",
	"ssl_certificate /etc/ssl/expired/fullchain.pem;\nssl_certificate_key /etc/ssl/expired/privkey.pem;",
}

var alikeTLS = []string{
	"ssl_protocols TLSv1 TLSv1.1 TLSv1.2;", "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers HIGH:!aNULL:!MD5;", "ssl_ciphers RC4:NONSENSE;", "ssl_prefer_server_ciphers on;",
	"ssl_session_cache shared:SSL:10m;", "ssl_session_cache shared:SSL:20m;", "ssl_session_tickets off;", "ssl_stapling on;", "ssl_stapling on;\nssl_trusted_certificate /etc/ssl/NAME/chain.pem;", "ssl_dhparam /etc/ssl/dhparam-1024.pem;",
	"ssl_verify_client on;", "ssl_reject_handshake on;", "ssl_ecdh_curve X25519:nonsense;", "ssl on;", "ssl_verify_client optional;\nssl_client_certificate /etc/ssl/NAME.ca;", "ssl_early_data on;", "ssl_conf_command Options -Compression;",
}

// alikeBeside stand in the files of sites beside the virtual hosts.
var alikeBeside = []string{
	"upstream NAME { server 127.0.0.1:3000; }", "upstream backend { server 127.0.0.1:3000; }", "upstream b-NAME { server NAME:3000; server 127.0.0.1:1 backup; }", "limit_req_zone $binary_remote_addr zone=NAME:10m rate=1r/s;",
	"limit_conn_zone $binary_remote_addr zone=same:10m;", "map $host $x { default 0; NAME 1; }", "upstream NAME { }", "upstream my_NAME { hash $host; zone z 64k; server NAME; }",
	"server { listen 80; server_name old.NAME; return 301 https://NAME/; }", "server { listen 80 default_server; return 444; }", "server { listen 80; server_name fixed.example; }", "proxy_cache_path /var/cache/NAME keys_zone=NAME:10m;",
}

// alikeHTTP stand around the sites, and are what people write.
var alikeHTTP = []string{
	"server_tokens off;", "sendfile on;", "include snippets/headers.conf;", "add_header X-Content-Type-Options nosniff;", "ssl_protocols TLSv1 TLSv1.2;", "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_ciphers RC4;",
	"gzip on;", "map $http_upgrade $connection_upgrade { default upgrade; '' close; }", "map $sent_http_content_type $expires { default off; text/css max; }", "limit_req_zone $binary_remote_addr zone=one:10m rate=10r/s;",
	"log_format early '$host $remote_addr';", "geo $allowed { default 0; 192.0.2.0/24 1; }", "split_clients $remote_addr $mapped { 50% x; * y; }", "map $http_user_agent $bad_agent { default 0; ~*bot 1; }",
	"upstream backend { server 127.0.0.1:9000; }", "ssl_session_cache shared:SSL:10m;", "ssl_stapling on;", "access_log /var/log/nginx/access.log early;", "server_names_hash_bucket_size 64;", "server_names_hash_bucket_size 32;",
	"ssl_certificate /etc/ssl/wildcard/fullchain.pem;\nssl_certificate_key /etc/ssl/wildcard/privkey.pem;", "add_header Strict-Transport-Security \"max-age=100\";", "root /var/www/html;", "ssl_prefer_server_ciphers on;",
	"set_real_ip_from 192.0.2.0/24;\nreal_ip_header X-Forwarded-For;", "ssl_dhparam /etc/ssl/dhparam-2048.pem;", "default_type text/html;", "include mime.types;",
}

// alikeHostileHTTP stand around the sites, and may tell them apart.
var alikeHostileHTTP = []string{
	"map $host $by_host { default 0; NAME 1; }", "map $host $by_host { hostnames; default 0; *.REST 1; }", "map $http_host $mapped { ~^LETTER x; default y; }", "map $arg_q $tld { default com; x net; }",
	"map $arg_q $mapped { default a; }", "map $arg_q $y { default a; }\nmap $y $neutral_then_set { default 0; 1 1; }\nserver { listen 81; set $y $host; }", "map $arg_q $chained { default NAME; }",
	"map $arg_q $chained { default FIRST.$tld; }\nmap $arg_r $tld { default REST; }", "map $server_name $by_host { default 0; NAME 1; }", "geo $http_host $mapped { default x; }", "split_clients $host $by_host { 50% 1; * 0; }",
	"server_name_in_redirect on;", "map $uri $mapped { default x; /NAME y; }", "upstream NAME { server 127.0.0.1; }", "upstream b-NAME { server 127.0.0.1; }", "limit_req_zone $host zone=NAME:1m rate=1r/s;",
	"map $ssl_server_name $mapped { default x; NAME y; }", "proxy_headers_hash_bucket_size 64;", "server_names_hash_bucket_size 16;", "variables_hash_bucket_size 32;",
}

// alikeOthers are virtual hosts beside the sites.
var alikeOthers = []string{
	"server { listen 80 default_server; return 444; }", "server { listen 80 default_server; server_name _; return 301 https://$host$request_uri; }", "server { listen 443 ssl default_server; ssl_reject_handshake on; }",
	"server { listen 80 default_server; root /var/www/html; location / { try_files $uri $uri/ =404; } }", "server { listen 80; server_name fixed.example; return 301 https://fixed.example$request_uri; }",
	"server { listen 443 ssl default_server; ssl_certificate a.pem; ssl_certificate_key a.key; return 404; }", "server { listen 80; server_name other.example; }\nserver { listen 443 ssl; server_name other.example; ssl_certificate o.pem; ssl_certificate_key o.key; }",
	"server { listen 127.0.0.1:8080; location /status { stub_status; } }", "server { listen 443 quic reuseport; listen 443 ssl; server_name q.example; http2 on; }", "server { listen 80 default_server; return 301 https://$host$request_uri; }",
}

// alikeHostileOthers are virtual hosts that have to do with one of the sites.
var alikeHostileOthers = []string{
	"server { listen 80; server_name NAME; return 301 https://NAME$request_uri; }", "server { listen 443 ssl; server_name NAME; ssl_certificate n.pem; ssl_certificate_key n.key; }", "server { listen 80; server_name UPPER; }",
	"server { listen 80; server_name *.REST; return 301 https://$host$request_uri; }", "server { listen 80; server_name .REST; root /srv; }", "server { listen 443 ssl; server_name FIRST.*; ssl_certificate n.pem; ssl_certificate_key n.key; }",
	"server { listen 80; server_name ~^QUOTED$; return 301 https://$host/; }", "server { listen 443 ssl; server_name ~^LETTER; ssl_certificate n.pem; ssl_certificate_key n.key; }", "server { listen 80; server_name sub.NAME; return 301 http://NAME/; }",
	"server { listen 80 default_server; if ($host ~ ^QUOTED$) { return 301 https://$host$request_uri; } return 200; }", "server { listen 80 default_server; if ($host ~ ^LETTER) { return 301 https://$host$request_uri; } return 200; }",
	"server { listen 80 default_server; rewrite ^(.*)$ /$host$1 last; location /LETTER { return 301 https://$host/; } location / { return 200; } }", "server { listen 80 default_server; if ($host = NAME) { return 301 https://NAME/; } return 200; }",
	"server { listen 443 ssl; server_name elsewhere.example; ssl_certificate n.pem; ssl_certificate_key n.key; return 301 http://FIRST.$tld/; }", "server { listen 443 ssl; server_name my-NAME; ssl_certificate n.pem; ssl_certificate_key n.key; }",
	"server { listen 80; server_name my-NAME aNAME NAME.net; return 200; }", "server { listen 80; server_name NAME.net; return 301 http://NAME/; }", "server { listen 443 ssl; server_name x.example; ssl_certificate n.pem; ssl_certificate_key n.key; return 301 http://my-NAME/; }",
	"server { listen 443 ssl; server_name x.example; ssl_certificate n.pem; ssl_certificate_key n.key; return 301 http://NAME/; }", "server { listen 80; server_name x.example; return 301 https://NAME/; }", "server { listen 80; server_name \"NAME\"; }",
	"server { listen 443 ssl; server_name x.example; ssl_certificate n.pem; ssl_certificate_key n.key; set $t FIRST; return 301 http://$t.REST/; }", "server { listen 8081; server_name x.example; location / { proxy_pass http://NAME; } }",
	"server { listen 443 ssl; server_name host4.dev a.com site1.example.com; ssl_certificate n.pem; ssl_certificate_key n.key; return 301 http://$host/; }",
}
