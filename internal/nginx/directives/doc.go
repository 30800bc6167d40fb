// Package directives knows the words of nginx configuration: every directive,
// where it may stand, how many arguments it takes and of which type, since
// when it exists, and the variables and named things directives speak of.
//
// A name, its arguments and the blocks around it go in; out comes what the
// server of a given version would say about them. The package reads no file
// and knows no syntax tree; whatever needs neighbours (a second directive, a
// definition elsewhere) is told here as facts for others to use.
//
// The facts come from the servers themselves: directives.tsv is read out of the
// binaries of nginx 1.22.1, 1.26.3 and 1.30.6 and the dynamic modules packaged
// for them (see the command in extract), and the tests ask the real servers.
// What those lack (nginx Plus, commercial modules, newer mainline) is taken
// from crossplane's tables. All of it is composed into table.tsv, in which one
// directive is found without reading the others.
package directives
