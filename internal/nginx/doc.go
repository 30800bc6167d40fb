// Package nginx reads the configuration language of nginx.
//
// In come the bytes of one file (Parse), of a main file with everything it
// includes (Load), or an "nginx -T" dump (LoadDump). Out comes a lossless tree
// per file, and for a whole configuration one effective tree of nodes in the
// order in which the server reads its directives, included files spliced in.
//
// The package knows the grammar, nothing of the directives' meaning: which
// directives exist, and where they may stand, is the directives package's
// business. It agrees with nginx on what the grammar accepts, and unlike nginx
// goes on after an error. It never opens a file itself: all reading goes
// through source.Set.
package nginx
