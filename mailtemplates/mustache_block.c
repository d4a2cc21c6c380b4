/* The indentation of blocks (spec, inheritance: "Block indentation is removed at
 * the site of definition and added at the site of expansion"). */
#include "base/mem.h"
#include "mailtemplates/mustache_tree.h"

#include <string.h>

static size_t blanks(const char *text, size_t len)
{
	size_t n = 0;
	while (n < len && (text[n] == ' ' || text[n] == '\t'))
		n++;
	return n;
}

/* What all lines seen so far begin with; text is NULL before the first. */
static void common_prefix(struct span *common, const char *text, size_t len)
{
	size_t n = 0;
	if (common->text == NULL)
		*common = (struct span){ text, len };
	while (n < common->len && n < len && common->text[n] == text[n])
		n++;
	common->len = n;
}

/* The blanks before the closing tag are no line of the content. */
static void measure_text(const struct node *n, bool last, struct span *common)
{
	bool start = n->line_start;
	for (size_t at = 0; at < n->len;) {
		const char *end = memchr(n->text + at, '\n', n->len - at);
		size_t len = end == NULL ? n->len - at : (size_t)(end - n->text) - at + 1;
		size_t lead = blanks(n->text + at, len);
		if (start && n->text[at + lead] != '\n' && !(last && at + lead == n->len))
			common_prefix(common, n->text + at, lead);
		start = true;
		at += len;
	}
}

/* Takes up to `cut` blanks from each line; the text only shrinks, so in place. */
static void dedent_text(struct node *n, size_t cut)
{
	bool start = n->line_start;
	size_t to = 0;
	for (size_t at = 0; at < n->len;) {
		size_t lead = start ? blanks(n->text + at, n->len - at) : 0;
		at += lead < cut ? lead : cut;
		const char *end = memchr(n->text + at, '\n', n->len - at);
		size_t len = end == NULL ? n->len - at : (size_t)(end - n->text) - at + 1;
		memmove(n->text + to, n->text + at, len);
		to += len;
		at += len;
		start = true;
	}
	n->len = to;
}

/* One pass over the lines of a block: measures them, or takes `cut` off. */
static void block_lines(struct mustache *t, size_t block, struct span *common, size_t cut)
{
	size_t next;
	for (size_t i = block + 1; i < t->nodes[block].end; i = next) {
		struct node *n = &t->nodes[i];
		bool own_indent = n->alone && n->kind >= PARTIAL;
		next = own_indent || n->kind == PARENT ? n->end : i + 1;
		if (n->kind == TEXT && common != NULL)
			measure_text(n, next == t->nodes[block].end, common);
		else if (n->kind == TEXT)
			dedent_text(n, cut);
		else if (own_indent && common != NULL)
			common_prefix(common, n->text, n->len);
		else if (own_indent)
			n->text += cut, n->len -= cut;
		else if (n->line_start && !n->alone && common != NULL)
			common_prefix(common, "", 0);
	}
}

void mustache_close_block(struct mustache *t, size_t block)
{
	struct span common = { NULL, 0 };
	struct node *n = &t->nodes[block];
	block_lines(t, block, &common, 0);
	if (common.text == NULL)
		return; /* empty: the opening tag's own blanks are the indentation */
	n->owned = n->text = mem_text_len(common.text, common.len);
	n->len = common.len;
	block_lines(t, block, NULL, common.len);
}
