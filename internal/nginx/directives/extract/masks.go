package main

import (
	"slices"
	"strconv"
	"strings"
)

// contextNames are the names of the bits 24 to 31 of a command's type, which
// mean something else in every kind of module (ngx_conf_file.h,
// ngx_http_config.h, ngx_stream.h, ngx_mail.h, and the rtmp module's ngx_rtmp.h).
var contextNames = map[string][]string{
	"CORE": {"main"},
	"EVNT": {"", "events"},
	"HTTP": {"main", "http", "server", "location", "upstream", "server-if", "location-if", "limit_except"},
	"STRM": {"main", "stream", "stream-server", "stream-upstream"},
	"MAIL": {"main", "mail", "mail-server"},
	"RTMP": {"main", "rtmp", "rtmp-server", "rtmp-application", "rtmp-recorder"},
}

func contexts(kind string, flags uint64) string {
	if kind == "CONF" {
		return "any"
	}
	var names []string
	for i, name := range contextNames[kind] {
		if name != "" && flags>>(24+i)&1 != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// The bits of a command's type that count its arguments (ngx_conf_file.h).
const (
	maskCounts = 0xff
	maskBlock  = 0x100
	maskFlag   = 0x200
	maskAny    = 0x400
	mask1More  = 0x800
	mask2More  = 0x1000
)

// arguments writes a command's argument counts as in the table: "1", "1|3",
// "1+", "any" or "flag", with "{" at the end for a block.
func arguments(flags uint64) string {
	var forms []string
	for n := range 8 {
		if flags&maskCounts>>n&1 != 0 {
			forms = append(forms, strconv.Itoa(n))
		}
	}
	for mask, form := range map[uint64]string{maskFlag: "flag", maskAny: "any", mask1More: "1+", mask2More: "2+"} {
		if flags&mask != 0 {
			forms = append(forms, form)
		}
	}
	slices.Sort(forms)
	text := strings.Join(forms, "|")
	if flags&maskBlock != 0 {
		text += "{"
	}
	return text
}
