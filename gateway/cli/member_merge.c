/* member merge and export: two records of one person; the people as a file. */
#include "base/file.h"
#include "base/str.h"
#include "cli/member.h"
#include "store/people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXPORT_MOST ((size_t)1 << 30)

int cli_member_merge(struct cli *cli)
{
	struct store *store;
	struct why why;
	if (!cli_words(cli, 2, 2,
	               "member merge KEEP GONE   (two records of one person: id, address or name)"))
		return EX_USAGE;
	int code = cli_store_write(cli, &store);
	if (code != EX_OK)
		return code;
	struct member *keep = cli_member_find(store, cli->argv[0]);
	struct member *gone = keep != NULL ? cli_member_find(store, cli->argv[1]) : NULL;
	code = gone == NULL
	               ? EX_NOINPUT
	               : cli_code(people_merge(store, keep->id, gone->id, time(NULL), &why), &why);
	if (code == EX_OK)
		printf("member %lld: %s <%s>, and what was %s <%s>\n", (long long)keep->id,
		       keep->name, keep->address, gone->name, gone->address);
	int end = cli_store_end(&store, code == EX_OK);
	return code == EX_OK ? end : code;
}

/* RFC 4180 section 2: in quotes what holds a quote, a comma, a line break. */
static void add_cell(struct str *out, const char *value, bool last)
{
	bool quoted = value != NULL && (strpbrk(value, "\",;\t\r\n") != NULL || value[0] == ' ');
	str_add(out, quoted ? "\"" : "");
	for (const char *s = value != NULL ? value : ""; *s != '\0'; s++) {
		str_add(out, *s == '"' ? "\"" : "");
		str_add_char(out, *s);
	}
	str_add(out, quoted ? "\"" : "");
	str_add(out, last ? "\r\n" : ",");
}

static void add_row(struct str *out, const struct member *m, const struct people_address *addresses,
                    size_t count)
{
	struct str emails;
	str_init(&emails, EXPORT_MOST);
	for (size_t i = 0; i < count; i++)
		str_addf(&emails, "%s%s", i > 0 ? " ::: " : "", addresses[i].address);
	const char *cells[] = { m->name, emails.text, m->firm, m->title, m->city, m->language,
		                member_state_name(m->state) };
	size_t last = sizeof cells / sizeof *cells - 1;
	for (size_t i = 0; i <= last; i++)
		add_cell(out, cells[i], i == last);
	str_free(&emails);
}

/* The keys `member import` knows (contacts/jsonl.h). */
static void add_json(struct str *out, const struct member *m,
                     const struct people_address *addresses, size_t count)
{
	json_t *emails = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(emails, json_string(addresses[i].address));
	json_t *value = json_pack("{s:s, s:o, s:s*, s:s*, s:s*, s:s, s:s}", "name", m->name,
	                          "emails", emails, "org", m->firm, "title", m->title, "city",
	                          m->city, "language", m->language, "state",
	                          member_state_name(m->state));
	char *text = json_dumps(value, JSON_COMPACT);
	str_add(out, text);
	str_add_char(out, '\n');
	free(text);
	json_decref(value);
}

static int write_out(const char *file, const struct str *out)
{
	struct why why;
	if (!str_ok(out))
		return cli_fail(EX_SOFTWARE, "more than %zu octets", EXPORT_MOST);
	if (file != NULL)
		return cli_code(file_write(file, out->text, out->len, &why), &why);
	bool written = fwrite(out->text, 1, out->len, stdout) == out->len && fflush(stdout) == 0;
	return written ? EX_OK : cli_fail(EX_IOERR, "standard output cannot be written");
}

int cli_member_export(struct cli *cli)
{
	struct store *store;
	struct member *members;
	struct str out;
	if (!cli_words(cli, 0, 1,
	               "member export [FILE] [--json]\n"
	               "  a table, or with --json one object a line; member import reads both"))
		return EX_USAGE;
	int code = cli_store(cli, &store);
	if (code != EX_OK)
		return code;
	str_init(&out, EXPORT_MOST);
	if (!cli->json)
		str_add(&out, "name,email,firm,title,city,language,state\r\n");
	size_t count = member_list(store, &members);
	for (size_t i = 0; i < count; i++) {
		struct people_address *addresses;
		size_t has = people_addresses(store, members[i].id, &addresses);
		(cli->json ? add_json : add_row)(&out, &members[i], addresses, has);
	}
	code = write_out(cli->argc > 0 ? cli->argv[0] : NULL, &out);
	str_free(&out);
	int end = cli_store_end(&store, false);
	return code == EX_OK ? end : code;
}
