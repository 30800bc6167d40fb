package nginx

import (
	"strings"
	"sync"

	"padlock/internal/source"
)

// Bounds of what is read as directives. They keep memory and the stack of
// everything that descends a tree in hand, and lie far beyond real files.
const (
	// maxDepth is the deepest nesting of blocks; what lies deeper stays raw.
	maxDepth = 500
	// maxDirectives is the largest number of directives in one file. Lists of
	// networks for geo reach a few hundred thousand.
	maxDirectives = 4 << 20
	// maxDiagnostics is the largest number of syntax errors told for one file.
	maxDiagnostics = 100
	// maxRewinds bounds how often a missing closing quote is repaired.
	maxRewinds = 64
)

// dataBlocks are the blocks whose entries are data with the same grammar as
// directives, but may not have blocks themselves.
// (ngx_conf_parse, "custom handler"; nginx 1.30.)
var dataBlocks = map[string]bool{
	"map": true, "geo": true, "types": true, "split_clients": true,
	"charset_map": true, "match": true, "geoip2": true,
}

// Parse reads a file. It accepts any bytes: what the grammar has no place for
// is in the tree's Diagnostics and Skipped.
func Parse(file *source.File) *Tree {
	return parse(file, file.Name, file.String(), source.Range{End: int32(len(file.Data))})
}

// parse reads a range of a file; text is the whole file, shared by the values
// of all words.
func parse(file *source.File, name, text string, r source.Range) *Tree {
	p := parsers.Get().(*parser)
	defer p.release()
	p.run(file, text, r, false)
	if p.unclosed+p.stray == 0 {
		return p.tree(name)
	}
	// A brace is missing or too many, and the grammar alone notices at the end
	// of the file at best. If the indentation explains the same number of
	// errors, it knows the place.
	q := parsers.Get().(*parser)
	defer q.release()
	q.run(file, text, r, true)
	if q.unclosed == p.unclosed && q.stray == p.stray {
		return q.tree(name)
	}
	return p.tree(name)
}

// parser holds the state of one parse, in flat lists that are kept for the
// next one; tree copies them into lists of the right size.
type parser struct {
	file     *source.File
	text     string
	from     int32
	end      int32
	pos      int32
	byIndent bool // let the indentation tell where blocks end

	directives []Directive // in file order
	parents    []int32     // index of each directive's parent, -1 for none
	firstWords []int32     // index of each directive's first word
	words      []Word
	comments   []source.Range
	skipped    []source.Range
	open       []openBlock // from outermost to innermost
	pending    int32       // index of the first word of the directive being read
	buried     int         // open braces beyond maxDepth

	diagnostics []source.Diagnostic
	rewinds     int
	unclosed    int // blocks without "}"
	stray       int // "}" without a block
}

type openBlock struct {
	directive int32
	// indent is the number of blanks before the directive's first word; -1 if
	// it does not start its line.
	indent int
}

var parsers = sync.Pool{New: func() any { return new(parser) }}

func (p *parser) run(file *source.File, text string, r source.Range, byIndent bool) {
	*p = parser{
		file: file, text: text, from: r.Start, end: r.End, pos: r.Start, byIndent: byIndent,
		directives: p.directives[:0], parents: p.parents[:0], firstWords: p.firstWords[:0],
		words: p.words[:0], comments: p.comments[:0], skipped: p.skipped[:0], open: p.open[:0],
	}
	p.byteOrderMark()
	for p.blanks(); p.pos < p.end; p.blanks() {
		if len(p.directives) == maxDirectives {
			p.giveUp()
			break
		}
		if p.buried > 0 {
			p.buriedToken()
			continue
		}
		switch p.text[p.pos] {
		case ';':
			p.semicolon()
		case '{':
			p.openBrace()
		case '}':
			p.closeBrace()
		default:
			p.word()
		}
	}
	p.endOfFile()
}

// blanks moves over white space and comments.
func (p *parser) blanks() {
	for p.pos < p.end {
		switch p.text[p.pos] {
		case ' ', '\t', '\r', '\n':
			p.pos++
		case '#':
			p.comment()
		default:
			return
		}
	}
}

func (p *parser) comment() {
	r := source.Range{Start: p.pos, End: p.end}
	if i := strings.IndexByte(p.text[p.pos:p.end], '\n'); i >= 0 {
		r.End = p.pos + int32(i)
	}
	p.pos = r.End
	if r.Len() >= bufferSize && int(p.end-r.Start) > bufferSize {
		p.longComment(r)
	}
	if r.End > r.Start && p.text[r.End-1] == '\r' {
		r.End--
	}
	if p.buried == 0 {
		p.comments = append(p.comments, r)
	}
}

