package servertest

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// sandbox is an operating system thread with a mount and a network namespace of its own. In it stands a copy-on-write
// view of a server's root; what is written there is kept in memory and gone with the thread. All that has to happen
// inside is handed to that thread with do.
type sandbox struct {
	calls chan func()
	view  string // where the thread sees the server's root
}

// newSandbox opens a sandbox over the directory root. The error says which privilege is missing.
func newSandbox(root string) (*sandbox, error) {
	b := &sandbox{calls: make(chan func())}
	opened := make(chan error)
	go func() {
		// Never unlocked: a thread that left the common namespaces must not run other goroutines, so it ends with this one.
		runtime.LockOSThread()
		err := b.enter(root)
		opened <- err
		if err != nil {
			return
		}
		for call := range b.calls {
			call()
		}
	}()
	return b, <-opened
}

// close ends the thread; the kernel then removes the namespaces and kills what was started with command and still runs.
func (b *sandbox) close() { close(b.calls) }

// do runs f on the sandbox's thread.
func (b *sandbox) do(f func() error) error {
	done := make(chan error)
	b.calls <- func() { done <- f() }
	return <-done
}

// path is where the sandbox's thread finds what the server sees as p.
func (b *sandbox) path(p string) string { return filepath.Join(b.view, p) }

// command prepares a program of the sandbox; it has to be started on the sandbox's thread. Should the test process die, it
// is killed, and with init set (its own process namespace, of which it is the first process) so are all its descendants.
func (b *sandbox) command(init bool, arguments ...string) *exec.Cmd {
	cmd := &exec.Cmd{
		Path: arguments[0], Args: arguments, Dir: "/", Env: environment,
		SysProcAttr: &syscall.SysProcAttr{Chroot: b.view, Setpgid: true, Pdeathsig: syscall.SIGKILL},
	}
	if init {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWPID
	}
	return cmd
}

// enter moves the calling thread into new namespaces and lays out the view.
func (b *sandbox) enter(root string) error {
	if err := unix.Unshare(unix.CLONE_FS | unix.CLONE_NEWNS | unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("new mount and network namespace: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("private mounts: %w", err)
	}
	memory := filepath.Join(root, "tmp")
	if err := mountMemory(memory); err != nil {
		return err
	}
	b.view = filepath.Join(memory, "view")
	upper, work := filepath.Join(memory, "upper"), filepath.Join(memory, "work")
	for _, dir := range []string{b.view, upper, work} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	escape := strings.NewReplacer(`\`, `\\`, `:`, `\:`, `,`, `\,`)
	layers := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", escape.Replace(root), escape.Replace(upper), escape.Replace(work))
	if err := unix.Mount("padlock", b.view, "overlay", 0, layers); err != nil {
		return fmt.Errorf("copy-on-write view of %s: %w", root, err)
	}
	if root == "/" {
		if err := mountSystem(b.view); err != nil {
			return err
		}
	}
	return raiseLoopback()
}

// mountMemory puts a memory file system over a directory, as the calling thread alone sees it.
func mountMemory(dir string) error {
	if err := unix.Mount("padlock", dir, "tmpfs", 0, "mode=1777"); err != nil {
		return fmt.Errorf("memory file system on %s: %w", dir, err)
	}
	return nil
}

// mountSystem puts /dev and /proc of this machine below a root, as the calling thread alone sees it.
func mountSystem(root string) error {
	for _, dir := range []string{"/dev", "/proc"} {
		if err := unix.Mount(dir, filepath.Join(root, dir), "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("%s below %s: %w", dir, root, err)
		}
	}
	return nil
}

// raiseLoopback brings the loopback interface of the thread's network namespace up and makes every IPv4 and IPv6 address
// local to it, so that a server can listen on, and a client connect to, whatever address a configuration names.
func raiseLoopback() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("loopback interface: %w", err)
	}
	defer unix.Close(fd)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return fmt.Errorf("loopback interface: %w", err)
	}
	request.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, request); err != nil {
		return fmt.Errorf("loopback interface up: %w", err)
	}
	if err := addLocalRoute(unix.AF_INET); err != nil {
		return fmt.Errorf("all IPv4 addresses local: %w", err)
	}
	const bindAnywhere = "/proc/sys/net/ipv6/ip_nonlocal_bind" // ip-sysctl, since Linux 4.3
	if _, err := os.Stat(bindAnywhere); err != nil {
		return nil // a kernel without IPv6
	}
	if err := addLocalRoute(unix.AF_INET6); err != nil {
		return fmt.Errorf("all IPv6 addresses local: %w", err)
	}
	// The route lets clients connect; unlike with IPv4, binding asks for this besides.
	if err := os.WriteFile(bindAnywhere, []byte("1"), 0); err != nil {
		return fmt.Errorf("all IPv6 addresses local: %w", err)
	}
	return nil
}

// addLocalRoute does what "ip route add local default dev lo" does (rtnetlink(7)).
func addLocalRoute(family byte) error {
	const loopbackIndex = 1 // the first interface of every network namespace
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	message := make([]byte, 0, unix.SizeofNlMsghdr+unix.SizeofRtMsg+unix.SizeofRtAttr+4)
	message = binary.NativeEndian.AppendUint32(message, uint32(cap(message)))
	message = binary.NativeEndian.AppendUint16(message, unix.RTM_NEWROUTE)
	message = binary.NativeEndian.AppendUint16(message, unix.NLM_F_REQUEST|unix.NLM_F_ACK|unix.NLM_F_CREATE)
	message = binary.NativeEndian.AppendUint32(message, 1) // sequence
	message = binary.NativeEndian.AppendUint32(message, 0) // sender
	message = append(message, family, 0, 0, 0, unix.RT_TABLE_LOCAL, unix.RTPROT_BOOT, unix.RT_SCOPE_HOST, unix.RTN_LOCAL)
	message = binary.NativeEndian.AppendUint32(message, 0) // flags
	message = binary.NativeEndian.AppendUint16(message, unix.SizeofRtAttr+4)
	message = binary.NativeEndian.AppendUint16(message, unix.RTA_OIF)
	message = binary.NativeEndian.AppendUint32(message, loopbackIndex)
	if err := unix.Sendto(fd, message, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return err
	}
	answer := make([]byte, 4096)
	n, _, err := unix.Recvfrom(fd, answer, 0)
	if err != nil {
		return err
	}
	if n < unix.SizeofNlMsghdr+4 {
		return fmt.Errorf("netlink answered %d bytes", n)
	}
	if number := -int32(binary.NativeEndian.Uint32(answer[unix.SizeofNlMsghdr:])); number != 0 {
		return unix.Errno(number)
	}
	return nil
}
