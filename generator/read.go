package generator

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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
func descriptionFiles(paths []string) ([]string, error) {
	var files []string
	var unusable []error
	for _, p := range paths {
		found, err := expandDirectory(p)
		if err != nil {
			unusable = append(unusable, err)
		}
		files = append(files, found...)
	}
	return files, errors.Join(unusable...)
}

func expandDirectory(p string) ([]string, error) {
	if p == "-" {
		return []string{p}, nil
	}
	info, err := os.Stat(p)
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, fmt.Errorf("%s: %w", p, pathError.Err)
	}
	if !info.IsDir() {
		return []string{p}, nil
	}
	var found []string
	for _, pattern := range []string{"*.hcl", "*" + jsonExtension} {
		names, err := filepath.Glob(filepath.Join(escapeGlob(p), pattern))
		if err != nil {
			return nil, err
		}
		found = append(found, names...)
	}
	slices.Sort(found)
	found = slices.DeleteFunc(found, func(name string) bool { return filepath.Base(name)[0] == '.' })
	if len(found) == 0 {
		return nil, fmt.Errorf("%s holds no *.hcl file", p)
	}
	return found, nil
}

// escapeGlob makes a directory's name match itself only.
func escapeGlob(dir string) string {
	var out []rune
	for _, r := range dir {
		if r == '*' || r == '?' || r == '[' || r == '\\' {
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(out)
}

// parseFiles reads and parses all description files, so that mistakes in
// several of them are reported together.
func parseFiles(parser *hclparse.Parser, paths []string, stdin io.Reader) ([]*hcl.File, hcl.Diagnostics) {
	names, err := descriptionFiles(paths)
	if err != nil {
		return nil, hcl.Diagnostics{unreadable(err)}
	}
	var files []*hcl.File
	var diags hcl.Diagnostics
	for _, name := range names {
		data, label, err := readDescription(name, stdin)
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

func readDescription(name string, stdin io.Reader) (data []byte, label string, err error) {
	if name == "-" {
		if stdin == nil {
			return nil, stdinName, errors.New("no standard input is given")
		}
		data, err = readBounded(stdin)
		return data, stdinName, err
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, name, err
	}
	if !info.Mode().IsRegular() {
		return nil, name, fmt.Errorf("%s is not a regular file", name)
	}
	f, err := os.Open(name)
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
