package diff_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"padlock/internal/diff"
	"padlock/internal/nginx"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
	"padlock/linter/ruletest"
)

func nginxSide(t *testing.T, text string) diff.Side {
	return diff.Side{Name: "x", Configs: []*rule.Config{configOf(t, tlspolicy.Nginx, text, nil)}}
}

func finding(file *source.File, id, fingerprint string, line int) rule.Finding {
	f := rule.Finding{Fingerprint: fingerprint}
	f.Rule, f.Message, f.Subject = id, "wrong", file.Span(file.LineRange(line))
	return f
}

// A finding that both sides have is not told, nor one that only moved to a file
// of another name.
func TestFindingsThatOneSideHas(t *testing.T) {
	a := source.NewFile("old/a.conf", []byte("gzip on;\nautoindex on;\nssl on;\n"))
	b := source.NewFile("new/b.conf", []byte("autoindex   on;\nssl off;\n"))
	old, new := nginxSide(t, ""), nginxSide(t, "")
	old.Findings = []rule.Finding{finding(a, "gzip", "1", 1), finding(a, "autoindex", "2", 2), finding(a, "ssl", "3", 3)}
	new.Findings = []rule.Finding{finding(b, "gzip", "1", 1), finding(b, "autoindex", "4", 1), finding(b, "ssl", "5", 2), finding(b, "ssl", "6", 2)}
	c := compare(t, old, new)
	if len(c.Resolved) != 1 || c.Resolved[0].Fingerprint != "3" {
		t.Errorf("resolved: %v", c.Resolved)
	}
	if len(c.Introduced) != 2 || c.Introduced[0].Fingerprint != "5" || c.Introduced[1].Fingerprint != "6" {
		t.Errorf("introduced: %v", c.Introduced)
	}
}

// One edit of a description that touches many virtual hosts is one change, with
// all their names and one cause.
func TestOneCauseIsOneChange(t *testing.T) {
	description := source.NewFile("sites.hcl", []byte("hsts = off\n"))
	var before, after strings.Builder
	for i := range 40 {
		host := fmt.Sprintf("server {\nlisten 80;\nserver_name h%02d.example;\nreturn 301 https://h%02d.example$request_uri;\n}\n", i, i)
		before.WriteString(host)
		after.WriteString(strings.Replace(host, "301", "302", 1))
	}
	old, new := nginxSide(t, before.String()), nginxSide(t, after.String())
	new.Causes = func(source.Span) []source.Span { return []source.Span{description.Span(description.LineRange(1))} }
	c := compare(t, old, new)
	if len(c.Changes) != 1 || len(c.Changes[0].Sites) != 40 || len(c.Changes[0].Old) != 40 || len(c.Changes[0].New) != 40 {
		t.Fatalf("got:\n%s", lines(c))
	}
	ch := c.Changes[0]
	if len(ch.Causes) != 1 || !ch.Causes[0].New || ch.Causes[0].Span.File != description {
		t.Errorf("causes: %v", ch.Causes)
	}
	if want := "the redirect of h00.example, h01.example and 38 more changes from 301 to https://<name><path> to 302 to https://<name><path>"; ch.Message != want {
		t.Errorf("got  %s\nwant %s", ch.Message, want)
	}
}

