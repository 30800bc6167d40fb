package generator

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
)

// maxDescription bounds one HCL file, in bytes. Ten thousand sites written
// out by hand are about 2 MB.
const maxDescription = 64 << 20

// jsonExtension ends the names of descriptions in HCL's JSON syntax.
const jsonExtension = ".hcl.json"

// stdinName is how standard input is called in messages and headers.
const stdinName = "<stdin>"

// descriptionFiles expands directories to the *.hcl and *.hcl.json files in them, in
// the order of their names.
func (m machine) descriptionFiles(paths []string) ([]string, error) {
	var files []string
	var unusable []error
	for _, p := range paths {
		found, err := m.expandDirectory(p)
		if err != nil {
			unusable = append(unusable, err)
		}
		files = append(files, found...)
	}
	return files, errors.Join(unusable...)
}

func (m machine) expandDirectory(p string) ([]string, error) {
	if p == "-" {
		return []string{p}, nil
	}
	info, err := m.stat(p)
	if err != nil {
		return nil, withoutCall(err, p)
	}
	if !info.IsDir() {
		return []string{p}, nil
	}
	found, err := m.descriptionsIn(p)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s holds no *.hcl file", p)
	}
	return found, nil
}

// parseFiles reads and parses all description files, so that mistakes in
// several of them are reported together.
func (m machine) parseFiles(parser *hclparse.Parser, paths []string, stdin io.Reader) ([]*hcl.File, hcl.Diagnostics) {
	names, err := m.descriptionFiles(paths)
	if err != nil {
		return nil, hcl.Diagnostics{unreadable(err)}
	}
	var files []*hcl.File
	var diags hcl.Diagnostics
	for _, name := range names {
		data, label, err := m.readDescription(name, stdin)
		if err != nil {
			diags = append(diags, unreadable(err))
			continue
		}
		parse := parser.ParseHCL
		if strings.HasSuffix(label, jsonExtension) {
			parse = parser.ParseJSON
		}
		file, more := parse(data, label)
		diags = append(diags, more...)
		if file != nil {
			files = append(files, file)
		}
	}
	return files, diags
}

func (m machine) readDescription(name string, stdin io.Reader) (data []byte, label string, err error) {
	if name == "-" {
		if stdin == nil {
			return nil, stdinName, errors.New("no standard input is given")
		}
		data, err = readBounded(stdin)
		return data, stdinName, err
	}
	info, err := m.stat(name)
	if err != nil {
		return nil, name, withoutCall(err, name)
	}
	if !info.Mode().IsRegular() {
		return nil, name, fmt.Errorf("%s is not a regular file", name)
	}
	f, err := m.open(name)
	if err != nil {
		return nil, name, err
	}
	defer f.Close()
	data, err = readBounded(f)
	if err != nil {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return data, name, err
}

// withoutCall is an error of the file system with the name as the user wrote it, and
// without the call of the system that failed.
func withoutCall(err error, name string) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", name, pathError.Err)
	}
	return err
}

func readBounded(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxDescription+1))
	if err == nil && len(data) > maxDescription {
		err = fmt.Errorf("the description is larger than %d bytes", maxDescription)
	}
	return data, err
}

func unreadable(err error) *hcl.Diagnostic {
	detail := err.Error()
	if errors.Is(err, fs.ErrNotExist) {
		detail += `. "padlock init" writes a first description`
	}
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "The description cannot be read",
		Detail:   detail + ".",
	}
}
