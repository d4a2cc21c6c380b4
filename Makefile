# make           build/passerelle           make run    the demonstration, from nothing
# make deps      what it needs (apt-get)    make test   everything that proves it
#
# make check     warnings of two compilers, layers, format, cppcheck
# make fuzz      each parser, FUZZ_SECONDS=300 each (clang); FUZZ=tests/fuzz/X.c: one
# make corpus    how real mail is read: a table, and what is wrong
# make bench-route  the routing engine next to its peers, SIZE=small: without 1 M and 5 M
# make route-oracle a million queries next to the dynamic programme
# make bench-render  rendering and composing asks, next to the npm package mustache
# make sim       a year of 100,000 modelled people, with and without help, SEEDS=10: ten
# make gallery   every mail as a phone and a desk show it: build/gallery/index.html
# make bench     measures          make lab    a Dovecot and a Postfix to try by hand
# make install   DESTDIR= PREFIX=/usr/local; make uninstall
# make format    breaks lines that are too long; make tags, make clean, make help

PREFIX   ?= /usr/local
FUZZ_SECONDS ?= 300
VERSION  := 0.1
CC       ?= cc
SHARED   ?= ../shared
export SHARED

# A file includes its own layer and those to the left (make check).
LAYERS   = base mail contacts core conf mailtemplates store io turn deliver cli

LIBS    := libetpan libcurl sqlite3 libconfig gmime-3.0 libseccomp gnutls libidn2 libxml-2.0 jansson libsystemd
INC     := -Igateway -I. $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(LIBS) 2>/dev/null))
# clang does not know the -specs= that libetpan's pkg-config file hands on.
LINK    := $(filter-out -specs=%,$(shell pkg-config --libs $(LIBS) 2>/dev/null)) -lunistring -lcsv
WARN     = -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Wconversion -Wvla -Wmissing-prototypes \
           -Wstrict-prototypes -Wformat=2 -Wwrite-strings -Werror
HARDEN   = -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
HARDLINK = -pie -Wl,-z,relro,-z,now,-z,noexecstack
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FUZZING  = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
DEFINES  = -DPASSERELLE_VERSION='"$(VERSION)"'

JOBS    := $(shell nproc)
# Before "make deps" there is nothing to compile with.
NEED     = $(if $(filter -lconfig,$(LINK)),,$(error libraries are missing: make deps))

