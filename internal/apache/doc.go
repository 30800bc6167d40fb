// Package apache reads the configuration language of Apache httpd 2.4.
//
// It works in two layers. The reader (Parse) knows lines, words and sections,
// but no module: it turns one file into a Tree that holds every byte, whatever
// the file contains. The evaluator (Load) does what httpd does while it reads:
// it follows includes, substitutes variables, decides conditional sections,
// expands macros, and yields the directives that remain in the server's order,
// each with its place in the source, its sections, its include chain and the
// conditions under which it holds.
//
// Neither layer judges directives: which names exist, where they may stand and
// what they take is the business of the directive table and of the rules.
//
// The rules of the language are those of httpd 2.4.71 (Debian 12), found by
// experiment; the cases are under fixtures/apache/grammar.
package apache
