package linter

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"padlock/linter/rule"
)

// BaselineSchema names the layout of a baseline file.
const BaselineSchema = "padlock.baseline/1"

// BaselineEntry is one finding that is known. Where a line has several alike,
// each has an entry: their fingerprints are numbered.
type BaselineEntry struct {
	File        string `json:"file"`
	Rule        string `json:"rule"`
	Fingerprint string `json:"fingerprint"`
}

func (e BaselineEntry) compare(other BaselineEntry) int {
	return cmp.Or(cmp.Compare(e.File, other.File), cmp.Compare(e.Rule, other.Rule), cmp.Compare(e.Fingerprint, other.Fingerprint))
}

// Baseline is a set of findings that are known.
type Baseline struct {
	Schema  string          `json:"schema"`
	Entries []BaselineEntry `json:"findings"`
}

// NewBaseline is the baseline that knows these findings. It holds neither lines
// nor messages, so that it changes only when findings come or go.
func NewBaseline(findings []rule.Finding) *Baseline {
	b := &Baseline{Schema: BaselineSchema, Entries: []BaselineEntry{}}
	for i := range findings {
		f := &findings[i]
		b.Entries = append(b.Entries, BaselineEntry{f.Subject.File.Name, f.Rule, f.Fingerprint})
	}
	slices.SortFunc(b.Entries, BaselineEntry.compare)
	return b
}

// Without is the baseline less some entries.
func (b *Baseline) Without(entries []BaselineEntry) *Baseline {
	return &Baseline{Schema: BaselineSchema, Entries: slices.DeleteFunc(slices.Clone(b.Entries), func(e BaselineEntry) bool {
		return slices.Contains(entries, e)
	})}
}

// Encode is the content of the baseline's file: an entry a line, in order, for
// the sake of reviews and merges.
func (b *Baseline) Encode() ([]byte, error) {
	var out bytes.Buffer
	schema, err := json.Marshal(b.Schema)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(&out, "{\"schema\": %s, \"findings\": [", schema)
	for i, e := range b.Entries {
		line, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n  ")
		out.Write(line)
	}
	if len(b.Entries) > 0 {
		out.WriteByte('\n')
	}
	out.WriteString("]}\n")
	return out.Bytes(), nil
}

// ReadBaseline reads a baseline file.
func ReadBaseline(file string) (*Baseline, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: there is no such baseline; --write-baseline makes one", file)
	}
	if err != nil {
		return nil, err
	}
	b := &Baseline{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(b); err != nil {
		return nil, fmt.Errorf("%s is no baseline: %w", file, err)
	}
	if b.Schema != BaselineSchema {
		return nil, fmt.Errorf("%s is no baseline that this version reads: its schema is %q, not %q", file, b.Schema, BaselineSchema)
	}
	slices.SortFunc(b.Entries, BaselineEntry.compare)
	return b, nil
}

// notInBaseline drops findings that are known, and notes entries that match
// nothing any more.
func notInBaseline(p *processing, result *Result) {
	if p.baseline == nil {
		return
	}
	known := map[string]bool{}
	for _, e := range p.baseline.Entries {
		known[e.Fingerprint] = true
	}
	matched := map[string]bool{}
	result.Findings = slices.DeleteFunc(result.Findings, func(f rule.Finding) bool {
		if known[f.Fingerprint] {
			matched[f.Fingerprint] = true
			result.Known++
		}
		return known[f.Fingerprint]
	})
	if p.changed != nil {
		// Findings elsewhere have been dropped before: nothing is known of them.
		return
	}
	for _, e := range p.baseline.Entries {
		if !matched[e.Fingerprint] && p.wouldMatch(e) {
			result.Stale = append(result.Stale, e)
		}
	}
}

// wouldMatch tells that this run would have come upon a baseline's finding: its
// file has been judged or is gone, and its rule has run or is gone.
func (p *processing) wouldMatch(e BaselineEntry) bool {
	if r, ok := FindRule(e.Rule); ok && !p.selection.runs(r) {
		return false
	}
	for _, c := range p.configs {
		for _, f := range c.Sources() {
			if f.Name == e.File {
				return true
			}
		}
	}
	_, err := os.Stat(e.File)
	return errors.Is(err, fs.ErrNotExist)
}
