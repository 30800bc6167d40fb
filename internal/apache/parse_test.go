package apache

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"padlock/internal/source"
)

func parse(input string) *Tree { return Parse(source.NewFile("test.conf", []byte(input))) }

// outline writes a tree's lines with their depth, name and arguments.
func outline(t *Tree) string {
	var b strings.Builder
	for n := range t.Nodes() {
		depth := 0
		for up, ok := n.Parent(); ok; up, ok = up.Parent() {
			depth++
		}
		if n.Kind() == Close {
			depth = max(0, depth-1)
		}
		indent := strings.Repeat(" ", depth)
		switch n.Kind() {
		case Directive, Section, Close:
			fmt.Fprintf(&b, "%d:%s%s|%s|%s\n", n.LastLine(), indent, [...]string{Directive: "", Section: "<", Close: "</"}[n.Kind()], n.Name(), n.RawArgs())
		case Raw:
			fmt.Fprintf(&b, "%d:%sraw\n", n.LastLine(), indent)
		}
	}
	return b.String()
}

func TestParseLines(t *testing.T) {
	tests := []struct{ name, input, want string }{
		{"a directive and its arguments", "ServerAlias  a\tb \n", "1:|ServerAlias|a\tb\n"},
		{"a continuation joins without a space", "Server\\\nAdmin a@b\n", "2:|ServerAdmin|a@b\n"},
		{"a continuation keeps the next line's indentation", "ServerAlias a\\\n    b\n", "2:|ServerAlias|a    b\n"},
		{"a backslash before a space does not continue", "ServerAdmin \\ \na@b\n", "1:|ServerAdmin|\\\n2:|a@b|\n"},
		{"CRLF files continue too", "ServerAdmin \\\r\na@b\r\n", "2:|ServerAdmin|a@b\n"},
		{"a lone CR is no line end", "ServerAdmin a\rb\n", "1:|ServerAdmin|a\rb\n"},
		{"two backslashes continue, one stays", "ServerAlias a\\\\\nb\n", "2:|ServerAlias|a\\b\n"},
		{"three backslashes continue, two stay", "ServerAlias a\\\\\\\nb\n", "2:|ServerAlias|a\\\\b\n"},
		{"an empty line ends a continuation", "ServerAdmin a@b \\\n\nServerSignature Off\n", "2:|ServerAdmin|a@b\n3:|ServerSignature|Off\n"},
		{"an empty line uncovers the backslash before", "ServerAdmin a\\\\\n\nServerSignature Off\n", "3:|ServerAdmin|aServerSignature Off\n"},
		{"a continued line is not looked at for comments", "ServerAlias a \\\n# comment \\\n b\n", "3:|ServerAlias|a # comment  b\n"},
		{"a backslash at the end of the file stays", "ServerAdmin a@b \\", "1:|ServerAdmin|a@b \\\n"},
		{"a comment ending in a backslash eats the next line", "# foo \\\nServerAdmin a b c\nServerSignature Off\n", "3:|ServerSignature|Off\n"},
		{"NUL cuts its line", "ServerAdmin a\x00b\nServerSignature Off\n", "1:|ServerAdmin|a\n2:|ServerSignature|Off\n"},
		{"NUL before a backslash cuts that too", "ServerAdmin a\x00b\\\nServerSignature Off\n", "1:|ServerAdmin|a\n2:|ServerSignature|Off\n"},
		{"VT and FF are white space", "\vServerAdmin\fa@b\n", "1:|ServerAdmin|a@b\n"},
		{"NBSP is not white space", "ServerAdmin\u00a0a@b\n", "1:|ServerAdmin\u00a0a@b|\n"},
		{"no trailing comments", "ServerAlias a # b\n", "1:|ServerAlias|a # b\n"},
		{"an empty word is skipped", "\"\"\nServerSignature Off\n", "2:|ServerSignature|Off\n"},
		{"the name may be quoted", "\"ServerAdmin\" a@b\n", "1:|ServerAdmin|a@b\n"},
		{"a quoted section", "\"<VirtualHost\" *:81>\n\"</VirtualHost>\"\n", "1:<|VirtualHost|*:81>\n2:</|VirtualHost|\n"},
		{"the bracket at a bare section's name goes to the arguments", "<RequireAll> \n</RequireAll>\n", "1:<|RequireAll|>\n2:</|RequireAll|\n"},
		{"before arguments such a bracket is dropped", "<RequireAll> # c\n</RequireAll>\n", "1:<|RequireAll|# c\n2:</|RequireAll|\n"},
		{"a name of another kind loses its bracket too", "Foo>\n", "1:|Foo|\n"},
		{"a section over several lines", "<VirtualHost \\\n *:81 \\\n *:82>\nServerAdmin a@b\n</VirtualHost>\n", "3:<|VirtualHost|*:81  *:82>\n4: |ServerAdmin|a@b\n5:</|VirtualHost|\n"},
		{"macro bodies stand flat", "<Macro A>\n<VirtualHost *:80>\n</Macro>\nUse A\n", "1:<|Macro|A>\n2: <|VirtualHost|*:80>\n3:</|Macro|\n4:|Use|A\n"},
		{"macros nest by name", "<Macro A>\n<Macro B>\n</Macro>\n</Macro>\nUse A\n", "1:<|Macro|A>\n2: <|Macro|B>\n3:</|Macro|\n4:</|Macro|\n5:|Use|A\n"},
		{"Lua is not configuration", "<LuaHookFixups f>\nif a < b then\nend\n</LuaHookFixups>\n", "1:<|LuaHookFixups|f>\n2: raw\n3: raw\n4:</|LuaHookFixups|\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree := parse(tt.input)
			if diff := cmp.Diff(tt.want, outline(tree)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", tt.input, diff)
			}
			if got := string(tree.Print()); got != tt.input {
				t.Errorf("printed %q", got)
			}
		})
	}
}

