package generator

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// HSTS is the Strict-Transport-Security header (RFC 6797).
type HSTS struct {
	Enabled           bool
	MaxAge            time.Duration
	IncludeSubdomains bool
	Preload           bool
	// Stage is how far HSTS has been brought in, from 1; 0 is all the way.
	Stage int
	// Since is the day on which HSTS begins, for stages by date; zero for others.
	Since time.Time `json:",omitzero"`
	// Until is the first day on which the next stage is due; zero if none is.
	Until time.Time `json:",omitzero"`
	Range hcl.Range `json:"-"`
}

// hstsStage is a step by which HSTS is brought in.
type hstsStage struct {
	// maxAge is what browsers remember: a mistake is forgotten within minutes at first,
	// and within a month at the end.
	maxAge time.Duration
	// days is how long the step lasts in stages by date.
	days int
}

var hstsStages = []hstsStage{{5 * time.Minute, 1}, {time.Hour, 1}, {24 * time.Hour, 5}, {7 * 24 * time.Hour, 7}, {30 * 24 * time.Hour, 30}}

// automatic is the stage that follows the date.
const automatic = "auto"

var hstsKeys = []attribute{
	{Name: "stage", Type: cty.DynamicPseudoType, Check: hstsStageValue, TypeName: `1 to 5, or "auto"`, Default: "all the way", Example: "1",
		Doc: `Bring HSTS in step by step: 1 is remembered for 5 minutes, 2 for an hour, 3 for a day, 4 for a week, 5 for 30 days. "auto": by the date, counted from since: ` + hstsCalendar() + `. What is rendered then depends on the day (UTC), and its head says until when it holds.`},
	{Name: "since", Type: cty.String, Check: check(date), Example: `"2026-11-01"`, Doc: `The day on which stage = "auto" begins; before it, HSTS is not sent.`},
	{Name: "max_age", Type: cty.String, Check: check(spanOrNone), Default: "2y", Doc: "How long browsers remember to come by HTTPS only."},
	{Name: "include_subdomains", Type: cty.Bool, Default: "false", Doc: "All names below this one too."},
	{Name: "preload", Type: cty.Bool, Default: "false", Doc: "Ask for a place in the list built into browsers; that takes years to undo."},
}

// hstsCalendar says on which day each stage begins.
func hstsCalendar() string {
	day := 0
	var out []string
	for i, stage := range hstsStages {
		out = append(out, fmt.Sprintf("%d from day %d on", i+1, day))
		day += stage.days
	}
	return strings.Join(out, ", ") + fmt.Sprintf(", all the way from day %d on", day)
}

func spanOrNone(s string) (string, error) {
	_, err := parseSpan(s)
	return s, err
}

// date accepts a day as RFC 3339 writes it.
func date(s string) (string, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return s, fmt.Errorf(`%q is not a day such as "2026-11-01"`, s)
	}
	return s, nil
}

func hstsStageValue(v cty.Value) (cty.Value, error) {
	switch {
	case v.Type() == cty.Number:
		return v, wholeNumber(v, 1, int64(len(hstsStages)))
	case v.Type() == cty.String && v.AsString() == automatic:
		return v, nil
	}
	return v, fmt.Errorf("it is a whole number from 1 to %d, or %q", len(hstsStages), automatic)
}

// hsts accepts true, false, or an object whose keys have been checked.
func hsts(v cty.Value) (cty.Value, error) {
	t := v.Type()
	switch {
	case t == cty.Bool:
		return v, nil
	case !t.IsObjectType():
		return v, fmt.Errorf(`hsts is true, false or an object such as { max_age = "2y", include_subdomains = true }`)
	}
	auto := t.HasAttribute("stage") && v.GetAttr("stage").Type() == cty.String
	switch {
	case auto && !t.HasAttribute("since"):
		return v, fmt.Errorf(`hsts.stage = "auto" follows the date, so that it has to be said when HSTS begins: add since = "2026-11-01", with the day from which the site has worked over HTTPS`)
	case !auto && t.HasAttribute("since"):
		return v, fmt.Errorf(`hsts.since is the day on which stage = "auto" begins; without that it means nothing`)
	}
	return v, nil
}

