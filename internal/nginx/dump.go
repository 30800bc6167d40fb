package nginx

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"padlock/internal/source"
)

// dumpHeader begins the line that "nginx -T" writes before each file; the name
// and a colon follow. (ngx_dump_config in nginx.c; nginx 1.30.)
const dumpHeader = "# configuration file "

// IsDump tells whether data looks like the output of "nginx -T": its first
// line that is not one of nginx's own messages announces a file.
func IsDump(data []byte) bool {
	rest := string(data[:min(len(data), 1<<16)])
	for line := range strings.Lines(rest) {
		if _, ok := dumpName(line); ok {
			return true
		}
		if !strings.HasPrefix(line, "nginx: ") && strings.TrimSpace(line) != "" {
			return false
		}
	}
	return false
}

func dumpName(line string) (string, bool) {
	line = strings.TrimRight(line, "\r\n")
	name, ok := strings.CutPrefix(line, dumpHeader)
	if !ok || !strings.HasSuffix(name, ":") || len(name) < 2 {
		return "", false
	}
	return name[:len(name)-1], true
}

// ParseDump splits the output of "nginx -T" into the trees of its files, in the
// order in which nginx read them. Their positions are those in the dump.
func ParseDump(dump *source.File) []*Tree {
	text := string(dump.Data)
	var trees []*Tree
	name, start, offset := "", 0, 0
	finish := func(end int) {
		if name != "" {
			trees = append(trees, parse(dump, name, text, source.Range{Start: int32(start), End: int32(end)}))
		}
	}
	for line := range strings.Lines(text) {
		if next, ok := dumpName(line); ok {
			finish(offset)
			name, start = next, offset+len(line)
		}
		offset += len(line)
	}
	finish(len(text))
	return trees
}

// LoadDump reads the output of "nginx -T" as the configuration it came from:
// includes lead to the other files of the dump. A file that is no dump is one
// configuration file.
func LoadDump(dump *source.File, options LoadOptions) *Config {
	trees := ParseDump(dump)
	if len(trees) == 0 {
		trees = []*Tree{Parse(dump)}
	}
	if options.Prefix == "" {
		options.Prefix = path.Dir(trees[0].Name)
	}
	files := dumpFiles{}
	for _, t := range trees {
		if name := path.Clean(t.Name); files[name] == nil {
			files[name] = t
		}
	}
	return load(files, trees[0], options)
}

// dumpFiles are the trees of a dump by their cleaned name.
type dumpFiles map[string]*Tree

func (f dumpFiles) read(name string) (*Tree, error) {
	if t := f[path.Clean(name)]; t != nil {
		return t, nil
	}
	return nil, fs.ErrNotExist
}

func (f dumpFiles) match(pattern string) ([]string, error) {
	parts := strings.Split(path.Clean(pattern), "/")
	var names []string
	for name := range f {
		if globPath(parts, strings.Split(name, "/")) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func globPath(pattern, name []string) bool {
	if len(pattern) != len(name) {
		return false
	}
	for i := range pattern {
		if !globMatch(pattern[i], name[i]) {
			return false
		}
	}
	return true
}
