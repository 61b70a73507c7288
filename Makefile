# Everything a clone needs, one command each; every target may be called again at any time.
PYTHON ?= python3
VENV   := .venv
OUT    := out
# Which build of PyTorch to install: cpu, cuda, default (what pip takes) or auto (by this machine). Cpu and cuda change one
# that is installed; the file noted here makes that happen once.
TORCH  ?= $(if $(filter cuda,$(VARIANT)),cuda,auto)
NOTED  := $(if $(filter cpu cuda,$(TORCH)),$(VENV)/.torch-$(TORCH))
ifeq ($(OS),Windows_NT)
BIN    := $(VENV)/Scripts
PY     := $(BIN)/python.exe
else
BIN    := $(VENV)/bin
PY     := $(BIN)/python
endif

# The word after "weights" names a set of training/release; it is no target of its own.
ifeq ($(firstword $(MAKECMDGOALS)),weights)
NAME   ?= $(word 2,$(MAKECMDGOALS))
$(eval $(wordlist 2,9,$(MAKECMDGOALS)):;@:)
endif

.PHONY: help studio demo test lint types check test-slow mutants docs results screenshots gallery translations \
	weights package package-test deb deb-test appimage kernel-signatures kernels-test dist dist-test clean

VARIANT ?= cpu

help:
	@echo "make studio       open the window on a sample photo (sets everything up the first time)"
	@echo "make demo         the same job without a screen: fills a sample photo into ./$(OUT)"
	@echo "make test         lint, types and every test (installs Qt's system libraries where they are missing)"
	@echo "make test-slow    the tests that 'make test' leaves out: 200 programs killed at work"
	@echo "make mutants      change one line at a time and report what no test notices (half an hour)"
	@echo "make kernel-signatures  note for which types the tests call kernels, for those compiled ahead of time"
	@echo "make kernels-test compile the kernels ahead of time, and run the tests that use them"
	@echo "make docs         write the generated pages and diagrams in docs/"
	@echo "make translations read the sentences from the sources into resources/translations, and compile the catalogues"
	@echo "make weights NAME train weights that ship with the program, or go on where that stopped; PHOTOS=DIR, MINUTES=M"
	@echo "make results      show every model's fills of the sample photos; PAIRS=DIR measures them too"
	@echo "make screenshots  write the pictures of the README"
	@echo "make gallery      picture every panel and dialog: both schemes and languages, two sizes and scales (OUT=DIR)"
	@echo "make package      make the program that needs no Python, in dist/; VARIANT=cpu, cuda or lite;"
	@echo "                  NO_ARCHIVE=1 leaves the .tar.zst out"
	@echo "make package-test tries the newest build of VARIANT in dist/ as a user starts it"
	@echo "make deb          make a .deb of the build in dist/; deb-test installs it in a clean Debian, needs root"
	@echo "make appimage     make an AppImage of the build in dist/, or its folder where appimagetool is missing"
	@echo "make dist         make the wheel and the source archive in dist/; dist-test installs the wheel and fills with it"
	@echo "make clean        remove what was made here"

studio: $(VENV)/.installed
	@$(BIN)/inpaint-studio

demo: $(VENV)/.installed
	@mkdir -p $(OUT)
	@$(BIN)/inpaint-studio fill resources/samples/perched-osprey.jpg --mask resources/samples/perched-osprey-hole.png \
		-o $(OUT)/perched-osprey.png --flow $(OUT)/perched-osprey-flow.png
	@echo "The filled photo:                  $(CURDIR)/$(OUT)/perched-osprey.png"
	@echo "Where every filled pixel is from:  $(CURDIR)/$(OUT)/perched-osprey-flow.png"

test: $(VENV)/.installed-dev
	@sh packaging/linux/test-libraries.sh
	@$(MAKE) --no-print-directory lint types check

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

check:
	$(BIN)/pytest -n auto --dist loadfile

test-slow: $(VENV)/.installed-dev
	$(BIN)/pytest -m slow

mutants: $(VENV)/.installed-dev
	$(PY) -m tests.mutants

kernel-signatures: $(VENV)/.installed-dev
	INPAINT_STUDIO_RECORD_KERNELS=1 $(BIN)/pytest -n auto --dist loadfile

kernels-test: $(VENV)/.installed-dev
	$(PY) packaging/compile_kernels.py build/kernels
	INPAINT_STUDIO_KERNELS=build/kernels $(BIN)/pytest -n auto --dist loadfile tests/exemplar tests/engine tests/layers

docs: $(VENV)/.installed-dev
	$(PY) docs/make_diagrams.py
	$(PY) docs/make_events.py
	$(PY) docs/make_manual.py
	$(PY) docs/make_networks.py

translations: $(VENV)/.installed-dev
	$(PY) docs/make_translations.py

results: $(VENV)/.installed-dev
	$(PY) -m tests.results $(if $(PAIRS),--pairs $(PAIRS)) $(if $(EVERY),--every $(EVERY))

screenshots: $(VENV)/.installed-dev
	@sh packaging/linux/test-libraries.sh
	xvfb-run -a -s "-screen 0 2560x1440x24" $(PY) -m tests.screenshots resources/screenshots

gallery: $(VENV)/.installed-dev
	$(PY) -m tests.gallery $(if $(OUT),$(OUT),build/gallery)

weights: $(VENV)/.installed
	$(PY) -m training.release $(NAME) $(if $(PHOTOS),--photos "$(PHOTOS)") $(if $(RUN),--output "$(RUN)") \
		$(if $(MINUTES),--minutes $(MINUTES))

package: $(VENV)/.installed-package
	$(PY) packaging/build.py --variant $(VARIANT) $(if $(NO_ARCHIVE),--no-archive)

package-test: $(VENV)/.installed-dev
	@ls -d dist/inpaint-studio-*-$(VARIANT)-*/ >/dev/null 2>&1 || $(MAKE) --no-print-directory package
	@sh packaging/linux/test-libraries.sh
	INPAINT_STUDIO_PACKAGE="$$(ls -dt dist/inpaint-studio-*-$(VARIANT)-*/ | head -n 1)" $(BIN)/pytest -m packaged tests/packaged

deb: $(VENV)/.installed-dev
	$(PY) packaging/linux/deb.py $(BUILD) --variant $(VARIANT)

deb-test:
	sh packaging/linux/test_deb.sh "$$(ls -t dist/inpaint-studio*_*.deb | head -n 1)"

appimage: $(VENV)/.installed-dev
	PYTHON=$(PY) sh packaging/linux/appimage.sh "$$(ls -dt dist/inpaint-studio-*-$(VARIANT)-linux-*/ | head -n 1)"

dist: $(VENV)/.installed-dev
	$(PY) -m hatchling build -d dist

dist-test: dist
	$(PY) packaging/try_wheel.py dist

clean:
	rm -rf $(VENV) $(OUT) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache

$(PY):
	$(PYTHON) -c 'import sys; sys.exit("Inpaint Studio needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 $(MAKECMDGOALS)") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --upgrade pip

$(VENV)/.torch-cpu $(VENV)/.torch-cuda: | $(PY)
	@rm -f $(VENV)/.torch-*
	@touch $@

$(VENV)/.installed: pyproject.toml $(NOTED) | $(PY)
	$(PY) packaging/install.py --torch $(TORCH) .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(NOTED) | $(PY)
	$(PY) packaging/install.py --torch $(TORCH) '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-package: pyproject.toml $(NOTED) | $(PY)
	$(PY) packaging/install.py --torch $(TORCH) '.[package]'
	@touch $@ $(VENV)/.installed
