package generator

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
)

// limits bound the body of a request.
func (a nginxAt) limits() []nginxItem {
	if a.outer != nil && a.outer.MaxBody == a.place.MaxBody {
		return nil
	}
	return []nginxItem{ng("client_max_body_size", nginxWord(fmt.Sprint(a.place.MaxBody)))}
}

// rates bound how often and how often at a time a client may ask.
func (a nginxAt) rates() []nginxItem {
	around := &Place{}
	if a.outer != nil {
		around = a.outer
	}
	return append(a.requestRate(a.place.Rate, around.Rate), a.connections(a.place.Connections, around.Connections)...)
}

func (a nginxAt) requestRate(own, around *RateLimit) []nginxItem {
	switch {
	case own == nil && around == nil, own != nil && around != nil && *own == *around:
		return nil
	case own == nil:
		// A location cannot say that there is no limit; one that counts nothing can.
		return []nginxItem{ng("limit_req", a.uncounted("limit_req_zone", "req", "rate=1r/s"))}
	}
	unit := "r/s"
	if own.PerMinute {
		unit = "r/m"
	}
	zone := a.zone("limit_req_zone", "req", own.Range, own.Together, nginxWord(fmt.Sprintf("rate=%d%s", own.Requests, unit)))
	limit := ng("limit_req", zone)
	if own.Burst > 0 {
		limit.Args = append(limit.Args, nginxWord(fmt.Sprintf("burst=%d", own.Burst)))
	}
	switch {
	case own.Delay == own.Burst:
		limit.Args = append(limit.Args, "nodelay")
	case own.Delay > 0:
		limit.Args = append(limit.Args, nginxWord(fmt.Sprintf("delay=%d", own.Delay)))
	}
	out := []nginxItem{limit, ng("limit_req_status", nginxWord(fmt.Sprint(own.Status)))}
	if own.DryRun || around != nil && around.DryRun {
		out = append(out, ng("limit_req_dry_run", nginxWord(onOff(own.DryRun))))
	}
	return out
}

func (a nginxAt) connections(own, around *ConnectionLimit) []nginxItem {
	switch {
	case own == nil && around == nil, own != nil && around != nil && *own == *around:
		return nil
	case own == nil:
		return []nginxItem{ng("limit_conn", a.zoneName("conn", 0), "1")}
	}
	a.zone("limit_conn_zone", "conn", own.Range, own.Together)
	out := []nginxItem{
		ng("limit_conn", a.zoneName("conn", a.host.site.limitNumber(own.Range)), nginxWord(fmt.Sprint(own.Connections))),
		ng("limit_conn_status", nginxWord(fmt.Sprint(own.Status))),
	}
	if own.DryRun || around != nil && around.DryRun {
		out = append(out, ng("limit_conn_dry_run", nginxWord(onOff(own.DryRun))))
	}
	return out
}

// zoneSize is the memory in which clients are counted. It holds 8,000 addresses or
// more at a time (ngx_http_limit_req_module); when it is full, the one that has
// not asked for longest is forgotten. Ten thousand sites have one each.
const zoneSize = "1m"

// zone declares where a limit counts, and is the argument that names it.
func (a nginxAt) zone(directive, kind string, at hcl.Range, together bool, more ...nginxWord) nginxWord {
	key := nginxWord("$binary_remote_addr")
	if together {
		key = "$server_name"
	}
	name := a.zoneName(kind, a.host.site.limitNumber(at))
	a.around.add(string(name), item[nginxWord]{Name: directive, Args: append([]nginxWord{key, "zone=" + name + ":" + zoneSize}, more...)})
	return "zone=" + name
}

// uncounted is a limit with a key that is always empty: those requests are not
// counted.
func (a nginxAt) uncounted(directive, kind string, more ...nginxWord) nginxWord {
	name := a.zoneName(kind, 0)
	key := a.variable("nobody", "$host", ng("default", `""`))
	a.around.add(string(name), item[nginxWord]{Name: directive, Args: append([]nginxWord{key, "zone=" + name + ":32k"}, more...)})
	return "zone=" + name
}

func (a nginxAt) zoneName(kind string, n int) nginxWord {
	return nginxWord(fmt.Sprintf("padlock_%s_%s_%d", kind, plainName(a.host.site.Name.Value), n))
}

// limitNumber counts the limits of a site by where they were written, from 1.
func (s *Site) limitNumber(at hcl.Range) int {
	var known []hcl.Range
	number := 0
	s.anyPlace(func(p *Place) bool {
		for _, r := range p.limitRanges() {
			known = appendNew(known, r)
			if r == at && number == 0 {
				number = len(known)
			}
		}
		return number > 0
	})
	return number
}

func (p *Place) limitRanges() []hcl.Range {
	var out []hcl.Range
	if p.Rate != nil {
		out = append(out, p.Rate.Range)
	}
	if p.Connections != nil {
		out = append(out, p.Connections.Range)
	}
	return out
}

func appendNew[T comparable](list []T, v T) []T {
	for _, have := range list {
		if have == v {
			return list
		}
	}
	return append(list, v)
}

// methods refuses what the place does not answer. nginx refuses by itself to write
// to files, but after it has asked for a password.
func (a nginxAt) methods() []nginxItem {
	p := a.place
	methods := p.answered()
	if methods == nil || p.Access.Deny || p.Methods == nil && p.Access.open() {
		return nil
	}
	return []nginxItem{ngBlock([]nginxItem{ng("return", "405")}, "if", "($request_method", "!~", methodPattern[nginxWord](methods)+")")}
}
