package nginx

import "strings"

// contextClue is a directive that shows where the file it stands in belongs.
// Only directives that are allowed in that one context are clues, the widest
// context first.
var contextClues = []struct {
	context []string
	names   string
}{
	{[]string{}, "http events stream mail user pid worker_processes worker_rlimit_nofile daemon master_process load_module lock_file env pcre_jit thread_pool timer_resolution worker_cpu_affinity worker_priority worker_shutdown_timeout ssl_engine rtmp google_perftools_profiles"},
	{[]string{"http"}, "server upstream map geo log_format limit_req_zone limit_conn_zone proxy_cache_path fastcgi_cache_path uwsgi_cache_path scgi_cache_path server_names_hash_bucket_size server_names_hash_max_size map_hash_bucket_size map_hash_max_size variables_hash_bucket_size variables_hash_max_size split_clients charset_map types_hash_max_size types_hash_bucket_size geoip_country geoip_city geoip_org geoip_proxy geoip2 perl_modules perl_require js_import js_path ssl_certificate_cache limit_req_status gzip_vary init_by_lua_block init_worker_by_lua_block lua_shared_dict lua_package_path lua_package_cpath keyval keyval_zone"},
	{[]string{"http", "server"}, "listen server_name location server_tokens ssl_certificate ssl_certificate_key ssl_protocols ssl_ciphers ssl_session_cache ssl_session_timeout ssl_session_tickets ssl_dhparam ssl_ecdh_curve ssl_prefer_server_ciphers ssl_stapling ssl_stapling_verify ssl_trusted_certificate ssl_buffer_size ssl_early_data ssl_conf_command ssl_reject_handshake ssl_password_file ssl_client_certificate ssl_verify_client ssl_verify_depth ssl_crl ssl_ocsp http2 http3 large_client_header_buffers client_header_buffer_size client_header_timeout ignore_invalid_headers underscores_in_headers merge_slashes"},
	{[]string{"http", "server", "location"}, "proxy_pass fastcgi_pass uwsgi_pass scgi_pass grpc_pass memcached_pass alias internal limit_except empty_gif stub_status mp4 flv dav_methods content_by_lua_block content_by_lua_file js_content"},
}

var contextOf = func() map[string]int {
	m := map[string]int{}
	for i, clue := range contextClues {
		for name := range strings.FieldsSeq(clue.names) {
			m[name] = i
		}
	}
	return m
}()

// InferContext guesses from the directives of a file which blocks it belongs
// into, outermost first; empty for a complete configuration. A file that shows
// nothing, or could stand in several places, is taken for a snippet of a
// server.
func InferContext(t *Tree) []string {
	best := len(contextClues)
	clue := ""
	for _, d := range t.Directives {
		i, ok := contextOf[d.Name]
		if !ok || d.Name == "server" && !d.HasBlock || (d.Name == "map" || d.Name == "geo") && !d.HasBlock {
			continue
		}
		if i < best {
			best, clue = i, d.Name
		}
	}
	switch {
	case best == 1 && (clue == "server" || clue == "upstream") && ofStream(t):
		return []string{"stream"}
	case best < len(contextClues):
		return contextClues[best].context
	case len(t.Directives) == 0:
		return []string{}
	}
	return dataContext(t)
}

// ofStream tells that the servers of a file forward connections, not requests:
// proxy_pass stands directly in server only in stream.
func ofStream(t *Tree) bool {
	stream := false
	for _, d := range t.Directives {
		for _, inner := range d.Block {
			if d.Name != "server" {
				continue
			}
			switch inner.Name {
			case "proxy_pass", "ssl_preread", "js_preread":
				stream = true
			case "location", "root", "rewrite", "add_header":
				return false
			}
		}
	}
	return stream
}

// dataContext recognises files whose lines are entries of a data block, or the
// servers of an upstream.
func dataContext(t *Tree) []string {
	servers, types, networks, patterns := true, true, true, true
	for _, d := range t.Directives {
		if d.HasBlock {
			return []string{"http", "server"}
		}
		two := len(d.Words) == 2
		servers = servers && (d.Name == "server" || d.Name == "keepalive" || d.Name == "zone")
		types = types && len(d.Words) > 1 && strings.Count(d.Name, "/") == 1 && !startsWithDigit(d.Name)
		networks = networks && two && (d.Name == "default" || startsWithDigit(d.Name) && strings.ContainsAny(d.Name, ".:/"))
		patterns = patterns && two && (d.Name == "default" || d.Name == "hostnames" || d.Words[0].Quote != 0 || strings.ContainsAny(d.Name, "~./*"))
	}
	switch {
	case servers:
		return []string{"http", "upstream"}
	case types:
		return []string{"http", "types"}
	case networks:
		return []string{"http", "geo"}
	case patterns:
		return []string{"http", "map"}
	}
	return []string{"http", "server"}
}

func startsWithDigit(s string) bool { return s != "" && isDigit(s[0]) }
