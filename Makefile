# `make` alone lists the targets. Nothing has to be installed first but Go, a C compiler, make and pip: the tools for linting
# and code generation are pinned below and built into .tools/bin by the first target that needs them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)

# The last release before this commit, which `breaking` compares with.
LAST_TAG ?= $(shell git describe --tags --abbrev=0 --match 'v*' 2>/dev/null)

# Packages whose goroutines the race detector watches, and packages that assert more under the build tag `invariants`.
RACE_PACKAGES := $(addsuffix /...,$(wildcard ./engine ./api ./solver/ortools ./solver/pieces))
INVARIANT_PACKAGES := $(addsuffix /...,$(wildcard ./solver)) $(wildcard ./engine)

# Knobs of `fuzz`, `bench` and `soak`: time per target, packages, name pattern, repetitions, time.
FUZZTIME ?= 60s
PKG ?= ./...
BENCH ?= .
COUNT ?= 6
SOAK ?= 10m

# --- OR-Tools: a pinned bundle of native libraries, loaded at run time (solver/ortools) ----------------------------------------

# Versions and hashes stand in bundle.txt; here is what pip calls the platforms. ORTOOLS_ROOT names an installed bundle instead.
ORTOOLS_PIN := solver/ortools/bundle.txt
ORTOOLS_VERSION := $(shell sed -n 's/^ortools==\([0-9.]*\).*/\1/p' $(ORTOOLS_PIN))
PLATFORM := $(shell go env GOOS)-$(shell go env GOARCH)
WHEEL_linux-amd64 := manylinux_2_28_x86_64
WHEEL_linux-arm64 := manylinux_2_28_aarch64
WHEEL_darwin-arm64 := macosx_11_0_arm64
WHEEL_darwin-amd64 := macosx_10_15_x86_64

ORTOOLS_BUNDLE := .ortools/$(ORTOOLS_VERSION)-$(PLATFORM)

ifneq ($(ORTOOLS_ROOT),)
export ORTOOLS_ROOT := $(abspath $(ORTOOLS_ROOT))
ORTOOLS_FOUND := $(wildcard $(foreach d,ortools/.libs lib lib64 .,$(ORTOOLS_ROOT)/$(d)/libhighs.*))
endif

# The libraries lie as in the wheel, because they find each other by relative paths; its other contents are left out.
$(ORTOOLS_BUNDLE): $(ORTOOLS_PIN)
	@[ -n "$(WHEEL_$(PLATFORM))" ] || { echo "no OR-Tools bundle is known for $(PLATFORM): set ORTOOLS_ROOT to an installed one"; exit 1; }
	@echo "fetching OR-Tools $(ORTOOLS_VERSION) for $(PLATFORM) (once)"
	@rm -rf .ortools && mkdir -p .ortools/wheel .ortools/ortools
	@python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
		--platform $(WHEEL_$(PLATFORM)) --implementation cp --python-version 3.12 --abi cp312 \
		--dest .ortools/wheel -r $(ORTOOLS_PIN) || \
		{ echo "OR-Tools could not be fetched (pip says why above): set ORTOOLS_ROOT to an installed $(ORTOOLS_VERSION)"; exit 1; }
	@cd .ortools && python3 -m zipfile -e wheel/*.whl wheel && mv wheel/ortools/.libs ortools/ && \
		for d in wheel/*.libs; do if [ -d "$$d" ]; then mv "$$d" .; fi; done && \
		mv wheel/ortools-*/licenses/LICENSE ortools/ && rm -r wheel
	@touch $@

# -----------------------------------------------------------------------------------------------------------------------------

## Everyday

.PHONY: help
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } \
		/^## / { printf "\n%s\n", substr($$0, 4) } \
		/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: ortools
ortools: $(if $(ORTOOLS_ROOT),,$(ORTOOLS_BUNDLE)) ## Fetch the pinned OR-Tools libraries into .ortools (done by the targets that need them)
	@[ -z "$(ORTOOLS_ROOT)" ] || [ -n "$(ORTOOLS_FOUND)" ] || { echo "no OR-Tools libraries below ORTOOLS_ROOT=$(ORTOOLS_ROOT)"; exit 1; }

