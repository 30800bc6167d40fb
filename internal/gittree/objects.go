package gittree

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

// maxObject bounds what is read of one file or directory, in bytes: as much as
// the largest configuration file that Padlock reads.
const maxObject = 64 << 20

// errTooLarge: an object of more than maxObject bytes.
var errTooLarge = fmt.Errorf("is larger than %d bytes", maxObject)

// objects reads objects by their ids, from processes of git that run until close.
type objects struct {
	sizes, contents batch
}

func newObjects(ctx context.Context, r *Repository) *objects {
	return &objects{
		sizes:    batch{start: func() *exec.Cmd { return r.command(ctx, "cat-file", "--batch-check") }},
		contents: batch{start: func() *exec.Cmd { return r.command(ctx, "cat-file", "--batch") }},
	}
}

// size is the number of bytes of an object.
func (o *objects) size(id string) (size int64, err error) {
	err = o.sizes.ask(id, func(n int64, _ *bufio.Reader) error {
		size = n
		return nil
	})
	return size, err
}

// read is the content of an object. The size is asked for first, because a
// content that has been asked for has to be read to its end.
func (o *objects) read(id string) (data []byte, err error) {
	size, err := o.size(id)
	if err != nil {
		return nil, err
	}
	if size > maxObject {
		return nil, errTooLarge
	}
	err = o.contents.ask(id, func(n int64, from *bufio.Reader) error {
		if n != size {
			return errors.New("git tells two sizes of one object")
		}
		data = make([]byte, n)
		if _, err := io.ReadFull(from, data); err != nil {
			return err
		}
		_, err := from.ReadByte() // a line end
		return err
	})
	return data, err
}

func (o *objects) close() {
	o.sizes.close()
	o.contents.close()
}

// batch is a process that answers questions about objects one after the other.
// It is started by the first question.
type batch struct {
	start func() *exec.Cmd

	mu      sync.Mutex
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	// failed is why it gives no answers any more.
	failed error
}

var errClosed = errors.New("the tree is closed")

// ask asks about one object; answer reads what follows the line with its size.
func (b *batch) ask(id string, answer func(size int64, from *bufio.Reader) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed == nil && b.command == nil {
		b.failed = b.begin()
	}
	if b.failed != nil {
		return b.failed
	}
	if _, err := io.WriteString(b.in, id+"\n"); err != nil {
		b.failed = fmt.Errorf("git cat-file: %w", err)
		return b.failed
	}
	line, err := b.out.ReadString('\n')
	if err != nil {
		b.failed = fmt.Errorf("git cat-file gave no answer: %w", err)
		return b.failed
	}
	// "<id> <type> <size>", or "<id> missing".
	fields := strings.Fields(line)
	if len(fields) != 3 {
		return fmt.Errorf("the repository lacks the object %s (in a partial clone, fetch it first)", id)
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err == nil {
		err = answer(size, b.out)
	}
	if err != nil {
		b.failed = fmt.Errorf("git cat-file: %w", err)
	}
	return b.failed
}

func (b *batch) begin() error {
	command := b.start()
	in, err := command.StdinPipe()
	if err != nil {
		return err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	b.command, b.in, b.out = command, in, bufio.NewReaderSize(out, 64<<10)
	return nil
}

// close ends the process: it goes when there are no more questions.
func (b *batch) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.command != nil {
		b.in.Close()
		// Whether it was content is of no interest any more.
		_ = b.command.Wait()
	}
	b.command, b.failed = nil, errClosed
}