func TestWords(t *testing.T) {
	tests := []struct {
		name, input string
		want        []string
	}{
		{"white space separates", "a  b\tc", []string{"a", "b", "c"}},
		{"double quotes group", `"a b" c`, []string{"a b", "c"}},
		{"single quotes group", `'a b' c`, []string{"a b", "c"}},
		{"a quote inside a word is a character", `a"b c"`, []string{`a"b`, `c"`}},
		{"a closing quote ends the word", `"X"y`, []string{"X", "y"}},
		{"a backslash protects the quote", `"a\"b"`, []string{`a"b`}},
		{"but not the other quote", `"a\'b"`, []string{`a\'b`}},
		{"in single quotes too", `'a\'b'`, []string{`a'b`}},
		{"there are no C escapes", `"a\nb"`, []string{`a\nb`}},
		{"a double backslash is one", `a\\b "c\\d"`, []string{`a\b`, `c\d`}},
		{"a backslash does not protect a space", `a\ b`, []string{`a\`, "b"}},
		{"an unclosed quote runs to the end", `"a b`, []string{"a b"}},
		{"an escaped quote at the end", `"a b\"`, []string{`a b"`}},
		{"an empty word", `"" a`, []string{"", "a"}},
		{"a hash is nothing special", `a # b`, []string{"a", "#", "b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			input := "X " + tt.input
			for _, w := range parse(input).Node(0).Words() {
				got = append(got, w.Value)
				if raw := input[w.Start:w.End]; !w.Verbatim || w.Quote == 0 && unescape(raw, 0) != w.Value {
					t.Errorf("word %q stands at %q", w.Value, raw)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.input, diff)
			}
		})
	}
}

func TestParseReportsStructure(t *testing.T) {
	tests := []struct {
		name, input string
		want        []string // line:column message
	}{
		{"a balanced file", "<VirtualHost *:81> # c\n</virtualhost> # c\n", nil},
		{"a closing tag with a space", "<A b>\n</ A>\n", []string{"2:1 The closing tag </A has no '>' directly behind the name."}},
		{"a closing tag without bracket", "<A b>\n</A\n", []string{"2:1 The closing tag </A has no '>' directly behind the name."}},
		{"an opening tag without bracket", "<A b\n</A>\n", []string{"1:1 The opening tag <A has no closing '>'."}},
		{"a stray closing tag", "Foo\n  </A>\n", []string{"2:3 </A> closes nothing: no <A> is open here."}},
		{"an unclosed section", "<A b>\nFoo\n", []string{"1:1 <A> is not closed."}},
		{"crossed sections are one error", "<A b>\n<B c>\n</A>\n</B>\nFoo\n", []string{"3:1 Expected </B>, opened on line 2, but found </A>."}},
		{"a wrong name does not silence the rest", "<A b>\n</B>\n</A>\n</C>\n", []string{
			"2:1 </B> closes nothing: expected </A>, opened on line 1.", "4:1 </C> closes nothing: no <C> is open here."}},
		{"a virtual host left open does not swallow the next", "<VirtualHost a>\n<If x>\n<VirtualHost b>\n</VirtualHost>\n", []string{
			"1:1 <VirtualHost> is not closed.", "2:1 <If> is not closed."}},
		{"a byte order mark", "\ufeff# hi\n", []string{
			"1:1 The file starts with a byte order mark, which Apache takes for part of the first word, so that the first line is an unknown directive."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, messages(parse(tt.input).Diagnostics)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", tt.input, diff)
			}
		})
	}
}

func messages(diagnostics []source.Diagnostic) []string {
	var out []string
	for _, d := range diagnostics {
		p := d.Subject.StartPosition()
		out = append(out, fmt.Sprintf("%d:%d %s", p.Line, p.Column, d.Message))
	}
	return out
}
