package rule

import (
	"padlock/internal/source"
	"padlock/internal/vhost"
)

// Alike are files that differ in nothing but the name of a site. What is found in
// Judged holds for the Others.
type Alike struct {
	Judged *source.File
	Others []*source.File
}

// Copies is how many files are judged by one, itself not counted.
func (c *Config) Copies(file *source.File) int {
	c.copiesOnce.Do(func() {
		c.copies = map[*source.File]int{}
		for _, a := range c.Alike {
			c.copies[a.Judged] = len(a.Others)
		}
	})
	return c.copies[file]
}

// HostCount is how many virtual hosts some stand for, themselves included. A rule
// that tells a number of them takes it from here.
func (c *Config) HostCount(hosts []*vhost.Host) int {
	count := len(hosts)
	for _, h := range hosts {
		count += c.Copies(h.Origin.Span.File)
	}
	return count
}
