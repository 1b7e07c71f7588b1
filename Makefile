# `make site` and `make test` are all that a fresh machine needs; everything else is for those who change bulletin.
.POSIX:
.PHONY: help wheel site serve theme-gallery screenshots check types test prove upgrade-diff golden lighthouse bench bench-steps bench-hits bench-check bench-publish looks figures catalogue lock clean system

PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin

# Python keeps what it has compiled, also where it is told not to, as in many containers: our tests start it some
# thousand times.
export PYTHONDONTWRITEBYTECODE =

# In the language of whoever types it: of LANGUAGE, LC_ALL, LC_MESSAGES or LANG, the first that is set, as our messages.
HELP_LANGUAGE = $(firstword $(LANGUAGE) $(LC_ALL) $(LC_MESSAGES) $(LANG))

help:
ifneq (,$(filter zh%,$(HELP_LANGUAGE)))
	@echo "make site           生成本仓库自己的网站"
	@echo "make serve          边写边看"
	@echo "make theme-gallery  把主题的所有部件排在一页上"
	@echo "make screenshots    重新截取手册里的图"
	@echo "make test           检查代码，运行全部测试（长测试只跑短的一种）"
	@echo "make prove          把长测试整个跑一遍"
	@echo "make upgrade-diff   逐句列出从 FROM=<提交或文件夹> 升级后，旧期刊有哪些改变"
	@echo "make check          格式、静态检查、类型、层次"
	@echo "make lighthouse     手机上各页的 Lighthouse 分数"
	@echo "make golden         重写对照文件；请看清改了什么"
	@echo "make catalogue      让中文词表跟上代码"
	@echo "make bench          和 Hugo、Pelican、Eleventy 比快慢；SIZES=\"100 1000 10000\" ROUNDS=5 BENCH=\"--kinds everything --add …\""
	@echo "make bench-steps    看第一次生成的时间花在哪里；ISSUES=1000 STEPS=--everything"
	@echo "make bench-hits     计数服务和别的做法比；SECONDS=10 HITS_ROUNDS=3"
	@echo "make bench-check    检查找得准不准、快不快；ISSUES=10000"
	@echo "make bench-publish  往本机的服务器发布一万个文件要多久；PUBLISH=\"--kinds ssh sftp\""
	@echo "make looks          同样的内容用别的设计系统各做一遍，截图并排；LOOKS=--write 写进 docs/"
	@echo "make wheel          打包成一个安装文件，放在 dist/，供没有本仓库的服务器安装"
	@echo "make figures        打印代码结构的几个数字"
	@echo "make lock           把所有依赖锁到最新版本；UPGRADE= 只处理 pyproject.toml 新要求的"
	@echo "make clean          删掉一切可以重新生成的东西"
else
	@echo "make site           build this repository's own site"
	@echo "make serve          preview it while writing"
	@echo "make theme-gallery  build a page of all parts of the theme"
	@echo "make screenshots    take the handbook's pictures anew"
	@echo "make test           check the code and run all tests (the long proofs in a short form)"
	@echo "make prove          run the long proofs whole"
	@echo "make upgrade-diff   list, sentence by sentence, what an upgrade from FROM=<commit or folder> changes in an archive"
	@echo "make check          formatting, lint, types, layers"
	@echo "make lighthouse     Lighthouse's figures for the pages on a phone"
	@echo "make golden         rewrite the expected files of the golden tests; look at the difference"
	@echo "make catalogue      bring the Chinese catalogue up to date with the code"
	@echo "make bench          measure against Hugo, Pelican and Eleventy; SIZES=\"100 1000 10000\" ROUNDS=5 BENCH=\"--kinds everything --add …\""
	@echo "make bench-steps    show where the time of a first build goes; ISSUES=1000 STEPS=--everything"
	@echo "make bench-hits     measure the counter against its engines and what one writes by hand; SECONDS=10 HITS_ROUNDS=3"
	@echo "make bench-check    measure how well and how quickly the check finds; ISSUES=10000"
	@echo "make bench-publish  measure publishing 10,000 files to servers on this machine; PUBLISH=\"--kinds ssh sftp\""
	@echo "make looks          the same content made with other design systems, screenshots side by side; LOOKS=--write puts it into docs/"
	@echo "make wheel          make the file that a server without the repository installs, in dist/"
	@echo "make figures        print the figures of the house: floors, names, lengths"
	@echo "make lock           choose the newest versions of all libraries; UPGRADE= only what pyproject.toml asks anew"
	@echo "make clean          throw away everything that can be made again"
endif

site: $(VENV)/ready
	@$(BIN)/bulletin build
	@echo
	@echo "The site is in $(CURDIR)/site"
	@echo "Open $(CURDIR)/site/index.html in a browser, or run: make serve"

serve: $(VENV)/ready
	@$(BIN)/bulletin serve --open

theme-gallery: $(VENV)/ready
	@$(BIN)/bulletin build --root docs/gallery --out .bulletin/gallery --drafts --no-check
	@echo "Open $(CURDIR)/.bulletin/gallery/index.html, and from there each page."

screenshots: $(VENV)/ready browser-tools
	$(BIN)/python docs/screenshots.py

check: types
	$(BIN)/python -m pytest -n 0 tests/test_layers.py

types: $(VENV)/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# Temporary files lie in memory, where it has room for them; tests.room says why. They are gone afterwards: to look
# at what a failed test has left, run it alone.
IN_MEMORY = room=$$($(BIN)/python -m tests.room) && trap 'rm -rf "$$room"' EXIT && trap 'exit 130' INT TERM && TMPDIR=$$room

# The layers are among the tests.
test: types browser-tools
	$(IN_MEMORY) $(BIN)/python -m pytest

