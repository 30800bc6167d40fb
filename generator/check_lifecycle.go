package generator

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"padlock/internal/tlspolicy"
)

// checkLifecycle warns of a target that gets no more fixes: of a platform, or of a
// version that neither its makers nor a known platform maintain.
func checkLifecycle(t Target, now time.Time) hcl.Diagnostics {
	day := now.UTC().Format(time.DateOnly)
	var diags hcl.Diagnostics
	report := func(what, since, source, advice string) {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "The target gets no more fixes",
			Detail: fmt.Sprintf("Support of %s ended %s (%s): holes that are found later stay open. %s", what, since, source, advice)})
	}
	maintained := func(same func(tlspolicy.Platform) bool) bool {
		for _, name := range tlspolicy.PlatformNames() {
			p, _ := tlspolicy.LookupPlatform(name)
			if same(p) && !ended(p.SupportEnds, day) {
				return true
			}
		}
		return false
	}
	own := t.Platform.Target(t.Server)
	if ended(t.Platform.SupportEnds, day) && t.Version == own.Version {
		report(t.Platform.Title, "on "+t.Platform.SupportEnds, "its security support", "Move to a newer release.")
		return diags
	}
	if cycle, ok := tlspolicy.ServerLifecycle(t.Server, t.Version); ok && cycle.Ended(day) &&
		!maintained(func(p tlspolicy.Platform) bool { return p.Target(t.Server).Version.Branch() == t.Version.Branch() }) {
		report(fmt.Sprintf("%s %s", t.Server, series(cycle)), endOf(cycle), cycle.Source, "Move to a newer version.")
	}
	if cycle, ok := tlspolicy.OpenSSLLifecycle(t.OpenSSL); ok && cycle.Ended(day) &&
		!maintained(func(p tlspolicy.Platform) bool { return p.OpenSSL.Branch() == t.OpenSSL.Branch() }) {
		report(fmt.Sprintf("OpenSSL %s", series(cycle)), endOf(cycle), cycle.Source, "Move to a newer version, or to a distribution that maintains it.")
	}
	return diags
}

func ended(end, day string) bool { return end != "" && day > end }

// series is the name of a release series: 1.26, and 1.1.0 of OpenSSL.
func series(l tlspolicy.Lifecycle) string {
	if l.Branch.Major == 1 && l.Branch.Minor < 2 {
		return l.Branch.String()
	}
	return strings.TrimSuffix(l.Branch.String(), ".0")
}

// endOf is when support ended. Of series older than the table only the latest day is
// known, and no release.
func endOf(l tlspolicy.Lifecycle) string {
	if l.Released == "" {
		return "before " + l.EndOfLife
	}
	return "on " + l.EndOfLife
}
