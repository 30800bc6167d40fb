package nginx

import (
	"fmt"
	"strings"
	"testing"

	"padlock/internal/servertest"
	"padlock/internal/source"
)

// grammarCases are the rules of ngx_conf_read_token, one a row. want is the
// outline of the tree; errors the number of diagnostics.
var grammarCases = []struct {
	name, text, want string
	errors           int
}{
	{"simple", "a b  c;", "[a][b][c];", 0},
	{"blanks are space, tab, carriage return and newline", "a\tb\rc\r\nd ;", "[a][b][c][d];", 0},
	{"vertical tab and form feed are not blanks", "a\vb\fc;", "[a\vb\fc];", 0},
	{"NUL is a byte like any other", "a\x00b \x00;", "[a\x00b][\x00];", 0},
	{"block", "a b { c; d { } }", "[a][b]{[c];[d]{};};", 0},
	{"nothing between words and braces", "a{b;c{d;}}", "[a]{[b];[c]{[d];};};", 0},
	{"closing brace within a word", "a b}c;", "[a][b}c];", 0},
	{"hash within a word", "a b#c;", "[a][b#c];", 0},
	{"hash at the start of a word", "a #b;\nc;", "[a][c];", 0},
	{"carriage return does not end a comment", "#a\rb;\nc;", "[c];", 0},
	{"quote within a word", `a b"c d'e;`, `[a][b"c][d'e];`, 0},
	{"quoted words", `a "b c" 'd;{}#' "";`, "[a][b c][d;{}#][];", 0},
	{"other quote within quotes", `a "b'c" 'd"e';`, `[a][b'c][d"e];`, 0},
	{"quoted word over lines", "a 'b\nc';", "[a][b\nc];", 0},
	{"quoted name", `"a" b;`, "[a][b];", 0},
	{"semicolon behind a quote", `a "b";`, "[a][b];", 0},
	{"brace behind a quote", `a "b"{}`, "[a][b]{};", 0},
	{"parenthesis behind a quote begins a word", `if ($a = "b")c{}`, "[if][($a][=][b][)c]{};", 0},
	{"letter behind a quote", `a "b"c;`, "[a][b][c];", 1},
	{"quote behind a quote", `a "b""c";`, "[a][b][c];", 1},
	{"hash behind a quote", "a \"b\"#c\n;", "[a][b];", 1},
	{"closing brace behind a quote", `a { b "c"}`, `[a]{[b][c];};`, 2},
	{"escapes", `a \" \' \\ \t \r \n \d \  \; \{ \#;`, "[a][\"]['][\\][\t][\r][\n][\\d][\\ ][\\;][\\{][\\#];", 0},
	{"escapes in quotes", `a "\"\n\$" '\'\\';`, "[a][\"\n\\$]['\\];", 0},
	{"escaped quote at the start of a word", `a \"b c;`, `[a]["b][c];`, 0},
	{"brace behind a dollar", "a ${b} c$d{e};", "[a][${b}][c$d]{[e}];};", 1},
	{"braces behind a dollar", "a $${{{b;", "[a][$${{{b];", 0},
	{"brace behind an escaped dollar", `a \${b;}`, `[a][\$]{[b];};`, 0},
	{"lone dollar", "a $ {}", "[a][$]{};", 0},
	{"backslash behind a dollar", `a $\{b;`, `[a][$\{b];`, 0},
	{"stray semicolon", "a;;b;", "[a];[b];", 1},
	{"block without a name", "a { {b;} }", "[a]{{[b];};};", 1},
	{"stray brace", "a;}b;", "[a];[b];", 1},
	{"missing semicolon before a brace", "a { b c }d;", "[a]{[b][c];};[d];", 1},
	{"missing semicolon at the end", "a b", "[a][b];", 1},
	{"comment at the end within a directive", "a #b", "[a];", 1},
	{"backslash at the end", `a \`, `[a][\];`, 1},
	{"missing brace at the end", "a { b;", "[a]{[b];};", 1},
	{"open quote", "a 'b;\nc;", "[a][b];[c];", 1},
	{"open quote closed by the next one", "a \"b;\nc \"d\" e;\nf;", "[a][b];[c][d][e];[f];", 1},
	{"open quote in a block", "a {\n  b 'c;\n  d;\n}\ne;", "[a]{[b][c];[d];};[e];", 1},
	{"open quote without a semicolon", "a 'b\nc;", "[a][b][c];", 1},
	{"byte order mark", "\xef\xbb\xbfa;", "[a];", 1},
	{"byte order mark later on", "a;\xef\xbb\xbfb;", "[a];[\xef\xbb\xbfb];", 0},
	{"invalid UTF-8", "a \xff\xfe\xc3;", "[a][\xff\xfe\xc3];", 0},
	{"empty", "", "", 0},
	{"block in a map", "map a b { c { d; } e f; }", "[map][a][b]{[c]{[d];};[e][f];};", 1},
	{"block in types", "types { a { } }", "[types]{[a]{};};", 1},
	{"lua", `a_by_lua_block { if x then y = "}" end }b;`, `[a_by_lua_block]{raw " if x then y = \"}\" end "};[b];`, 0},
	{"lua: nested braces", "a_by_lua_block { {{}} }", `[a_by_lua_block]{raw " {{}} "};`, 0},
	{"lua: quotes of both kinds", `a_by_lua_block { '}"' "'\"}" }`, `[a_by_lua_block]{raw " '}\"' \"'\\\"}\" "};`, 0},
	{"lua: a quote that is not closed on its line", "a_by_lua_block { it's\n }b;", `[a_by_lua_block]{raw " it's\n "};[b];`, 0},
	{"lua: comments", "a_by_lua_block { -- }'\n --[[ }\n} ]] --[==[ ]] } ]==] --[=x }\n }", `[a_by_lua_block]{raw " -- }'\n --[[ }\n} ]] --[==[ ]] } ]==] --[=x }\n "};`, 0},
	{"lua: long strings", "a_by_lua_block { x[ [[}]] ] = [=[ }]] ]=] }", `[a_by_lua_block]{raw " x[ [[}]] ] = [=[ }]] ]=] "};`, 0},
	{"lua: open", "a_by_lua_block { [[ }", `[a_by_lua_block]{raw " [[ }"};`, 1},
	{"lua: with words", "set_by_lua_block $a { return 1 }", `[set_by_lua_block][$a]{raw " return 1 "};`, 0},
}

func TestGrammar(t *testing.T) {
	for _, c := range grammarCases {
		t.Run(c.name, func(t *testing.T) {
			tree := parseText(c.text)
			checkTree(t, tree)
			if got := outline(tree.Directives); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			if len(tree.Diagnostics) != c.errors {
				t.Errorf("diagnostics %v, want %d", messages(tree), c.errors)
			}
		})
	}
}

// The same rows, within a file in which the server takes any words, and the
// verdict of the real server on that.
func TestGrammarOfTheServer(t *testing.T) {
	const head = "pid p;\nerror_log /dev/null;\nevents { }\nhttp {\n    access_log off;\n    server {\n        listen 127.0.0.1:18097;\n        index "
	everyNginx(t, func(t *testing.T, server *servertest.Session) {
		for _, c := range grammarCases {
			if strings.Contains(c.text, "_by_lua_block") {
				continue
			}
			text := head + strings.TrimPrefix(c.text, "a") + "\n    }\n}\n"
			accepted, judged, message := nginxSays(server, text)
			tree := parseText(text)
			if judged && accepted != (len(tree.Diagnostics) == 0) {
				t.Errorf("%s: nginx: accepted %v %s, here %v", c.name, accepted, message, messages(tree))
			}
		}
	})
}

// The Lua module finds the end of a block in its own way.
func TestLuaOfTheServer(t *testing.T) {
	for _, server := range servertest.NginxServers(t) {
		t.Run(server.Name(), func(t *testing.T) {
			if !server.Has("ngx_http_lua_module") {
				t.Skip("the server has no Lua module")
			}
			session := server.Session(t)
			for _, c := range grammarCases {
				body, ok := strings.CutPrefix(c.text, "a_by_lua_block")
				if !ok {
					continue
				}
				text := "server { listen 127.0.0.1:18097; location / { content_by_lua_block" + strings.Replace(body, "}b;", "} break;", 1) + "\n} }\n"
				v := session.Test(servertest.Config{
					Files:   servertest.Files{"sites/a.conf": text},
					Modules: []string{"ndk_http_module", "ngx_http_lua_module"},
				})
				if tree := parseText(text); v.Accepted != (len(tree.Diagnostics) == 0) {
					t.Errorf("%s: nginx: accepted %v %s, here %v", c.name, v.Accepted, v.Output, messages(tree))
				}
			}
		})
	}
}

func messages(t *Tree) []string {
	var list []string
	for _, d := range t.Diagnostics {
		p := d.Subject.StartPosition()
		list = append(list, fmt.Sprintf("%d:%d %s", p.Line, p.Column, d.Message))
	}
	return list
}

// The buffer in which nginx holds a word has 4096 bytes; what must fit in it
// depends on what follows the word.
func TestLongWords(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	cases := []struct {
		name    string
		text    func(n int) string
		longest int
	}{
		{"word before a blank", func(n int) string { return "index " + x(n) + " b;" }, 4094},
		{"word before a semicolon", func(n int) string { return "index " + x(n) + ";" }, 4095},
		{"quoted before a blank", func(n int) string { return "index '" + x(n) + "' b;" }, 4093},
		{"quoted before a semicolon", func(n int) string { return "index '" + x(n) + "';" }, 4094},
		{"quoted before a parenthesis", func(n int) string { return "index '" + x(n) + "');" }, 4094},
		{"comment", func(n int) string { return "#" + x(n-1) + "\nindex b;" }, 4095},
		{"comment within a directive", func(n int) string { return "index a #" + x(n-1) + "\nb;" }, 4095},
		{"comment with a carriage return", func(n int) string { return "#" + x(n-1) + "\r\nindex b;" }, 4094},
	}
	everyNginx(t, func(t *testing.T, server *servertest.Session) {
		for _, c := range cases {
			for _, n := range []int{c.longest, c.longest + 1, c.longest + 2} {
				text := "pid p;\nerror_log /dev/null;\nevents { }\nhttp {\naccess_log off;\nserver {\nlisten 127.0.0.1:18097;\n" + c.text(n) + "\n}\n}\n"
				tree := parseText(text)
				checkTree(t, tree)
				if (len(tree.Diagnostics) == 0) != (n <= c.longest) {
					t.Errorf("%s of %d bytes: %v", c.name, n, messages(tree))
				}
				if accepted, judged, message := nginxSays(server, text); judged && accepted != (n <= c.longest) || !judged {
					t.Errorf("%s of %d bytes: nginx: %v %s", c.name, n, accepted, message)
				}
			}
		}
	})
	if tree := parseText("#" + x(4095)); len(tree.Diagnostics) > 0 {
		t.Errorf("a comment at the end: %v", messages(tree))
	}
}

// One mistake is told once, at its place, and the rest of the file is read.
func TestMistakesAreTold(t *testing.T) {
	for _, c := range []struct{ name, text, want, outline string }{
		{"semicolon missing before a brace", "server {\n    listen 80\n}\n",
			`2:5 directive "listen" is not terminated by ";"`, "[server]{[listen][80];};"},
		{"brace of an inner block missing", "server {\n    location / {\n        root /a;\n}\nserver {\n    listen 81;\n}\n",
			`2:5 the block "location", opened on line 2, is not closed by "}"`,
			"[server]{[location][/]{[root][/a];};};[server]{[listen][81];};"},
		{"brace of an inner block missing before another", "server {\n    location / {\n        root /a;\n    location /b {\n        root /b;\n    }\n}\n",
			`2:5 the block "location", opened on line 2, is not closed by "}"`,
			"[server]{[location][/]{[root][/a];};[location][/b]{[root][/b];};};"},
		{"brace of an outer block missing", "server {\n    listen 80;\n\nserver {\n    listen 81;\n}\n",
			`1:1 the block "server", opened on line 1, is not closed by "}"`,
			"[server]{[listen][80];};[server]{[listen][81];};"},
		{"brace missing, no indentation", "server {\nlocation / {\nroot /a;\n}\nserver {\nlisten 81;\n}\n",
			`1:1 the block "server", opened on line 1, is not closed by "}"`,
			"[server]{[location][/]{[root][/a];};[server]{[listen][81];};};"},
		{"brace too many", "server {\n    location / {\n        root /a;\n        }\n    }\n    listen 80;\n}\n",
			`4:9 unexpected "}": every block is closed already`, "[server]{[location][/]{[root][/a];};[listen][80];};"},
		{"brace too many, no indentation", "server {\nlocation / {\nroot /a;\n}\n}\nlisten 80;\n}\n",
			`7:1 unexpected "}": every block is closed already`, "[server]{[location][/]{[root][/a];};};[listen][80];"},
		{"brace too many, at the depth of another", "server {\n    location / {\n        root /a;\n    }\n    }\n    listen 80;\n}\n",
			`5:5 unexpected "}": every block is closed already`, "[server]{[location][/]{[root][/a];};[listen][80];};"},
		{"quote missing", "server {\n    root \"/a;\n    index \"b\";\n}\n",
			`2:10 the quoted word that starts here has no closing "`, "[server]{[root][/a];[index][b];};"},
		{"text behind a quote", "server {\n    add_header A \"b\"c;\n}\n",
			`2:21 unexpected "c" after the closing quote: only a blank, ";", "{" or ")" may follow`, "[server]{[add_header][A][b][c];};"},
		{"character of several bytes behind a quote", "a \"b\"ü;",
			`1:6 unexpected "ü" after the closing quote: only a blank, ";", "{" or ")" may follow`, "[a][b][ü];"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree := parseText(c.text)
			checkTree(t, tree)
			if got := strings.Join(messages(tree), "\n"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if got := outline(tree.Directives); got != c.outline {
				t.Errorf("got  %s\nwant %s", got, c.outline)
			}
			for _, d := range tree.Diagnostics {
				if d.Help == "" || d.Rule != "syntax-error" || d.Severity != source.Error {
					t.Errorf("incomplete: %+v", d)
				}
			}
		})
	}
}

