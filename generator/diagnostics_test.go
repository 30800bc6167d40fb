package generator_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"padlock/generator"
)

// TestDiagnosticsLeaveTheTerminalAlone: what a description holds is shown, but no
// character of it commands the terminal, nor breaks the lines of what is shown.
func TestDiagnosticsLeaveTheTerminalAlone(t *testing.T) {
	text := "site \"a.example.com\" {\n  root = \"/srv/\x1b[31m\u009b0m\xff é\"\n  \x1b]0;title\x07\n}\n"
	_, diagnostics := generator.Generate(context.Background(), generator.Request{Files: []string{"-"}, Stdin: strings.NewReader(text)})
	var out bytes.Buffer
	if err := diagnostics.Write(&out, 80, false); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\x07\u009b") || !strings.Contains(out.String(), `/srv/?[31m??0m? é`) {
		t.Errorf("%q", out.String())
	}
}
