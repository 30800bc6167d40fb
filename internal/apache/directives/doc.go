// Package directives is what Padlock knows about the directives of the Apache
// HTTP Server: which module owns a directive, where it may stand, how many
// arguments it takes, what each argument may be, in which version it came and
// went, and which names it defines or refers to.
//
// In goes a directive's name, its arguments as the server's reader split them,
// its raw argument text and the place it stands in; out come facts and
// problems. The package reads no files, evaluates no conditions and knows no
// syntax tree. What it says is what `apache2 -t` of httpd 2.4.71 says, held
// against that server by the package's tests; where Padlock sees more than the
// server (a value that passes silently and then does nothing) the Problem is
// marked as Silent.
//
// The facts are tables below data/, each with its source in its first lines.
package directives