func TestDeepNestingStaysRaw(t *testing.T) {
	text := strings.Repeat("a {", 2000) + " b '}'; # }\n" + strings.Repeat("}", 2000) + "c;"
	tree := parseText(text)
	checkTree(t, tree)
	if len(tree.Diagnostics) != 1 || tree.Len() != maxDepth+1 || tree.Directives[1].Name != "c" {
		t.Errorf("%d directives, %v", tree.Len(), messages(tree))
	}
}

func TestComments(t *testing.T) {
	tree := parseText("# far\n\n# one\n# two\nserver { # opens\n    listen 80; # eighty\n    a; b; # both\n    # last\n} # closes\n")
	text := func(list []source.Range) string {
		var parts []string
		for _, c := range list {
			parts = append(parts, string(tree.File.Text(c)))
		}
		return strings.Join(parts, "|")
	}
	server := tree.Directives[0]
	if got := text(tree.Leading(server)); got != "# one|# two" {
		t.Errorf("leading: %s", got)
	}
	if got := text(tree.Leading(server.Block[0])); got != "" {
		t.Errorf("a comment behind a brace leads: %s", got)
	}
	for i, want := range []string{"# eighty", "", "# both"} {
		c, ok := tree.Trailing(server.Block[i])
		if ok != (want != "") || ok && string(tree.File.Text(c)) != want {
			t.Errorf("trailing %s: %v", server.Block[i].Name, c)
		}
	}
	if c, ok := tree.Trailing(server); !ok || string(tree.File.Text(c)) != "# opens" {
		t.Errorf("trailing server: %v", c)
	}
	if got := text(tree.CommentsIn(server.Body())); got != "# opens|# eighty|# both|# last" {
		t.Errorf("within: %s", got)
	}
}

// What is read only to understand a configuration is not repeated in messages.
func TestMessagesDoNotQuoteHiddenFiles(t *testing.T) {
	file := source.NewFile("x", []byte("secret-a 1\n}\n\"secret-b\"X;\nmap a b { secret-c {} }\nsecret-d {\n"))
	file.Hidden = true
	for _, d := range Parse(file).Diagnostics {
		if strings.Contains(d.Message+d.Help, "secret") || strings.Contains(d.Message, "X") {
			t.Errorf("%s; %s", d.Message, d.Help)
		}
	}
}
