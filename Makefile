# `make help` lists what there is. Every target sets up what it needs first.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules
# Steps share target/ and two cores: they run one after the other.
.NOTPARALLEL:

ARGS ?=
FUZZ_SECONDS ?= 60

step := scripts/step
web := clients/web
sdk := clients/sdk
interop := tests/interop
# In the profile of the Rust tests, which build it too.
interop_server := target/debug/examples/interop
cluster_server := target/debug/examples/cluster
interop_rust := target/interop
python := target/python
binary := target/release/parlor
peers := benches/peers
peers_python := target/python-peers
export PATH := $(CURDIR)/target/tools/bin:$(PATH)

.PHONY: help
help: ## this list
	@echo "make TARGET:"
	@sed -nE 's/^([a-z-]+):.*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

.PHONY: run
run: release ## a server with the sample packs, ready to play (ARGS="..." are passed to `parlor serve`)
	@exec $(binary) serve --packs packs $(ARGS)

.PHONY: build
build: release examples ## the release binary with the site in it, and everything else that is built
	@$(step) "all of the workspace" cargo build --release --workspace --bins --locked

.PHONY: examples
examples: site # With debug information: optimizing each of them as the binary is takes minutes, and shows nothing more.
	@scripts/setup rust
	@$(step) "examples" cargo build --workspace --examples --all-features --locked

.PHONY: test
test: test-rust test-packs test-site test-sdk test-clients test-e2e test-peers ## every test there is
	@echo; echo "All tests passed."

.PHONY: lint
lint: lint-rust lint-site lint-sdk lint-interop lint-peers lint-deps ## formatting, clippy, documentation, licences, the site's lints

# The site, and the binary that holds it.

.PHONY: release
release: site
	@scripts/setup rust
	@$(step) "release binary" cargo build --release --locked --bin parlor

.PHONY: site
site: $(web)/dist/index.html

