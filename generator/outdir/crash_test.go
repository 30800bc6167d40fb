//go:build linux

package outdir

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary plays the program that is killed, or runs out of disk.
const roleVariable = "OUTDIR_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "writer":
		writeForever(os.Args[1])
	case "limited":
		writeBeyondLimit(os.Args[1])
	default:
		os.Exit(m.Run())
	}
}

func role(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), roleVariable+"="+name)
	return cmd
}

// generation is a set of files large enough to be caught half-written.
func generation(n int) []File {
	var files []File
	for i := range 8 {
		files = append(files, file(fmt.Sprintf("site-%d.conf", i), strings.Repeat(fmt.Sprintf("generation %d\n", n), 5000)))
	}
	return files
}

func writeForever(dir string) {
	for n := 0; ; n++ {
		if _, err := Apply(context.Background(), dir, generation(n), KeepEdits); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("generation", n)
	}
}

func TestKilledRunLeavesWholeFiles(t *testing.T) {
	dir := t.TempDir()
	leftovers := 0
	for range 25 {
		killWriter(t, dir)
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		whole := 0
		for _, entry := range entries {
			if strings.HasPrefix(entry.Name(), tempPrefix) {
				leftovers++
				continue
			}
			data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if _, intact := Unseal(data); !intact {
				t.Fatalf("%s is half-written: %d bytes", entry.Name(), len(data))
			}
			whole++
		}
		if whole != len(generation(0)) {
			t.Fatalf("%d files, want %d", whole, len(generation(0)))
		}
	}
	apply(t, dir, generation(-1)...)
	want := map[string]string{}
	for _, f := range generation(-1) {
		want[f.Name] = string(f.Content)
	}
	wantListing(t, dir, want)
	t.Logf("25 runs killed, %d temporary files were left and cleaned up", leftovers)
}

// killWriter lets a writer finish a few generations, then kills it at a random
// point of the next.
func killWriter(t *testing.T, dir string) {
	t.Helper()
	cmd := role("writer", dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var last time.Time
	var took time.Duration
	for range 2 {
		if !lines.Scan() || !strings.HasPrefix(lines.Text(), "generation") {
			cmd.Process.Kill()
			t.Fatalf("the writer failed: %q, %v", lines.Text(), cmd.Wait())
		}
		took, last = time.Since(last), time.Now()
	}
	time.Sleep(rand.N(took))
	cmd.Process.Kill()
	cmd.Wait()
}

// writeBeyondLimit makes the kernel refuse to let a file grow beyond 64 kB in
// the middle of a write, as a full disk does.
func writeBeyondLimit(dir string) {
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 64 << 10, Max: 64 << 10}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	_, err := Apply(context.Background(), dir, []File{
		file("a.conf", "new\n"),
		file("b.conf", strings.Repeat("new\n", 32<<10)),
	}, KeepEdits)
	fmt.Println(err)
	if !errors.Is(err, syscall.EFBIG) {
		os.Exit(1)
	}
}

func TestFailedWriteChangesNothing(t *testing.T) {
	dir := t.TempDir()
	apply(t, dir, file("a.conf", "old\n"), file("b.conf", "old\n"), file("c.conf", "old\n"))
	out, err := role("limited", dir).CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("nothing was changed: writing b.conf")) {
		t.Errorf("%v: %s", err, out)
	}
	wantListing(t, dir, map[string]string{"a.conf": header + "old\n", "b.conf": header + "old\n", "c.conf": header + "old\n"})
}

func TestFullDiskChangesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("mounting a small file system needs root: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, 0) })
	apply(t, dir, file("a.conf", "old\n"))
	_, err := Apply(context.Background(), dir, []File{
		file("a.conf", "new\n"),
		file("b.conf", strings.Repeat("new\n", 64<<10)),
	}, KeepEdits)
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got error %v, want %v", err, syscall.ENOSPC)
	}
	wantListing(t, dir, map[string]string{"a.conf": header + "old\n"})
}
