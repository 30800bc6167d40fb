package vhost

import "iter"

// routeSections are all sections below a scope that apply to some requests
// only, however deep.
func routeSections(s *apacheScope) iter.Seq[*apacheScope] {
	return func(yield func(*apacheScope) bool) { walkRoutes(s, yield) }
}

func walkRoutes(s *apacheScope, yield func(*apacheScope) bool) bool {
	for _, section := range s.sections {
		if section.kind == "virtualhost" {
			continue
		}
		if !yield(section) || !walkRoutes(section, yield) {
			return false
		}
	}
	return true
}
