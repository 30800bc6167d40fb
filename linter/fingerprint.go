package linter

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"padlock/linter/rule"
)

// fingerprint gives each finding an identity that survives edits elsewhere in
// the file: rule, file, virtual host and the words of the line, and a number
// where those occur more than once. It begins with the version of this recipe.
func fingerprint(_ *processing, result *Result) {
	seen := map[string]int{}
	for i := range result.Findings {
		f := &result.Findings[i]
		key := f.Rule + "\x00" + f.Subject.File.Name + "\x00" + f.Site + "\x00" + string(normalisedLine(f))
		seen[key]++
		sum := sha256.Sum256([]byte(key + "\x00" + strconv.Itoa(seen[key])))
		f.Fingerprint = "v1:" + hex.EncodeToString(sum[:12])
	}
}

// normalisedLine is the line that a finding starts on, without the white space
// that a formatter might change.
func normalisedLine(f *rule.Finding) []byte {
	line := f.Subject.File.Line(f.Subject.StartPosition().Line)
	return bytes.Join(bytes.Fields(line), []byte(" "))
}
