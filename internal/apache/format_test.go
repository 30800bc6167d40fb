package apache

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"padlock/internal/source"
)

func TestFormat(t *testing.T) {
	tests := []struct{ name, input, want string }{
		{"sections are indented by four spaces",
			"<VirtualHost *:80>\nServerName a\n\t<Directory />\nRequire all granted\n</Directory>\n  </VirtualHost>",
			"<VirtualHost *:80>\n    ServerName a\n    <Directory />\n        Require all granted\n    </Directory>\n</VirtualHost>\n"},
		{"one blank line at most, none at the ends", "\n\nA b\n\n\n\n# c\n\n", "A b\n\n# c\n"},
		{"comments follow the indentation", "<A b>\n# x\n</A> # y\n", "<A b>\n    # x\n</A> # y\n"},
		{"arguments are not touched", "LogFormat   \"%h  %l\"\t x\n", "LogFormat   \"%h  %l\"\t x\n"},
		{"white space at line ends goes", "A b  \t\n", "A b\n"},
		{"but not behind a backslash, which it protects", "A \\ \nB c\n", "A \\ \nB c\n"},
		{"continued lines are indented one level more", "<A b>\nC d \\\n  e \\\nf\n</A>\n", "<A b>\n    C d \\\n        e \\\n        f\n</A>\n"},
		{"a word that is broken stays broken", "Serv\\\nerName a\n", "Serv\\\nerName a\n"},
		{"white space in quotes stays", "A \"b \\\n  c\" \\\n d\n", "A \"b \\\n  c\" \\\n    d\n"},
		{"the line that a comment continues onto", "# a \\\nb\n", "# a \\\n    b\n"},
		{"CRLF stays CRLF", "<A b>\r\nC d\r\n</A>\r\n", "<A b>\r\n    C d\r\n</A>\r\n"},
		{"a macro's body is indented as far as it balances", "<Macro A $x>\n<B $x>\nC\n</B>\n</D>\nE\n</Macro>\n", "<Macro A $x>\n    <B $x>\n        C\n    </B>\n    </D>\n    E\n</Macro>\n"},
		{"Lua is not touched", "<A b>\n<LuaHookFixups f>\nif x then\n\n\n  y()\nend\n</LuaHookFixups>\n</A>\n", "<A b>\n    <LuaHookFixups f>\nif x then\n\n\n  y()\nend\n    </LuaHookFixups>\n</A>\n"},
		{"a file with an error is not touched", "<A b>\n  C\n\n\n</B>\n", "<A b>\n  C\n\n\n</B>\n"},
		{"an empty file", "\n \n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := string(Format(parse(tt.input)))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			checkFormat(t, []byte(tt.input))
		})
	}
}

// checkFormat holds the formatter's promises for any input: twice is once, and
// the lines that count say the same.
func checkFormat(t *testing.T, input []byte) {
	t.Helper()
	tree := Parse(source.NewFile("test.conf", input))
	once := Format(tree)
	again := Parse(source.NewFile("test.conf", once))
	if twice := Format(again); !bytes.Equal(once, twice) {
		t.Fatalf("%q formats to %q and then to %q", input, once, twice)
	}
	if len(tree.Diagnostics) == 0 && len(again.Diagnostics) > 0 {
		t.Fatalf("%q is well-formed, but formats to %q", input, once)
	}
	if diff := cmp.Diff(meaning(tree), meaning(again)); diff != "" {
		t.Fatalf("%q formats to %q, which says something else (-before +after):\n%s", input, once, diff)
	}
}

type said struct {
	Kind  Kind
	Text  []string
	Depth int
}

// meaning is a tree without its layout.
func meaning(t *Tree) []said {
	var out []said
	for n := range t.Nodes() {
		if n.Kind() == Comment || n.Kind() == Blank && n.logical().s == "" {
			continue
		}
		s := said{Kind: n.Kind(), Text: values(n.logical().s)}
		if n.Kind() == Raw {
			s.Text = []string{string(t.File.Text(n.Line()))}
		}
		for up, ok := n.Parent(); ok && s.Depth < 100; up, ok = up.Parent() {
			s.Depth++
		}
		out = append(out, s)
	}
	return out
}

func TestFormatCases(t *testing.T) {
	for _, c := range readCases(t) {
		checkFormat(t, []byte(c.Input))
	}
}

func FuzzFormat(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) { checkFormat(t, data) })
}
