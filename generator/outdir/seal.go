package outdir

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
)

// Marker begins the first line of every file that Padlock writes, and of no
// other. It is a comment to nginx and to Apache.
const Marker = "# Managed by Padlock"

// checksumPrefix begins the second line of a written file. The rest of the line
// is the SHA-256 of all other lines, in hexadecimal. It is not a protection:
// it tells whether a person changed the file since, and would lose that change.
const checksumPrefix = "# Checksum: sha256:"

// Seal adds the checksum line below the first line of content.
func Seal(content []byte) []byte {
	first, rest := splitLine(content)
	out := make([]byte, 0, len(content)+len(checksumPrefix)+2*sha256.Size+2)
	out = append(out, first...)
	if !bytes.HasSuffix(first, []byte("\n")) {
		out = append(out, '\n')
	}
	out = append(out, checksumPrefix...)
	out = append(out, checksum(out[:len(out)-len(checksumPrefix)], rest)...)
	out = append(out, '\n')
	return append(out, rest...)
}

// Unseal returns content without its checksum line, and whether that line was
// there and right: whether the content is as Padlock wrote it.
func Unseal(sealed []byte) (content []byte, intact bool) {
	first, rest := splitLine(sealed)
	line, rest := splitLine(rest)
	sum, found := bytes.CutPrefix(bytes.TrimSuffix(line, []byte("\n")), []byte(checksumPrefix))
	if !found {
		return sealed, false
	}
	content = append(bytes.Clone(first), rest...)
	return content, string(sum) == checksum(first, rest)
}

func checksum(first, rest []byte) string {
	h := sha256.New()
	h.Write(first)
	h.Write(rest)
	return hex.EncodeToString(h.Sum(nil))
}

// splitLine cuts after the first line end.
func splitLine(b []byte) (line, rest []byte) {
	end := bytes.IndexByte(b, '\n') + 1
	if end == 0 {
		end = len(b)
	}
	return b[:end], b[end:]
}
