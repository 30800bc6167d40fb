package nginx

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", ""},
		{"blank", " \n\n\t", ""},
		{"one directive", "user   www-data  ;", "user www-data;\n"},
		{"nested", "http{server{listen 80;location / {return 404;}}}",
			"http {\n    server {\n        listen 80;\n        location / {\n            return 404;\n        }\n    }\n}\n"},
		{"several on a line", "a 1; b 2;c 3;", "a 1;\nb 2;\nc 3;\n"},
		{"brace on its own line", "server\n{\n\tlisten 80;\n}", "server {\n    listen 80;\n}\n"},
		{"empty block", "events {\n\n}\n", "events {}\n"},
		{"blank lines", "\n\na 1;\n\n\n\nb 2;\n\nserver {\n\n  c 3;\n\n\n  d 4;\n\n}\n\n", "a 1;\n\nb 2;\n\nserver {\n    c 3;\n\n    d 4;\n}\n"},
		{"comments keep their place", "# top\n\na 1;   # behind\n  # own line\nb { # opening  \n# within\n} # closing\n#end",
			"# top\n\na 1; # behind\n# own line\nb { # opening\n    # within\n} # closing\n#end\n"},
		{"comment before the brace", "server # why\n{ }", "server # why\n{}\n"},
		{"broken lines are kept", "log_format main '$a '\n   '$b'\n\n'$c' ;", "log_format main '$a '\n    '$b'\n    '$c';\n"},
		{"semicolon on its own line", "index a\n  b\n;", "index a\n    b;\n"},
		{"comment within a directive", "index a # first\n  # second\n b;", "index a # first\n    # second\n    b;\n"},
		{"comment before the semicolon", "index a # first\n ;", "index a # first\n;\n"},
		{"words stay as written", `add_header  X  "a  b"  'c\'d'  e\ f;`, `add_header X "a  b" 'c\'d' e\ f;` + "\n"},
		{"quoted word over lines", "a  'b\n   c' ;", "a 'b\n   c';\n"},
		{"parenthesis behind a quote", `if ( $a = "b" ) { c; }`, "if ( $a = \"b\" ) {\n    c;\n}\n"},
		{"parenthesis close behind a quote", `if ($a = "b"){ c; }`, "if ($a = \"b\") {\n    c;\n}\n"},
		{"map", "map $a $b{default  0;~*^/x   1;}", "map $a $b {\n    default 0;\n    ~*^/x 1;\n}\n"},
		{"lua", "location /{content_by_lua_block{\n  if  x then y = { }  end -- }\n  }}", "location / {\n    content_by_lua_block {\n  if  x then y = { }  end -- }\n  }\n}\n"},
		{"carriage returns", "a  1;\r\nb {\n c 2;\r\n}", "a 1;\r\nb {\r\n    c 2;\r\n}\r\n"},
		{"carriage returns after the first line", "a  1;\nb  2;\r\n", "a 1;\nb 2;\n"},
		{"syntax error", "a  1\n}\n\n\n", "a  1\n}\n\n\n"},
		{"byte order mark", "\xef\xbb\xbfa  1;", "\xef\xbb\xbfa  1;"},
		{"comment that fills the buffer", "#" + strings.Repeat("x", 4095), "#" + strings.Repeat("x", 4095)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := string(Format(parseText(c.text)))
			if got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
			checkFormat(t, c.text)
		})
	}
}

// skeleton is everything of a tree but its layout.
func skeleton(t *Tree) []string {
	var parts []string
	t.Walk(func(d *Directive) bool {
		for i := range d.Words {
			parts = append(parts, d.RawWord(i))
		}
		switch {
		case d.Raw:
			parts = append(parts, "{", string(t.File.Text(d.Body())), "}")
		case d.HasBlock:
			parts = append(parts, "{", string(rune('0'+len(d.Block))))
		default:
			parts = append(parts, ";")
		}
		return true
	})
	for _, c := range t.Comments {
		parts = append(parts, strings.TrimRight(string(t.File.Text(c)), " \t\r"))
	}
	return parts
}

// checkFormat verifies that formatting changes nothing but the layout, and
// nothing at all the second time.
func checkFormat(t *testing.T, text string) {
	t.Helper()
	tree := parseText(text)
	once := Format(tree)
	if len(tree.Diagnostics) > 0 {
		if string(once) != text {
			t.Fatalf("a file with errors was changed: %q", once)
		}
		return
	}
	again := parseText(string(once))
	if len(again.Diagnostics) > 0 {
		t.Fatalf("the result has an error: %s\n%s", again.Diagnostics[0].Message, once)
	}
	if !slices.Equal(skeleton(tree), skeleton(again)) {
		t.Fatalf("%q became %q", skeleton(tree), skeleton(again))
	}
	if twice := Format(again); !bytes.Equal(once, twice) {
		t.Fatalf("formatting again changes:\n%s\nto:\n%s", once, twice)
	}
	if laid := layOut(tree); !bytes.Equal(laid, once) && len(text) < bufferSize/2 {
		t.Fatalf("the layout cannot be used: %q", laid)
	}
}

func FuzzFormat(f *testing.F) {
	for _, text := range fuzzSeeds {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkFormat(t, text) })
}
