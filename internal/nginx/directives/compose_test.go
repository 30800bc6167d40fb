package directives

import (
	_ "embed"
	"flag"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "compose table.tsv anew")

// What table.tsv is composed of, beside modules.tsv and crossplane's tables.
var (
	//go:embed directives.tsv
	directivesData string
	//go:embed since.tsv
	sinceData string
	//go:embed gone.tsv
	goneData string
	//go:embed elsewhere.tsv
	elsewhereData string
	//go:embed documented.tsv
	documentedData string
	//go:embed values.tsv
	valuesData string
)

const tableHead = `# Composed of directives.tsv, modules.tsv, since.tsv, gone.tsv, values.tsv, elsewhere.tsv with crossplane's tables, and documented.tsv.
# Do not edit: change those, and run go test -run TestTableIsComposed ./internal/nginx/directives -update
# directive	module	set	file	contexts	arguments	reader	words	since	until	deprecated	ignored	instead	repeat	values
`

// TestTableIsComposed holds table.tsv against the tables that it is made of,
// and what Lookup reads in it against what was composed.
func TestTableIsComposed(t *testing.T) {
	all := composed()
	text := strings.Builder{}
	text.WriteString(tableHead)
	for _, d := range all {
		for i := range d.Forms {
			text.WriteString(composedRow(d.Name, &d.Forms[i]))
		}
	}
	if *update {
		if err := os.WriteFile("table.tsv", []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text.String() != tableData {
		t.Fatal("table.tsv is stale: run go test -run TestTableIsComposed ./internal/nginx/directives -update")
	}
	for _, want := range all {
		d, ok := Lookup(want.Name)
		if !ok || len(d.Forms) != len(want.Forms) {
			t.Errorf("%s is found: %v, with other forms than %d", want.Name, ok, len(want.Forms))
			continue
		}
		for i := range want.Forms {
			if got, want := composedRow(d.Name, &d.Forms[i]), composedRow(want.Name, &want.Forms[i]); got != want {
				t.Errorf("read as %swant %s", got, want)
			}
		}
	}
	for _, name := range []string{"", "#", "# directive", "a", "server_nam", "server_name\t", "zzz", "Server"} {
		if d, ok := Lookup(name); ok {
			t.Errorf("%q is found: %+v", name, d)
		}
	}
}

// composed is the whole knowledge, sorted by name, without Form.values.
var composed = sync.OnceValue(func() []*Directive {
	t := map[string]*Directive{}
	add := func(name string, form Form) {
		d := t[name]
		if d == nil {
			d = &Directive{Name: name}
			t[name] = d
		}
		d.Forms = append(d.Forms, form)
	}
	for _, m := range measuredForms() {
		add(m.name, m.form)
	}
	for _, f := range elsewhereForms(t) {
		add(f.name, f.form)
	}
	for _, r := range rows(documentedData, 7) {
		f := Form{Module: r[1], Set: Foreign, File: r[3], Contexts: parseContexts(r[4])}
		f.Arity, f.Block = parseArity(r[5])
		add(r[0], f)
	}
	markGone(t, add)
	var all []*Directive
	for _, d := range t {
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b *Directive) int { return strings.Compare(a.Name, b.Name) })
	return all
})

type namedForm struct {
	name string
	form Form
}

// composedRow is a form as table.tsv has it.
func composedRow(name string, f *Form) string {
	set := "own"
	switch f.Set {
	case Foreign:
		set = "foreign"
	case Plus:
		set = "plus"
	}
	again, values := valuesOf(name, f)
	return strings.Join([]string{name, f.Module, set, f.File, contextList(f.Contexts), arityText(f.Arity, f.Block), f.reader,
		strings.Join(f.words, " "), f.Since, f.Until, f.Deprecated, f.Ignored, f.Instead, again, values}, "\t") + "\n"
}

// contextList is what parseContexts reads.
func contextList(contexts Context) string {
	if contexts == Anywhere {
		return "any"
	}
	var names []string
	for i, name := range contextNames {
		if contexts>>i&1 != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// arityText is what parseArity reads.
func arityText(a Arity, block bool) string {
	var forms []string
	if a.Flag {
		forms = append(forms, "flag")
	}
	if a.AtLeast >= 0 {
		forms = append(forms, [...]string{"any", "1+", "2+"}[a.AtLeast])
	}
	for n := range 8 {
		if a.Counts>>n&1 != 0 {
			forms = append(forms, strconv.Itoa(n))
		}
	}
	text := strings.Join(forms, "|")
	if block {
		text += "{"
	}
	return text
}

// valuesOf is what values.tsv has for a form: its last two columns. A row for
// any module ("*") holds for nginx's own, unless the reader says it all.
func valuesOf(name string, f *Form) (again, values string) {
	rows := valueRows()
	r, ok := rows[[2]string{name, f.Module}]
	if !ok && f.Set == Own && (f.reader == "" || f.reader == "conf_set_str_array") {
		r, ok = rows[[2]string{name, "*"}]
	}
	if !ok {
		return "", ""
	}
	return r[2], r[3]
}

// valueRows are the rows of values.tsv by directive and module.
var valueRows = sync.OnceValue(func() map[[2]string][]string {
	all := map[[2]string][]string{}
	for _, r := range rows(valuesData, 4) {
		all[[2]string{r[0], r[1]}] = r
	}
	return all
})

// measured are the versions of directives.tsv, oldest first, and from which
// version on something that is new in them may have been there at the
// earliest.
var measured = []struct{ name, earliest string }{{"1.22", ""}, {"1.26", "1.23.0"}, {"1.30", "1.27.0"}}

// measuredForms are the rows of directives.tsv with their versions.
func measuredForms() []namedForm {
	modules := map[string][]string{}
	for _, r := range rows(modulesData, 3) {
		modules[r[0]] = r
	}
	since := sinceVersions()
	var forms []namedForm
	for _, r := range rows(directivesData, 7) {
		module := modules[r[1]]
		form := Form{Module: r[1], Set: Own, Contexts: parseContexts(r[2]), reader: r[4], words: strings.Fields(r[5])}
		form.Arity, form.Block = parseArity(r[3])
		if module[1] != "built-in" {
			form.File = module[1]
		}
		if module[2] == "foreign" {
			form.Set = Foreign
		} else {
			form.Since, form.Until = bounds(r[6], since[[2]string{r[1], r[0]}], since[[2]string{r[1], "*"}])
		}
		forms = append(forms, namedForm{r[0], form})
	}
	return forms
}

// sinceVersions are the rows of since.tsv by module and directive.
func sinceVersions() map[[2]string]string {
	since := map[[2]string]string{}
	for _, r := range rows(sinceData, 3) {
		since[[2]string{r[0], r[1]}] = r[2]
	}
	return since
}

// bounds turns the versions a row was measured in into the range it holds
// for. own is when the directive came (or took its newest form), module when
// its module did.
func bounds(in, own, module string) (since, until string) {
	first, last := 0, len(measured)-1
	if in != "*" {
		seen := strings.Split(in, ",")
		first = slices.IndexFunc(measured, func(m struct{ name, earliest string }) bool { return m.name == seen[0] })
		last = slices.IndexFunc(measured, func(m struct{ name, earliest string }) bool { return m.name == seen[len(seen)-1] })
	}
	since = module
	if own != "" && CompareVersions(own, measured[first].name+".99") <= 0 {
		since = own
	}
	if since == "" || CompareVersions(since, measured[first].earliest) < 0 && first > 0 {
		since = measured[first].earliest
	}
	if last == len(measured)-1 {
		return since, ""
	}
	if own != "" && CompareVersions(own, measured[last].name+".99") > 0 {
		return since, own
	}
	return since, measured[last+1].earliest
}

// markGone adds what gone.tsv says to the forms, and a form of its own for
// directives that no measured version knows any more.
func markGone(t map[string]*Directive, add func(string, Form)) {
	since := sinceVersions()
	for _, r := range rows(goneData, 6) {
		module, name, known := r[0], r[1], false
		if d := t[name]; d != nil {
			for i := range d.Forms {
				f := &d.Forms[i]
				if f.Module == module {
					f.Deprecated, f.Ignored, f.Instead, known = r[2], r[3], r[5], true
					if r[4] != "" {
						f.Until = r[4]
					}
				}
			}
		}
		if !known {
			add(name, Form{Module: module, Set: Own, Contexts: goneContexts, Arity: Arity{AtLeast: 0},
				Since: since[[2]string{module, "*"}], Deprecated: r[2], Until: r[4], Instead: r[5]})
		}
	}
}

// goneContexts is where the directives stood that no measured version has.
const goneContexts = HTTP | Server | Location