const byteOrderMark = "\xef\xbb\xbf"

// byteOrderMark skips one at the start: nginx would take it for a part of the
// first word.
func (p *parser) byteOrderMark() {
	if strings.HasPrefix(p.text[p.pos:p.end], byteOrderMark) {
		r := source.Range{Start: p.pos, End: p.pos + 3}
		p.pos = r.End
		p.skip(r)
		p.reportByteOrderMark(r)
	}
}

// skip records bytes that have no place in the grammar.
func (p *parser) skip(r source.Range) {
	if n := len(p.skipped); n > 0 && p.skipped[n-1].End == r.Start {
		p.skipped[n-1].End = r.End
		return
	}
	p.skipped = append(p.skipped, r)
}

// hasWords tells that a directive has begun.
func (p *parser) hasWords() bool { return int(p.pending) < len(p.words) }

func (p *parser) one() source.Range {
	r := source.Range{Start: p.pos, End: p.pos + 1}
	p.pos++
	return r
}

func (p *parser) semicolon() {
	r := p.one()
	if !p.hasWords() {
		p.skip(r)
		p.reportStraySemicolon(r)
		return
	}
	p.add(Directive{Terminator: r})
}

func (p *parser) openBrace() {
	r := p.one()
	if !p.hasWords() {
		p.reportNamelessBlock(r)
	} else if p.inData() {
		p.reportBlockInData(r)
	}
	indent := -1
	if p.hasWords() {
		if width, ok := indentation(p.text[p.from:p.words[p.pending].Range.Start]); ok {
			indent = width
		}
	}
	i := p.add(Directive{Terminator: r, HasBlock: true})
	if strings.HasSuffix(p.directives[i].Name, "_by_lua_block") {
		p.lua(i)
		return
	}
	p.open = append(p.open, openBlock{i, indent})
	if len(p.open) == maxDepth {
		p.directives[i].Raw = true
		p.buried = 1
		p.reportDepth(i)
	}
}

// lua leaves the body of a Lua block to the Lua module, which finds its end by
// the rules of Lua.
func (p *parser) lua(i int32) {
	d := &p.directives[i]
	d.Raw = true
	body := luaBody(p.text[p.pos:p.end])
	p.pos += int32(body)
	if p.pos == p.end {
		d.Range.End = p.end
		p.reportUnclosed(i, nil)
		return
	}
	d.Close = p.one()
	d.Range.End = p.pos
}

// buriedToken moves over a token below maxDepth.
func (p *parser) buriedToken() {
	switch p.text[p.pos] {
	case '{':
		p.buried++
		p.pos++
	case '}':
		if p.buried--; p.buried == 0 {
			p.closeInnermost(p.one())
			return
		}
		p.pos++
	case ';':
		p.pos++
	default:
		p.word()
	}
	p.words = p.words[:p.pending]
}

func (p *parser) closeBrace() {
	p.finishUnterminated()
	r := p.one()
	if len(p.open) > 0 && p.byIndent {
		if width, ok := indentation(p.text[p.from:r.Start]); ok && !p.matchIndent(r, width) {
			return
		}
	}
	if len(p.open) == 0 {
		p.skip(r)
		p.reportStrayBrace(r)
		return
	}
	p.closeInnermost(r)
}

// matchIndent uses the indentation of a "}" that starts its line: one that
// stands deeper than the innermost block is stray, one that stands where an
// outer block began closes the blocks within. It returns false if the brace was
// stray.
func (p *parser) matchIndent(r source.Range, width int) bool {
	inner := p.open[len(p.open)-1].indent
	if inner >= 0 && inner < width {
		p.skip(r)
		p.reportStrayBrace(r)
		return false
	}
	for i := len(p.open) - 1; i >= 0 && inner > width; i-- {
		if p.open[i].indent == width {
			for len(p.open) > i+1 {
				p.leaveOpen(&r)
			}
			return true
		}
	}
	return true
}

// newDirective is called where a directive's first word begins; with
// indentation as the guide, a line that stands no deeper than the line which
// opened the block is outside of it.
func (p *parser) newDirective(at int32) {
	width, ok := indentation(p.text[p.from:at])
	for ok && len(p.open) > 0 {
		b := p.open[len(p.open)-1]
		if b.indent < width || strings.IndexByte(p.text[p.directives[b.directive].Range.Start:at], '\n') < 0 {
			return
		}
		p.leaveOpen(&source.Range{Start: at, End: at + 1})
	}
}

