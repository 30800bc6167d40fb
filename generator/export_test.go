package generator

// NameMatching is a name that a pattern of a site (with its ~) matches, for tests from
// outside; empty if none was found.
func NameMatching(pattern string) string {
	_, example := exampleName(pattern[1:])
	return example
}
