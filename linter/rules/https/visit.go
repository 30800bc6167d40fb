package https

import (
	"slices"
	"strings"

	"padlock/internal/vhost"
)

// visit is what a visitor gets to see without TLS.
type visit struct {
	// clear are the requests that end with content sent without TLS, secured
	// those that are led to TLS, one for each way in which they are, and circles
	// those that come back without having got there.
	clear, secured, circles []journey
	// undecided counts those for which neither can be told.
	undecided int
	// forwarded tells that the redirect to TLS is for requests alone that a
	// proxy says to have come without it (X-Forwarded-Proto).
	forwarded bool
}

// see makes the visit, once. The challenge path is no part of it.
func (v *visitor) see() *visit {
	if v.visit != nil {
		return v.visit
	}
	v.visit = v.look(nil)
	if len(v.visit.clear) > 0 && len(v.visit.secured) == 0 {
		if told := v.look(map[string]string{"X-Forwarded-Proto": "http"}); len(told.clear) == 0 && len(told.secured) > 0 {
			v.visit = told
			told.forwarded = true
		}
	}
	return v.visit
}

func (v *visitor) look(header map[string]string) *visit {
	l := v.door.listener
	seen := &visit{}
	for _, target := range []struct{ path, query string }{
		{vhost.ProbePaths()[0], ""}, {vhost.ProbePaths()[1], ""}, {vhost.ProbePaths()[1], "key=value"},
	} {
		seen.add(v.door.survey.travel(l, vhost.Request{
			Name: v.example, Port: l.Address.Port, Path: target.path,
			Query: target.query, HasQuery: target.query != "", Header: header,
		}, (*journey).secured))
	}
	return seen
}

func (s *visit) add(j journey) {
	switch {
	case j.secured():
		last := j.steps[len(j.steps)-1].Outcome
		for _, known := range s.secured {
			if o := known.steps[len(known.steps)-1].Outcome; o.Status == last.Status && decidedBy(o).Span == decidedBy(last).Span {
				return
			}
		}
		s.secured = append(s.secured, j.kept())
	case j.end == looped:
		s.circles = append(s.circles, j.kept())
	case j.end == served:
		s.clear = append(s.clear, j.kept())
	case j.end == undecided:
		s.undecided++
	}
}

// inTheClear tells that the name is a site that is served without TLS.
func (s *visit) inTheClear() bool {
	return len(s.clear) > 0 && len(s.secured) == 0 && s.undecided == 0
}

// paths are what the journeys asked for, each once.
func paths(journeys []journey) []string {
	var list []string
	for _, j := range journeys {
		if path := j.steps[0].Request.Path; !slices.Contains(list, path) {
			list = append(list, path)
		}
	}
	return list
}

// openPaths are asked for by monitoring and by certificate authorities, which
// may not follow redirects.
var openPaths = []string{
	"/.well-known/", "/health", "/livez", "/readyz", "/ping", "/status", "/nginx_status", "/nginx-status",
	"/stub_status", "/basic_status", "/server-status", "/server-info", "/metrics", "/fpm-status",
}

func mayStayOpen(path string) bool {
	return slices.ContainsFunc(openPaths, func(open string) bool { return strings.HasPrefix(path, open) })
}

// otherClearPaths asks for the paths that have a place of their own in the
// configuration, and returns those that are answered with content.
func (v *visitor) otherClearPaths() []vhost.Route {
	// A host with more is judged by its first ones.
	const enough = 200
	s, d := v.door.survey, v.door
	routes := s.model.Routes(d.host)
	var list []vhost.Route
	asked := map[string]bool{}
	for i, r := range slices.Concat(routes[min(1, len(routes)):], s.apachePaths(d.host)) {
		if i == enough {
			break
		}
		if mayStayOpen(r.Path) || asked[r.Path] {
			continue
		}
		asked[r.Path] = true
		j := s.travel(d.listener, vhost.Request{Name: v.example, Port: d.listener.Address.Port, Path: r.Path}, (*journey).secured)
		if j.end == served && !j.secured() {
			list = append(list, r)
		}
	}
	return list
}
