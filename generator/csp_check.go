package generator

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// cspKeywords are the keyword-sources of Content Security Policy Level 3, section
// 2.3.1, that browsers read between single quotes.
var cspKeywords = []string{
	"self", "none", "unsafe-inline", "unsafe-eval", "wasm-unsafe-eval", "unsafe-hashes", "strict-dynamic", "report-sample",
	"inline-speculation-rules", "trusted-types-eval",
}

var (
	cspHash   = pattern(`^sha(?:256|384|512)-[A-Za-z0-9+/_-]+={0,2}$`)
	cspScheme = pattern(`^[a-z][a-z0-9+.-]*:$`)
	cspHost   = pattern(`^(?:[a-z][a-z0-9+.-]*://)?(?:\*|(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|\[[0-9a-fA-F:.]+\])(?::(?:\*|[0-9]{1,5}))?(?:/[A-Za-z0-9._~!$&()*+=:@%/-]*)?$`)
)

// cspSources checks the values of a directive.
func cspSources(v cty.Value) (cty.Value, error) {
	v, err := check(cspSource)(v)
	if err != nil {
		return v, err
	}
	for it := v.ElementIterator(); it.Next(); {
		if _, e := it.Element(); e.AsString() == "none" && v.LengthInt() > 1 {
			return v, fmt.Errorf("none stands alone: beside other sources browsers ignore it")
		}
	}
	if v.LengthInt() == 0 {
		return v, fmt.Errorf(`an empty list says nothing clearly; write ["none"]`)
	}
	return v, nil
}

func cspSource(s string) (string, error) {
	word := strings.ToLower(strings.ReplaceAll(s, "_", "-"))
	switch {
	case strings.Trim(s, "'") != s:
		return s, fmt.Errorf("%q is written without the single quotes; they are added", s)
	case slices.Contains(cspKeywords, s), cspHash().MatchString(s), cspScheme().MatchString(s):
		return s, nil
	case strings.HasPrefix(s, "nonce-"):
		return s, fmt.Errorf("%q would be the same nonce in every answer, which protects nothing; the attribute nonce makes new ones", s)
	case slices.Contains(cspKeywords, word):
		return s, fmt.Errorf("%q is no source; did you mean %q?", s, word)
	case cspHost().MatchString(s) && (strings.ContainsAny(s, ".:*[") || didYouMean(s, cspKeywords) == ""):
		return s, nil
	}
	return s, fmt.Errorf(`%q is no source: it is a keyword such as self, a scheme such as "data:", a host such as "https://cdn.example", or a hash such as "sha256-…"%s`,
		s, didYouMean(word, cspKeywords))
}

// cspQuoted is a value as the header has it.
func cspQuoted(s string) string {
	if slices.Contains(cspKeywords, s) || cspHash().MatchString(s) {
		return "'" + s + "'"
	}
	return s
}

var trustedTypeName = pattern(`^[A-Za-z0-9#=_/@.%-]+$`)

func trustedType(s string) (string, error) {
	if s == "none" || s == "allow-duplicates" {
		return "'" + s + "'", nil
	}
	if s == "*" || trustedTypeName().MatchString(s) {
		return s, nil
	}
	return s, fmt.Errorf("%q is not the name of a policy for trusted types", s)
}

// reportURL accepts where a browser can send reports.
func reportURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return s, fmt.Errorf("%q is not an https:// URL; browsers send reports to no other", s)
	}
	if strings.ContainsAny(s, "\"\\;, ") {
		return s, fmt.Errorf("%q holds a character that ends a value in the header; write it in its %%XX form", s)
	}
	return s, redirectTarget(s)
}

var nonceText = pattern(`^[A-Za-z0-9_-]{16,64}$`)

// noncePlaceholder accepts a text that cannot be guessed easily and means nothing
// to either server.
func noncePlaceholder(s string) (string, error) {
	if nonceText().MatchString(s) {
		return s, nil
	}
	return s, fmt.Errorf("the placeholder needs 16 to 64 letters, digits, hyphens or underscores; choose them at random, since whoever can write it into a page can run scripts there")
}

// csp warns of a policy that stops what the place itself serves.
func (c *checker) csp(s *Site, r *Route, p *Place) {
	policy := p.Headers.CSP
	if policy == nil || policy == strictCSP {
		return
	}
	if policy.directive(upgradeInsecure) != nil && !s.HTTPS() {
		c.report(hcl.DiagWarning, policy.Range, "A site without HTTPS upgrades to it",
			"upgrade_insecure_requests makes browsers ask for the site's own files over HTTPS, which it does not serve; the directive is left out.")
	}
	if policy.ReportOnly && policy.ReportTo.Value == "" {
		c.report(hcl.DiagWarning, policy.Range, "A policy that nobody hears of",
			"report_only stops nothing, and without report_to the reports reach only the consoles of visitors. Add report_to, or take report_only away.")
	}
	if r != nil || !p.onFiles() {
		return
	}
	var stopped, allows []string
	for _, kind := range []struct{ directive, what string }{{"script-src", "scripts"}, {"style-src", "style sheets"}, {"img-src", "images"}} {
		values := policy.effective(kind.directive)
		own := policy.directive(kind.directive)
		if values == nil || slices.ContainsFunc(values, s.coversItself) || own != nil && slices.Equal(values, []string{"'none'"}) {
			continue
		}
		stopped = append(stopped, kind.what)
		allows = append(allows, fmt.Sprintf("%s is %s", kind.directive, strings.Join(values, " ")))
	}
	if len(stopped) > 0 {
		c.report(hcl.DiagWarning, policy.Range, "The policy stops the site's own files",
			fmt.Sprintf(`Browsers take no %s of %s itself: %s. Add "self", or write ["none"] for what the site really has none of.`,
				strings.Join(stopped, ", "), s.Name.Value, strings.Join(allows, ", ")))
	}
}

// coversItself tells that a source of a policy includes what the site serves.
func (s *Site) coversItself(source string) bool {
	switch source {
	case "'self'", "*", "https:", "http:", "'strict-dynamic'":
		return true
	}
	if strings.HasPrefix(source, "'") {
		return strings.HasPrefix(source, "'sha") || strings.HasPrefix(source, "'nonce-")
	}
	_, host, ok := strings.Cut(source, "://")
	if !ok {
		host = source
	}
	host, _, _ = strings.Cut(host, "/")
	host, _, _ = strings.Cut(host, ":")
	return strings.EqualFold(host, s.Name.Value) || strings.HasPrefix(host, "*.") && strings.HasSuffix(s.Name.Value, host[1:])
}