.PHONY: build
build: ortools ## Build bin/callout, stamped with the version from git
	go build -ldflags '-X main.version=$(VERSION)' -o bin/callout ./cmd/callout

.PHONY: demo
demo: build ## Build, then plan an example day
	bin/callout demo

# A bundle that does not load fails the tests of solver/ortools, which are skipped where there is none.
.PHONY: test
test: export CALLOUT_REQUIRE_ORTOOLS := 1
test: ortools ## Vet and test; engine, api, search and ortools also, in short, under the race detector, solver and engine also with invariants
	go vet ./...
	go test -timeout 30m ./...
ifneq ($(RACE_PACKAGES),)
	go test -race -short -timeout 30m $(RACE_PACKAGES) ./solver/search/...
endif
ifneq ($(INVARIANT_PACKAGES),)
	go test -tags invariants -timeout 30m $(INVARIANT_PACKAGES)
endif

DIST := callout-$(VERSION)-$(PLATFORM)

.PHONY: dist
dist: $(ORTOOLS_BUNDLE) ## Build dist/callout-….tar.gz: the binary with OR-Tools beside it, for machines of this platform
	@rm -rf dist/$(DIST) && mkdir -p dist/$(DIST)/lib
	go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o dist/$(DIST)/callout ./cmd/callout
	@cp -R .ortools/. dist/$(DIST)/lib/
	@cp -R LICENSE README.md CHANGELOG.md examples dist/$(DIST)/
	@tar -C dist -czf dist/$(DIST).tar.gz $(DIST) && ls -lh dist/$(DIST).tar.gz

.PHONY: clean
clean: ## Remove what was built; the tools and OR-Tools stay (rm -r .tools .ortools)
	rm -rf bin dist

# --- Pinned tools ------------------------------------------------------------------------------------------------------------

TOOLS := .tools
BIN := $(TOOLS)/bin

# A stamp names the tool, its version and the Go that built it: a new pin or a new Go installs the tool afresh.
GOVERSION := $(shell go env GOVERSION)
stamp = $(TOOLS)/stamps/$(1)@$(2)-$(GOVERSION)

# $(call tool,VARIABLE,binary,package,version) defines $(VARIABLE), the stamp to depend on, and the rule that makes it.
define tool
$(1) := $(call stamp,$(2),$(4))
$$($(1)):
	@echo "installing $(2) $(4) (once)"
	@GOBIN=$(CURDIR)/$(BIN) GOFLAGS= go install $(3)@$(4)
	@mkdir -p $(TOOLS)/stamps && rm -f $(TOOLS)/stamps/$(2)@* && touch $$@
endef

$(eval $(call tool,GOLANGCI_LINT,golangci-lint,github.com/golangci/golangci-lint/v2/cmd/golangci-lint,v2.15.0))
$(eval $(call tool,GOFUMPT,gofumpt,mvdan.cc/gofumpt,v0.12.0))
$(eval $(call tool,BUF,buf,github.com/bufbuild/buf/cmd/buf,v1.75.0))
$(eval $(call tool,PROTOC_GEN_GO,protoc-gen-go,google.golang.org/protobuf/cmd/protoc-gen-go,v1.36.12))
$(eval $(call tool,PROTOC_GEN_GO_GRPC,protoc-gen-go-grpc,google.golang.org/grpc/cmd/protoc-gen-go-grpc,v1.6.2))
$(eval $(call tool,PROTOC_GEN_GATEWAY,protoc-gen-grpc-gateway,github.com/grpc-ecosystem/grpc-gateway/v2/protoc-gen-grpc-gateway,v2.32.0))
$(eval $(call tool,BENCHSTAT,benchstat,golang.org/x/perf/cmd/benchstat,v0.0.0-20260908200009-22c9c6c9d4da))
$(eval $(call tool,GHZ,ghz,github.com/bojand/ghz/cmd/ghz,v0.121.0))

