package rule

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"sync"

	"padlock/internal/certificate"
	"padlock/internal/source"
)

// PEMFiles reads the certificates, keys and parameters that a configuration
// names, each once, and nothing else. It belongs to one configuration.
type PEMFiles struct {
	set       *source.Set
	prefix    string
	installed bool

	reader certificate.Reader
	mutex  sync.Mutex
	files  map[string]func() *PEMFile
}

// NewPEMFiles makes the reader of a configuration. prefix is where the server
// starts relative names. installed tells that the files of the server's machine
// are those of the set, so that one that is not there is missing.
func NewPEMFiles(set *source.Set, prefix string, installed bool) *PEMFiles {
	return &PEMFiles{set: set, prefix: prefix, installed: installed, files: map[string]func() *PEMFile{}}
}

// PEMFile is what is known about a file that a configuration names. Nothing is
// known about one that may not be read.
type PEMFile struct {
	// Path is its absolute name.
	Path string
	// Read tells that Bundle is what it says, as far as Fault allows.
	Read   bool
	Bundle certificate.Bundle
	// Fault says why a server cannot load the file; nil if it can, or if that
	// is not known.
	Fault error
	// Permissions are those of an installed server's file; Known tells whether
	// they are known, Exposed that every user of the machine can read it, Shared
	// that a group can.
	Permissions            fs.FileMode
	Known, Exposed, Shared bool
}

// ErrMissing is the Fault of a file that an installed server lacks.
var ErrMissing = errors.New("the file does not exist")

var errNoFile = errors.New("is not a file")

// PEM is the file of that name, read when it is asked for first. Words that name
// no file (variables, "data:", "engine:", "store:", PKCS #11) give a file that
// nothing is known about.
func (c *Config) PEM(name string) *PEMFile {
	if c.Files == nil || name == "" || strings.Contains(name, "$") || namesNoFile(name) {
		return &PEMFile{}
	}
	return c.Files.read(name)
}

// namesNoFile tells that a word has a scheme of nginx or OpenSSL in front.
func namesNoFile(name string) bool {
	scheme, _, ok := strings.Cut(name, ":")
	return ok && !strings.Contains(scheme, "/")
}

func (p *PEMFiles) read(name string) *PEMFile {
	if !path.IsAbs(name) {
		name = path.Join(p.prefix, name)
	}
	name = path.Clean(name)
	p.mutex.Lock()
	read, ok := p.files[name]
	if !ok {
		read = sync.OnceValue(func() *PEMFile { return p.load(name) })
		p.files[name] = read
	}
	p.mutex.Unlock()
	return read()
}

func (p *PEMFiles) load(name string) *PEMFile {
	f := &PEMFile{Path: name}
	data, info, err := p.set.Glance(name, certificate.MaxSize)
	if info != nil && p.installed && info.Mode().IsRegular() {
		f.Permissions, f.Known = info.Mode().Perm(), true
		f.Exposed = f.Permissions&0o004 != 0 && p.set.Reachable(name, 0o001)
		f.Shared = f.Permissions&0o040 != 0 && p.set.Reachable(name, 0o011)
	}
	switch {
	case err == nil:
		f.Read = true
		f.Bundle, f.Fault = p.reader.Read(data)
	case errors.Is(err, source.ErrTooLarge):
		f.Fault = source.ErrTooLarge
	case errors.Is(err, source.ErrNotRegular) && p.installed && info != nil && info.IsDir():
		f.Fault = errNoFile
	case errors.Is(err, fs.ErrNotExist) && p.installed:
		f.Fault = ErrMissing
	}
	return f
}