SRC      = $(sort $(wildcard gateway/*/*.c gateway/*.c conf/*.c store/*.c mailtemplates/*.c))
LIB_SRC  = $(filter-out gateway/cli/main.c,$(SRC))
EMBED    = $(sort $(wildcard store/*.sql mailtemplates/default/*/*.txt gateway/core/vocabulary/*.txt \
             conf/passerelle.conf.sample))
UNIT     = $(sort $(wildcard tests/unit/*.c tests/story/*.c))
FUZZ     = $(sort $(wildcard tests/fuzz/*.c))

OBJ      = $(SRC:%.c=build/obj/%.o) build/gen/embed.o
SAN_OBJ  = $(LIB_SRC:%.c=build/san/%.o) build/gen/embed.o
FUZZ_OBJ = $(LIB_SRC:%.c=build/fuzzobj/%.o) build/gen/embed.o
UNIT_BIN = $(UNIT:tests/%.c=build/%)
FUZZ_BIN = $(FUZZ:tests/%.c=build/%)

build/passerelle: $(OBJ)
	$(CC) $(HARDEN) $(HARDLINK) $^ $(LINK) -o $@

build/obj/%.o: %.c
	@mkdir -p $(@D)$(NEED)
	$(CC) $(WARN) $(HARDEN) $(DEFINES) $(INC) -MMD -MP -c $< -o $@

build/san/%.o: %.c
	@mkdir -p $(@D)$(NEED)
	$(CC) $(WARN) $(SANITIZE) $(DEFINES) $(INC) -MMD -MP -c $< -o $@

# The files built into the program: one symbol a file, one table (base/embed.h).
build/gen/embed.S: $(EMBED) Makefile
	@mkdir -p $(@D)
	@{ n=0; echo '	.section .rodata'; \
	for f in $(EMBED); do n=$$((n+1)); \
	  printf 'f%d:	.incbin "%s"\ne%d:	.byte 0\nn%d:	.asciz "%s"\n' $$n $$f $$n $$n $$f; done; \
	echo '	.section .data.rel.ro,"aw"'; echo '	.balign 8'; echo '	.global embed_places'; \
	echo 'embed_places:'; n=0; \
	for f in $(EMBED); do n=$$((n+1)); echo "	.quad n$$n, f$$n, e$$n"; done; \
	echo '	.quad 0, 0, 0'; echo '	.section .note.GNU-stack,"",%progbits'; } > $@

build/gen/embed.o: build/gen/embed.S
	$(CC) -c $< -o $@

build/libsan.a: $(SAN_OBJ)
	@rm -f $@
	ar rcs $@ $^

build/unit/%: tests/unit/%.c build/libsan.a
	@mkdir -p $(@D)
	$(CC) $(WARN) -Wno-missing-prototypes $(SANITIZE) $(INC) -Itests -MMD -MP $< build/libsan.a $(LINK) -lcmocka -o $@

build/story/%: tests/story/%.c build/libsan.a
	@mkdir -p $(@D)
	$(CC) $(WARN) -Wno-missing-prototypes $(SANITIZE) $(INC) -Itests -MMD -MP $< build/libsan.a $(LINK) -lcmocka -o $@

# The simulation's parts, without its main.
SIM_PARTS = $(filter-out %/sim.c %/table.c,$(wildcard tests/sim/*.c))

build/unit/test_sim: tests/unit/test_sim.c $(SIM_PARTS) build/libsan.a
	@mkdir -p $(@D)
	$(CC) $(WARN) -Wno-missing-prototypes $(SANITIZE) $(INC) -Itests $^ $(LINK) -lcmocka -lm -o $@

build/sim/sim: tests/sim/sim.c tests/sim/table.c $(SIM_PARTS) $(filter-out %/cli/main.o,$(OBJ))
	@mkdir -p $(@D)
	$(CC) $(WARN) $(HARDEN) $(HARDLINK) $(INC) -Itests $^ $(LINK) -lm -o $@

build/mustache-spec: tests/mustache-spec.c build/libsan.a
	$(CC) $(WARN) $(SANITIZE) $(INC) -MMD -MP $< build/libsan.a $(LINK) -o $@

build/composed: tests/composed.c build/libsan.a
	$(CC) $(WARN) $(SANITIZE) $(INC) -MMD -MP $< build/libsan.a $(LINK) -o $@

build/mails: tests/gallery/mails.c build/libsan.a
	$(CC) $(WARN) $(SANITIZE) $(INC) -MMD -MP $< build/libsan.a $(LINK) -o $@

build/fuzzobj/%.o: %.c
	@mkdir -p $(@D)
	clang $(WARN) $(FUZZING) -fsanitize=fuzzer-no-link $(DEFINES) $(INC) -MMD -MP -c $< -o $@

build/libfuzz.a: $(FUZZ_OBJ)
	@rm -f $@
	ar rcs $@ $^

build/fuzz/%: tests/fuzz/%.c build/libfuzz.a
	@mkdir -p $(@D)
	clang $(WARN) -Wno-missing-prototypes $(FUZZING) -fsanitize=fuzzer $(INC) -MMD -MP $< build/libfuzz.a $(LINK) -o $@

-include $(shell find build -name '*.d' 2>/dev/null)

.DEFAULT_GOAL := build/passerelle
.PHONY: all deps run tests test check check-warnings check-layers check-format check-cppcheck \
        fuzz corpus gallery lab bench bench-route bench-render route-oracle sim install uninstall \
        format tags \
        clean help
all: build/passerelle

deps:
	@conf/deps.sh

# A make of its own, since pkg-config answers only once deps is done.
run:
	@conf/deps.sh build
	@$(MAKE) --no-print-directory -s -j$(JOBS) build/passerelle
	@build/passerelle demo var/demo

test: deps
	@$(MAKE) --no-print-directory -s -j$(JOBS) tests
	@tests/run.sh

tests: build/passerelle build/mustache-spec build/mails build/composed $(UNIT_BIN)

C_FILES  = $(SRC) $(wildcard gateway/*/*.h conf/*.h store/*.h mailtemplates/*.h)
ALL_C    = $(C_FILES) $(wildcard tests/*/*.[ch] tests/*.[ch])

check: check-layers check-format check-warnings check-cppcheck

check-layers:
	@awk -v order="$(LAYERS)" -f tests/layers.awk $(C_FILES)

check-format:
	@LC_ALL=C awk -f tests/format.awk $(ALL_C)

check-warnings:
	@for cc in gcc clang; do command -v $$cc >/dev/null || continue; \
	printf '%s\n' $(SRC) | xargs -P$(JOBS) -n8 $$cc $(WARN) $(DEFINES) $(INC) -fsyntax-only && \
	printf '%s\n' $(UNIT) $(FUZZ) | xargs -r -P$(JOBS) -n8 $$cc $(WARN) -Wno-missing-prototypes $(INC) -Itests -fsyntax-only || exit 1; done

check-cppcheck:
	@mkdir -p build/cppcheck
	@cppcheck -q -j$(JOBS) --std=c11 --language=c --enable=warning,performance,portability --inline-suppr \
	  --cppcheck-build-dir=build/cppcheck --error-exitcode=1 --suppress=missingInclude --suppress=ctuuninitvar \
	  --suppress=nullPointer:gateway/turn/way.c \
	  -D_GNU_SOURCE $(DEFINES) -Igateway -I. $(SRC)

fuzz:
	@command -v clang >/dev/null || { echo "fuzzing needs clang: apt-get install clang"; exit 1; }
	@$(MAKE) --no-print-directory -s -j$(JOBS) $(FUZZ_BIN)
	@for f in $(FUZZ_BIN); do n=$${f##*/fuzz_}; mkdir -p build/corpus/$$n tests/fuzz/seeds/$$n; \
	echo "$$n: $(FUZZ_SECONDS) s"; \
	$$f -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
	  -artifact_prefix=build/corpus/$$n- build/corpus/$$n tests/fuzz/seeds/$$n >build/corpus/$$n.log 2>&1 || \
	{ tail -40 build/corpus/$$n.log; exit 1; }; grep -a '^stat::number_of_executed' build/corpus/$$n.log; done

corpus: build/passerelle
	@tests/corpus/run.sh

gallery: build/mails
	@python3 tests/gallery/gallery.py

lab:
	@echo 'gateway@gw.test: gateway / gwpass; u1@members.test: u1 / pw1, u2 ...; Ctrl-C ends it'
	@python3 tests/lab/lab.py

bench: build/passerelle
	@for b in tests/bench/*.py; do [ ! -e $$b ] || python3 $$b || exit 1; done

ROUTE_SRC = tests/bench/route/dp.c tests/bench/route/graph.c \
            $(wildcard gateway/core/network*.c gateway/core/route*.c) \
            gateway/base/mem.c gateway/base/rc.c gateway/base/file.c gateway/base/str.c

build/bench/oracle: tests/bench/route/oracle.c $(ROUTE_SRC)
	@mkdir -p $(@D)
	$(CC) $(WARN) $(HARDEN) $(HARDLINK) -Igateway -Itests/bench/route $^ -lm -o $@

build/bench/bench_route: tests/bench/route/bench_route.c $(ROUTE_SRC)
	@mkdir -p $(@D)
	$(CC) $(WARN) $(HARDEN) $(HARDLINK) -Igateway -Itests/bench/route \
	  $(patsubst -I%,-isystem %,$(shell pkg-config --cflags igraph)) $^ \
	  $(shell pkg-config --libs igraph) -lm -o $@

bench-route:
	@pkg-config --exists igraph || apt-get install -y libigraph-dev
	@$(MAKE) --no-print-directory -s build/bench/bench_route
	@tests/bench/route/run.sh build/bench/bench_route build/bench/route.tsv $(SIZE)

build/bench/bench_render: tests/bench/render/bench_render.c $(LIB_SRC:%.c=build/obj/%.o) build/gen/embed.o
	@mkdir -p $(@D)
	$(CC) $(WARN) $(HARDEN) $(HARDLINK) $(INC) $^ $(LINK) -o $@

bench-render: build/bench/bench_render
	@tests/bench/render/run.sh $< build/bench/npm

route-oracle: build/bench/oracle
	build/bench/oracle 1000000
	build/bench/oracle 2000 1000000

SIM_WORK ?= $(if $(wildcard /dev/shm/.),/dev/shm,/tmp)
sim:
	@$(MAKE) --no-print-directory -s -j$(JOBS) build/sim/sim
	@build/sim/sim --seeds $(or $(SEEDS),1) --jobs $(JOBS) --work $(SIM_WORK) $(SIM)
	@build/sim/sim --sensitivity --jobs $(JOBS) --work $(SIM_WORK) $(SIM)
	@python3 tests/sim/page.py build/sim

SHARE    = $(PREFIX)/share/passerelle
install: build/passerelle
	install -D -m 755 build/passerelle $(DESTDIR)$(PREFIX)/bin/passerelle
	install -D -m 644 conf/passerelle.conf.sample $(DESTDIR)$(SHARE)/passerelle.conf.sample
	for f in $$(cd mailtemplates && find default -name '*.txt'); do \
	  install -D -m 644 mailtemplates/$$f $(DESTDIR)$(SHARE)/texts/$${f#default/} || exit 1; done
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/lib/sysusers.d
	sed 's,@BIN@,$(PREFIX)/bin,; s,@SHARE@,$(SHARE),' conf/passerelle.service \
	  >$(DESTDIR)$(PREFIX)/lib/systemd/system/passerelle.service
	echo 'u passerelle - "Passerelle" /var/lib/passerelle' \
	  >$(DESTDIR)$(PREFIX)/lib/sysusers.d/passerelle.conf

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/passerelle $(DESTDIR)$(PREFIX)/lib/systemd/system/passerelle.service \
	  $(DESTDIR)$(PREFIX)/lib/sysusers.d/passerelle.conf
	rm -rf $(DESTDIR)$(SHARE)

# clang-format for the lines that are too long, the others stay as the hand set them.
format:
	@for i in 1 2; do LC_ALL=C awk -v long=1 -f tests/format.awk $(ALL_C) | \
	awk '{ lines[$$1] = lines[$$1] " --lines=" $$2 ":" $$2 } END { for (f in lines) print lines[f], f }' | \
	xargs -r -L1 clang-format -i; done

tags:
	ctags -R gateway conf store mailtemplates tests

clean:
	rm -rf build

help:
	@sed -n '/^$$/q; s/^# \{0,1\}//p' Makefile