GENERATORS := $(BUF) $(PROTOC_GEN_GO) $(PROTOC_GEN_GO_GRPC) $(PROTOC_GEN_GATEWAY)

# -----------------------------------------------------------------------------------------------------------------------------

## Work

.PHONY: fmt
fmt: $(GOFUMPT) $(BUF) ## Format the Go and proto sources
	$(BIN)/gofumpt -w .
	$(BIN)/buf format -w

.PHONY: generate
generate: $(GENERATORS) ## Generate Go from the .proto files
	$(BIN)/buf generate

.PHONY: tools
tools: $(GOLANGCI_LINT) $(GOFUMPT) $(GENERATORS) $(BENCHSTAT) $(GHZ) ## Install the pinned tools into .tools (any target does when it needs one)

.PHONY: tidy
tidy: ## Bring go.mod and go.sum in line with the imports
	go mod tidy

## Checks

.PHONY: lint
lint: lint-go lint-proto drift ## golangci-lint, gofumpt, buf lint, and generated code against the .proto

.PHONY: lint-go
lint-go: $(GOLANGCI_LINT) $(GOFUMPT)
	$(BIN)/golangci-lint run --timeout 15m ./...
	@unformatted=$$($(BIN)/gofumpt -l .); \
	if [ -n "$$unformatted" ]; then \
		echo "not formatted (make fmt):"; echo "$$unformatted"; exit 1; \
	fi

.PHONY: lint-proto
lint-proto: $(BUF)
	$(BIN)/buf lint
	$(BIN)/buf format --diff --exit-code

.PHONY: drift
drift: $(GENERATORS) ## Fail if the generated Go is not what the .proto files give
	@tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	mkdir -p "$$tmp/have/api" "$$tmp/want/api"; \
	find api -name '*.pb*.go' -print0 | tar --null -T - -cf - | tar -xf - -C "$$tmp/have"; \
	$(BIN)/buf generate --output "$$tmp/want"; \
	diff -r "$$tmp/have" "$$tmp/want" || { echo "generated code is out of date (make generate)"; exit 1; }

.PHONY: breaking
breaking: $(BUF) ## Compare the API with the last release
ifeq ($(LAST_TAG),)
	@echo "no release tag yet: there is nothing that the API could break"
else
	$(BIN)/buf breaking --against '$(shell git rev-parse --git-common-dir)#tag=$(LAST_TAG)'
endif

.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZTIME (60s), in PKG (./...)
	@targets=$$(go test -list '^Fuzz' $(PKG)) || { echo "$$targets"; exit 1; }; \
	awk '/^Fuzz/ { names[n++] = $$1 } \
		/^ok/ { for (i = 0; i < n; i++) print $$2, names[i]; n = 0 }' <<< "$$targets" | \
	while read -r package target; do \
		echo "--- $$package $$target"; \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$package" < /dev/null; \
	done

## Measure

.PHONY: bench
bench: ## Micro-benchmarks: BENCH (.), COUNT (6), PKG (./...); keep the output for benchstat
	@go test -run '^$$' -bench '$(BENCH)' -benchmem -count $(COUNT) -timeout 60m $(PKG)

# Published sets are looked for in DATA (or CALLOUT_DATA), in a folder named as the set; days are made up where there is none.
# RESULTS has a line per run; what it has of this build is not run again, so that an interrupted series goes on.
DATA ?= $(CALLOUT_DATA)
RESULTS ?= bench/results/quality.csv
SUITE ?= $(if $(FULL),full,development)
PEER_SUITE ?= $(if $(FULL),peers-wide,peers)
BEST ?= bench/best
GOALS ?= bench/goals.csv

# What ran is named by the last commit that touched a program, so that committing results or words makes nothing run again.
PROGRAM := '*.go' go.mod go.sum bench/peers
PROGRAM_ID = $(shell git log -1 --format=%h -- $(PROGRAM))$(if $(shell git status --porcelain -- $(PROGRAM)),-dirty)
BENCH_FLAGS = --build $(PROGRAM_ID) $(if $(DATA),--data $(DATA)) $(if $(FOR),--for $(FOR)) --out $(RESULTS) --best $(BEST)

