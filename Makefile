# make run    installs what is missing, builds, trains fashion-mnist in the dashboard (headless without a terminal)
# make test   the same set-up, then the format check and every test
#
# Others: build, bench, compare, ucr, chroma, svm, classical, conformance (needs PyPI), lint, format, screenshots, install PREFIX=/usr/local, uninstall, clean

SWIFT_VERSION = 6.3
PREFIX ?= /usr/local
DESTDIR ?=

LIBRARIES = libncursesw5-dev libpng-dev libjpeg62-turbo-dev libsvm-dev libopenblas-dev libfreetype-dev zlib1g-dev libzip-dev pkg-config
ON_SCREEN = ncurses-term fonts-dejavu-core
DATA = dataset-fashion-mnist
FOR_TESTS = tmux procps
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)

PROGRAM = .build/release/cnntop
SWIFT_FILES = git ls-files '*.swift' | grep -v '\.pb\.swift$$'

.PHONY: run build test lint format bench compare ucr chroma svm classical conformance screenshots install uninstall clean swift packages test-packages

run: build
	@if [ -t 1 ]; then exec $(PROGRAM) train fashion-mnist; else exec $(PROGRAM) train fashion-mnist --headless; fi

build: swift packages
	@swift build -c release --product cnntop

# Data that are not the repository's own lie in $CNNTOP_DATA, or in a folder beside it; without them their tests are
# skipped.
ifneq ($(wildcard ../shared/data),)
test: export CNNTOP_DATA ?= $(abspath ../shared/data)
endif
test: swift packages test-packages lint
	swift test -c release --disable-testable-imports
	CNNTOP_VECTORS=avx2 swift test -c release --disable-testable-imports --skip-build --filter NetworksTests

lint: swift
	@$(SWIFT_FILES) | xargs swift format lint --strict --parallel

format: swift
	@$(SWIFT_FILES) | xargs swift format --in-place --parallel

bench: build
	@for preset in fashion-mnist lenet; do $(PROGRAM) bench $$preset; done

# The other engines at pinned versions in an environment of their own. ROWS="lenet inference" measures some rows,
# PEERS=all takes TensorFlow and JAX in.
VENV = $(or $(CNNTOP_VENV),Benchmarks/venv)
compare: build
	@[ -x $(VENV)/bin/python ] || { python3 -m venv $(VENV) && \
		$(VENV)/bin/pip install --quiet -r Benchmarks/requirements.txt; }
	@if [ "$$PEERS" = all ]; then $(VENV)/bin/pip install --quiet -r Benchmarks/requirements-all.txt; fi
	@$(VENV)/bin/python Benchmarks/compare.py $(ROWS)

# Signals, with numpy (and scikit-learn for svm): UCR=FOLDER with NAME_TRAIN.tsv and NAME_TEST.tsv, CHROMA=FOLDER with
# gaschrom_16x5000.csv and gaschrom_peaks.csv. The first goes on where it was stopped.
PYTHON ?= python3
ucr: build
	@$(PYTHON) Benchmarks/ucr.py "$(UCR)" --cnntop $(PROGRAM) --table Benchmarks/UCR.md

chroma: build
	@$(PYTHON) Benchmarks/chroma.py "$(CHROMA)" --cnntop $(PROGRAM)

svm: build
	@$(PYTHON) Benchmarks/svm.py --cnntop $(PROGRAM); $(PROGRAM) bench --color-moments

# Sunsets and scenes by four roads: WEATHER=FOLDER with MODEL=squeezenet.onnx, SCENE=FOLDER, LAB=FOLDER, any of them.
classical: build
	@$(PYTHON) Benchmarks/classical.py $(if $(WEATHER),--weather "$(WEATHER)" --model "$(MODEL)") \
		$(if $(SCENE),--scene "$(SCENE)") $(if $(LAB),--sunset-lab "$(LAB)") --cnntop $(PROGRAM) \
		--table Benchmarks/CLASSICAL.md

# Every conformance case of ONNX that concerns this program, and its own files in ONNX's checker and runtime.
conformance: swift packages
	@Benchmarks/conformance.sh

# The README's pictures: three real runs, frames of their dashboards, and a graph.
# Those that the README shows; BEST=1 takes in the run of ten minutes.
screenshots: build
	@mkdir -p screenshots; runs=$$(mktemp -d) && export CNNTOP_RUNS=$$runs && trap 'rm -rf $$runs' EXIT && \
	$(PROGRAM) train fashion-mnist --headless --name fashion-mnist && \
	$(PROGRAM) train shapes --headless --name shapes && \
	$(PROGRAM) picture fashion-mnist --size 160x50 --output screenshots/fashion-mnist-160x50.png && \
	$(PROGRAM) picture fashion-mnist --size 80x24 --output screenshots/fashion-mnist-80x24.png && \
	$(PROGRAM) picture shapes --size 120x40 --keys "3<Enter>" --output screenshots/filters.png && \
	if [ "$$BEST" ]; then \
		$(PROGRAM) train fashion-mnist-best --headless --name best && \
		$(PROGRAM) picture best --size 120x40 --output screenshots/fashion-mnist-best.png; fi

# Says in one line what is wrong when Swift is not there or too old.
swift:
	@found=$$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1); \
	if [ -z "$$found" ]; then \
		echo "cnntop needs Swift $(SWIFT_VERSION) or newer, and no 'swift' is on the PATH: see https://www.swift.org/install/linux" >&2; exit 2; \
	elif ! printf '%s\n%s\n' $(SWIFT_VERSION) "$$found" | sort -V -C; then \
		echo "cnntop needs Swift $(SWIFT_VERSION) or newer, found $$found: see https://www.swift.org/install/linux" >&2; exit 2; \
	fi

packages:
	@$(call install-missing,$(LIBRARIES) $(ON_SCREEN) $(DATA))

test-packages:
	@$(call install-missing,$(FOR_TESTS))

# Asks dpkg first, so that nothing is fetched (and no password asked for) when all is there.
define install-missing
missing=$$(for package in $(1); do \
	dpkg-query -W -f '$${db:Status-Status}\n' $$package 2>/dev/null | grep -qx installed || echo $$package; done); \
if [ -n "$$missing" ]; then \
	if ! command -v apt-get >/dev/null; then \
		echo "cnntop needs these packages, by their Debian names: $$(echo $$missing); install them and run make again" >&2; exit 2; fi; \
	echo "installing:" $$missing; \
	$(SUDO) apt-get update -q >/dev/null && \
	DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends $$missing >/dev/null || \
		{ echo "apt-get could not install: $$(echo $$missing)" >&2; exit 2; }; \
fi
endef

install: build
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/cnntop
	install -d $(DESTDIR)$(PREFIX)/share/cnntop/Presets
	install -m 644 Presets/*.yaml $(DESTDIR)$(PREFIX)/share/cnntop/Presets
	install -D -m 644 Documentation/cnntop.1 $(DESTDIR)$(PREFIX)/share/man/man1/cnntop.1
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	$(PROGRAM) --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/cnntop
	$(PROGRAM) --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_cnntop
	$(PROGRAM) --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/cnntop.fish

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/share/cnntop
	rm -f $(DESTDIR)$(PREFIX)/bin/cnntop $(DESTDIR)$(PREFIX)/share/man/man1/cnntop.1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/cnntop \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_cnntop \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/cnntop.fish

clean:
	rm -rf .build
