package generator

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"padlock/internal/apache"
	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// sharedParts are what the layout modular moves into files of their own: runs of
// these directives at the level of a virtual host, by the name of the part.
var sharedParts = map[tlspolicy.Server]map[string]string{
	tlspolicy.Nginx: parts(map[string]string{
		"tls":         "ssl_protocols ssl_ciphers ssl_prefer_server_ciphers ssl_ecdh_curve ssl_conf_command ssl_session_timeout ssl_session_cache ssl_session_tickets ssl_buffer_size ssl_stapling ssl_stapling_verify",
		"compression": "gzip gzip_vary gzip_proxied gzip_min_length gzip_comp_level gzip_types gzip_static brotli brotli_types brotli_comp_level brotli_static",
		"headers":     "add_header add_header_inherit",
	}),
	tlspolicy.Apache: parts(map[string]string{
		"tls":         "sslprotocol sslciphersuite sslhonorcipherorder sslopensslconfcmd sslsessiontickets sslsessioncachetimeout protocols",
		"compression": "addoutputfilterbytype",
		"headers":     "header",
	}),
}

// parts gives the part of each directive.
func parts(byPart map[string]string) map[string]string {
	out := map[string]string{}
	for part, names := range byPart {
		for _, name := range strings.Fields(names) {
			out[name] = part
		}
	}
	return out
}

// sharing collects the shared files of one output.
type sharing struct {
	server tlspolicy.Server
	dir    string
	first  []byte            // the first line of every file
	made   map[string][]byte // by name
}

func newSharing(server tlspolicy.Server, dir string) *sharing {
	return &sharing{server: server, dir: dir, made: map[string][]byte{}}
}

// run is a stretch of whole lines of a file that make one part.
type run struct {
	part       string
	start, end int
}

// extract gives the content of a file with an include in the place of each run, and
// keeps the runs.
func (s *sharing) extract(f File) []byte {
	if s.first == nil {
		line, _, _ := bytes.Cut(f.Content, []byte("\n"))
		s.first = append(bytes.Clone(line), '\n')
	}
	file := source.NewFile(f.Name, f.Content)
	runs := s.nginxRuns(file)
	if s.server == tlspolicy.Apache {
		runs = s.apacheRuns(file)
	}
	var out bytes.Buffer
	last := 0
	for _, r := range runs {
		out.Write(f.Content[last:r.start])
		out.WriteString(s.include(r.part, f.Content[r.start:r.end]))
		last = r.end
	}
	out.Write(f.Content[last:])
	return out.Bytes()
}

// include keeps a run under a name made of its content, so that a file never changes
// its meaning under a site that was not rendered anew, and gives the line to write.
func (s *sharing) include(part string, text []byte) string {
	var body bytes.Buffer
	body.Write(s.first)
	fmt.Fprintf(&body, "# Shared by the sites that include it: %s\n\n", part)
	for line := range bytes.Lines(text) {
		body.Write(bytes.TrimPrefix(line, []byte(indent)))
	}
	sum := sha256.Sum256(text)
	name := path.Join(sharedFolder, part+"-"+hex.EncodeToString(sum[:4])+".conf")
	s.made[name] = body.Bytes()
	if s.server == tlspolicy.Apache {
		return fmt.Sprintf("%sInclude %s/%s\n", indent, s.dir, name)
	}
	return fmt.Sprintf("%sinclude %s/%s;\n", indent, s.dir, name)
}

func (s *sharing) files() []File {
	var out []File
	for _, name := range slices.Sorted(maps.Keys(s.made)) {
		out = append(out, File{Name: name, Content: s.made[name]})
	}
	return out
}

// nginxRuns finds the runs in the servers of a file.
func (s *sharing) nginxRuns(file *source.File) []run {
	var runs []run
	for _, server := range nginx.Parse(file).Directives {
		if server.Name != "server" {
			continue
		}
		c := runCollector{file: file, parts: sharedParts[s.server]}
		for _, d := range server.Block {
			c.add(d.Name, !d.HasBlock, d.Range)
		}
		runs = append(runs, c.runs...)
	}
	return runs
}

// apacheRuns finds the runs in the virtual hosts of a file.
func (s *sharing) apacheRuns(file *source.File) []run {
	var runs []run
	for host := range apache.Parse(file).Children() {
		if host.Kind() != apache.Section || !host.Is("VirtualHost") {
			continue
		}
		c := runCollector{file: file, parts: sharedParts[s.server]}
		for node := range host.Children() {
			if node.Kind() == apache.Blank || node.Kind() == apache.Comment {
				continue
			}
			c.add(strings.ToLower(node.Name()), node.Kind() == apache.Directive, node.Range())
		}
		runs = append(runs, c.runs...)
	}
	return runs
}

// runCollector joins neighbouring directives of one part.
type runCollector struct {
	file  *source.File
	parts map[string]string
	runs  []run
	open  bool
}

// add takes the next directive of a virtual host; plain tells that it is no block.
func (c *runCollector) add(name string, plain bool, at source.Range) {
	part := c.parts[name]
	if !plain || part == "" {
		c.open = false
		return
	}
	first := c.file.LineRange(c.file.Position(int(at.Start)).Line)
	last := c.file.LineRange(c.file.Position(int(at.End)).Line)
	if n := len(c.runs); c.open && c.runs[n-1].part == part {
		c.runs[n-1].end = int(last.End)
		return
	}
	c.runs = append(c.runs, run{part, int(first.Start), int(last.End)})
	c.open = true
}
