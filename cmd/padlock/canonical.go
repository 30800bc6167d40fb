package main

import (
	"cmp"

	"padlock/internal/source"
)

// canonical writes a file as its layout would have it, and unchanged if it has
// none: it is what git compares in the place of the file, and a failure would
// stop git.
func (r *formatRun) canonical(paths []string) error {
	if len(paths) != 1 || r.check || r.diff {
		return usageError{message: "--canonical takes one file, and neither --check nor --diff", command: r.find("fmt")}
	}
	var data []byte
	var err error
	name := paths[0]
	if name == "-" {
		data, err = source.ReadInput(r.In)
		name = cmp.Or(r.stdinName, "<stdin>")
	} else {
		data, err = readBounded(name)
	}
	if err != nil {
		return err
	}
	if formatted, ok, err := r.format(source.NewFile(name, data), false); ok && err == nil {
		data = formatted
	}
	_, err = r.Out.Write(data)
	return err
}
