package linter

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"padlock/internal/source"
	"padlock/internal/tlspolicy"
	"padlock/linter/rule"
	"padlock/linter/rules/syntax"
)

// Comments of these kinds silence findings.
const (
	ignoreWord     = "padlock:ignore"
	ignoreFileWord = "padlock:ignore-file"
)

// ignore is a comment that silences findings of some rules in a range of its
// file.
type ignore struct {
	comment source.Span
	server  tlspolicy.Server
	scope   source.Range
	rules   []ignoredRule
}

// ignoredRule is one rule that a comment names.
type ignoredRule struct {
	id   string
	at   source.Span
	used bool
}

// suppress takes away what comments silence, and reports comments that do not
// count or silence nothing.
func suppress(p *processing, result *Result) {
	silence(p, result, ignoreComments(p.configs))
}

// suppressInDescriptions is suppress for what is told about descriptions. There
// nothing is fixed: a fix has to be judged, and that needs another rendering.
func suppressInDescriptions(p *processing, result *Result) {
	silence(p, result, descriptionComments(p))
	for i := range result.Findings {
		if slices.Contains(p.descriptions, result.Findings[i].Subject.File) {
			result.Findings[i].Fixes = nil
		}
	}
}

func silence(p *processing, result *Result, comments []ignoreComment) {
	byFile := map[*source.File][]*ignore{}
	for _, c := range comments {
		i, problems := readIgnore(c, p.selection.all)
		byFile[c.span.File] = append(byFile[c.span.File], i)
		if p.selection.runs(syntax.IgnoreInvalid) {
			result.Findings = append(result.Findings, problems...)
		}
	}
	if len(byFile) == 0 {
		return
	}
	kept := result.Findings[:0]
	for _, f := range result.Findings {
		if silenced(&f, byFile[f.Subject.File]) {
			result.Suppressed++
		} else {
			kept = append(kept, f)
		}
	}
	clear(result.Findings[len(kept):])
	result.Findings = kept
	if p.selection.runs(syntax.IgnoreUnused) {
		for _, c := range comments {
			for _, i := range byFile[c.span.File] {
				if i.comment == c.span {
					result.Findings = append(result.Findings, i.unused(&p.selection)...)
				}
			}
		}
	}
}

// silenced tells whether a comment silences a finding, and marks every one that
// does as used. What is said about comments themselves cannot be silenced.
func silenced(f *rule.Finding, ignores []*ignore) bool {
	if f.Rule == syntax.IgnoreInvalid.ID || f.Rule == syntax.IgnoreUnused.ID {
		return false
	}
	found := false
	for _, i := range ignores {
		if f.Subject.Start < i.scope.Start || f.Subject.Start >= i.scope.End {
			continue
		}
		for n := range i.rules {
			if i.rules[n].id == f.Rule {
				i.rules[n].used = true
				found = true
			}
		}
	}
	return found
}

// readIgnore takes a comment apart: "padlock:ignore RULE[,RULE…] reason". Without
// a reason it names no rules, as it does not count.
func readIgnore(c ignoreComment, all []*rule.Rule) (*ignore, []rule.Finding) {
	i := &ignore{comment: c.span, server: c.server, scope: c.scope}
	text := string(c.span.Text())
	list := strings.Index(text, ignoreWord) + len(ignoreWord)
	if strings.HasPrefix(text[list:], "-file") {
		list += len("-file")
	}
	list += len(text[list:]) - len(strings.TrimLeft(text[list:], " \t"))
	ids := text[list:]
	if end := strings.IndexAny(ids, " \t\r\n"); end >= 0 {
		ids = ids[:end]
	}
	var problems []rule.Finding
	problem := func(at source.Span, message, help string) {
		problems = append(problems, engineFinding(syntax.IgnoreInvalid, c.server, at, message, help))
	}
	if ids == "" {
		problem(c.span, "the ignore comment names no rule", "Write \"# "+ignoreWord+" RULE reason\".")
		return i, problems
	}
	hasReason := strings.TrimSpace(text[list+len(ids):]) != ""
	if !hasReason {
		problem(c.span, "the ignore comment gives no reason, and does not count", "Say after the rule why the finding is to be ignored.")
	}
	at := list
	for id := range strings.SplitSeq(ids, ",") {
		span := c.span.File.Span(source.Range{Start: c.span.Start + int32(at), End: c.span.Start + int32(at+len(id))})
		at += len(id) + 1
		if !slices.ContainsFunc(all, func(r *rule.Rule) bool { return r.ID == id }) {
			unknown := NewUnknownRuleError(id)
			help := "\"padlock rules\" lists them all."
			if unknown.Suggestion != "" {
				help = "Did you mean " + unknown.Suggestion + "?"
			}
			problem(span, fmt.Sprintf("the ignore comment names a rule that does not exist: %q", id), help)
			continue
		}
		if hasReason {
			i.rules = append(i.rules, ignoredRule{id: id, at: span})
		}
	}
	return i, problems
}

// unused reports the rules of a comment that silenced nothing, although they
// ran.
func (i *ignore) unused(s *selection) []rule.Finding {
	var idle []ignoredRule
	for _, r := range i.rules {
		if !r.used && slices.ContainsFunc(s.rules, func(ran *rule.Rule) bool { return ran.ID == r.id && ran.For(i.server) }) {
			idle = append(idle, r)
		}
	}
	var findings []rule.Finding
	for _, r := range idle {
		f := engineFinding(syntax.IgnoreUnused, i.server, r.at, fmt.Sprintf("the ignore comment silences nothing: %s finds nothing here", r.id),
			"Remove it, or move it to the line before the finding.")
		if len(idle) == len(i.rules) {
			f.Fixes = []rule.Fix{{Title: "Remove the comment", Safe: true, Edits: []rule.Edit{rule.Replace(wholeComment(i.comment), "")}}}
		} else {
			f.Fixes = []rule.Fix{{Title: "Remove the rule from the comment", Safe: true, Edits: []rule.Edit{rule.Replace(withComma(r.at), "")}}}
		}
		findings = append(findings, f)
	}
	return findings
}

// engineFinding is a finding that no Pass made.
func engineFinding(r *rule.Rule, server tlspolicy.Server, at source.Span, message, help string) rule.Finding {
	return rule.Finding{
		Diagnostic: source.Diagnostic{Rule: r.ID, Severity: r.Severity, Message: message, Help: help, Subject: at},
		Server:     server,
		References: r.References,
	}
}

// wholeComment is a comment with the blanks before it, and with its line if
// nothing else stands there.
func wholeComment(comment source.Span) source.Span {
	data := comment.File.Data
	start := comment.Start
	for start > 0 && (data[start-1] == ' ' || data[start-1] == '\t') {
		start--
	}
	end := comment.End
	if start == 0 || data[start-1] == '\n' {
		end = comment.File.LineRange(comment.File.Position(int(max(comment.Start, comment.End-1))).Line).End
	}
	return comment.File.Span(source.Range{Start: start, End: end})
}

// withComma is an element of a list with the comma that goes with it.
func withComma(at source.Span) source.Span {
	data := at.File.Data
	if int(at.End) < len(data) && data[at.End] == ',' {
		at.End++
	} else if at.Start > 0 && data[at.Start-1] == ',' {
		at.Start--
	}
	return at
}

// mentionsIgnore spares the files that have no such comment: nearly all.
func mentionsIgnore(f *source.File) bool { return bytes.Contains(f.Data, []byte(ignoreWord)) }
