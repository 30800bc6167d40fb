package servertest

import (
	"fmt"
	"net"
	"os/exec"
	"path"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// phpConfig is a pool as Debian's, with as few processes as answer two requests at once.
const phpConfig = `[global]
daemonize = no
error_log = /tmp/php.log
[www]
user = www-data
group = www-data
listen = %s
listen.mode = 0666
pm = static
pm.max_children = 2
clear_env = yes
catch_workers_output = yes
php_flag[display_errors] = off
`

// fpm is a running PHP-FPM.
type fpm struct {
	cmd     *exec.Cmd
	printed lockedBuffer
	exited  chan struct{}
}

// startPHP runs the PHP-FPM of the server's system on a socket, and returns when it takes connections.
func (b *Backend) startPHP() error {
	program := b.instance.Server.PHP
	if program == "" {
		return fmt.Errorf("%s has no PHP-FPM", b.instance.Server.Name())
	}
	socket, isUnix := strings.CutPrefix(b.config.Address, "unix:")
	if !isUnix {
		return fmt.Errorf("PHP-FPM is started on a socket, not on %s", b.config.Address)
	}
	config := "/etc/php-" + b.config.Name + ".conf"
	if err := b.instance.WriteFile(config, fmt.Sprintf(phpConfig, socket)); err != nil {
		return err
	}
	if err := b.instance.WriteFile(socket+".keep", ""); err != nil { // makes its directory
		return err
	}
	box := b.instance.session.box
	php := &fpm{cmd: box.command(true, program, "--nodaemonize", "--fpm-config", config), exited: make(chan struct{})}
	php.cmd.Stdout, php.cmd.Stderr = &php.printed, &php.printed
	if err := box.do(php.cmd.Start); err != nil {
		return err
	}
	go func() {
		_ = php.cmd.Wait()
		close(php.exited)
	}()
	b.php = php
	for deadline := time.Now().Add(startLimit); ; time.Sleep(5 * time.Millisecond) {
		connection, err := b.instance.dialUnix(socket)
		if err == nil {
			return connection.Close()
		}
		select {
		case <-php.exited:
			return fmt.Errorf("PHP-FPM ended: %s", b.phpLog())
		default:
			if time.Now().After(deadline) {
				return fmt.Errorf("PHP-FPM does not listen: %w: %s", err, b.phpLog())
			}
		}
	}
}

// stop ends all its processes and waits for that.
func (p *fpm) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL) // the first process of a process namespace takes the others with it
	<-p.exited
}

// phpLog is what PHP-FPM printed and logged.
func (b *Backend) phpLog() string {
	log, _ := b.instance.ReadFile("/tmp/php.log") // may not have come so far
	return b.php.printed.String() + log
}

// dialUnix connects to a socket of the server's file system.
func (i *Instance) dialUnix(socket string) (connection net.Conn, err error) {
	box := i.session.box
	err = box.do(func() error {
		// As in Listen: the path may be too long.
		if err := unix.Chdir(box.path(path.Dir(socket))); err != nil {
			return err
		}
		connection, err = net.Dial("unix", path.Base(socket))
		return err
	})
	return connection, err
}
