package report

import (
	"strings"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"

	"padlock/internal/patch"
)

// span is a part of a line, in bytes.
type span struct{ start, end int }

// longestMarked is how many bytes a line may have to be compared with another:
// the time for that grows with the square.
const longestMarked = 500

// longestSearch is how many added lines are looked at for a removed one.
const longestSearch = 40

// lineMarks are the parts of removed and added lines that make the difference,
// by the lines' indexes. A removed line is compared with the next of the added
// ones that begins with the same word; where most of it differs, nothing is
// marked.
func lineMarks(lines []patch.Line) map[int][]span {
	marks := map[int][]span{}
	for i := 0; i < len(lines); {
		removed := runOf(lines[i:], patch.Removed)
		added := runOf(lines[i+removed:], patch.Added)
		next := i + removed
		for old := i; old < i+removed; old++ {
			for new := next; new < min(i+removed+added, next+longestSearch); new++ {
				if word := firstWord(lines[old].Text); word != "" && word == firstWord(lines[new].Text) {
					marks[old], marks[new] = marked(lines[old].Text, lines[new].Text)
					next = new + 1
					break
				}
			}
		}
		i += max(removed+added, 1)
	}
	return marks
}

// firstWord is the name of the directive that a line has, most likely.
func firstWord(line string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	return word
}

func runOf(lines []patch.Line, kind patch.Kind) int {
	n := 0
	for n < len(lines) && lines[n].Kind == kind {
		n++
	}
	return n
}

func marked(old, new string) (removed, added []span) {
	old, new = strings.TrimRight(old, "\r\n"), strings.TrimRight(new, "\r\n")
	if len(old) > longestMarked || len(new) > longestMarked || !utf8.ValidString(old) || !utf8.ValidString(new) {
		return nil, nil
	}
	d := diffmatchpatch.New()
	// With a timeout the result would depend on how busy the machine is.
	d.DiffTimeout = 0
	same, i, j := 0, 0, 0
	for _, change := range d.DiffCleanupSemantic(d.DiffMain(old, new, false)) {
		n := len(change.Text)
		switch change.Type {
		case diffmatchpatch.DiffEqual:
			same += len(strings.TrimSpace(change.Text))
			i, j = i+n, j+n
		case diffmatchpatch.DiffDelete:
			removed = append(removed, span{i, i + n})
			i += n
		case diffmatchpatch.DiffInsert:
			added = append(added, span{j, j + n})
			j += n
		}
	}
	if same*3 < max(len(strings.TrimSpace(old)), len(strings.TrimSpace(new))) {
		return nil, nil
	}
	return removed, added
}
