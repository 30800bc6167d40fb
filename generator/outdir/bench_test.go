package outdir

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

func BenchmarkApply10000(b *testing.B) {
	files := make([]File, 10_000)
	for i := range files {
		files[i] = file(fmt.Sprintf("site-%d.conf", i), strings.Repeat("    add_header X-Content-Type-Options nosniff always;\n", 40))
	}
	for _, first := range []bool{true, false} {
		b.Run(map[bool]string{true: "created", false: "unchanged"}[first], func(b *testing.B) {
			dir := b.TempDir()
			if _, err := Apply(context.Background(), dir, files, KeepEdits); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if first {
					dir = b.TempDir()
				}
				if _, err := Apply(context.Background(), dir, files, KeepEdits); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
