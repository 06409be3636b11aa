# Two commands matter: `make run` and `make test`. Each installs what it needs.

CARGO ?= cargo
NPM ?= npm
SETUP := bash .ci/setup
UI_DIST := ui/dist/index.html
UI_SOURCES := $(shell find ui/src ui/public ui/index.html ui/vite.config.ts -type f 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run test check fmt lint ui-deps ui ui-check deny advisories docs bench demo clean \
        rust-test desktop desktop-test ui-e2e fuzz fuzz-briefly

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: ## the desktop app on a demo workspace; without a display, the same UI in a browser
	@bash .ci/start

demo: ui ## the demo workspace in a browser
	$(CARGO) run --release -p baton-cli -- demo --ui ui/dist

test: ## everything that CI checks
	@$(SETUP) build test
	@$(MAKE) --no-print-directory check rust-test fuzz-briefly desktop desktop-test ui-e2e

check: fmt lint docs deny ui-check ## format, lints, docs, licences, UI lint, types and tests

fmt:
	$(CARGO) fmt --all --check

lint:
	$(CARGO) clippy --all-targets --locked -- -D warnings

docs:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --no-deps --locked

deny: ## licences, bans and sources of everything that comes from outside
	@command -v cargo-deny >/dev/null || $(CARGO) install --locked --version 0.20.2 cargo-deny
	cargo deny --locked --workspace check bans licenses sources

advisories: ## known vulnerabilities; needs the network
	@command -v cargo-deny >/dev/null || $(CARGO) install --locked --version 0.20.2 cargo-deny
	cargo deny --locked --workspace check advisories
	cd ui && $(NPM) audit --omit=dev

ui-deps: ui/node_modules/.package-lock.json
ui/node_modules/.package-lock.json: ui/package.json ui/package-lock.json
	cd ui && $(NPM) ci --no-audit --no-fund

# Built anew only when something of it changed: what embeds it is then not built anew either.
ui: $(UI_DIST) ## the UI, built into ui/dist
$(UI_DIST): ui/node_modules/.package-lock.json $(UI_SOURCES)
	cd ui && $(NPM) run build

ui-check: ui ## UI lint, format, types and component tests
	cd ui && $(NPM) run lint && $(NPM) run format:check && $(NPM) run check && $(NPM) test

rust-test: ## unit tests, properties, stories, real servers (no window)
	BATON_SCHEDULES=10000 $(CARGO) test --locked --no-fail-fast

desktop: ui ## the desktop app, debug build
	$(CARGO) clippy --locked -p baton-desktop --features custom-protocol -- -D warnings
	$(CARGO) build --locked -p baton-desktop --features custom-protocol
	$(CARGO) test --locked -p baton-desktop --features custom-protocol --lib
	$(CARGO) build --locked -p baton-cli

desktop-test: ## stories in the real window, with a real notification daemon
	bash tests/window/run.sh

ui-e2e: ## the UI in a real browser against `baton serve`
	cd ui && $(NPM) run e2e

fuzz: ## each fuzz target for a minute
	bash tests/fuzz/run.sh 60

fuzz-briefly:
	bash tests/fuzz/run.sh 8

bench: ## figures beside peers, in one run
	@$(SETUP) build test bench
	bash tests/bench/run.sh

clean: ## what was built
	$(CARGO) clean
	rm -rf ui/dist ui/node_modules tests/out
