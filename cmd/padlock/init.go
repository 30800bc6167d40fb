package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/urfave/cli/v2"
)

func (p *program) initCommand() *command {
	return &command{
		Command: &cli.Command{
			Name:      "init",
			Usage:     "write a starter description, sites.hcl",
			ArgsUsage: "[DIR]",
			Description: `Writes a commented sites.hcl into DIR, or the current directory, with one site to
start from. On a terminal it asks for what no flag says; otherwise it asks
nothing. An existing file is never overwritten.`,
			Flags: []cli.Flag{
				&cli.StringFlag{Name: "domain", Usage: "host `NAME` of the site (default example.com)"},
				&choiceFlag{&cli.StringFlag{Name: "server", Usage: "server that the sites run on (default nginx)"}, serverNames},
				&directoryFlag{&cli.PathFlag{Name: "root", Usage: "serve the files below `DIR` (default /srv/www/NAME)"}},
				&cli.StringFlag{Name: "proxy", Usage: "pass requests on to the application at `URL`, instead of serving files"},
			},
			Action: p.initAction,
		},
		examples: []string{
			"padlock init",
			"padlock init --domain shop.example.com --proxy http://127.0.0.1:3000 sites",
		},
		arguments: func() completion { return completion{paths: directories} },
	}
}

func (p *program) initAction(c *cli.Context) error {
	usage := func(format string, args ...any) error {
		return usageError{message: fmt.Sprintf(format, args...), command: p.find("init")}
	}
	if c.NArg() > 1 {
		return usage("init takes one directory, not %d", c.NArg())
	}
	if c.IsSet("root") && c.IsSet("proxy") {
		return usage("--root and --proxy exclude each other: a site serves files or passes requests on")
	}
	name := filepath.Join(c.Args().First(), defaultDescription)
	if _, err := os.Lstat(name); err == nil {
		return existsError(name)
	}
	s := starter{Domain: c.String("domain"), Server: c.String("server"), Root: c.Path("root"), Proxy: c.String("proxy")}
	if p.InTerminal && p.ErrTerminal {
		if err := s.ask(prompter{in: bufio.NewReader(p.In), out: p.Err}); err != nil {
			return err
		}
	}
	s.fillIn()
	if err := s.check(); err != nil {
		return usage("%v", err)
	}
	if err := writeNew(name, s.text()); err != nil {
		return err
	}
	p.note(c, "Wrote %s. See what it becomes with:\n  %s\n", name, generateHint(name))
	return nil
}

func existsError(name string) error {
	return fmt.Errorf("%s exists already, and is left as it is: edit it, or name another directory", name)
}

// generateHint is the command to run next, as short as it can be.
func generateHint(name string) string {
	if name == defaultDescription {
		return programName + " generate"
	}
	return programName + " generate " + name
}

// writeNew creates a file that must not exist, with all directories above it.
func writeNew(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return existsError(name)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(name)
	}
	return err
}

// hostName is a name that needs no thought in any configuration: letters,
// digits, hyphens and dots, with at least one dot.
var hostName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?i)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$`)
})

func checkDomain(name string) error {
	if len(name) > 253 || !hostName().MatchString(name) {
		return fmt.Errorf("%q is not a host name such as www.example.com", name)
	}
	return nil
}

func checkServer(name string) error {
	for _, server := range serverNames {
		if name == server {
			return nil
		}
	}
	return fmt.Errorf("%q is not one of %s%s", name, strings.Join(serverNames, ", "), didYouMean(name, serverNames))
}

func checkProxy(text string) error {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" {
		return fmt.Errorf("%q is not the address of an application such as %s", text, defaultProxy)
	}
	return nil
}

func checkRoot(path string) error {
	if !strings.HasPrefix(path, "/") || strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fmt.Errorf("%q is not the absolute path of a directory such as /srv/www/example.com", path)
	}
	return nil
}

// prompter asks on a terminal.
type prompter struct {
	in  *bufio.Reader
	out io.Writer
}

// ask repeats a question until the answer passes the check. An empty answer is
// the default.
func (p prompter) ask(question, byDefault string, check func(string) error) (string, error) {
	for {
		fmt.Fprintf(p.out, "%s [%s]: ", question, byDefault)
		line, err := p.in.ReadString('\n')
		answer := strings.TrimSpace(line)
		if errors.Is(err, context.Canceled) || (err != nil && answer == "") {
			fmt.Fprintln(p.out)
			if errors.Is(err, io.EOF) {
				return "", errors.New("no answer, so nothing was written")
			}
			return "", err
		}
		if answer == "" {
			answer = byDefault
		}
		err = check(answer)
		if err == nil {
			return answer, nil
		}
		fmt.Fprintf(p.out, "  %v\n", err)
	}
}