prove: $(VENV)/ready browser-tools
	$(BIN)/python -m pytest --prove tests/prove tests/browser/test_xss.py

FROM =
upgrade-diff: $(VENV)/ready
	@test -n "$(FROM)" || { echo "Name the former program: make upgrade-diff FROM=<commit or folder>"; exit 2; }
	@$(BIN)/python -m tests.prove.upgrade "$(FROM)" $(UPGRADE_OPTIONS)

golden: $(VENV)/ready browser-tools
	$(BIN)/python -m pytest --golden tests/check/test_lessons.py tests/test_golden.py tests/read/test_dialect.py tests/read/test_kinds.py tests/browser/test_pictures.py

lighthouse: $(VENV)/ready browser-tools
	@$(BIN)/python -m bench.lighthouse

SIZES =
ROUNDS = 5
BENCH =
SECONDS = 10
HITS_ROUNDS = 3
bench: $(VENV)/ready
	@$(BIN)/python -m bench.run $(if $(SIZES),--sizes $(SIZES)) --rounds $(ROUNDS) $(BENCH)

bench-hits: $(VENV)/ready browser-tools
	@$(BIN)/python -m bench.hits.run --seconds $(SECONDS) --rounds $(HITS_ROUNDS)

ISSUES = 1000
STEPS =
bench-steps: $(VENV)/ready
	@$(BIN)/python -m bench.steps --issues $(ISSUES) $(STEPS)

bench-check: $(VENV)/ready
	@$(BIN)/python -m bench.check --issues $(ISSUES)

PUBLISH =
bench-publish: $(VENV)/ready browser-tools
	@$(BIN)/python -m bench.publish $(PUBLISH)

LOOKS =
looks: $(VENV)/ready browser-tools
	@$(BIN)/python -m bench.looks.run $(LOOKS)

figures: $(VENV)/ready
	@$(BIN)/python -m bench.figures

catalogue: $(VENV)/ready
	$(BIN)/python -m pytest -n 0 --golden tests/test_catalogue.py

UPGRADE = --upgrade
lock: $(VENV)/ready
	$(BIN)/uv pip compile -q $(UPGRADE) --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra all --group dev -o requirements.lock pyproject.toml

wheel: $(VENV)/ready
	$(BIN)/python -m hatchling build -t wheel -d dist

clean:
	rm -rf $(VENV) .bench tests/browser/tools/node_modules .bulletin .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
	find site -mindepth 1 ! -name .gitignore -delete

# The environment: exactly the versions of the lock file, checked by their hashes.
$(VENV)/ready: requirements.lock pyproject.toml
	@$(MAKE) -s system
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing the libraries of requirements.lock …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Debian keeps Python's own venv in a package of its own.
system:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
		echo "Installing python3-venv …"; \
		if [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -qy python3-venv; \
		else sudo apt-get update -q && sudo apt-get install -qy python3-venv; fi; }

# What the browser tests need beside Python's libraries. Only what is missing is installed.
browser-tools: browser-debian tests/browser/tools/node_modules/.ready tests/print/fonts/.ready

browser-debian:
	@missing=""; \
	for pair in chromium-headless-shell:chromium-headless-shell nginx:nginx-light java:default-jre-headless pdftotext:poppler-utils \
		node:nodejs npm:npm fc-list:fontconfig redis-server:redis-server pg_ctl:postgresql wrk:wrk systemd-analyze:systemd \
		ip:iproute2 openssl:openssl curl:curl adduser:adduser \
		sshd:openssh-server ssh:openssh-client vsftpd:vsftpd busybox:busybox apache2:apache2-bin caddy:caddy \
		soffice:libreoffice-writer-nogui dovecot:dovecot-imapd; do \
		PATH="$$PATH:/usr/sbin:$$(echo /usr/lib/postgresql/*/bin | tr " " :)" command -v "$${pair%%:*}" >/dev/null || missing="$$missing $${pair#*:}"; \
	done; \
	fc-list 2>/dev/null | grep -q NotoSerifCJK || missing="$$missing fonts-noto-cjk"; \
	[ -e /usr/share/java/epubcheck.jar ] || missing="$$missing epubcheck"; \
	[ -e /usr/share/java/jaxb-runtime.jar ] || missing="$$missing libjaxb-java"; \
	[ -z "$$missing" ] || { \
		echo "Installing for the browser tests:$$missing …"; \
		if [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -qy --no-install-recommends $$missing; \
		else sudo apt-get update -q && sudo apt-get install -qy --no-install-recommends $$missing; fi; }

tests/browser/tools/node_modules/.ready: tests/browser/tools/package.json tests/browser/tools/package-lock.json
	@echo "Installing what checks the pages …"
	@cd tests/browser/tools && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Fandol's fonts for the tests of print: out of Debian's package, whose dependencies are not needed. Free, but never in the wheel.
FANDOL = ./usr/share/texlive/texmf-dist/fonts/opentype/public/fandol
tests/print/fonts/.ready:
	@echo "Fetching the fonts for the tests of print …"
	@mkdir -p tests/print/fonts
	@cd tests/print/fonts && { apt-get download -q texlive-lang-chinese 2>/dev/null || { \
		if [ "$$(id -u)" = 0 ]; then apt-get update -q; else sudo apt-get update -q; fi; apt-get download -q texlive-lang-chinese; }; }
	@cd tests/print/fonts && dpkg-deb --fsys-tarfile texlive-lang-chinese_*.deb \
		| tar -x --strip-components=9 --wildcards "$(FANDOL)/Fandol[FHKS]*.otf" && rm -f texlive-lang-chinese_*.deb
	@touch $@
