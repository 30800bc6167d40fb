package nginx

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"padlock/internal/source"
)

var fuzzSeeds = []string{
	mutationBase,
	"",
	"\xef\xbb\xbfuser a;\r\nevents { }\r\n",
	"http { map $a $b { default 0; 'x y' \"${z}\"; ~^\\d{2} 1; } }",
	"server { location ~ \\.php$ { content_by_lua_block { local a = [==[ } ]==] -- }\n } } }",
	"a 'b\nc;\nd \"e;\nf { g h }\n",
	"}}};;;{{{",
	"server {\n    listen 80\n    location / {\n        root x;\n}\nserver {\n}\n",
	"a\\ b \\{ ${{x} #y\n z # {\n;",
	"if ($a = \"b\") { return 301 https://$host$request_uri; }",
}

func FuzzParse(f *testing.F) {
	for _, text := range fuzzSeeds {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkTree(t, parseText(text))
	})
}

// Whatever is in a file, reading it takes time and memory in proportion to its
// length.
func TestHostileFiles(t *testing.T) {
	const size = 1 << 20
	for name, text := range map[string]string{
		"open braces":           strings.Repeat("{", size),
		"close braces":          strings.Repeat("}", size),
		"semicolons":            strings.Repeat("; ", size/2),
		"short directives":      strings.Repeat("a;", size/2),
		"short blocks":          strings.Repeat("a{", size/2),
		"empty blocks":          strings.Repeat("a{}", size/3),
		"words":                 strings.Repeat("a ", size/2),
		"quotes":                strings.Repeat("'", size),
		"quotes and lines":      strings.Repeat("a ';\n", size/5),
		"two kinds of quotes":   strings.Repeat("a ';\nb \";\n", size/10),
		"escaped quotes":        strings.Repeat("a '\\';\n", size/8),
		"one open quote":        "a '" + strings.Repeat("b;\n", size/3),
		"comments":              strings.Repeat("#\n", size/2),
		"one comment":           strings.Repeat("#", size),
		"dollars":               strings.Repeat("${", size/2),
		"backslashes":           strings.Repeat("\\", size+1),
		"lua brackets":          "a_by_lua_block {" + strings.Repeat("[=", size/2),
		"lua long brackets":     "a_by_lua_block {" + strings.Repeat("[[", size/2),
		"lua equal signs":       "a_by_lua_block {" + strings.Repeat("[==", size/3),
		"lua levels":            "a_by_lua_block {" + strings.Repeat("[", size/2) + strings.Repeat("=", size/2),
		"lua quotes":            "a_by_lua_block {" + strings.Repeat("'", size),
		"lua blocks":            strings.Repeat("a_by_lua_block {\n", size/17),
		"one deep column":       strings.Repeat("\na {", size/4) + strings.Repeat("}", size/8),
		"blank lines and brace": strings.Repeat("\n", size) + "}",
		"long indentation":      strings.Repeat("a {\n"+strings.Repeat(" ", 1000), size/1004),
		"long blank line":       strings.Repeat("a{", size/4) + strings.Repeat(" ", size/2) + strings.Repeat("}", size/4),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			tree := Parse(source.NewFile("x", []byte(text)))
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if took > 5*time.Second {
				t.Errorf("%d bytes took %v", len(text), took)
			}
			if n := (after.TotalAlloc - before.TotalAlloc) / uint64(len(text)); n > 1000 {
				t.Errorf("%d bytes of memory for each byte", n)
			}
			if len(tree.Diagnostics) > maxDiagnostics {
				t.Errorf("%d diagnostics", len(tree.Diagnostics))
			}
			checkTree(t, tree)
		})
	}
}
