package nginx

import (
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"padlock/internal/servertest"
)

// A file whose directives take almost any words, so that a mutation of it is
// judged by the grammar alone.
const mutationBase = `# main
pid nginx.pid;
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
var grammarError = regexp.MustCompile(
	`\[emerg\] [^\n]*(unexpected (".*"|end of file)|too long parameter|Lua code block missing the closing)`)

// nginxSays asks the real server about a main file. judged is false when the
// server stopped at something other than the grammar.
func nginxSays(server *servertest.Session, text string) (accepted, judged bool, message string) {
	v := server.Test(servertest.Config{Files: servertest.Files{"nginx.conf": text}, Main: "nginx.conf"})
	return v.Accepted, v.Accepted || grammarError.MatchString(v.Output), v.Output
}

// everyNginx runs a test beside each version of the server.
func everyNginx(t *testing.T, test func(t *testing.T, server *servertest.Session)) {
	for _, server := range servertest.NginxServers(t) {
		t.Run(server.Name(), func(t *testing.T) { test(t, server.Session(t)) })
	}
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

// PADLOCK_MUTANTS sets how many mutants each server judges.
func TestVerdictOfTheServer(t *testing.T) {
	count := 60
	if n, err := strconv.Atoi(os.Getenv("PADLOCK_MUTANTS")); err == nil {
		count = n
	}
	everyNginx(t, func(t *testing.T, server *servertest.Session) {
		if ok, _, message := nginxSays(server, mutationBase); !ok {
			t.Fatalf("nginx refuses the base: %s", message)
		}
		r := rand.New(rand.NewPCG(1, 2))
		judged, refused, disagreed := 0, 0, 0
		for range count {
			text := mutate(r, mutationBase)
			accepted, clear, message := nginxSays(server, text)
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
				disagreed++
				t.Errorf("nginx: accepted %v %s\nhere: %v\n%s", accepted, message, messages(tree), text)
			}
			if accepted {
				checkFormat(t, text)
			}
		}
		t.Logf("%d mutants, %d judged by the grammar, %d of them refused; %d judged otherwise here", count, judged, refused, disagreed)
		if judged < count/3 {
			t.Errorf("only %d of %d mutants were judged by the grammar", judged, count)
		}
	})
}

// What the formatter writes means the same to the server.
func TestFormattedFilesAreAccepted(t *testing.T) {
	everyNginx(t, func(t *testing.T, server *servertest.Session) {
		if ok, _, message := nginxSays(server, string(Format(parseText(mutationBase)))); !ok {
			t.Error(message)
		}
	})
}
