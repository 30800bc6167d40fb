# make            build, test and lint
# make test       everything that CI runs; installs what it needs
# make demo       render the example for nginx and Apache
# make servers    bring the real servers of three Debian releases, and the configurations that packages ship, below .cache
# make hooks      let pre-commit build Padlock and run its hooks, offline
# make testssl    have testssl.sh grade a site of the default profile on every server
# make prove      the long proofs: full sweeps, thousands of mutants, longer fuzzing
SHELL := /bin/bash
GO ?= go
BIN := bin/padlock
FUZZTIME ?= 60s
PREFIX ?= /usr/local

.PHONY: all build test lint bench fuzz hooks prove testssl servers demo install clean

all: build test lint

build:
	$(GO) build -o $(BIN) ./cmd/padlock

test: servers lint
	$(GO) test -timeout 20m ./...

lint:
	@unformatted=$$(gofmt -l cmd generator internal linter templates 2>/dev/null); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

# Every fuzz target of every package, one after the other.
fuzz:
	@set -e; for package in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    echo "== $$package $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
	  done; \
	done

hooks:
	PADLOCK_HOOKS=1 $(GO) test -timeout 30m -count=1 -run '^TestPreCommitHooks$$' -v ./cmd/padlock

prove: servers
	PADLOCK_PROVE=1 $(GO) test -timeout 6h ./...
	$(MAKE) fuzz

testssl: servers
	bash internal/servertest/servers.sh testssl
	PADLOCK_TESTSSL=1 $(GO) test -timeout 2h -count=1 -run '^TestTestssl$$' -v ./generator

servers:
	bash internal/servertest/servers.sh
	bash internal/servertest/shipped.sh

demo: build
	@for server in nginx apache; do \
	  echo "### $$server"; \
	  $(BIN) generate --server $$server --platform debian-13 fixtures/examples/minimal.hcl; \
	done

install:
	$(GO) build -o $(BIN) ./cmd/padlock
	install -D -m 0755 $(BIN) $(DESTDIR)$(PREFIX)/bin/padlock

clean:
	rm -rf bin out
