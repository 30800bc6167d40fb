package vhost

import (
	"sync"

	"padlock/internal/apache"
	"padlock/internal/source"
	"padlock/internal/tlspolicy"
)

// apacheOthers is the configuration without what stands under undecided
// conditions, modules aside. It is made when first asked for.
type apacheOthers struct {
	cfg    *apache.Config
	target tlspolicy.Target

	once  sync.Once
	model *Model
	hosts map[source.Span]*apacheHost
}
