package rule

import (
	"padlock/internal/source"
	"padlock/internal/vhost"
)

// Alike are files that differ in nothing but the name of a site. What is found in
// Judged holds for the Others.
type Alike struct {
	Judged *source.File
	Others []Copy
	// Unread tells that nothing is known of any certificate or key, so that there is
	// nothing about Others that has to be judged for each.
	Unread bool
}

// Copy is a file that is like one that is judged.
type Copy interface {
	File() *source.File
	// Text is what a text with the name of the judged site is for this one.
	Text(string) string
	// Span is where in this file stands what a span of the judged one covers;
	// spans of other files stay as they are.
	Span(source.Span) source.Span
}

// Copies is how many times what was read of a file, by a chain of includes,
// stands for the same in files that are judged by others.
func (c *Config) Copies(file *source.File, includes []source.Span) int {
	c.copiesOnce.Do(func() {
		c.copies = map[*source.File]int{}
		for _, a := range c.Alike {
			c.copies[a.Judged] = len(a.Others)
		}
	})
	if n, ok := c.copies[file]; ok {
		return n
	}
	for _, span := range includes {
		if n, ok := c.copies[span.File]; ok {
			return n
		}
	}
	return 0
}

// HostCount is how many virtual hosts some stand for, themselves included. A rule
// that tells a number of them takes it from here.
func (c *Config) HostCount(hosts []*vhost.Host) int {
	count := len(hosts)
	for _, h := range hosts {
		count += c.Copies(h.Origin.Span.File, h.Origin.Includes)
	}
	return count
}

// CopiedHosts are the virtual hosts of Copies, for rules that judge more than
// the configuration says (see Rule.JudgesCopies). They are on the listeners of
// those they are like, but not among these listeners' hosts, and cannot be asked
// anything.
func (c *Config) CopiedHosts() []*vhost.Host { return copiedHosts.Of(c) }

var copiedHosts = NewShared(func(c *Config) []*vhost.Host {
	of := map[*source.File][]*vhost.Host{}
	for _, h := range c.Model().Hosts {
		if c.Copies(h.Origin.Span.File, nil) > 0 {
			of[h.Origin.Span.File] = append(of[h.Origin.Span.File], h)
		}
	}
	var all []*vhost.Host
	for _, a := range c.Alike {
		if a.Unread {
			continue
		}
		for _, other := range a.Others {
			for _, h := range of[a.Judged] {
				all = append(all, copyHost(h, other))
			}
		}
	}
	return all
})

func copyHost(h *vhost.Host, to Copy) *vhost.Host {
	moved := *h
	moved.Origin = copyOrigin(h.Origin, to)
	moved.Names = make([]vhost.Name, len(h.Names))
	for i, n := range h.Names {
		n.Text, n.Origin = to.Text(n.Text), copyOrigin(n.Origin, to)
		moved.Names[i] = n
	}
	if h.TLS != nil {
		tls := *h.TLS
		tls.Certificates = make([]vhost.CertificatePair, len(h.TLS.Certificates))
		for i, pair := range h.TLS.Certificates {
			for _, v := range []*vhost.Value[string]{&pair.Certificate, &pair.Key, &pair.Chain} {
				v.V, v.Origin = to.Text(v.V), copyOrigin(v.Origin, to)
			}
			tls.Certificates[i] = pair
		}
		moved.TLS = &tls
	}
	return &moved
}

func copyOrigin(at vhost.Origin, to Copy) vhost.Origin {
	at.Span = to.Span(at.Span)
	return at
}
