# make            build, test and lint
# make test       everything that CI runs; installs what it needs
# make demo       render the example for nginx and Apache
# make servers    bring the real servers of three Debian releases, and the configurations that packages ship, below .cache
# make hooks      let pre-commit build Padlock and run its hooks, offline
# make testssl    have testssl.sh grade a site of the default profile on every server
# make prove      the long proofs, some hours: all of these parts, each of which can be run by itself
#   prove-sites      1,500 random sites on six servers: 20 minutes; SEED=3 runs a tenth of them
#   prove-generator  every hostile text in every place, and what the model makes of it
#   prove-model      what the model says of thousands of configurations, and the servers do
#   prove-diff       what a change means, asked of the servers before and after it: 5 minutes
#   prove-lint       verdicts on thousands of mutants, fixes
#   prove-facts      every directive, cipher and group, and the tests of all other packages
#   prove-fuzz       every fuzz target for FUZZTIME (60s): a quarter of an hour
SHELL := /bin/bash
GO ?= go
BIN := bin/padlock
FUZZTIME ?= 60s
PREFIX ?= /usr/local
PROVE := PADLOCK_PROVE=1 $(GO) test -count=1 -timeout 6h
PARTS := sites generator model diff lint facts fuzz

.PHONY: all build test lint bench fuzz hooks prove $(addprefix prove-,$(PARTS)) testssl servers demo install clean

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

prove: $(addprefix prove-,$(PARTS))

prove-sites: servers
	$(PROVE) -run '^TestRandomSites$$$(if $(SEED),/^$(SEED)$$)' ./generator

prove-generator: servers
	$(PROVE) -skip '^TestRandomSites$$' ./generator/...

prove-model: servers
	$(PROVE) ./internal/vhost/...

prove-diff: servers
	$(PROVE) ./internal/diff/...

prove-lint: servers
	$(PROVE) ./linter/...

# Whatever package no other part names.
prove-facts: servers
	$(PROVE) $$($(GO) list ./... | grep -Ev '^padlock/(generator|internal/vhost|internal/diff|linter)(/|$$)')

prove-fuzz: fuzz

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
