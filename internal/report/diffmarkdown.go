package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"padlock/internal/diff"
	"padlock/linter/rule"
)

// DiffMarker begins the comment, so that a later run finds it and writes it anew.
const DiffMarker = "<!-- padlock-diff -->"

// maxComment is how many bytes are written at most. GitHub refuses comments of
// more than 65,536 characters.
const maxComment = 65_000

// diffMarkdown is a comment on a pull request: a table of what the change does,
// and below it what else is different, folded.
type diffMarkdown struct{}

// detailLevel is how much of a diff is told. The next one is tried when a comment
// would be too long.
type detailLevel struct {
	// rows bounds the table of consequences, and told is the lowest risk of the
	// other changes that are told.
	rows int
	told diff.Risk
	// findings bounds those of either list.
	findings int
	// out says what has been left out.
	out string
}

const allRows = 1 << 30

var detailLevels = []detailLevel{
	{allRows, diff.Low, allRows, ""},
	{allRows, diff.Medium, 100, "**Left out because of the length of comments:** changes of low risk, and findings after the first hundred."},
	{allRows, 0, 20, "**Left out because of the length of comments:** changes other than those in the table, and findings after the first twenty."},
	{100, 0, 0, "**Left out because of the length of comments:** all but the first hundred rows of the table, and the findings."},
	{20, 0, 0, "**Left out because of the length of comments:** all but the first twenty rows of the table, and the findings."},
	{0, 0, 0, "**Left out because of the length of comments:** everything but the counts."},
}

func (diffMarkdown) WriteDiff(w io.Writer, d *Diff) error {
	var out bytes.Buffer
	for _, level := range detailLevels {
		out.Reset()
		m := diffMarkdownWriter{&out, level}
		m.write(d)
		if out.Len() <= maxComment {
			break
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

type diffMarkdownWriter struct {
	*bytes.Buffer
	detailLevel
}

func (w *diffMarkdownWriter) write(d *Diff) {
	fmt.Fprintf(w, "%s\n### %s: %s\n\n%s → %s\n", DiffMarker, toolName, d.Summary(), cell(d.Old), cell(d.New))
	if w.out != "" {
		fmt.Fprintf(w, "\n%s `padlock diff --format text` and `--format json` tell all of it.\n", w.out)
	}
	w.table(d)
	w.others(d)
	w.findings("New findings", d.Introduced)
	w.findings("Resolved findings", d.Resolved)
	if d.ShowCosmetic && w.told == diff.Low {
		for _, g := range grouped(d.Cosmetic, func(*diff.Change) bool { return true }) {
			w.block("Without meaning, in ", g)
		}
	} else if n := len(d.Cosmetic); n > 0 {
		fmt.Fprintf(w, "\n%s without meaning not shown.\n", counted(n, "difference"))
	}
	if n := d.untouched(); n > 0 && !d.Empty() {
		fmt.Fprintf(w, "\n%s unchanged.\n", counted(n, "site"))
	}
}

// table has a row for each consequence.
func (w *diffMarkdownWriter) table(d *Diff) {
	rows := 0
	for i := range d.Changes {
		c := &d.Changes[i]
		if !c.Consequence {
			continue
		}
		if rows++; rows > w.rows {
			continue
		}
		if rows == 1 {
			w.WriteString("\n| Risk | What the change does | Where |\n|---|---|---|\n")
		}
		text := "**" + markdownText(clipped(shown(c.Message))) + "**"
		if len(c.Sites) > 1 {
			text += "<br>in " + markdownText(clipped(siteList(c.Sites)))
		}
		if v := values(c); v != "" && !told(c) {
			text += "<br>" + cell(v)
		}
		if cause := because(c); cause != "" {
			text += "<br>because of " + cell(cause)
		}
		fmt.Fprintf(w, "| %s %s | %s | %s |\n", riskMarks[c.Risk], c.Risk, text, cell(where(c)))
	}
	if rows > w.rows && w.rows > 0 {
		fmt.Fprintf(w, "\n… and %d more.\n", rows-w.rows)
	}
}

// riskMarks stand beside the words, to be seen from afar.
var riskMarks = map[diff.Risk]string{diff.High: "🔴", diff.Medium: "🟡", diff.Low: "🔵"}

func (w *diffMarkdownWriter) others(d *Diff) {
	wanted := func(c *diff.Change) bool { return !c.Consequence && c.Risk <= w.told }
	for _, g := range grouped(d.Changes, wanted) {
		w.block(counted(len(g.changes), "change")+" in ", g)
	}
}

// diffColumn are what a fence of kind diff colours a line by.
var diffColumn = map[diff.Action]string{diff.Added: "+", diff.Removed: "-", diff.Changed: "!", diff.Moved: "!", diff.Renamed: "!"}

// block is changes, folded.
func (w *diffMarkdownWriter) block(title string, g *group) {
	title += g.title()
	head := common(g.changes)
	place := where
	if shared, ok := sharedChain(g.changes); ok {
		title, place = title+shared, whereAlone
	}
	var lines strings.Builder
	for _, c := range g.changes {
		fmt.Fprintf(&lines, "%s %s\n", diffColumn[c.Action], clipped(strings.TrimSpace(subject(c, head)+"  "+changeValues(c))))
		if at := place(c); at != "" {
			fmt.Fprintf(&lines, "      %s\n", clipped(at))
		}
		if cause := because(c); cause != "" {
			fmt.Fprintf(&lines, "      because of %s\n", clipped(cause))
		}
	}
	fence := fenceFor(lines.String())
	fmt.Fprintf(w, "\n<details>\n<summary>%s</summary>\n\n%sdiff\n%s%s\n\n</details>\n", markdownHTML(clipped(title)), fence, lines.String(), fence)
}

func (w *diffMarkdownWriter) findings(title string, findings []rule.Finding) {
	if len(findings) == 0 || w.detailLevel.findings == 0 {
		return
	}
	fmt.Fprintf(w, "\n<details>\n<summary>%s: %d</summary>\n\n| | Where | Finding | Rule |\n|---|---|---|---|\n", title, len(findings))
	sorted := bySeverity(findings)
	for i, f := range sorted {
		if i == w.detailLevel.findings {
			fmt.Fprintf(w, "\n… and %d more.\n", len(sorted)-i)
			break
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", f.Severity, cell(placed(f.Subject)), markdownText(clipped(shown(f.Message))), markdownCode(f.Rule))
	}
	w.WriteString("\n</details>\n")
}

// longestText is how many characters of one text are written.
const longestText = 400

func clipped(text string) string { return firstRunes(text, longestText) }

// cell is a text in a code span; nothing stays nothing.
func cell(text string) string {
	if text == "" {
		return ""
	}
	return markdownCode(clipped(text))
}

// fenceFor is a fence longer than any row of backticks in a text.
func fenceFor(text string) string { return strings.Repeat("`", max(3, longestRun(text)+1)) }

// markdownHTML is text within an element of HTML, where Markdown is not read.
func markdownHTML(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "@", "@&#8203;", "#", "#&#8203;").Replace(printable(text))
}
