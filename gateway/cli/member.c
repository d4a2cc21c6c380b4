/* member: the people, by the admin's hand. */
#include "base/utf8.h"
#include "cli/member.h"
#include "mail/address.h"
#include "store/profiles.h"
#include "store/joining.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static json_t *as_json(const struct member *m)
{
	return json_pack("{s:I, s:s, s:s, s:s?, s:s?, s:s?, s:s, s:s?, s:s}", "id",
	                 (json_int_t)m->id, "name", m->name, "address", m->address, "firm", m->firm,
	                 "title", m->title, "city", m->city, "language", m->language, "zone",
	                 m->zone, "state", member_state_name(m->state));
}

bool cli_is_ours(const struct cli *cli, const char *address)
{
	char *detail = NULL;
	bool ours = address_detail(address, cli->gateway->address, cli->gateway->separator,
	                           &detail) == RC_OK;
	free(detail);
	return ours;
}

static int add(struct cli *cli)
{
	struct member m = { .name = cli_option(cli, "--name"),
		            .firm = cli_option(cli, "--firm"),
		            .title = cli_option(cli, "--title"),
		            .city = cli_option(cli, "--city"),
		            .language = cli_option(cli, "--language"),
		            .zone = cli_option(cli, "--zone"),
		            .state = cli_flag(cli, "--known") ? MEMBER_KNOWN : MEMBER_MEMBER,
		            .added_at = time(NULL) };
	static const char usage[] =
		"member add ADDRESS --name NAME [--firm FIRM] [--title TITLE] [--city CITY]\n"
		"         [--language fr] [--zone Europe/Paris] [--known]\n"
		"  --known: may be a target, is no relay before an own yes";
	struct store *store;
	struct why why;
	char *address = NULL;
	if (!cli_words(cli, 1, 1, usage))
		return EX_USAGE;
	if (m.name == NULL || m.name[0] == '\0' || !utf8_valid(m.name, strlen(m.name)))
		return cli_fail(EX_USAGE, "a member needs --name, in UTF-8");
	if (address_parse(cli->argv[0], &address, &why) != RC_OK)
		return cli_fail(EX_DATAERR, "%s: %s", cli->argv[0], why.text);
	if (cli_is_ours(cli, address)) {
		free(address);
		return cli_fail(EX_DATAERR, "%s is this gateway's own address", cli->argv[0]);
	}
	m.address = address;
	m.language = m.language != NULL ? m.language : cli->gateway->languages[0];
	int code = cli_store_write(cli, &store);
	if (code == EX_OK) {
		code = cli_code(member_add(store, &m, &m.id, &why), &why);
		if (code == EX_OK && cli->json)
			cli_print_json(as_json(&m));
		else if (code == EX_OK)
			printf("member %lld: %s <%s>\n", (long long)m.id, m.name, m.address);
		int end = cli_store_end(&store, code == EX_OK);
		code = code == EX_OK ? end : code;
	}
	free(address);
	return code;
}

static void print_members(const struct member *members, size_t count)
{
	struct table table = { .columns = 6,
		               .heads = { "id", "name", "firm", "city", "address", "state" },
		               .right = { true } };
	for (size_t i = 0; i < count; i++) {
		char id[24];
		const struct member *m = &members[i];
		snprintf(id, sizeof id, "%lld", (long long)m->id);
		table_add(&table, (const char *[]){ id, m->name, m->firm, m->city, m->address,
		                                    member_state_name(m->state) });
	}
	table_print(&table);
}

static int list(struct cli *cli)
{
	struct store *store;
	struct member *members;
	if (!cli_words(cli, 0, 0, "member list [--json]"))
		return EX_USAGE;
	int code = cli_store(cli, &store);
	if (code != EX_OK)
		return code;
	size_t count = member_list(store, &members);
	if (cli->json) {
		json_t *array = json_array();
		for (size_t i = 0; i < count; i++)
			json_array_append_new(array, as_json(&members[i]));
		cli_print_json(array);
	} else {
		print_members(members, count);
	}
	return cli_store_end(&store, false);
}

static json_t *links_of(struct store *store, int64_t member)
{
	struct link *links;
	size_t count = link_list(store, member, &links);
	json_t *array = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, json_pack("{s:I, s:I, s:i, s:i}", "from",
		                                       (json_int_t)links[i].from, "to",
		                                       (json_int_t)links[i].to, "stated",
		                                       links[i].stated, "trust", links[i].percent));
	return array;
}

/* What they say of themselves, and the shown words of others. */
static json_t *profile_of(struct store *store, int64_t member)
{
	struct profile p = profile_get(store, member);
	struct testimonial *said;
	size_t count = testimonial_list(store, member, &said);
	json_t *profile = json_object(), *list = json_array();
	for (int f = 0; f < PROFILE_FIELDS; f++)
		if (p.field[f] != NULL)
			json_object_set_new(profile, profile_field_name(f),
			                    json_string(p.field[f]));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:I, s:s}", "author",
		                                      (json_int_t)said[i].author, "text",
		                                      said[i].text));
	json_object_set_new(profile, "testimonials", list);
	return profile;
}

