package generator

import (
	"cmp"
	"slices"
	"strings"
)

// apacheWorker is what httpd keeps for the connections to one URL and all below it.
// Places that share a worker share its parameters, whatever their ProxyPass says
// (AH01146), so each is defined once for the virtual host, the longest URL first: a
// request takes the longest one that its own begins with.
type apacheWorker struct {
	url    string
	params []apacheWord
	peer   *PeerTLS
	at     Text
}

func (w *apacheWorker) same(other *apacheWorker) bool {
	return slices.Equal(w.params, other.params) && (w.peer == nil) == (other.peer == nil) && (w.peer == nil || w.peer.same(other.peer))
}

func (t *PeerTLS) same(other *PeerTLS) bool {
	return t.Verify == other.Verify && t.CA.Value == other.CA.Value && t.Certificate.Value == other.Certificate.Value && sameTexts(t.Protocols, other.Protocols)
}

// apacheWorkers are those of a site's single servers; upstreams have theirs in
// their balancers.
func (s *Site) apacheWorkers() []*apacheWorker {
	workers, _ := s.sharedWorkers()
	return workers
}

// sharedWorkers gives the workers, and those that cannot be as their place asks,
// because another place with the same URL asks otherwise.
func (s *Site) sharedWorkers() (workers, conflicts []*apacheWorker) {
	byURL := map[string]*apacheWorker{}
	add := func(p *Place, r *Route) {
		l := p.link()
		if l == nil || l.To.Upstream != nil {
			return
		}
		w := &apacheWorker{url: workerURL(p, r), params: l.parameters(p.Proxy), peer: l.peer(), at: l.To.Text}
		switch before := byURL[w.url]; {
		case before == nil:
			byURL[w.url] = w
			workers = append(workers, w)
		case !before.same(w):
			conflicts = append(conflicts, w)
		}
	}
	add(&s.Place, nil)
	for _, r := range s.Routes {
		add(&r.Place, r)
	}
	slices.SortStableFunc(workers, func(a, b *apacheWorker) int {
		return cmp.Or(cmp.Compare(len(b.url), len(a.url)), cmp.Compare(a.url, b.url))
	})
	return slices.DeleteFunc(workers, func(w *apacheWorker) bool {
		i := slices.IndexFunc(workers, func(other *apacheWorker) bool {
			return other != nil && len(other.url) < len(w.url) && strings.HasPrefix(w.url, other.url)
		})
		return i >= 0 && workers[i].same(w)
	}), conflicts
}

// workerURL is the longest URL that begins those of all requests of a place.
func workerURL(p *Place, r *Route) string {
	url, path := apacheURL(p.link(), p.Proxy), "/"
	if r != nil && r.Kind != Regex {
		path = r.Path.Value
	}
	if p.Proxy == nil {
		return url + escapedPath(path)
	}
	passed, _ := p.Proxy.passed(path)
	return url + escapedPath(passed)
}

func (a apacheAt) worker(w *apacheWorker) apacheItem {
	body := []apacheItem{{Name: "ProxySet", Args: w.params}}
	return apBlock(append(body, a.peer(w.peer, a.w)...), "Proxy", a.w.word(w.url))
}

// peer verifies the other side.
func (a *apacheRenderer) peer(peer *PeerTLS, w *apacheWords) []apacheItem {
	if peer == nil {
		return nil
	}
	out := []apacheItem{ap("SSLProxyEngine", "on"), ap("SSLProxyVerify", "none"), ap("SSLProxyCheckPeerName", "off"), ap("SSLProxyCheckPeerExpire", "off")}
	if peer.Verify {
		out = []apacheItem{ap("SSLProxyEngine", "on"), ap("SSLProxyVerify", "require"), ap("SSLProxyVerifyDepth", "3"),
			ap("SSLProxyCACertificateFile", w.word(cmp.Or(peer.CA.Value, a.target.Platform.CABundle))), ap("SSLProxyCheckPeerName", "on")}
	}
	if peer.Certificate.Value != "" {
		out = append(out, ap("SSLProxyMachineCertificateFile", w.plain(peer.Certificate)))
	}
	if len(peer.Protocols) > 0 {
		protocols := ap("SSLProxyProtocol", "-all")
		for _, p := range peer.Protocols {
			protocols.Args = append(protocols.Args, apacheWord("+"+p.Value))
		}
		out = append(out, protocols)
	}
	return out
}
