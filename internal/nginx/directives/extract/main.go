// Command extract reads the directive tables out of nginx binaries and dynamic
// modules (ELF, x86-64) and prints them as rows of directives.tsv.
//
// nginx is linked with its symbols exported so that modules can find them;
// the array ngx_modules therefore leads to every module, and from there to
// every command: its name, where it may stand, how many arguments it takes,
// and which function reads them. What the server itself goes by is thus copied
// without a detour through documentation.
//
//	go run ./internal/nginx/directives/extract VERSION=FILE[,FILE…] … > rows.tsv
//
// Rows that are equal in all versions given are printed once.
//
// The table that is searched is composed of them afterwards:
//
//	go test -run TestTableIsComposed ./internal/nginx/directives -update
package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "extract:", err)
		os.Exit(2)
	}
}

// row is one command of one module, with the versions it was seen in.
type row struct {
	name, module, contexts, arguments, reader, words string
}

// run prints the merged rows of all versions in args.
func run(args []string) error {
	seen := map[row][]string{}
	var versions []string
	for _, arg := range args {
		version, files, ok := strings.Cut(arg, "=")
		if !ok {
			return fmt.Errorf("%q is not VERSION=FILE[,FILE…]", arg)
		}
		versions = append(versions, version)
		for _, file := range strings.Split(files, ",") {
			rows, err := readBinary(file)
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			for _, r := range rows {
				if !slices.Contains(seen[r], version) {
					seen[r] = append(seen[r], version)
				}
			}
		}
	}
	printRows(seen, versions)
	return nil
}

// printRows writes the rows in order of name, module and contexts. The last
// column names the versions a row holds for, "*" for all.
func printRows(seen map[row][]string, versions []string) {
	rows := make([]row, 0, len(seen))
	for r := range seen {
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.module, b.module),
			cmp.Compare(seen[a][0], seen[b][0]), cmp.Compare(a.contexts, b.contexts), cmp.Compare(a.arguments, b.arguments))
	})
	for _, r := range rows {
		in := strings.Join(seen[r], ",")
		if len(seen[r]) == len(versions) {
			in = "*"
		}
		fmt.Println(strings.Join([]string{r.name, r.module, r.contexts, r.arguments, r.reader, r.words, in}, "\t"))
	}
}
