package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"padlock/linter/rule"
)

// markdownBudget is how many bytes of findings are written: a comment on GitHub
// holds 65,536 characters, on GitLab more.
const markdownBudget = 60_000

// markdown is a comment on a merge or pull request: one table, the worst first.
type markdown struct{}

func (markdown) Write(w io.Writer, r *Report) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "### %s: %s\n", toolName, markdownTitle(r))
	findings := bySeverity(r.Findings)
	if len(findings) > 0 {
		out.WriteString("\n| | Place | Finding | Rule |\n|---|---|---|---|\n")
	}
	written := 0
	for i, f := range findings {
		row := markdownRow(f)
		if written += len(row); written > markdownBudget {
			fmt.Fprintf(out, "\n… and %d more.\n", len(findings)-i)
			break
		}
		out.WriteString(row)
	}
	for _, f := range r.Failures {
		fmt.Fprintf(out, "\n**Internal error:** %s\n", markdownText(f.Error()))
	}
	return out.Flush()
}

func markdownTitle(r *Report) string {
	if len(r.Findings) == 0 {
		return "nothing found"
	}
	return strings.Join(r.Counts(), ", ")
}

func markdownRow(f *rule.Finding) string {
	text := markdownText(f.Message)
	if f.Site != "" {
		text = markdownCode(f.Site) + ": " + text
	}
	for _, related := range f.Related {
		text += "<br>" + markdownCode(placeOf(related.Subject)) + ": " + markdownText(related.Message)
	}
	if f.Help != "" {
		text += "<br>" + markdownText(f.Help)
	}
	return fmt.Sprintf("| %s | %s | %s | %s |\n", f.Severity, markdownCode(placeOf(f.Subject)), text, markdownCode(f.Rule))
}

// markdownText is text that stays what it is: no markup, no HTML, no link, and
// nobody is mentioned. GitHub looks for mentions and references after Markdown
// has been read, where a backslash does not help: a joint of no width does.
func markdownText(text string) string {
	var out strings.Builder
	for _, r := range printable(text) {
		switch {
		case r == '@' || r == '#':
			out.WriteRune(r)
			out.WriteString("&#8203;")
		case strings.ContainsRune("\\`*_{}[]()<>!|~^$&", r):
			out.WriteByte('\\')
			out.WriteRune(r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// markdownCode is text in a code span: it stands between more backticks than it
// has in a row. With a bar, which would end the cell of a table even there, it
// is plain text.
func markdownCode(text string) string {
	text = printable(text)
	if strings.Contains(text, "|") {
		return markdownText(text)
	}
	fence := strings.Repeat("`", longestRun(text)+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}

// longestRun is how many backticks stand in a row at most.
func longestRun(text string) int {
	longest, run := 0, 0
	for _, r := range text {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}
