package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"
	"golang.org/x/crypto/bcrypt"
)

// Bounds of the cost: below the first a stolen hash is guessed in days, above the
// last a server spends more than a second on each request.
const (
	leastCost   = 8
	defaultCost = 10
	mostCost    = 16
)

// maxPassword is what bcrypt looks at, in bytes; it ignores the rest silently.
const maxPassword = 72

// maxPasswordInput bounds what is read of standard input, in bytes.
const maxPasswordInput = 1 << 16

func (p *program) hashPasswordCommand() *command {
	return &command{
		Command: &cli.Command{
			Name:  "hash-password",
			Usage: "hash a password for basic authentication",
			Description: `Hashes a password with bcrypt, for auth { users = { NAME = "…" } } of a
description, or for the file that auth { users_file = "…" } names. On a terminal it
asks for the password twice and shows nothing of it; otherwise it reads one line of
standard input. Servers hash anew for each request, so a higher cost slows them
down too.`,
			Flags: []cli.Flag{
				&cli.IntFlag{Name: "cost", Value: defaultCost, Usage: fmt.Sprintf("each `STEP` doubles the time to guess, %d to %d (default %d)", leastCost, mostCost, defaultCost)},
				&cli.StringFlag{Name: "user", Usage: "write the line of an htpasswd file for user `NAME`"},
			},
			Action: p.hashPasswordAction,
		},
		examples: []string{
			"padlock hash-password",
			"padlock hash-password --user alice >> /etc/nginx/staff.htpasswd",
			"padlock hash-password --cost 12 < password.txt",
		},
	}
}

func (p *program) hashPasswordAction(c *cli.Context) error {
	usage := func(format string, args ...any) error {
		return usageError{message: fmt.Sprintf(format, args...), command: p.find("hash-password")}
	}
	cost, user := c.Int("cost"), c.String("user")
	switch {
	case c.NArg() > 0:
		return usage("hash-password takes no argument: a password on the command line could be read by every user of the machine")
	case cost < leastCost || cost > mostCost:
		return usage("--cost is a number from %d to %d", leastCost, mostCost)
	case strings.ContainsAny(user, ":\r\n"):
		return usage("--user cannot hold a colon or a line break: an htpasswd file ends the name there")
	}
	password, err := p.readNewPassword()
	if err != nil {
		return err
	}
	if err := checkPassword(password); err != nil {
		return err
	}
	hash, err := bcrypt.GenerateFromPassword(password, cost)
	if err != nil {
		return errors.New("the password could not be hashed") // nothing of it goes into a message
	}
	// The library writes "$2a$"; "$2y$" names the same algorithm, and is what htpasswd
	// writes and every crypt(3) with bcrypt knows.
	text := "$2y$" + strings.TrimPrefix(string(hash), "$2a$")
	if user != "" {
		text = user + ":" + text
	}
	_, err = fmt.Fprintln(p.Out, text)
	return err
}

func checkPassword(password []byte) error {
	switch {
	case len(password) == 0:
		return errors.New("the password is empty")
	case len(password) > maxPassword:
		return fmt.Errorf("the password has %d bytes; bcrypt looks at the first %d only, so a longer one would not be what it seems", len(password), maxPassword)
	case bytes.ContainsAny(password, "\x00\r\n"):
		return errors.New("the password holds a line break or a NUL, which no browser sends")
	}
	return nil
}

// readNewPassword asks on a terminal, twice, or reads standard input.
func (p *program) readNewPassword() ([]byte, error) {
	if !p.InTerminal {
		data, err := io.ReadAll(io.LimitReader(p.In, maxPasswordInput))
		data = bytes.TrimSuffix(bytes.TrimSuffix(data, []byte("\n")), []byte("\r"))
		return data, err
	}
	first, err := p.askPassword("Password: ")
	if err != nil {
		return nil, err
	}
	if err := checkPassword(first); err != nil {
		return nil, err
	}
	second, err := p.askPassword("Once more: ")
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(first, second) {
		return nil, errors.New("the two passwords differ, so nothing was hashed")
	}
	return first, nil
}

func (p *program) askPassword(question string) ([]byte, error) {
	fmt.Fprint(p.Err, question)
	password, err := p.ReadPassword()
	fmt.Fprintln(p.Err)
	if errors.Is(err, io.EOF) {
		return nil, errors.New("no password was given")
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		return nil, fmt.Errorf("the terminal cannot be read: %w", err)
	}
	return password, err
}
