package source

import (
	"fmt"
	"io"
)

// ReadInput reads standard input, as far as a file may be large
// (DefaultLimits.FileSize, in bytes); more is ErrTooLarge.
func ReadInput(stdin io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(stdin, DefaultLimits.FileSize+1))
	if err != nil {
		return nil, fmt.Errorf("standard input: %w", err)
	}
	if int64(len(data)) > DefaultLimits.FileSize {
		return nil, fmt.Errorf("standard input %w of %d bytes", ErrTooLarge, DefaultLimits.FileSize)
	}
	return data, nil
}
