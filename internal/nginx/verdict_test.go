package nginx

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A file whose directives take almost any words, so that a mutation of it is
// judged by the grammar alone.
const mutationBase = `# main
pid logs/pid;
error_log /dev/null;
events { }
http {
    access_log off;
    types {
        text/html   html htm "x y"; # types
        'text/"css' css;
        text/${a}b  a#b c"d e\;f;
    }
    server {
        listen 127.0.0.1:18099;
        index a.html "b c" 'd"e' f\ g h'i;
        location /a { index "x;y" "{" '}'; }
        location ~ "a{2}" {
            index j
                  k; # trailing "comment
            # it's
            types { }
        }
        if ($uri = "a") { break; }
    }
}
`

// grammarError are the messages of nginx that speak of the grammar.
var grammarError = regexp.MustCompile(`\[emerg\] (unexpected (".*"|end of file)|too long parameter|Lua code block missing)`)

// nginxSays asks the real server about a main file. judged is false when the
// server stopped at something other than the grammar.
func nginxSays(t testing.TB, binary, dir, text string) (accepted, judged bool, message string) {
	t.Helper()
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(binary, "-t", "-q", "-p", dir, "-c", conf, "-e", "/dev/null").CombinedOutput()
	if err == nil {
		return true, true, ""
	}
	if _, ok := err.(*exec.ExitError); !ok {
		t.Fatal(err)
	}
	message = string(out)
	return false, grammarError.MatchString(message), message
}

func nginxBinary(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no nginx on this machine")
	return ""
}

// mutate makes one to three small changes at places where the grammar is
// decided.
func mutate(r *rand.Rand, text string) string {
	const bytes = ";{}\"'\\#$ \n\r\t)("
	for range 1 + r.IntN(3) {
		i := r.IntN(len(text))
		switch r.IntN(6) {
		case 0:
			text = text[:i] + text[i+1:]
		case 1, 2:
			text = text[:i] + string(bytes[r.IntN(len(bytes))]) + text[i:]
		case 3:
			j := min(len(text), i+1+r.IntN(30))
			text = text[:i] + text[j:]
		case 4:
			j := min(len(text), i+1+r.IntN(10))
			text = text[:j] + text[i:]
		case 5:
			if j := strings.IndexAny(text[i:], ";{}\"'"); j >= 0 {
				text = text[:i+j] + text[i+j+1:]
			}
		}
	}
	return text
}

func TestVerdictOfTheServer(t *testing.T) {
	binary := nginxBinary(t)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "logs"), 0o700); err != nil {
		t.Fatal(err)
	}
	if ok, _, message := nginxSays(t, binary, dir, mutationBase); !ok {
		t.Fatalf("nginx refuses the base: %s", message)
	}
	count := 100
	if n, err := strconv.Atoi(os.Getenv("PADLOCK_MUTANTS")); err == nil {
		count = n
	}
	r := rand.New(rand.NewPCG(1, 2))
	judged, refused := 0, 0
	for range count {
		text := mutate(r, mutationBase)
		accepted, clear, message := nginxSays(t, binary, dir, text)
		if !clear {
			continue
		}
		judged++
		if !accepted {
			refused++
		}
		tree := parseText(text)
		checkTree(t, tree)
		if accepted != (len(tree.Diagnostics) == 0) {
			t.Errorf("nginx: accepted %v %s\nhere: %v\n%s", accepted, message, tree.Diagnostics, text)
		}
	}
	t.Logf("%d mutants, %d judged by the grammar, %d of them refused", count, judged, refused)
	if judged < count/3 {
		t.Errorf("only %d of %d mutants were judged by the grammar", judged, count)
	}
}