.PHONY: bench-table
bench-table: ## All tables of bench/RESULTS.md: two hours; DATA, RESULTS, FOR (stop each of two parts after; the next call goes on)
	$(MAKE) bench-quality SUITE=table
	$(MAKE) bench-peers
	$(MAKE) bench-report

.PHONY: bench-quality
bench-quality: build ## Plan quality: twenty minutes, FULL=1: a day; DATA (folder of published sets), RESULTS (CSV), FOR (stop after)
	bin/callout bench --suite $(SUITE) $(BENCH_FLAGS)

# The peers come from requirements.txt into a virtual environment of their own, afresh when it changes.
PEERS := .peers
PEERS_PIN := bench/peers/requirements.txt

$(PEERS)/.installed: $(PEERS_PIN)
	@echo "installing $$(grep -v '^#' $(PEERS_PIN) | tr '\n' ' ')(once)"
	@python3 -m venv --clear $(PEERS) && $(PEERS)/bin/pip install --quiet --disable-pip-version-check -r $(PEERS_PIN)
	@touch $@

.PHONY: bench-peers
bench-peers: build $(PEERS)/.installed ## PyVRP, OR-Tools and VROOM by turns with ours, on the same instances with the same budgets
	bin/callout bench --suite $(PEER_SUITE) --peers pyvrp,ortools,vroom/0,vroom/1,vroom/5 $(BENCH_FLAGS)

# Microbenchmarks of the operators; BASE is an earlier output to compare with.
MICRO ?= bench/results/micro.txt

.PHONY: bench-micro
bench-micro: $(if $(BASE),$(BENCHSTAT)) ## Micro-benchmarks of schedules, insertions and steps into MICRO; compared with BASE (an earlier output) if given
	@mkdir -p $(dir $(MICRO))
	go test -run '^$$' -bench '$(BENCH)' -skip BenchmarkPrice -benchmem -count $(COUNT) -timeout 60m ./solver/route ./solver/search | tee $(MICRO)
	@$(if $(BASE),$(BIN)/benchstat $(BASE) $(MICRO))

PRICES ?= bench/results/prices.txt

.PHONY: bench-prices
bench-prices: ## What each feature of the model costs per step of the search, into PRICES
	@mkdir -p $(dir $(PRICES))
	go test -run '^$$' -bench BenchmarkPrice -benchtime 400ms -count $(COUNT) -timeout 60m ./solver/search | tee $(PRICES)

# An extract of OpenStreetMap.
ROADS ?= $(CALLOUT_ROAD_FILE)

.PHONY: bench-road
bench-road: ## Road networks: import, open, customise, matrices of 100, 1,000 and 3,000 places on one processor; ROADS (file.osm.pbf)
	@[ -f "$(ROADS)" ] || { echo "ROADS names no extract of OpenStreetMap: make bench-road ROADS=file.osm.pbf"; exit 1; }
	CALLOUT_ROAD_FILE=$(abspath $(ROADS)) go test -run '^$$' -bench . -cpu 1 -count $(COUNT) -timeout 60m ./engine/road

# The made-up day is one of Vienna, so that its hours are those of that zone, wherever the roads are.
.PHONY: bench-jam
bench-jam: build ## A day on roads, then a jam: how soon there is a plan for it, and what changes; ROADS (file.osm.pbf)
	@[ -f "$(ROADS)" ] || { echo "ROADS names no extract of OpenStreetMap: make bench-jam ROADS=file.osm.pbf"; exit 1; }
	@tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	bin/callout import $(ROADS) -o $$tmp/jam.road --zone Europe/Vienna > /dev/null && go run ./bench/jam -network $$tmp/jam.road

.PHONY: bench-vast
bench-vast: build ## A day of 20,000 locations on roads: plans over a minute, and the memory it takes; ROADS (file.osm.pbf)
	@[ -f "$(ROADS)" ] || { echo "ROADS names no extract of OpenStreetMap: make bench-vast ROADS=file.osm.pbf"; exit 1; }
	@tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	bin/callout import $(ROADS) -o $$tmp/vast.road --zone Europe/Vienna > /dev/null && go run ./bench/vast -network $$tmp/vast.road

