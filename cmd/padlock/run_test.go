package main

import (
	"bytes"
	"context"
	"io"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

func TestColor(t *testing.T) {
	for _, test := range []struct {
		name        string
		flag        string
		environment []string
		terminal    bool
		want        bool
	}{
		{"a terminal", "auto", nil, true, true},
		{"a pipe", "auto", nil, false, false},
		{"the flag wins over everything: always", "always", []string{"NO_COLOR=1", "TERM=dumb"}, false, true},
		{"the flag wins over everything: never", "never", []string{"FORCE_COLOR=1"}, true, false},
		{"NO_COLOR", "auto", []string{"NO_COLOR=1"}, true, false},
		{"NO_COLOR with any text", "auto", []string{"NO_COLOR=0"}, true, false},
		{"NO_COLOR without text counts for nothing", "auto", []string{"NO_COLOR="}, true, true},
		{"NO_COLOR wins over FORCE_COLOR", "auto", []string{"FORCE_COLOR=1", "NO_COLOR=1"}, true, false},
		{"FORCE_COLOR", "auto", []string{"FORCE_COLOR=1"}, false, true},
		{"CLICOLOR_FORCE", "auto", []string{"CLICOLOR_FORCE=1"}, false, true},
		{"a terminal without colours", "auto", []string{"TERM=dumb"}, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := Streams{Environment: test.environment}
			if got := s.color(test.flag, test.terminal); got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestVersionComesFromTheBuild(t *testing.T) {
	for _, test := range []struct {
		name string
		info debug.BuildInfo
		want string
	}{
		{"nothing known", debug.BuildInfo{}, "padlock devel go"},
		{"built in the repository", debug.BuildInfo{
			Main:     debug.Module{Version: "(devel)"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.modified", Value: "true"}},
		}, "padlock devel (revision 0123456789ab, modified) go"},
		{"a release", debug.BuildInfo{
			Main:     debug.Module{Version: "v1.2.3"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.modified", Value: "false"}},
		}, "padlock v1.2.3 (revision 0123456789ab) go"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := describeBuild(&test.info); !strings.HasPrefix(got, test.want) {
				t.Errorf("got %q, want %q…", got, test.want)
			}
		})
	}
}

func TestEveryCommandExplainsItself(t *testing.T) {
	p := newProgram(Streams{})
	for _, c := range p.commands {
		if c.Usage == "" || c.Description == "" || len(c.examples) == 0 {
			t.Errorf("%s lacks a usage line, a description or examples", c.Name)
		}
		for _, example := range c.examples {
			if !strings.HasPrefix(example, programName+" ") {
				continue
			}
			command, _, _ := strings.Cut(strings.TrimPrefix(example, programName+" "), " #")
			command, _, _ = strings.Cut(command, " > ")
			command, _, _ = strings.Cut(command, " | ")
			line, err := p.parse(strings.Fields(command))
			if err != nil || line.command != c {
				t.Errorf("the example %q is no call of %s: %v", example, c.Name, err)
			}
		}
	}
}

func TestCommandsKeepOrderOfFlagsAndArguments(t *testing.T) {
	line, err := newProgram(Streams{}).parse([]string{"-q", "generate", "a.hcl", "--var", "a=1", "--color=never", "-", "--var=b=2", "--", "--out"})
	if err != nil {
		t.Fatal(err)
	}
	want := "padlock --quiet=true --color=never generate --var=a=1 --var=b=2 -- a.hcl - --out"
	if got := strings.Join(line.ordered(), " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzCommandLine(f *testing.F) {
	f.Add("generate\n--out\n--check")
	f.Add("--color=never\nhelp\ninit\n--domain=\n-")
	f.Add("generate\n--server\nnginx\n--\n--server\n-=\n--=")
	f.Fuzz(func(t *testing.T, joined string) {
		args := strings.Split(joined, "\n")
		var out bytes.Buffer
		p := newProgram(Streams{Out: &out, Err: io.Discard})
		p.complete(args)
		if line, err := p.parse(args); err == nil && line.command != nil && len(line.ordered()) < 3 {
			t.Errorf("%q became %q", args, line.ordered())
		}
	})
}

func TestProgressAppearsOnlyWhenWorkTakesLong(t *testing.T) {
	for _, test := range []struct {
		name     string
		terminal bool
		elapsed  time.Duration
		want     bool
	}{
		{"a short run", true, 0, false},
		{"a long run", true, 2 * progressAfter, true},
		{"a long run, not on a terminal", false, 2 * progressAfter, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			bar := &progress{
				program: &program{Streams: Streams{Err: &out}},
				silent:  !test.terminal,
				start:   time.Now().Add(-test.elapsed),
			}
			bar.update(3, 10)
			bar.finish()
			if got := strings.Contains(out.String(), "Rendering sites"); got != test.want {
				t.Errorf("the bar showed: %v", got)
			}
		})
	}
}

func TestReadingEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	silent, _ := io.Pipe()
	cancel()
	if _, err := (interruptible{ctx, silent}).Read(make([]byte, 1)); err != context.Canceled {
		t.Errorf("got %v", err)
	}
	if got, err := io.ReadAll(interruptible{context.Background(), strings.NewReader("site {}\n")}); string(got) != "site {}\n" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}
