package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var updateReadme = flag.Bool("update", false, "rewrite the outputs in README.md")

var consoleBlock = regexp.MustCompile("(?ms)^```console\n\\$ padlock ([^\n]*)\n(.*?)^```$")

// TestReadme runs the invocations that the README shows, among the examples,
// and compares what it shows with what comes out.
func TestReadme(t *testing.T) {
	readme, err := filepath.Abs("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../../fixtures/examples")
	blocks := consoleBlock.FindAllSubmatchIndex(text, -1)
	if len(blocks) == 0 {
		t.Fatal("the README shows nothing")
	}
	var out bytes.Buffer
	last := 0
	for _, at := range blocks {
		invocation, shown := string(text[at[2]:at[3]]), string(text[at[4]:at[5]])
		got := readmeOutput(t, strings.Fields(invocation))
		if got != shown && !*updateReadme {
			t.Errorf("padlock %s\nshown:\n%s\ngot:\n%s", invocation, shown, got)
		}
		out.Write(text[last:at[4]])
		out.WriteString(got)
		last = at[5]
	}
	out.Write(text[last:])
	if *updateReadme {
		if err := os.WriteFile(readme, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// readmeOutput is what a terminal would show: both streams in one.
func readmeOutput(t *testing.T, args []string) string {
	t.Helper()
	var out bytes.Buffer
	run(context.Background(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &out, ErrWidth: 80, Environment: os.Environ()})
	return out.String()
}