.PHONY: bench-hoard
bench-hoard: build ## What 100 different matrices of 1,000 places take of a server's memory; ROADS (file.osm.pbf)
	@[ -f "$(ROADS)" ] || { echo "ROADS names no extract of OpenStreetMap: make bench-hoard ROADS=file.osm.pbf"; exit 1; }
	@tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	bin/callout import $(ROADS) -o $$tmp/hoard.road > /dev/null && go run ./bench/hoard -network $$tmp/hoard.road

.PHONY: bench-report
bench-report: build ## Tables and plot of bench/results into bench/RESULTS.md and bench/gap.svg
	bin/callout bench report $(wildcard $(RESULTS)) $(addprefix --goals ,$(wildcard $(GOALS))) --into bench/RESULTS.md --plot bench/gap.svg $(addprefix --prices ,$(wildcard $(PRICES)))

# Measurements of running days have CSV files in bench/results; what these have is not run again, and FOR=10m begins nothing after ten minutes.
UNTIL = $(if $(FOR),-for $(FOR))

# EVENTS of each kind, PER_DAY of them on a day; each SAMPLE-th is compared with three searches from scratch of SCRATCH each.
EVENTS ?= 200
PER_DAY ?= 10
SAMPLE ?= 90
SCRATCH ?= 60s
PAUSE ?= 1s

.PHONY: bench-live
bench-live: build ## Events of running days: time to the repaired plan, cost against scratch, stability; EVENTS, SAMPLE, SCRATCH, PAUSE, FOR
	@mkdir -p bench/results
	@go run ./bench/live -events $(EVENTS) -per-day $(PER_DAY) -sample $(SAMPLE) -scratch $(SCRATCH) -pause $(PAUSE) $(UNTIL) -out bench/results/live.csv -into bench/RESULTS.md

ITERATIONS ?= 2000

.PHONY: bench-dynamic
bench-dynamic: ## Published days on which jobs become known one by one, through Reoptimize; DATA (folder of published sets), ITERATIONS, FOR
	@[ -d "$(DATA)" ] || { echo "DATA names no folder of published sets: make bench-dynamic DATA=folder"; exit 1; }
	@mkdir -p bench/results
	@go run ./bench/dynamic -data $(DATA) -iterations $(ITERATIONS) $(UNTIL) -out bench/results/dynamic.csv -into bench/RESULTS.md

.PHONY: bench-load
bench-load: build $(GHZ) ## Load a server on loopback with ghz: throughput, p50, p95, p99, errors
	@go run ./bench/load

.PHONY: bench-slots
bench-slots: build ## How slots are shared: 64 searches on two, small searches beside a big one
	@go run ./bench/slots

.PHONY: bench-allocation
bench-allocation: ## Allocation of stock: gaps proven after 10 s, against nearest stock first
	@go run ./bench/allocation

JOINT ?= 50=5s,200=10s,1000=20s

.PHONY: bench-joint
bench-joint: ## Routes and parts planned together, against one after the other: JOINT, five days of each size (what bench/results has is kept)
	@go run ./bench/joint -sizes $(JOINT) -out bench/results/joint.csv -into bench/RESULTS.md

.PHONY: soak
soak: build ## Full load on loopback for SOAK (10m): only right answers and refusals, nothing grows, nothing is left at the end
	@go run ./bench/soak -for $(SOAK)

EVENTS_LONG ?= 10000

.PHONY: soak-live
soak-live: build ## Sessions of running days: one of EVENTS_LONG events (CSV and plot), one cut off 20 times, 32 at once
	@mkdir -p bench/results
	@go run ./bench/longday -events $(EVENTS_LONG) -csv bench/results/longday.csv -svg bench/longday.svg

.PHONY: benchstat
benchstat: $(BENCHSTAT) ## Compare two outputs of bench: make benchstat OLD=old.txt NEW=new.txt
	@$(BIN)/benchstat $(OLD) $(NEW)
