# `make demo` shows plimsoll at work, `make test` proves it; everything else is a part of those two.

CARGO ?= cargo
# Integration tests mostly wait for other programs, so more of them run at once than there are cores.
export RUST_TEST_THREADS ?= 8

# How long `make fuzz` goes on, on what, and where it sets out: at what it found before, or at one file to run it again.
FUZZ_SECONDS ?= 300
FUZZ_TARGETS ?= values tags encodings labels
FUZZ_INPUT ?= target/fuzz/corpus/$$target
# Coverage as libFuzzer reads it, in words of LLVM that stable rustc passes on.
FUZZ_COVERAGE = level=4 inline-8bit-counters pc-table trace-compares
FUZZ_FLAGS = -Cpasses=sancov-module $(addprefix -Cllvm-args=-sanitizer-coverage-,$(FUZZ_COVERAGE))

.PHONY: demo test setup format lint docs rules tests fuzz pictures pages bench bench-swaps bench-rules image-check year

demo:
	$(CARGO) run --locked -- demo

test: format lint docs rules tests
	@echo '== all is well'

setup:
	@echo '== tools that the tests need'
	@tests/setup/tools.sh
	@tests/setup/vmalert.sh

format:
	@echo '== formatting'
	$(CARGO) fmt --check

lint:
	@echo '== lints'
	$(CARGO) clippy --locked --all-targets -- -D warnings

# MkDocs refuses a configuration beside the pages, so it gets it on standard input. With `--quiet` it would not count the
# warnings that `--strict` turns into a failure.
docs: setup
	@echo '== site of documents, with every link and anchor checked'
	.tools/venv/bin/mkdocs build --strict --config-file - <docs/mkdocs.yml

rules: setup
	@echo '== alert rules'
	.tools/bin/promtool check rules alert-rules/*.yml alert-rules/every-service/*.yml

tests: setup
	@echo '== tests'
	$(CARGO) test --locked

# Everything is built once more with coverage, which takes minutes the first time. The host is named, so that build scripts
# are spared; the lock file is the program's, so that the versions are.
fuzz:
	@echo '== $(FUZZ_TARGETS) at random, for $(FUZZ_SECONDS) s'
	@mkdir -p $(addprefix target/fuzz/corpus/,values tags encodings labels)
	@grep -ho '= "[^"]*"' tests/fixtures/tags/*.toml | cut -d '"' -f 2 | split -l 1 -a 3 - target/fuzz/corpus/values/fixture-
	@grep -ho 'tags = {[^}]*}' tests/fixtures/tags/*.toml | split -l 1 -a 3 - target/fuzz/corpus/tags/fixture-
	@awk -v RS= 'sub(/.*\[case.tags\]\n/, "") { gsub(/\n/, " "); print }' tests/fixtures/tags/*.toml \
		| split -l 1 -a 3 - target/fuzz/corpus/tags/table-
	@cp Cargo.lock tests/fuzz/
	@for target in $(FUZZ_TARGETS); do \
		RUSTFLAGS='$(FUZZ_FLAGS)' $(CARGO) run --manifest-path tests/fuzz/Cargo.toml --target-dir target/fuzz \
			--target host-tuple --bin $$target -- \
			-max_total_time=$$(($(FUZZ_SECONDS) / $(words $(FUZZ_TARGETS)))) -timeout=10 -max_len=1000 \
			-verbosity=0 -print_funcs=0 -print_final_stats=1 \
			-dict=tests/fuzz/words.dict -artifact_prefix=target/fuzz/$$target- $(FUZZ_INPUT) \
		|| { echo "to run it again: make fuzz FUZZ_TARGETS=$$target FUZZ_INPUT=FILE, with the file named above"; exit 1; }; \
	done

# How long the demonstration runs before its dashboards are drawn: longer than the rules wait, so that alerts fire.
MINUTES ?= 14

pictures: setup
	@echo '== pictures of the dashboards, after $(MINUTES) minutes of the demonstration'
	@$(CARGO) build --locked
	@python3 docs/pictures/draw.py --minutes $(MINUTES)

# Needs Chromium and npm. The pictures are in target/pages.
pages:
	@echo '== the pages in a browser: width, accessibility, pictures'
	@$(CARGO) build --locked
	@npm install --silent --no-audit --no-fund --prefix .tools/axe axe-core@4.14.1
	@python3 tests/pages/look.py

# What `make bench` measures, in more than an hour. One part alone: `make bench BENCH="fleet-200-1000 tls"`. Numbers of a part are
# its arguments, such as the milliseconds that each call to AWS takes and how many databases there are.
BENCH ?= page-10000 fleet-200-100 fleet-200-1000 fleet-200-10000 fleet-50-10000 fleet-1000-10000 discovery scopes faults \
	empty scrapes-lean scrapes-yace tls day-500
# The revision is set, or each commit would build everything again.
BENCH_LOAD = PLIMSOLL_REVISION=bench $(CARGO) bench --locked --bench load --target-dir target/bench

bench:
	@echo '== what polls, scrapes and pages cost; as Markdown in target/bench/figures.md'
	@$(BENCH_LOAD) --no-run
	@{ date -u +'Measured on %F at %H:%M UTC'; git log -1 --format='commit %h'; rustc --version; echo "$$(nproc) cores"; \
		uptime | grep -o 'load.*'; } | paste -sd ';' | sed 's/;/; /g' >target/bench/figures.md
	@echo | tee -a target/bench/figures.md
	@for part in $(BENCH); do \
		echo "== $$part"; $(BENCH_LOAD) --quiet -- $$(echo $$part | tr - ' ') >target/bench/part.md || exit 1; \
		tee -a target/bench/figures.md <target/bench/part.md; \
	done
	@$(MAKE) --no-print-directory bench-swaps

bench-swaps: setup
	@echo '== ten thousand scrapes while pages are replaced: each is whole'
	@$(CARGO) test --locked --test it -- --ignored swaps::

# What `make bench-rules` evaluates: databases, metrics with a value and a level each, and active alerts.
DATABASES ?= 10000
METRICS ?= 29
ALERTS ?= 44000
PROMETHEUS ?= .tools/bin/prometheus

bench-rules: setup
	@echo '== evaluation of the alert rules over a large fleet, for some minutes'
	@python3 benches/rules.py --databases $(DATABASES) --metrics $(METRICS) --alerts $(ALERTS) --prometheus $(PROMETHEUS)

# The Dockerfile's own flags and command, in a target directory beside the usual one.
IMAGE_RUSTFLAGS = $(shell sed -n 's/^ENV RUSTFLAGS="\(.*\)"$$/\1/p' Dockerfile)
IMAGE_BUILD = $(shell grep -o 'cargo build .* host-tuple' Dockerfile | tail -n 1)

# Without a container engine; as root on Linux. A release build takes minutes.
image-check:
	@echo '== the binary of the image, and the image without an engine'
	RUSTFLAGS='$(IMAGE_RUSTFLAGS)' CARGO_TARGET_DIR=target/image $(IMAGE_BUILD)
	unshare --mount --net --pid --fork --mount-proc python3 tests/image/run.py target/image/*/release/plimsoll