static void print_value(const char *label, const char *value)
{
	for (const char *at = value; *at != '\0';) {
		size_t len = strcspn(at, "\n");
		printf("  %-12s %.*s\n", at == value ? label : "", (int)len, at);
		at += len + (at[len] == '\n');
	}
}

static void print_profile(struct store *store, int64_t member)
{
	struct profile p = profile_get(store, member);
	struct testimonial *said;
	size_t count = testimonial_list(store, member, &said);
	for (int f = PROFILE_COUNTRY; f < PROFILE_FIELDS; f++)
		if (p.field[f] != NULL)
			print_value(profile_field_name(f), p.field[f]);
	for (size_t i = 0; i < count; i++) {
		printf("  recommended by %s:\n", member_get(store, said[i].author)->name);
		print_value("", said[i].text);
	}
}

static void print_member(struct store *store, const struct member *m)
{
	struct link *links;
	size_t count = link_list(store, m->id, &links);
	printf("%s <%s>, member %lld, %s\n", m->name, m->address, (long long)m->id,
	       member_state_name(m->state));
	if (m->firm != NULL || m->title != NULL || m->city != NULL)
		printf("%s%s%s%s%s\n", m->title != NULL ? m->title : "",
		       m->title != NULL && m->firm != NULL ? ", " : "",
		       m->firm != NULL ? m->firm : "", m->city != NULL ? ", " : "",
		       m->city != NULL ? m->city : "");
	print_profile(store, m->id);
	for (size_t i = 0; i < count; i++) {
		bool out = links[i].from == m->id;
		struct member *other = member_get(store, out ? links[i].to : links[i].from);
		printf("  %s %s  %d %%\n", out ? "knows   " : "known by", other->name,
		       links[i].percent);
	}
}

static int show(struct cli *cli)
{
	struct store *store;
	if (!cli_words(cli, 1, 1, "member show ID|ADDRESS|NAME [--json]"))
		return EX_USAGE;
	int code = cli_store(cli, &store);
	if (code != EX_OK)
		return code;
	struct member *m = cli_member_find(store, cli->argv[0]);
	if (m != NULL && cli->json) {
		json_t *value = as_json(m);
		json_object_set_new(value, "links", links_of(store, m->id));
		json_object_set_new(value, "profile", profile_of(store, m->id));
		cli_print_json(value);
	} else if (m != NULL) {
		print_member(store, m);
	}
	int end = cli_store_end(&store, false);
	return m == NULL ? EX_NOINPUT : end;
}

/* An address that is never written to, or may be again. Who is a member stays one,
 * but stopped, and comes back by an own JOIN. */
static int stop(struct cli *cli, bool stops)
{
	struct store *store;
	struct why why;
	char *address = NULL;
	if (!cli_words(cli, 1, 1, stops ? "member stop ADDRESS" : "member unstop ADDRESS"))
		return EX_USAGE;
	if (address_parse(cli->argv[0], &address, &why) != RC_OK)
		return cli_fail(EX_DATAERR, "%s: %s", cli->argv[0], why.text);
	int code = cli_store_write(cli, &store);
	if (code == EX_OK) {
		struct member *m = member_by_address(store, address);
		bool had = stop_has(store, address);
		if (stops)
			stop_put(store, address, time(NULL));
		else
			stop_remove(store, address);
		if (m != NULL && stops)
			member_state_set(store, m->id, MEMBER_STOPPED);
		else if (m != NULL && m->state == MEMBER_STOPPED)
			member_state_set(store, m->id, MEMBER_KNOWN);
		code = cli_store_end(&store, true);
		if (code == EX_OK)
			printf("%s: %s\n", address,
			       stops ? "never written to from now on"
			             : had ? "may be written to again" : "had not said STOP");
	}
	free(address);
	return code;
}

int cli_member(struct cli *cli)
{
	const char *verb = cli->argc > 0 ? cli->argv[0] : "";
	cli->argc -= cli->argc > 0;
	cli->argv++;
	if (strcmp(verb, "add") == 0)
		return add(cli);
	if (strcmp(verb, "list") == 0)
		return list(cli);
	if (strcmp(verb, "show") == 0)
		return show(cli);
	if (strcmp(verb, "import") == 0)
		return cli_member_import(cli);
	if (strcmp(verb, "export") == 0)
		return cli_member_export(cli);
	if (strcmp(verb, "merge") == 0)
		return cli_member_merge(cli);
	if (strcmp(verb, "stop") == 0 || strcmp(verb, "unstop") == 0)
		return stop(cli, verb[0] == 's');
	return cli_fail(EX_USAGE,
	                "usage: passerelle member add|list|show|import|export|merge|stop|unstop");
}
