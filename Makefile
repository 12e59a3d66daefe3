# weir. `make` alone lists the targets. The JDK is JAVA_HOME's or that of `java` on the PATH, from 17 on.
SHELL   := /bin/bash
TOOLS   := bash .ci/tools.sh
MVN     := $(TOOLS) exec mvn -B -ntp
ARGS    ?= demo --tls
BENCH   ?=
ROUNDS  ?= 5
# Where `make install` puts things: PREFIX as it will be used, below DESTDIR.
PREFIX  ?= /usr/local
DESTDIR ?=
# A part of the names of what `make compare` measures; empty: all.
SCENARIOS ?=
SOURCES := $(shell find src/main pom.xml .mvn -type f)

.DEFAULT_GOAL := help
.PHONY: profile help run jar test check bench compare scenes hit-ratio minify-check tls-check clean install-tools show-tools install uninstall image footprint

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | awk -F@ '{ printf "%-22s%s\n", $$1, $$2 }'

run: target/weir.jar ## build, then run the demo (or ARGS="--from :8080 --to localhost:3000")
	@$(TOOLS) exec java -jar target/weir.jar $(ARGS)

jar: target/weir.jar ## build target/weir.jar, without tests

target/weir.jar: $(SOURCES)
	@echo "building target/weir.jar"
	@$(MVN) -q -DskipTests -Dmaven.test.skip=true package
	@touch $@

test: ## all tests on the JDK in use (one class: TEST=ScanTest, a seed: SEED=42)
	@$(MVN) $(if $(TEST),-Dtest='$(TEST)') $(if $(SEED),-Dfuzz.seed=$(SEED)) test

check: ## what CI runs: lint, tests, jar and benches on JDK 17 and on JDK 25, manual pages
	@bash .ci/check

bench: bench/target/benchmarks.jar ## build the JMH benches; run them too with BENCH="Scan -prof gc"
	@if [ -n "$(BENCH)" ]; then $(TOOLS) exec java -jar $< $(BENCH); else \
	    echo "built $<; run all:   java -jar $<"; \
	    echo "one, with bytes/op:  java -jar $< ScanBench -prof gc    (or: make bench BENCH=\"ScanBench -prof gc\")"; \
	    echo "list, and options:   java -jar $< -l    java -jar $< -h"; fi

bench/target/benchmarks.jar: $(SOURCES) $(shell find bench -path bench/target -prune -o -type f -print)
	@echo "building $@"
	@$(MVN) -q -f bench/pom.xml package
	@touch $@

compare: target/weir.jar bench/target/benchmarks.jar ## CPU per request beside nginx, haproxy and varnish (ROUNDS=5, SCENARIOS=tls)
	@$(TOOLS) exec java -cp bench/target/benchmarks.jar weir.bench.Compare target/weir.jar $(ROUNDS) '$(SCENARIOS)' target/compare.json $$($(TOOLS) homes)

profile: target/weir.jar bench/target/benchmarks.jar ## where the time goes under one scenario: hot methods, and a flame graph (SCENARIOS=browser)
	@$(TOOLS) exec java -cp bench/target/benchmarks.jar weir.bench.Profile target/weir.jar '$(or $(SCENARIOS),128 B, 64)' target $$($(TOOLS) homes | tail -n 1)

scenes: target/weir.jar bench/target/benchmarks.jar ## what clients notice when servers die, stall, refuse and change; beside nginx and haproxy (SCENES=killed)
	@$(TOOLS) exec java -cp bench/target/benchmarks.jar weir.bench.scenes.Scenes target/weir.jar '$(SCENES)' $$($(TOOLS) homes)

hit-ratio: bench/target/benchmarks.jar ## how often the cache has what is asked for, beside LRU and the optimum (SEED=1)
	@$(TOOLS) exec java -cp $< weir.cache.HitRatio $(SEED)

MINIFY_CHECK := target/minify-check
minify-check: bench/target/benchmarks.jar ## what minification saves, and that it changes no meaning; fetches npm packages into target/minify-check (SEED=1)
	@mkdir -p $(MINIFY_CHECK) && cp bench/minify/package.json bench/minify/compare.mjs $(MINIFY_CHECK)
	@echo "npm fetches what bench/minify/package.json names into $(MINIFY_CHECK)"
	@npm install --prefix $(MINIFY_CHECK) --ignore-scripts --no-audit --no-fund --silent
	@$(TOOLS) exec node bench/minify/check.mjs $(MINIFY_CHECK) $<
	@$(TOOLS) exec node bench/minify/fuzz.mjs $(MINIFY_CHECK) $< $(or $(SEED),1) 6000

tls-check: target/weir.jar ## what testssl.sh finds in weir's TLS, and its rating (TESTSSL=/path/to/testssl.sh)
	@TESTSSL='$(TESTSSL)' $(TOOLS) exec bash .ci/tls-check target/weir.jar

install: target/weir.jar ## launcher, jar, manual, configuration, systemd units, completion (PREFIX=/usr/local DESTDIR=)
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' $(TOOLS) exec bash .ci/install install

uninstall: ## the reverse; the configuration stays (PREFIX=/usr/local DESTDIR=)
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' $(TOOLS) exec bash .ci/install uninstall

image: target/weir.jar ## an OCI image in target/image/oci, of a small Java run-time and weir; without Docker (JDK=/home/of/a/jdk)
	@$(TOOLS) exec bash .ci/image $(JDK)

footprint: target/weir.jar bench/target/benchmarks.jar ## time to the first answer, and memory, with the launcher's options
	@$(TOOLS) exec java -cp bench/target/benchmarks.jar weir.bench.Footprint $$($(TOOLS) homes)

clean: ## remove what was built
	@rm -rf target bench/target

install-tools: ## install what `make check` needs: Maven, JDK 17 and 25, mandoc, openssl, curl, node (root with apt-get, else it says what)
	@$(TOOLS) install

show-tools: ## where the JDKs, Maven and the other tools were found
	@$(TOOLS) show
