package generator

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// shortestSecret is the length in bytes from which on a sensitive text is taken
// out of messages. A shorter one is no secret, and taking it out would spoil
// sentences that have nothing to do with it.
const shortestSecret = 4

// hiddenText stands in messages where a sensitive text would.
const hiddenText = "(sensitive)"

// secretTexts are the texts within a value that are marked as sensitive.
func secretTexts(v cty.Value) []string {
	if !v.ContainsMarked() {
		return nil
	}
	if v.IsMarked() {
		v, _ = v.UnmarkDeep()
		var all []string
		_ = cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) {
			if v.Type() == cty.String && v.IsKnown() && !v.IsNull() && len(v.AsString()) >= shortestSecret {
				all = append(all, v.AsString())
			}
			return true, nil // Walk fails only when the callback does
		})
		return all
	}
	var all []string
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		all = append(all, secretTexts(element)...)
	}
	return all
}

// secrets are all sensitive texts of a layer and what is nested in it.
func (l *layer) secrets() []string {
	if l == nil {
		return nil
	}
	var all []string
	for _, s := range l.settings {
		all = append(all, s.Secrets...)
	}
	for _, nested := range l.blocks {
		for _, inner := range nested {
			all = append(all, inner.secrets()...)
		}
	}
	return all
}

// hideSecrets takes sensitive texts out of the words of diagnostics, whoever wrote
// them.
func hideSecrets(diags hcl.Diagnostics, secrets []string) hcl.Diagnostics {
	if len(secrets) == 0 || len(diags) == 0 {
		return diags
	}
	// Longer ones first, so that none is left in part because another lies in it.
	slices.SortFunc(secrets, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	secrets = slices.Compact(secrets)
	var pairs []string
	for _, secret := range secrets {
		pairs = append(pairs, secret, hiddenText)
	}
	replacer := strings.NewReplacer(pairs...)
	for i, d := range diags {
		copied := *d
		copied.Summary, copied.Detail = replacer.Replace(d.Summary), replacer.Replace(d.Detail)
		diags[i] = &copied
	}
	return diags
}

// textSize is the length of all texts within a value, in bytes, with one for each
// value.
func textSize(v cty.Value) int {
	v, _ = v.UnmarkDeep()
	size := 0
	_ = cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) {
		size++
		if v.IsKnown() && !v.IsNull() && v.Type() == cty.String {
			size += len(v.AsString())
		}
		return size <= maxLocal, nil // Walk fails only when the callback does
	})
	return size
}