func (p *parser) closeInnermost(r source.Range) {
	d := &p.directives[p.open[len(p.open)-1].directive]
	d.Close, d.Range.End = r, r.End
	p.open = p.open[:len(p.open)-1]
}

// leaveOpen ends the innermost block without a brace. The block reaches to the
// end of what is in it. noticed is where its end was missed, nil for the end of
// the file.
func (p *parser) leaveOpen(noticed *source.Range) {
	i := p.open[len(p.open)-1].directive
	d := &p.directives[i]
	d.Range.End = d.Terminator.End
	if p.buried > 0 {
		d.Range.End = p.end
		p.buried = 0
	} else if last := len(p.directives) - 1; int32(last) > i {
		d.Range.End = p.directives[last].Range.End
		for up := p.parents[last]; up > i; up = p.parents[up] {
			d.Range.End = max(d.Range.End, p.directives[up].Range.End)
		}
	}
	if n := len(p.skipped); n > 0 {
		d.Range.End = max(d.Range.End, p.skipped[n-1].End)
	}
	p.open = p.open[:len(p.open)-1]
	p.unclosed++
	p.reportUnclosed(i, noticed)
}

// finishUnterminated makes a directive of words that no ";" ended.
func (p *parser) finishUnterminated() {
	if p.hasWords() {
		end := p.words[len(p.words)-1].Range.End
		i := p.add(Directive{Terminator: source.Range{Start: end, End: end}})
		p.reportUnterminated(i)
	}
}

func (p *parser) endOfFile() {
	p.finishUnterminated()
	for len(p.open) > 0 {
		p.leaveOpen(nil)
	}
}

// giveUp skips the rest of a file with too many directives.
func (p *parser) giveUp() {
	p.words = p.words[:p.pending]
	r := source.Range{Start: p.pos, End: p.end}
	p.pos = p.end
	p.skip(r)
	p.reportTooMany(r)
}

// add makes a directive of the pending words.
func (p *parser) add(d Directive) int32 {
	d.Range = d.Terminator
	if p.hasWords() {
		d.Name = p.words[p.pending].Value
		d.Range.Start = p.words[p.pending].Range.Start
	}
	d.Entry = p.inData()
	parent := int32(-1)
	if n := len(p.open); n > 0 {
		parent = p.open[n-1].directive
	}
	p.directives = append(p.directives, d)
	p.parents = append(p.parents, parent)
	p.firstWords = append(p.firstWords, p.pending)
	p.pending = int32(len(p.words))
	return int32(len(p.directives) - 1)
}

// inData tells that the innermost open block holds data.
func (p *parser) inData() bool {
	n := len(p.open)
	return n > 0 && dataBlocks[p.directives[p.open[n-1].directive].Name]
}

// tree copies what was read into its final place.
func (p *parser) tree(name string) *Tree {
	t := &Tree{
		File: p.file, Name: name, Range: source.Range{Start: p.from, End: p.end},
		Comments:    append([]source.Range(nil), p.comments...),
		Skipped:     append([]source.Range(nil), p.skipped...),
		Diagnostics: p.diagnostics,
		all:         append([]Directive(nil), p.directives...),
	}
	words := append([]Word(nil), p.words...)
	children := make([]int32, len(t.all)+1) // of each directive; the last: of the file
	for _, parent := range p.parents {
		children[slot(parent, len(t.all))]++
	}
	lists := make([]*Directive, len(t.all))
	take := func(n int32) []*Directive {
		list := lists[:0:n]
		lists = lists[n:]
		return list
	}
	t.Directives = take(children[len(t.all)])
	for i := range t.all {
		d := &t.all[i]
		d.Tree = t
		last := len(words)
		if i+1 < len(t.all) {
			last = int(p.firstWords[i+1])
		}
		d.Words = words[p.firstWords[i]:last:last]
		if children[i] > 0 {
			d.Block = take(children[i])
		}
		if parent := p.parents[i]; parent >= 0 {
			d.Parent = &t.all[parent]
			d.Parent.Block = append(d.Parent.Block, d)
		} else {
			t.Directives = append(t.Directives, d)
		}
	}
	return t
}

// release keeps the lists for the next parse, without what they point to. The
// lists of an unusually large file are let go.
func (p *parser) release() {
	if cap(p.directives) > 1<<14 {
		return
	}
	clear(p.directives)
	clear(p.words)
	p.file, p.text, p.diagnostics = nil, "", nil
	parsers.Put(p)
}

func slot(parent int32, top int) int {
	if parent < 0 {
		return top
	}
	return int(parent)
}
