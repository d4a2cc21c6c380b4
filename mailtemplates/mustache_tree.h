/* mustache_tree: a parsed template, between mustache_parse.c, mustache_block.c
 * and mustache.c (rendering). For these only. */
#ifndef MAILTEMPLATES_MUSTACHE_TREE_H
#define MAILTEMPLATES_MUSTACHE_TREE_H

#include "mailtemplates/mustache.h"

#define MUSTACHE_DEPTH 32 /* sections, partials and blocks inside each other */

enum node_kind { TEXT, VARIABLE, RAW, SECTION, INVERTED, PARTIAL, PARENT, BLOCK };

/* The children of node i are i + 1 .. end - 1: a tree in one array, read forwards. */
struct node {
	enum node_kind kind;
	bool dynamic;     /* {{>*x}}: the partial is named by the value x */
	bool alone;       /* a tag alone on its line: the line is not part of the text */
	bool line_start;  /* begins a line of the template */
	char *text;       /* TEXT; of tags the blanks before the first one of a line */
	size_t len;
	char *owned;      /* what `text` of a block points to, if it was made */
	const char *name; /* of tags, ended by NUL */
	size_t end;
	int line, column;
};

struct mustache {
	char *text; /* the nodes point into it; names are cut out of it with a NUL */
	struct node *nodes;
	size_t count, room;
};

struct span {
	const char *text;
	size_t len;
};

/* A block whose tags stand on lines of their own: takes the indentation all its
 * lines share off them and keeps it in the node, for wherever it is rendered. */
void mustache_close_block(struct mustache *template, size_t block);

#endif
