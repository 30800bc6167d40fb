package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v2"
)

// progressAfter is how long work takes before a bar appears: most runs are over
// by then, and a flashing bar only disturbs.
const progressAfter = time.Second

// progress is a bar on the terminal for work that takes long.
type progress struct {
	program *program
	silent  bool
	start   time.Time
	bar     *progressbar.ProgressBar
}

func (p *program) newProgress(c *cli.Context) *progress {
	return &progress{program: p, silent: !p.ErrTerminal || c.Bool("quiet"), start: time.Now()}
}

// update tells how much of the work is done.
func (p *progress) update(done, total int) {
	if p.silent || time.Since(p.start) < progressAfter {
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(p.program.Err),
			progressbar.OptionSetDescription("Rendering sites"),
			progressbar.OptionSetWidth(30),
			progressbar.OptionShowCount(),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
		)
	}
	// A bar that cannot be drawn is no reason to stop.
	_ = p.bar.Set(done)
}

// finish takes the bar away.
func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
