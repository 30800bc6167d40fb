package outdir

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

const (
	lockRetry = 20 * time.Millisecond
	// lockPatience is far beyond what writing takes; whoever holds the lock
	// longer is stopped or stuck.
	lockPatience = 30 * time.Second
)

// errBusy: another process holds the lock.
var errBusy = errors.New("another run of Padlock is writing there, and did not finish in time")

// lock takes the directory itself as the lock, so that no lock file stays
// behind. It waits for another run to finish. Where the file system knows no
// locks, held is false and the caller goes on: each file is still replaced
// whole.
func lock(ctx context.Context, root *os.Root) (held bool, unlock func(), err error) {
	dir, err := root.Open(".")
	if err != nil {
		return false, nil, err
	}
	deadline := time.Now().Add(lockPatience)
	for {
		err := tryLock(dir)
		if !errors.Is(err, errBusy) {
			// The lock ends when the directory is closed.
			return err == nil, func() { dir.Close() }, nil
		}
		if time.Now().After(deadline) {
			dir.Close()
			return false, nil, err
		}
		select {
		case <-ctx.Done():
			dir.Close()
			return false, nil, fmt.Errorf("waiting for another run of Padlock: %w", context.Cause(ctx))
		case <-time.After(lockRetry):
		}
	}
}
