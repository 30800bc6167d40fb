package nginx

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"padlock/internal/source"
)

// ruleSyntax is the rule of every diagnostic of the grammar.
const ruleSyntax = "syntax-error"

func (p *parser) report(at source.Range, message, help string, related ...source.Related) {
	if len(p.diagnostics) == maxDiagnostics {
		return
	}
	p.diagnostics = append(p.diagnostics, source.Diagnostic{
		Rule: ruleSyntax, Severity: source.Error, Message: message, Help: help,
		Subject: p.file.Span(at), Related: related,
	})
}

func (p *parser) reportByteOrderMark(r source.Range) {
	p.report(r, "the file starts with a byte order mark, which nginx takes for a part of the first word",
		"save the file as UTF-8 without a byte order mark")
}

func (p *parser) reportStraySemicolon(r source.Range) {
	p.report(r, `unexpected ";": no directive stands before it`, `remove the ";"`)
}

func (p *parser) reportNamelessBlock(r source.Range) {
	p.report(r, `unexpected "{": no directive stands before it`,
		`a ";" may stand where the block should open, or the block's name is missing`)
}

func (p *parser) reportBlockInData(r source.Range) {
	block := p.directives[p.open[len(p.open)-1].directive]
	p.report(r, fmt.Sprintf(`unexpected "{": an entry of %q cannot have a block`, block.Name),
		fmt.Sprintf(`end the entry with ";", or close the %q block first`, block.Name),
		source.Related{Subject: p.file.Span(block.Terminator), Message: "the block opens here"})
}

func (p *parser) reportStrayBrace(r source.Range) {
	p.stray++
	p.report(r, `unexpected "}": every block is closed already`,
		`remove it, or look above for a block that has lost its "{"`)
}

func (p *parser) reportUnterminated(i int32) {
	d := p.directives[i]
	head := source.Range{Start: d.Range.Start, End: d.Range.End}
	p.report(head, fmt.Sprintf(`directive %s is not terminated by ";"`, p.quote(d.Name)),
		fmt.Sprintf(`add ";" after %s`, p.quote(p.text[p.words[len(p.words)-1].Range.Start:head.End])))
}

func (p *parser) reportUnclosed(i int32, noticed *source.Range) {
	d := p.directives[i]
	at := source.Range{Start: d.Range.Start, End: d.Terminator.End}
	message := fmt.Sprintf(`the block %s, opened on line %d, is not closed by "}"`, p.quote(d.Name), p.line(at.Start))
	if noticed == nil {
		p.report(at, message, `add "}" where the block ends; a block within it may have lost its own`)
		return
	}
	p.report(at, message, fmt.Sprintf(`add "}" before line %d, which is indented as if the block had ended`, p.line(noticed.Start)),
		source.Related{Subject: p.file.Span(*noticed), Message: "the block seems to end before this"})
}

func (p *parser) reportDepth(i int32) {
	p.report(p.directives[i].Terminator, fmt.Sprintf("blocks are nested more than %d deep; what lies deeper is not read", maxDepth),
		"flatten the configuration")
}

func (p *parser) reportTooMany(r source.Range) {
	p.report(source.Range{Start: r.Start, End: r.Start + 1},
		fmt.Sprintf("the file has more than %d directives; the rest is not read", maxDirectives), "split the file")
}

func (p *parser) reportUnclosedQuote(open int32, quote byte) {
	p.report(source.Range{Start: open, End: open + 1},
		fmt.Sprintf("the quoted word that starts here has no closing %c", quote),
		fmt.Sprintf("add %c at the end of the word, or write \\%c if it is part of the text", quote, quote))
}

func (p *parser) reportAfterQuote(r source.Range) {
	_, size := utf8.DecodeRuneInString(p.text[r.Start:p.end])
	r.End = r.Start + int32(size)
	p.report(r, fmt.Sprintf(`unexpected %s after the closing quote: only a blank, ";", "{" or ")" may follow`, p.quote(p.text[r.Start:r.End])),
		`put the whole word in quotes, write \" for a quote within it, or add the missing ";"`)
}

func (p *parser) reportLongWord(r source.Range) {
	p.report(r, fmt.Sprintf("too long parameter: nginx reads words of less than %d bytes, this has %d", bufferSize, r.Len()),
		"shorten it, or look for a missing closing quote")
}

func (p *parser) longComment(r source.Range) {
	p.report(r, fmt.Sprintf("too long comment: nginx refuses a comment line of %d bytes or more, this has %d", bufferSize, r.Len()),
		"break it into several lines")
}

// line is the line of an offset, counted within the tree's range; it does not
// use the file's index, which most files never need.
func (p *parser) line(offset int32) int { return p.file.Position(int(offset)).Line }

// quote shows a piece of the file in a message: on one short line whatever it
// is, and not at all if the file may not be shown.
func (p *parser) quote(s string) string {
	const most = 40
	if p.file.Hidden {
		return `"…"`
	}
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		s = s[:i] + "…"
	}
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strconv.Quote(s)
}
