# Every target is one line; the work is in npm scripts and tools/. `make help` lists them.
MAKEFLAGS += --no-print-directory
NODE := node
T ?=
SEED ?= 1
SEEDS ?= 2000
MINUTES ?= 10
FILE ?=
SUMMARY ?=
MUTANTS ?= 1

PLAN ?= node-loss
.PHONY: help setup deps build check fmt test test-one golden proto sim processes soak replay bench e2e coverage clean run
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
run: build ## the story of one node loss on a local cluster; ONCE=1 ends by itself
	@$(NODE) dist/cli/main.js dev demo $(if $(filter-out 0,$(ONCE)),--once)
setup: ## node modules as the lock file has them
	@tools/setup.sh
deps: ## Debian packages for tests and benchmarks (nbdkit, fio, …), only if missing
	@tools/deps.sh
build: setup ## compile to dist/
	@npm run --silent build
check: setup ## types and lint
	@echo '== types'; npm run --silent types && echo '== lint' && npm run --silent lint
fmt: setup ## format, and fix what lint can fix
	@npm run --silent fmt
test: deps build check ## everything that CI runs: fast tests first, then the simulator, then real processes
	@npm run --silent test
test-one: setup ## one test file: make test-one T=test/cli/size-argument.test.ts
	@test -n '$(T)' || { echo 'Which one? make test-one T=test/cli/size-argument.test.ts' >&2; exit 2; }
	@npx mocha '$(T)'
e2e: deps build ## only the tests with real processes
	@npm run --silent test:e2e
golden: setup ## the tests of expected outputs: these stand in the tests themselves, nothing is rewritten
	@npx mocha 'test/cli/render/*.test.ts' 'test/satellite/replication/wire/*.test.ts'
proto: setup ## regenerate the types in proto/gen, and docs/api.md, from the .proto files
	@npm run --silent proto
processes: setup ## the simulator's plans on real satellites: make processes PLAN="node-loss disk-failure"
	@$(NODE) --import tsx test/e2e/plans/main.ts $(PLAN)
sim: build ## simulate SEEDS seeds, from SEED on: make sim SEEDS=100
	@$(NODE) dist/cli/main.js sim sweep --start $(SEED) --seeds $(SEEDS)
soak: build ## fuzz, all seeded bugs (not with MUTANTS=0), then simulate for MINUTES; SUMMARY=docs/soak-….md keeps a summary
	@tools/soak.sh $(MINUTES) $(SUMMARY) $(if $(filter 0,$(MUTANTS)),--no-mutants)
replay: build ## replay a failure: make replay FILE=failure.json
	@test -n '$(FILE)' || { echo 'Which one? make replay FILE=failure.json' >&2; exit 2; }
	@$(NODE) dist/cli/main.js sim replay '$(FILE)'
bench: deps build ## figures against other tools, as ratios from one run
	@$(NODE) dist/bench/main.js
coverage: setup ## which lines the fast tests read: coverage/
	@npx --yes c8 --reporter=text-summary --reporter=html npm run --silent test:unit
clean: ## remove what build and tests have made
	@rm -rf dist coverage .tmp