# What evaluates the rules of a simulated year is built by Go. A chapter's words, such as CHAPTER=disk, play it alone.
GO ?= go
CHAPTER ?=

year:
	@echo '== a simulated year of a fleet, for a quarter of an hour or more'
	@cd benches/year/engine && $(GO) build -o $(CURDIR)/target/year-engine .
	@$(CARGO) bench --locked --profile dev --bench year -- $(CURDIR)/target/year-engine $(CHAPTER)

# Tools that are built from their sources, once, which takes minutes.
DENY = .tools/bin/cargo-deny
CYCLONEDX = .tools/bin/cargo-cyclonedx

$(DENY):
	$(CARGO) install --locked --debug --root .tools cargo-deny@0.20.2

$(CYCLONEDX):
	$(CARGO) install --locked --debug --root .tools cargo-cyclonedx@0.5.9

.PHONY: deny release

# The exceptions and their reasons are in deny.toml. Which compiler the dependencies need is a test of `make test`.
deny: $(DENY)
	@echo '== dependencies: licences, sources, duplicates, advisories'
	@$(DENY) --locked check licenses sources bans
	@if $(DENY) --locked fetch db; then $(DENY) --locked check advisories; \
		else echo 'skipped: advisories, because their database cannot be fetched'; fi

# What a release consists of. To try it without an optimised build: RELEASE_FLAGS= RELEASE_BINARY=target/debug/plimsoll
RELEASE = target/dist
RELEASE_FLAGS ?= --release
RELEASE_BINARY ?= target/release/plimsoll

release: $(CYCLONEDX)
	@echo '== binary, completions, man pages, bill of materials and checksums in $(RELEASE)'
	$(CARGO) build --locked $(RELEASE_FLAGS)
	@rm -rf $(RELEASE)
	@mkdir -p $(RELEASE)/completions
	@cp $(RELEASE_BINARY) LICENSE $(RELEASE)
	@for shell in bash fish zsh; do \
		$(RELEASE)/plimsoll completions $$shell >$(RELEASE)/completions/plimsoll.$$shell || exit 1; \
	done
	@$(RELEASE)/plimsoll man --output $(RELEASE)/man
	@$(CYCLONEDX) cyclonedx --format json --spec-version 1.5 --target all --override-filename plimsoll.cdx
	@mv plimsoll.cdx.json $(RELEASE)
	@cd $(RELEASE) && find . -type f ! -name SHA256SUMS | sort | xargs sha256sum >SHA256SUMS
	@cat $(RELEASE)/SHA256SUMS
