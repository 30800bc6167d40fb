package generator

import (
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Limits bound what a connection may cost, for all of a site. What is zero is left
// to the server's own default.
type Limits struct {
	// HeaderSize bounds the request line and each header field, in bytes.
	HeaderSize int64
	// HeaderTimeout is the time for the whole head of a request, BodyTimeout the one
	// in which more of the body has to come, KeepAlive the one that an idle
	// connection is kept.
	HeaderTimeout, BodyTimeout, KeepAlive time.Duration
	Range                                 hcl.Range `json:"-"`
}

var limitsBlock = &block{
	Name: "limits",
	Doc:  "What a connection may cost. A name that shares its address with others can only get these limits where the client says the name in the TLS handshake.",
	Attributes: []attribute{
		{Name: "header_size", Type: cty.String, Check: check(headerSize), Default: "8k", Example: `"16k"`, Needs: []capability{capHeadLimits}, Doc: "Largest request line and largest header field; more is answered 414 and 400."},
		{Name: "header_timeout", Type: cty.String, Check: check(uptoADay), Example: `"10s"`, Default: "60s; Apache 20s", Needs: []capability{capHeadLimits}, Doc: "Time for the head of a request; later the connection is closed."},
		{Name: "body_timeout", Type: cty.String, Check: check(uptoADay), Example: `"10s"`, Default: "60s; Apache 20s", Doc: "Time in which more of a body has to come. Apache asks for 500 bytes a second after it."},
		{Name: "keepalive", Type: cty.String, Check: check(uptoADay), Example: `"30s"`, Default: "75s; Apache 5s", Doc: "How long an idle connection is kept; 0s closes it after each answer."},
	},
}

func decodeLimits(l *layer) Limits {
	out := Limits{Range: l.where()}
	if s, ok := l.setting("header_size"); ok {
		out.HeaderSize, _ = parseSize(s.Value.AsString())
	}
	for name, field := range map[string]*time.Duration{
		"header_timeout": &out.HeaderTimeout, "body_timeout": &out.BodyTimeout, "keepalive": &out.KeepAlive,
	} {
		*field = -1
		if s, ok := l.setting(name); ok {
			*field, _ = parseSpan(s.Value.AsString())
		}
	}
	return out
}

// headerSize accepts the size of a buffer that holds a whole line.
func headerSize(s string) (string, error) {
	n, err := parseSize(s)
	if err == nil && (n < 1<<10 || n > 1<<20) {
		err = fmt.Errorf(`%q is not from "1k" to "1m"`, s)
	}
	return s, err
}

// uptoADay accepts a time of at most a day.
func uptoADay(s string) (string, error) {
	d, err := parseSpan(s)
	if err == nil && d > 24*time.Hour {
		err = fmt.Errorf("%q is longer than a day", s)
	}
	return s, err
}

// serverLimits are those of the whole site.
func (a nginxAt) serverLimits() []nginxItem {
	l := a.host.site.Limits
	var out []nginxItem
	if l.HeaderSize > 0 {
		out = append(out, ng("large_client_header_buffers", "4", nginxWord(fmt.Sprint(l.HeaderSize))))
	}
	for _, row := range []struct {
		directive string
		time      time.Duration
	}{{"client_header_timeout", l.HeaderTimeout}, {"client_body_timeout", l.BodyTimeout}, {"keepalive_timeout", l.KeepAlive}} {
		if row.time >= 0 {
			out = append(out, ng(row.directive, nginxWord(fmt.Sprintf("%ds", int(row.time.Seconds())))))
		}
	}
	return out
}

// serverLimits are those of the whole site.
func (a apacheAt) serverLimits() []apacheItem {
	l := a.host.site.Limits
	var out []apacheItem
	if l.BodyTimeout >= 0 {
		out = append(out, ap("RequestReadTimeout", apacheWord(fmt.Sprintf("body=%d,MinRate=500", int(l.BodyTimeout.Seconds())))))
	}
	switch {
	case l.KeepAlive == 0:
		out = append(out, ap("KeepAlive", "Off"))
	case l.KeepAlive > 0:
		out = append(out, ap("KeepAliveTimeout", apacheWord(fmt.Sprint(int(l.KeepAlive.Seconds())))))
	}
	return out
}
