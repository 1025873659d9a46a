# `make demo` shows plimsoll at work, `make test` proves it; everything else is a part of those two.

CARGO ?= cargo
# Integration tests mostly wait for other programs, so more of them run at once than there are cores.
export RUST_TEST_THREADS ?= 8

# How long `make fuzz` goes on.
FUZZ_SECONDS ?= 300

.PHONY: demo test setup format lint rules tests fuzz

demo:
	$(CARGO) run --locked -- demo

test: format lint rules tests
	@echo '== all is well'

setup:
	@echo '== tools that the tests need'
	@tests/setup/tools.sh

format:
	@echo '== formatting'
	$(CARGO) fmt --check

lint:
	@echo '== lints'
	$(CARGO) clippy --locked --all-targets -- -D warnings

rules: setup
	@echo '== alert rules'
	.tools/bin/promtool check rules alert-rules/*.yml
	.tools/bin/promtool test rules tests/rules/*.yml

tests: setup
	@echo '== tests'
	$(CARGO) test --locked

# Each run draws new inputs; one that fails is shrunk and printed.
fuzz:
	@echo '== values, tags and formulas at random, for $(FUZZ_SECONDS) s'
	@end=$$(( $$(date +%s) + $(FUZZ_SECONDS) )); while [ $$(date +%s) -lt $$end ]; do \
		PROPTEST_CASES=5000 $(CARGO) test --locked --quiet --lib -- level:: catalog::measure:: catalog::capacity::formula:: threshold::tests::properties || exit 1; \
	done
