# make        build/passerelle          make run    the demonstration, from nothing
# make deps   what it needs (apt-get)   make test   everything that proves it
# make help   the rest

PREFIX   ?= /usr/local
VERSION  := 0.1
CC       ?= cc
SHARED   ?= ../shared
export SHARED

# A file includes its own layer and those to the left (make check).
LAYERS   = base mail contacts core conf mailtemplates store io turn deliver cli

LIBS     = libetpan libcurl sqlite3 libconfig gmime-3.0 libseccomp gnutls libidn2 libxml-2.0 jansson libsystemd
INC      = -Igateway -I. $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(LIBS) 2>/dev/null))
LINK     = $(shell pkg-config --libs $(LIBS) 2>/dev/null) -lunistring -lcsv
WARN     = -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Wconversion -Wvla -Wmissing-prototypes \
           -Wstrict-prototypes -Wformat=2 -Wwrite-strings -Werror
HARDEN   = -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
HARDLINK = -pie -Wl,-z,relro,-z,now,-z,noexecstack
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
DEFINES  = -DPASSERELLE_VERSION='"$(VERSION)"'

SRC      = $(sort $(wildcard gateway/*/*.c gateway/*.c conf/*.c store/*.c mailtemplates/*.c))
LIB_SRC  = $(filter-out gateway/cli/main.c,$(SRC))
EMBED    = $(sort $(wildcard store/*.sql mailtemplates/default/*/*.txt gateway/core/vocabulary/*.txt \
             conf/passerelle.conf.sample))
UNIT     = $(sort $(wildcard tests/unit/*.c tests/story/*.c))
FUZZ     = $(sort $(wildcard tests/fuzz/*.c))

OBJ      = $(SRC:%.c=build/obj/%.o) build/gen/embed.o
SAN_OBJ  = $(LIB_SRC:%.c=build/san/%.o) build/gen/embed.o
UNIT_BIN = $(UNIT:tests/%.c=build/%)

build/passerelle: $(OBJ)
	$(CC) $(HARDEN) $(HARDLINK) $^ $(LINK) -o $@

build/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(WARN) $(HARDEN) $(DEFINES) $(INC) -MMD -c $< -o $@

build/san/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(WARN) $(SANITIZE) $(DEFINES) $(INC) -MMD -c $< -o $@

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
	$(CC) $(WARN) -Wno-missing-prototypes $(SANITIZE) $(INC) -Itests -MMD $< build/libsan.a $(LINK) -lcmocka -o $@

build/story/%: tests/story/%.c build/libsan.a
	@mkdir -p $(@D)
	$(CC) $(WARN) -Wno-missing-prototypes $(SANITIZE) $(INC) -Itests -MMD $< build/libsan.a $(LINK) -lcmocka -o $@

-include $(wildcard build/obj/*/*.d build/obj/*/*/*.d build/san/*/*.d build/san/*/*/*.d build/unit/*.d build/story/*.d)

.DEFAULT_GOAL := build/passerelle
.PHONY: all
all: build/passerelle
