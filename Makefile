# Renkei: the commands a person types. Each installs what it needs.
#
#   make demo     the whole path on a private MariaDB, shown live, about a minute after the build
#   make demo SOURCE=sqlserver       the same from the stand-in of a SQL Server
#   make test     all tests          make check   format, house rules      make lint   clang-tidy, minutes
#   make build    build/release/renkei
#   make bench    the figures, each beside its floor, into bench/results/
#   make chaos KILLS=200 SEED=1      random kill -9 under load, every read checked
#   make test-debug | test-tsan      unit tests under ASan+UBSan | TSan
#   make test-mysql    integration tests and scripts against a real MySQL 9, fetched; skipped loudly where it cannot be
#   make test-sqlserver-clients      six drivers and tsql against the SQL Server stand-in; installs them into a cache
#   make fuzz INPUTS=200000 SEED=1   each decoder against so many mutated inputs, under ASan+UBSan
#   make fuzz-guided MINUTES=10      each decoder under libFuzzer, which follows coverage; needs clang-14
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON := /usr/bin/python3
KILLS ?= 200
SEED := $(or $(SEED),$(shell date +%s))
INPUTS ?= 200000
MINUTES ?= 10
release := build/release

.PHONY: help setup build demo test test-mysql test-sqlserver-clients test-debug test-tsan check lint bench chaos fuzz fuzz-guided clean

help:
	@sed -n '2,14s/^#   \{0,1\}//p' Makefile

setup:
	@tools/setup.sh --quiet

build: setup
	@test -f $(release)/build.ninja || cmake --preset release > /dev/null
	@echo "build: compiling build/release/renkei"
	@ninja -C $(release) --quiet renkei

demo: build
ifeq ($(SOURCE),sqlserver)
	@$(PYTHON) tools/demo_sqlserver.py --renkei $(release)/renkei
else
	@ninja -C $(release) --quiet renkei_load
	@$(PYTHON) tools/demo.py --renkei $(release)/renkei
endif

test: setup
	@test -f $(release)/build.ninja || cmake --preset release > /dev/null
	@echo "test: compiling everything"
	@ninja -C $(release) --quiet
	@echo "test: running"
	@cd $(release) && ctest --output-on-failure --no-tests=error
	@tools/skipped.sh $(release)

test-mysql: setup
	@test -f $(release)/build.ninja || cmake --preset release > /dev/null
	@ninja -C $(release) --quiet
	@root=$$($(PYTHON) tests/mysql9/where.py); status=$$?; \
	if [ $$status = 77 ]; then echo "test-mysql: SKIPPED, nothing was tested"; exit 0; fi; \
	test $$status = 0 || exit $$status; export RENKEI_MYSQL9=$$root; \
	$(release)/renkei_sources_mysql_integration_test --gtest_filter='Mysql9Test.*' && \
	$(PYTHON) tests/setup/broken_setups.py --build $(release) && \
	$(PYTHON) tests/scripts/run_cases.py --build $(release) --under plain

test-debug test-tsan: test-%: setup
	@test -f build/$*/build.ninja || cmake --preset $* > /dev/null
	@ninja -C build/$* --quiet
	@cd build/$* && ctest --output-on-failure --no-tests=error -LE "script|chaos"

test-sqlserver-clients:
	@$(PYTHON) tests/sqlserver/clients/run.py

check: setup
	@tools/check.sh

lint: setup
	@test -f $(release)/build.ninja || cmake --preset release > /dev/null
	@tools/lint.sh $(release)

bench: build
	@ninja -C $(release) --quiet
	@$(PYTHON) bench/run.py --build $(release)

chaos: build
	@ninja -C $(release) --quiet renkei_load
	@$(PYTHON) tests/chaos/chaos.py --build $(release) --kills $(KILLS) --seed $(SEED)

fuzz: setup
	@test -f build/debug/build.ninja || cmake --preset debug > /dev/null
	@ninja -C build/debug --quiet build.ninja
	@set -e; \
	fuzzers=$$(ninja -C build/debug -t targets all | sed -n 's/^\([^ :]*_fuzz\): CXX_EXECUTABLE_LINKER.*/\1/p'); \
	test -n "$$fuzzers" || { echo "fuzz: there is no decoder to fuzz" >&2; exit 1; }; \
	echo "fuzz: compiling" $$fuzzers; \
	ninja -C build/debug --quiet $$fuzzers; \
	for fuzzer in $$fuzzers; do \
	  echo "fuzz: $$fuzzer, $(INPUTS) inputs of seed $(SEED)"; \
	  build/debug/$$fuzzer --seed $(SEED) --inputs $(INPUTS); \
	done

fuzz-guided: setup
	@command -v clang++-14 > /dev/null && test -e /usr/lib/llvm-14/lib/clang/14.*/lib/linux/libclang_rt.fuzzer-x86_64.a || \
	{ echo "fuzz-guided: SKIPPED, needs the Debian packages clang-14 and libclang-rt-14-dev"; exit 0; }; \
	cmake --preset libfuzzer > /dev/null && tools/fuzz_guided.sh build/libfuzzer $(MINUTES)

clean:
	rm -rf build
