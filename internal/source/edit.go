package source

import (
	"cmp"
	"fmt"
	"slices"
)

// Edit replaces a range of a file by text.
type Edit struct {
	Range
	Text string
}

// Apply returns data with every edit made. Edits may come in any order, but
// must lie within data and must not overlap; two insertions at the same place
// keep the order given. On error nothing is changed.
func Apply(data []byte, edits []Edit) ([]byte, error) {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	var out []byte
	last := int32(0)
	for _, e := range sorted {
		if e.Start < 0 || e.End < e.Start || int(e.End) > len(data) {
			return nil, fmt.Errorf("edit of bytes %d to %d lies outside the %d bytes of the file", e.Start, e.End, len(data))
		}
		if e.Start < last {
			return nil, fmt.Errorf("edit of bytes %d to %d overlaps the one before it, which ends at %d", e.Start, e.End, last)
		}
		out = append(out, data[last:e.Start]...)
		out = append(out, e.Text...)
		last = e.End
	}
	return append(out, data[last:]...), nil
}
