package generator

import "slices"

// usual gives a place of scripts what its application asks for, where the description
// says nothing of the same.
func (p *Place) usual(l *layer) {
	if p.PHP == nil {
		return
	}
	preset := phpPresets[p.PHP.Preset]
	said := func(name string) bool { _, ok := l.setting(name); return ok }
	if _, ok := l.nested(phpBlock.Name).setting("max_body"); !ok && !said("max_body") && preset.MaxBody > 0 {
		p.MaxBody = preset.MaxBody
	}
	if !said("charset") && preset.Charset != "" {
		p.Charset = preset.Charset
	}
	if !said("cache") && preset.Cache != nil {
		p.Cache.Rules = ordered(preset.Cache)
	}
	for _, m := range preset.Types {
		if !slices.ContainsFunc(p.Types, func(own MediaType) bool { return overlap(own.Extensions, m.Extensions) }) {
			p.Types = append(p.Types, m)
		}
	}
	p.Headers.usual(l.nested(headersBlock.Name), preset)
}

// ordered puts rules into the order in which kinds of files are tried.
func ordered(rules []CacheRule) []CacheRule {
	var out []CacheRule
	for _, kind := range cacheKinds {
		for _, rule := range rules {
			if rule.Kind == kind.name {
				out = append(out, rule)
			}
		}
	}
	return out
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// usual adds the headers of an application, unless the description wants none of any
// preset, or says the same itself.
func (h *Headers) usual(l *layer, preset phpPreset) {
	if preset.Headers == nil && preset.Remove == nil || l.text("preset", "recommended").Value == "none" {
		return
	}
	h.Fixed, h.Remove = slices.Clone(h.Fixed), slices.Clone(h.Remove)
	for _, own := range preset.Headers {
		described := slices.ContainsFunc(h.Fixed, func(have Header) bool { return have.Name == own.Name && have.Range.Filename != "" })
		policy := own.Name == "Content-Security-Policy" && h.CSP != nil
		_, referrer := l.setting("referrer")
		if !described && !policy && !slices.Contains(h.Remove, own.Name) && !(referrer && own.Name == "Referrer-Policy") {
			h.set(h.onDocuments(own))
		}
	}
	for _, name := range preset.Remove {
		if !slices.ContainsFunc(h.Fixed, func(have Header) bool { return have.Name == name }) && !slices.Contains(h.Remove, name) {
			h.Remove = append(h.Remove, name)
		}
	}
}