func decodeHSTS(s setting, h *HSTS) {
	h.Range = s.Range
	if s.Value.Type() == cty.Bool {
		h.Enabled = s.Value.True()
		return
	}
	o := object{s.Value.AsValueMap(), s.Range}
	h.MaxAge = o.span("max_age", h.MaxAge)
	h.IncludeSubdomains, h.Preload = o.flag("include_subdomains", false), o.flag("preload", false)
	switch v, ok := o.values["stage"]; {
	case !ok:
	case v.Type() == cty.String:
		h.Since, _ = time.Parse(time.DateOnly, o.text("since", "").Value)
	default:
		h.stage(o.number("stage", 0))
	}
}

// stage is how far HSTS is brought in. Nobody is listed by browsers before it is all
// the way.
func (h *HSTS) stage(n int) {
	h.Stage = n
	h.MaxAge = min(h.MaxAge, hstsStages[n-1].maxAge)
}

// bringInHSTS finds the stages that follow the date.
func bringInHSTS(sites []*Site, now time.Time) {
	for _, s := range sites {
		if !s.TLS.HSTS.Since.IsZero() {
			s.TLS.HSTS.at(now.UTC())
		}
	}
}

// at takes the stage of a day.
func (h *HSTS) at(now time.Time) {
	if now.Before(h.Since) {
		h.Enabled, h.Until = false, h.Since
		return
	}
	begins := h.Since
	for i, stage := range hstsStages {
		begins = begins.AddDate(0, 0, stage.days)
		if now.Before(begins) {
			h.Preload, h.Until = false, begins
			h.stage(i + 1)
			return
		}
	}
}

// schedule tells in the head of the output until when it holds.
func (h HSTS) schedule() []string {
	switch {
	case h.Since.IsZero():
		return nil
	case !h.Enabled:
		return []string{fmt.Sprintf("HSTS: begins on %s; generate it anew then", h.Until.Format(time.DateOnly))}
	case h.Stage > 0:
		return []string{fmt.Sprintf("HSTS: stage %d of %d since %s; generate it anew on %s", h.Stage, len(hstsStages), h.Since.Format(time.DateOnly), h.Until.Format(time.DateOnly))}
	}
	return []string{fmt.Sprintf("HSTS: all the way, since %s step by step", h.Since.Format(time.DateOnly))}
}

// hstsOnItsWay reminds of what is to be done next.
func (c *checker) hstsOnItsWay(s *Site) {
	h := s.TLS.HSTS
	switch {
	case !h.Since.IsZero() && !h.Enabled:
		c.report(hcl.DiagWarning, h.Range, "HSTS has not begun",
			fmt.Sprintf("It begins on %s. Generate the configuration anew on that day.", h.Until.Format(time.DateOnly)))
	case !h.Enabled || h.Stage == 0:
	case !h.Since.IsZero():
		c.report(hcl.DiagWarning, h.Range, "HSTS is on its way",
			fmt.Sprintf("Browsers remember %s for %s only. The next step is due on %s: generate the configuration anew then.", s.Name.Value, nginxTime(h.MaxAge), h.Until.Format(time.DateOnly)))
	default:
		next := fmt.Sprintf("stage = %d", h.Stage+1)
		if h.Stage == len(hstsStages) {
			next = "no stage"
		}
		c.report(hcl.DiagWarning, h.Range, "HSTS is on its way",
			fmt.Sprintf("Browsers remember %s for %s only. When the site has worked over HTTPS for that long, go on with %s.", s.Name.Value, nginxTime(h.MaxAge), next))
	}
}

func (h HSTS) value() string {
	parts := []string{fmt.Sprintf("max-age=%d", int64(h.MaxAge.Seconds()))}
	if h.IncludeSubdomains {
		parts = append(parts, "includeSubDomains")
	}
	if h.Preload {
		parts = append(parts, "preload")
	}
	return strings.Join(parts, "; ")
}
