package conformance

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/rogpeppe/go-internal/txtar"

	"padlock/internal/servertest"
	"padlock/internal/tlspolicy"
)

// Row is one feature with its proof.
type Row struct {
	// Name is the archive's, without its extension.
	Name string
	// Alone rows have a server of their own.
	Alone bool
	// Modules are those that the server must have.
	Modules []string
	// Description is the HCL text.
	Description string
	// Beside are the files beside the description, by name.
	Beside map[string]string
	// Files are those of the server's machine.
	Files        servertest.Files
	Steps        []Step
	found        []found
	refusals     []refusal
	backends     []backend
	certificates []certificateLine
}

// refusal is a target that cannot do what the row describes.
type refusal struct {
	server  servertest.Kind
	older   tlspolicy.Version // only versions before it; zero for all
	because string
}

// found is a rule of the linter that finds something in the row's sites, because they ask for it.
type found struct {
	rule string
	// on are the servers; nil for all.
	on *refusal
}

type backend struct {
	servertest.BackendConfig
	certificate string
	// responder is the authority for whose certificates it answers, revoked and unknown are those that it does not call
	// good; acme is the authority that it certifies for.
	responder, acme  string
	revoked, unknown []string
}

// ReadRows reads all rows of a directory, in the order of their names.
func ReadRows(dir string) ([]*Row, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, err
	}
	var rows []*Row
	for _, name := range names {
		row, err := readRow(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func readRow(name string) (*Row, error) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		return nil, err
	}
	row := &Row{Name: strings.TrimSuffix(filepath.Base(name), ".txtar"), Beside: map[string]string{}, Files: servertest.Files{}}
	line, err := row.readHead(string(archive.Comment))
	if err != nil {
		return nil, err
	}
	for _, file := range archive.Files {
		text := string(file.Data)
		line++ // the file's own marker
		switch {
		case file.Name == "sites.hcl":
			row.Description = text
		case file.Name == "requests":
			row.Steps, err = parseSteps(text, line)
		case file.Name == "backends":
			err = row.readBackends(text)
		case file.Name == "certificates":
			row.certificates, err = parseCertificates(text)
		case strings.Contains(file.Name, "/"):
			err = row.addFile(file.Name, file.Data)
		default:
			row.Beside[file.Name] = text
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name, err)
		}
		line += strings.Count(text, "\n")
	}
	if row.Description == "" || len(row.Steps) == 0 && len(row.refusals) == 0 {
		return nil, fmt.Errorf("a row has sites.hcl and requests")
	}
	if len(row.Beside) > 0 && !row.Alone {
		return nil, fmt.Errorf("files beside the description (%d) are for rows that are alone", len(row.Beside))
	}
	return row, nil
}

func (r *Row) readHead(text string) (lines int, err error) {
	title, _, _ := strings.Cut(text, "\n")
	if strings.TrimSpace(title) == "" {
		return 0, fmt.Errorf("the first line says what is proven")
	}
	for _, line := range strings.Split(text, "\n") {
		word, rest, more := strings.Cut(strings.TrimSpace(line), " ")
		if !more {
			continue
		}
		switch word {
		case "alone:":
			r.Alone = true
		case "modules":
			r.Modules = strings.Fields(rest)
		case "found":
			rule, where, limited := strings.Cut(rest, " on ")
			f := found{rule: strings.TrimSuffix(strings.Fields(rule)[0], ":")}
			if limited && f.rule == rule {
				on, err := parseRefusal(where)
				if err != nil {
					return 0, err
				}
				f.on = &on
			}
			r.found = append(r.found, f)
		case "refused":
			refused, err := parseRefusal(rest)
			if err != nil {
				return 0, err
			}
			r.refusals = append(r.refusals, refused)
		}
	}
	return strings.Count(text, "\n"), nil
}

func parseRefusal(text string) (refusal, error) {
	who, because, ok := strings.Cut(text, ": ")
	words := strings.Fields(who)
	if !ok || len(words) == 0 || !slices.Contains([]string{"nginx", "apache"}, words[0]) {
		return refusal{}, fmt.Errorf("%q is not SERVER: WORDS or SERVER < VERSION: WORDS", text)
	}
	r := refusal{server: servertest.Kind(words[0]), because: because}
	var err error
	if len(words) == 3 && words[1] == "<" {
		r.older, err = tlspolicy.ParseVersion(words[2])
	} else if len(words) != 1 {
		err = fmt.Errorf("%q names no range of versions", who)
	}
	return r, err
}

// Found are the rules of the linter that find something in the row's sites for a server, because they ask for it.
func (r *Row) Found(server *servertest.Server) []string {
	var rules []string
	for _, f := range r.found {
		if f.on == nil || f.on.holds(server) {
			rules = append(rules, f.rule)
		}
	}
	return rules
}

// holds tells that a server is one of those meant.
func (r refusal) holds(server *servertest.Server) bool {
	version, err := tlspolicy.ParseVersion(server.Version)
	return r.server == server.Kind && (r.older.IsZero() || err == nil && version.Before(r.older))
}

// Refused tells whether the server's version cannot do what the row describes, and the words that generating must say then.
func (r *Row) Refused(server *servertest.Server) (because string, refused bool) {
	for _, refused := range r.refusals {
		if refused.holds(server) {
			return refused.because, true
		}
	}
	return "", false
}

// Runs tells whether the server has the modules, and its system the PHP, that the row needs.
func (r *Row) Runs(server *servertest.Server) bool {
	if server.PHP == "" && slices.ContainsFunc(r.backends, func(b backend) bool { return b.Protocol == servertest.PHP }) {
		return false
	}
	for _, module := range r.Modules {
		if !server.Has(module) && !server.Has("ngx_http_"+module+"_filter_module") && !server.Has("http_"+module+"_module") {
			return false
		}
	}
	return true
}

func (r *Row) readBackends(text string) error {
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		if len(words) < 3 {
			return fmt.Errorf("%q is not NAME PROTOCOL ADDRESS", line)
		}
		b := backend{BackendConfig: servertest.BackendConfig{Name: words[0], Protocol: servertest.Protocol(words[1]), Address: words[2]}}
		for _, word := range words[3:] {
			switch name, value, _ := strings.Cut(word, "="); name {
			case "certificate":
				b.certificate = value
			case "responder":
				b.responder = value
			case "acme":
				b.acme = value
			case "revoked":
				b.revoked = strings.Split(value, ",")
			case "unknown":
				b.unknown = strings.Split(value, ",")
			default:
				return fmt.Errorf("%q says nothing of a backend", word)
			}
		}
		r.backends = append(r.backends, b)
	}
	return nil
}

// addFile puts a file on the server's machine; words before its path make its content.
func (r *Row) addFile(name string, data []byte) error {
	words, path, _ := strings.Cut(name, "/")
	path = "/" + path
	for _, word := range strings.Fields(words) {
		var out bytes.Buffer
		count, isRepeat := strings.CutPrefix(word, "repeat=")
		switch {
		case isRepeat:
			n, err := strconv.Atoi(count)
			if err != nil || n < 1 || n*len(data) > 16<<20 {
				return fmt.Errorf("%q is no count", word)
			}
			out.Write(bytes.Repeat(data, n))
		case word == "gzip":
			w := gzip.NewWriter(&out)
			_, _ = w.Write(data) // to memory
			_ = w.Close()
		case word == "brotli":
			w := brotli.NewWriter(&out)
			_, _ = w.Write(data)
			_ = w.Close()
		default:
			return fmt.Errorf("%q makes no file", word)
		}
		data = out.Bytes()
	}
	r.Files[path] = string(data)
	return nil
}
