package servertest

import (
	"compress/gzip"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
)

// bodyLimit bounds a body after its compression is undone, in bytes.
const bodyLimit = 64 << 20

// Decoded is the body with the compression undone that Content-Encoding tells of.
func (r *Response) Decoded() (string, error) {
	var reader io.Reader = strings.NewReader(r.Body)
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "":
	case "gzip":
		zipped, err := gzip.NewReader(reader)
		if err != nil {
			return "", err
		}
		reader = zipped
	case "br":
		reader = brotli.NewReader(reader)
	default:
		return "", fmt.Errorf("the answer is encoded as %q", encoding)
	}
	body, err := io.ReadAll(io.LimitReader(reader, bodyLimit))
	return string(body), err
}