site_sources := $(shell find $(web) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' \
	-not -path '*/dist-client/*' -not -path '*/e2e/*' -not -path '*/gallery/*' -not -path '*/test-results/*' 2>/dev/null)

$(web)/dist/index.html: $(web)/node_modules/.installed $(site_sources)
	@$(step) "site" npm --prefix $(web) run build
	@touch $@

%/node_modules/.installed: %/package-lock.json
	@scripts/setup node
	@$(step) "npm packages of $*" npm --prefix $* ci --no-audit --no-fund --ignore-scripts
	@touch $@

$(python)/.installed: $(interop)/python/requirements.txt
	@scripts/setup python
	@$(step) "Python packages" bash -euc 'python3 -m venv --clear $(python) && \
		$(python)/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement $<'
	@touch $@

$(peers_python)/.installed: $(peers)/requirements.txt
	@scripts/setup python
	@$(step) "Python packages of the peers" bash -euc 'python3 -m venv --clear $(peers_python) && \
		$(peers_python)/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement $<'
	@touch $@

# The parts of `make test`.

.PHONY: test-rust
test-rust: ## unit, property, integration and documentation tests; the fuzz corpus
	@scripts/setup rust
	@$(step) "Rust tests" cargo test --workspace --all-features --locked

.PHONY: types
types: ## writes clients/web/src/contract/ anew: the types of what clients and server say, and samples of it
	@scripts/setup rust
	@$(step) "types of the contract" env WRITE_CONTRACT=1 cargo test --all-features --locked --package parlor --lib server::contract

.PHONY: test-packs
test-packs: release
	@$(step) "shipped packs" $(binary) packs check packs/*.json

.PHONY: test-site
test-site: $(web)/node_modules/.installed ## the site's lints, types, unit tests and build
	@$(step) "site: lint" npm --prefix $(web) run lint
	@$(step) "site: types" npm --prefix $(web) run check
	@$(step) "site: unit tests" npm --prefix $(web) test
	@$(MAKE) site

.PHONY: test-sdk
test-sdk: $(sdk)/dist/packed.js ## the package for game authors: its layout, types, unit tests and build
	@$(step) "sdk: lint" npm --prefix $(sdk) run lint
	@$(step) "sdk: types" npm --prefix $(sdk) run check
	@$(step) "sdk: unit tests" npm --prefix $(sdk) test

$(sdk)/dist/packed.js: $(sdk)/node_modules/.installed $(wildcard $(sdk)/src/*.ts)
	@$(step) "sdk" npm --prefix $(sdk) run build
	@touch $@

.PHONY: test-clients
test-clients: export PARLOR_BIN := $(CURDIR)/$(binary)
test-clients: export PARLOR_INTEROP_BIN := $(CURDIR)/$(interop_server)
test-clients: export PARLOR_CLUSTER_BIN := $(CURDIR)/$(cluster_server)
test-clients: release $(interop)/node_modules/.installed $(sdk)/dist/packed.js $(python)/.installed ## stock JS, Python and Rust clients against the binary, also behind proxies; servers of Node beside ours on one Redis
	@scripts/setup nginx redis rust_client rust_lints python
	@$(step) "the clients' servers" cargo build --all-features --locked --example interop --example cluster
	@$(step) "stock JavaScript clients" npm --prefix $(interop) test
	@$(step) "stock Python client: events" $(python)/bin/python -m unittest discover -v -s $(interop)/python -t $(interop)/python
	@$(step) "stock Python client: cases" node $(interop)/stock/world.js $(python)/bin/python $(interop)/stock/python_client.py
	@$(step) "stock Rust client, built" cargo build --locked --manifest-path $(interop)/rust/Cargo.toml --target-dir $(interop_rust)
	@$(step) "stock Rust client: cases" node $(interop)/stock/world.js $(interop_rust)/debug/parlor-interop

.PHONY: recovery-run
recovery-run: ## 1,000 stock clients cut off at random under 1,000 events/s for a minute: what each has heard
	@$(MAKE) run-endurance RUN=recovery

.PHONY: order-run
order-run: ## 100,000 events of one stock client, handled in order while 1,000 others speak
	@$(MAKE) run-endurance RUN=order

.PHONY: run-endurance
run-endurance: $(interop)/node_modules/.installed $(sdk)/dist/packed.js
	@scripts/setup rust
	@$(step) "the clients' server" cargo build --all-features --locked --example interop
	@$(step) "$(RUN)" env PARLOR_INTEROP_BIN=$(CURDIR)/$(interop_server) node $(interop)/endurance/$(RUN).js

.PHONY: test-e2e
test-e2e: release examples $(web)/node_modules/.installed ## the site in a real browser against the binary, and the examples' pages
	@scripts/setup browser
	@$(step) "site and examples in Chromium" env PARLOR_BIN=$(CURDIR)/$(binary) npm --prefix $(web) run e2e

.PHONY: test-peers
test-peers: # What the comparison computes and writes. Nothing is measured.
	@scripts/setup python
	@$(step) "peers: the runner" python3 -m unittest discover -s $(peers)/runner

# The parts of `make lint`.

.PHONY: lint-rust
lint-rust:
	@scripts/setup rust_lints
	@$(step) "rustfmt" cargo fmt --all --check
	@$(step) "clippy" cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
	@$(step) "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features --locked

.PHONY: lint-site
lint-site: $(web)/node_modules/.installed
	@$(step) "site: lint" npm --prefix $(web) run lint
	@$(step) "site: types" npm --prefix $(web) run check

.PHONY: lint-sdk
lint-sdk: $(sdk)/node_modules/.installed
	@$(step) "sdk: lint" npm --prefix $(sdk) run lint
	@$(step) "sdk: types" npm --prefix $(sdk) run check

.PHONY: lint-interop
lint-interop:
	@scripts/setup rust_lints rust_client
	@$(step) "Rust client: rustfmt" cargo fmt --manifest-path $(interop)/rust/Cargo.toml --check
	@$(step) "Rust client: clippy" cargo clippy --locked --manifest-path $(interop)/rust/Cargo.toml --target-dir $(interop_rust) -- -D warnings

.PHONY: lint-peers
lint-peers: # What needs no package of theirs: they are built for `make bench-peers` alone.
	@scripts/setup rust_lints node python
	@$(step) "peers: rustfmt" cargo fmt --manifest-path $(peers)/rust/Cargo.toml --check
	@$(step) "peers: syntax of JavaScript" bash -euc 'for file in $(peers)/node/*.js; do node --check "$$file"; done'
	@$(step) "peers: syntax of Python" python3 -c \
		'import ast, sys; [ast.parse(open(file).read(), file) for file in sys.argv[1:]]' $(peers)/*/*.py

.PHONY: lint-deps
lint-deps:
	@scripts/setup cargo_deny
	@$(step) "dependencies" cargo deny --log-level error --all-features --locked check bans licenses sources
	@# The stock Rust client brings the TLS that is banned from Parlor.
	@$(step) "dependencies of the Rust client" cargo deny --log-level error --locked \
		--manifest-path $(interop)/rust/Cargo.toml --config deny.toml check licenses sources

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZ_SECONDS (60), with cargo-fuzz and a nightly toolchain
	@scripts/fuzz $(FUZZ_SECONDS)

.PHONY: bench
bench: ## the benches under benches/, and what a core and this machine tick; reports in target/criterion
	@scripts/setup rust
	@$(step) "benches" cargo bench --locked --bench codec --bench delta --bench fanout --bench tick -- $(ARGS)
	@$(step) "release binary" cargo build --release --locked --bin parlor
	@$(binary) bench ticks --flat-out --rooms 100 --seconds 30
	@$(binary) bench ticks --rooms 1000 --seconds 10

.PHONY: bench-peers
bench-peers: $(peers)/node/node_modules/.installed $(peers_python)/.installed ## us beside socket.io, socketioxide, Colyseus, Flask-SocketIO and a bare loop (ARGS=--help)
	@scripts/setup rust peers
	@$(step) "release binary" cargo build --release --locked --bin parlor
	@$(step) "peers in Rust" cargo build --release --locked --manifest-path $(peers)/rust/Cargo.toml --target-dir target/peers
	@$(step) "peers in turn" $(peers_python)/bin/python $(peers)/runner $(ARGS)

.PHONY: screenshots
screenshots: release $(web)/node_modules/.installed ## the pictures in README.md and docs/, of a real quiz in real browsers
	@scripts/setup browser
	@$(step) "pictures for the documentation" env PARLOR_BIN=$(CURDIR)/$(binary) npm --prefix $(web) run screenshots

.PHONY: fmt
fmt: $(web)/node_modules/.installed $(sdk)/node_modules/.installed ## formats everything
	@cargo fmt --all
	@cargo fmt --manifest-path $(peers)/rust/Cargo.toml
	@cargo fmt --manifest-path $(interop)/rust/Cargo.toml
	@npm --prefix $(web) run format
	@npm --prefix $(sdk) run format
