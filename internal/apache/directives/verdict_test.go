package directives

import (
	"os"
	"strings"
	"testing"
)

// snippetProblems judges a snippet line by line with just enough of a reader
// for the recorded cases: no continuation, no variables.
func snippetProblems(snippet string) []Problem {
	var open []string
	var problems []Problem
	for line := range strings.SplitSeq(snippet, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, "</"):
			open = open[:max(0, len(open)-1)]
		default:
			section, found := judgeLine(line, open)
			problems = append(problems, found...)
			if section != "" {
				open = append(open, section)
			}
		}
	}
	return problems
}

func judgeLine(line string, open []string) (section string, problems []Problem) {
	name, raw := nextWord(line)
	if strings.HasPrefix(name, "<") {
		name = strings.TrimSuffix(name, ">")
		section = name[1:]
		if at := strings.LastIndexByte(raw, '>'); at >= 0 {
			raw = strings.TrimSpace(raw[:at])
		}
	}
	facts := Lookup(name)
	if len(facts) == 0 {
		return section, []Problem{{Arg: -1, Message: "unknown directive " + name}}
	}
	place := Place{Enclosing: open}
	problems = CheckPlace(facts, place)
	call := Call{Args: splitWords(raw), Raw: raw, Place: place}
	return section, append(problems, Check(facts[0], call)...)
}

// refusals are the problems that the server would stop at.
func refusals(problems []Problem) []Problem {
	var found []Problem
	for _, p := range problems {
		if !p.Silent {
			found = append(found, p)
		}
	}
	return found
}

type verdict struct {
	accepted bool
	snippet  string
}

func recordedVerdicts(t *testing.T) []verdict {
	t.Helper()
	data, err := os.ReadFile("testdata/verdicts.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var all []verdict
	for _, row := range rows(string(data), 2) {
		all = append(all, verdict{row[0] == "ok", strings.ReplaceAll(row[1], "⏎", "\n")})
	}
	return all
}

// TestRecordedVerdicts holds the tables against what the server said. What it
// accepts must never be called refused; of what it refuses, a few cases that
// need more than one directive are missed.
func TestRecordedVerdicts(t *testing.T) {
	verdicts := recordedVerdicts(t)
	missed, alarms := 0, 0
	for _, v := range verdicts {
		found := refusals(snippetProblems(v.snippet))
		switch {
		case v.accepted && len(found) > 0:
			alarms++
			t.Errorf("called refused: %q: %s", v.snippet, found[0].Message)
		case !v.accepted && len(found) == 0:
			missed++
			t.Logf("missed: %q", v.snippet)
		}
	}
	t.Logf("%d verdicts, %d false alarms, %d missed", len(verdicts), alarms, missed)
	if missed*100 > len(verdicts) {
		t.Errorf("%d of %d verdicts missed, want at most 1 %%", missed, len(verdicts))
	}
}
