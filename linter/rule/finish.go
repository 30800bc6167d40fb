package rule

import "sync"

// finish walks, and calls what rules want to have called at the end. This takes
// half the time of a large configuration, and so the categories run side by side;
// rules of one category share notes, and run one after the other. What takes no
// part in the walk need not wait for it. The findings come in the order of the
// subscriptions, as if one had been called after the other.
func (w *Walk) finish(walk func()) []Finding {
	walked := make(chan struct{})
	outputs := make([][]Finding, len(w.end))
	var wait sync.WaitGroup
	for _, category := range w.endCategories() {
		wait.Go(func() {
			call := func(walks bool) {
				for i := range w.end {
					s := &w.end[i]
					if p := s.pass; p.Rule.Category == category && p.walks == walks && p.failure == nil {
						p.out = &outputs[i]
						p.guard(s.do)
						s.do = nil // and what the rule has collected for it
					}
				}
			}
			call(false)
			<-walked
			call(true)
			*w.notes[category] = notes{}
		})
	}
	walk()
	w.subscriptions = subscriptions{}
	close(walked)
	wait.Wait()
	var all []Finding
	for _, found := range outputs {
		all = append(all, found...)
	}
	return all
}

// endCategories are the categories of the rules that have subscribed to the end.
func (w *Walk) endCategories() []string {
	var list []string
	seen := map[string]bool{}
	for _, s := range w.end {
		if c := s.pass.Rule.Category; !seen[c] {
			seen[c] = true
			list = append(list, c)
		}
	}
	return list
}