// fragments are files of a directory that no main file includes.
func fragments(t *testing.T, files map[string]string) diff.Side {
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	set := source.NewSet(source.SetConfig{Tree: tree})
	var s diff.Side
	for name := range files {
		config, err := nginx.Load(set, "/"+name, nginx.LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		s.Configs = append(s.Configs, &rule.Config{Nginx: config, Fragment: true, Target: target(tlspolicy.Nginx)})
	}
	return s
}

// A virtual host that moves from one file of a directory to another stays what
// it was.
func TestFragmentsBelongTogether(t *testing.T) {
	a := "server {\nlisten 80;\nserver_name a.example;\nroot /a;\n}\n"
	b := "server {\nlisten 80;\nserver_name b.example;\nroot /b;\n}\n"
	old := fragments(t, map[string]string{"a.conf": a, "b.conf": b})
	if c := compare(t, old, fragments(t, map[string]string{"b.conf": b + a})); !c.Empty() {
		t.Errorf("moved:\n%s", lines(c))
	}
	if c := compare(t, old, fragments(t, map[string]string{"a.conf": a})); len(c.Changes) != 1 || c.Changes[0].Kind != "site-removed" {
		t.Errorf("removed:\n%s", lines(c))
	}
	checkMirror(t, old, fragments(t, map[string]string{"c.conf": strings.ReplaceAll(b, "/b", "/c")}))
}

// A side may be empty: everything is new then, or gone.
func TestNothingIsASideToo(t *testing.T) {
	full := nginxSide(t, "server {\nlisten 80;\nserver_name a.example;\n}\n")
	for _, empty := range []diff.Side{{}, nginxSide(t, "")} {
		c := compare(t, empty, full)
		if len(c.Changes) < 1 || c.Server != tlspolicy.Nginx {
			t.Errorf("server %q, got:\n%s", c.Server, lines(c))
		}
		checkMirror(t, empty, full)
	}
	if c := compare(t, diff.Side{}, diff.Side{}); !c.Empty() {
		t.Errorf("got:\n%s", lines(c))
	}
}

func TestComparingCanBeStopped(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Nanosecond)
	defer cancel()
	<-ctx.Done()
	side := nginxSide(t, "server {\nlisten 80;\nserver_name a.example;\n}\n")
	if _, err := diff.Compare(ctx, side, side); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// What is told comes riskiest first, and in the same order every time.
func TestTheOrderIsFixed(t *testing.T) {
	before := "server {\nlisten 80;\nserver_name a.example;\nkeepalive_timeout 5s;\nreturn 301 https://a.example/;\n}\nserver {\nlisten 80;\nserver_name b.example;\nadd_header X-A b;\n}\n"
	after := "server {\nlisten 80;\nserver_name a.example;\nkeepalive_timeout 6s;\nroot /a;\n}\nserver {\nlisten 80;\nserver_name c.example;\nadd_header X-A c;\n}\n"
	first := lines(compare(t, nginxSide(t, before), nginxSide(t, after)))
	for range 20 {
		if again := lines(compare(t, nginxSide(t, before), nginxSide(t, after))); again != first {
			t.Fatalf("first:\n%sthen:\n%s", first, again)
		}
	}
	c := compare(t, nginxSide(t, before), nginxSide(t, after))
	for i := range c.Changes[1:] {
		if c.Changes[i].Risk > c.Changes[i+1].Risk {
			t.Errorf("not by risk:\n%s", first)
		}
	}
}

// A certificate that can be read is told of with its names and its end, also when
// the file alone is another.
func TestCertificatesSayWhatTheyAre(t *testing.T) {
	text := "server {\nlisten 443 ssl;\nserver_name shop.example;\nssl_certificate /etc/ssl/NAME/fullchain.pem;\nssl_certificate_key /etc/ssl/NAME/privkey.pem;\n}\n"
	side := func(name, content string) diff.Side {
		tree := treeOf(tlspolicy.Nginx, strings.ReplaceAll(text, "NAME", name), nil)
		for _, file := range []string{"fullchain.pem", "privkey.pem"} {
			tree["etc/ssl/"+name+"/"+file] = &fstest.MapFile{Data: []byte(ruletest.Certificates()["/etc/ssl/"+content+"/"+file])}
		}
		return diff.Side{Configs: []*rule.Config{load(t, tlspolicy.Nginx, tree, mainOf(tlspolicy.Nginx), target(tlspolicy.Nginx))}}
	}
	for _, c := range []struct {
		old, new diff.Side
		want     []string
	}{
		{side("shop.example", "shop.example"), side("wildcard", "wildcard"), []string{"shop.example and www.shop.example, until ", "*.shop.example, until "}},
		{side("x", "shop.example"), side("x", "expired"), []string{"until 2027-", "until 2026-"}},
	} {
		got := compare(t, c.old, c.new)
		if len(got.Changes) != 1 || got.Changes[0].Kind != "certificate-changed" {
			t.Fatalf("got:\n%s", lines(got))
		}
		for _, want := range c.want {
			if !strings.Contains(got.Changes[0].Message, want) {
				t.Errorf("%q is not in %q", want, got.Changes[0].Message)
			}
		}
	}
}
