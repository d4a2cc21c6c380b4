/* Members say who they are, find each other and speak well of each other. */
#include "story/tell.h"

#include "store/hubs.h"
#include "store/profiles.h"
#include "store/rules.h"

static struct story *village(void)
{
	struct story *s = story_new();
	person(s, "alice");
	person(s, "rob");
	person_in(s, "tara", "fr", MEMBER_MEMBER);
	person_in(s, "dora", "de", MEMBER_MEMBER);
	knows(s, "alice", "rob", 4);
	knows(s, "rob", "tara", 4);
	return s;
}

static void asks_command(struct story *s, const char *who, const char *words)
{
	writes(s, who, words, "");
}

/* A change of one's own accord is confirmed on a server without authentication. */
static void commands(struct story *s, const char *who, const char *words)
{
	writes(s, who, "Hello", words);
	answers(s, who, "confirm", "Yes");
	gets(s, who, "confirm");
}

static struct profile profile_of(struct story *s, const char *who)
{
	static struct profile kept;
	static char room[PROFILE_FIELDS][2100];
	struct why why;
	must(store_begin(s->store, &why), &why);
	kept = profile_get(s->store, id_of(s, who));
	for (int f = 0; f < PROFILE_FIELDS; f++)
		if (kept.field[f] != NULL) {
			snprintf(room[f], sizeof room[f], "%s", kept.field[f]);
			kept.field[f] = room[f];
		}
	store_rollback(s->store);
	return kept;
}

static void field_is(struct story *s, const char *who, int field, const char *wanted)
{
	struct profile p = profile_of(s, who);
	const char *value = p.field[field] != NULL ? p.field[field] : "";
	if (strcmp(value, wanted) != 0)
		fail_msg("%s of %s is \"%s\", not \"%s\"", profile_field_name(field), who, value,
		         wanted);
}

/* The form as `who` got it last, with `find` replaced, each line after `mark`. */
static char *filled(struct story *s, const char *who, const char *mark, const char *const *fill)
{
	struct str out;
	const char *text = last_sent(s, who, "profile")->mail->text;
	str_init(&out, 1 << 20);
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		str_addf(&out, "%s%.*s", mark, (int)len, text);
		for (const char *const *f = fill; f[0] != NULL; f += 2)
			if (memmem(text, len, f[0], strlen(f[0])) != NULL)
				str_addf(&out, " %s", f[1]);
		str_add_char(&out, '\n');
		text += len + (text[len] == '\n');
	}
	return out.text;
}

static void a_form_is_filled_inside_the_quotation(void **state)
{
	(void)state;
	struct story *s = village();
	static const char *const fill[] = { "Sectors:", "pharma, logistics", "Looking for:",
		                            "a buyer in Lyon", NULL };
	asks_command(s, "alice", "PROFILE");
	says(gets(s, "alice", "profile"), "Firm: Alice Ltd");
	char *form = filled(s, "alice", "> ", fill);
	/* The reply's own quotation comes below; what is written into this one counts. */
	answers(s, "alice", "profile", form);
	struct sent *shown = gets(s, "alice", "profile");
	says(shown, "Noted: Sectors, Looking for");
	says(shown, "Sectors: pharma, logistics");
	field_is(s, "alice", PROFILE_SECTORS, "pharma, logistics");
	field_is(s, "alice", PROFILE_SEEKS, "a buyer in Lyon");
	field_is(s, "alice", PROFILE_FIRM, "Alice Ltd");
	quiet(s);
	free(form);
	story_end(s);
}

static void a_form_is_answered_above(void **state)
{
	(void)state;
	struct story *s = village();
	asks_command(s, "tara", "PROFIL");
	gets(s, "tara", "profile");
	answers(s, "tara", "profile",
	        "Bonjour,\n\nVille : Arras\nJe cherche : un distributeur en Allemagne,\net des "
	        "sites pilotes\n\nMerci,\nTara");
	says(gets(s, "tara", "profile"), "C'est noté\xc2\xa0: Ville, Je cherche");
	field_is(s, "tara", PROFILE_CITY, "Arras");
	field_is(s, "tara", PROFILE_SEEKS, "un distributeur en Allemagne,\net des sites pilotes");
	/* The same form again, untouched: an old one changes nothing. */
	answers(s, "tara", "profile", "");
	says(gets(s, "tara", "profile"), "rien trouvé à changer");
	answers(s, "tara", "profile", "Ville : -");
	gets(s, "tara", "profile");
	field_is(s, "tara", PROFILE_CITY, "");
	quiet(s);
	story_end(s);
}

static void a_form_comes_back_in_html(void **state)
{
	(void)state;
	struct story *s = village();
	asks_command(s, "dora", "PROFIL");
	struct sent *form = gets(s, "dora", "profile");
	char *to = field(form->octets, "Reply-To");
	struct str mail;
	str_init(&mail, 1 << 20);
	str_addf(&mail,
	         "From: dora@dora.test\r\nTo: %s\r\nSubject: AW: Ihr Profil\r\n"
	         "Message-ID: <html@story.test>\r\nMIME-Version: 1.0\r\n"
	         "Content-Type: text/html; charset=utf-8\r\n\r\n"
	         "<html><body><div>Anbei</div><div class=\"gmail_quote\"><blockquote>"
	         "<p>Guten Tag,</p><p>Name: Dora Person<br>Firma: <b>Lager &amp; Co</b><br>"
	         "Stadt:<br></p><div>K&ouml;ln</div><p><b>Branchen:</b> Logistik,\r\n"
	         "Lagertechnik<br>Ende des Formulars</p></blockquote></div></body></html>\r\n",
	         to);
	arrives(s, mail.text);
	says(gets(s, "dora", "profile"), "Notiert: Firma, Stadt, Branchen");
	field_is(s, "dora", PROFILE_FIRM, "Lager & Co");
	field_is(s, "dora", PROFILE_CITY, "Köln");
	field_is(s, "dora", PROFILE_SECTORS, "Logistik, Lagertechnik");
	quiet(s);
	str_free(&mail);
	free(to);
	story_end(s);
}

static void says_of(struct story *s, const char *who, const char *fields)
{
	struct str words;
	str_init(&words, 10000);
	str_addf(&words, "PROFILE\n%s", fields);
	commands(s, who, words.text);
	gets(s, who, "profile");
	str_free(&words);
}

static void a_search_finds_and_a_number_starts_an_introduction(void **state)
{
	(void)state;
	struct story *s = village();
	says_of(s, "tara", "Ville : Besançon\nSecteurs : Pharmazeutische Einkäufer");
	asks_command(s, "alice", "SEARCH einkaufer city:besancon");
	struct sent *found = gets(s, "alice", "search");
	says(found, "1 Tara Person");
	says(found, "one person between you, Rob Person (Rob Ltd) first");
	hides(found, "tara@tara.test");
	answers(s, "alice", "search", "2");
	says(gets(s, "alice", "search"), "couldn't read");
	answers(s, "alice", "search", "1");
	says(gets(s, "alice", "search"), "A few words for Tara Person");
	quiet(s);
	answers(s, "alice", "search", "1\n\nDear Tara, a quarter of an hour, please.");
	says(gets(s, "alice", "receipt"), "Tara Person");
	says(gets(s, "rob", "ask"), "Dear Tara, a quarter of an hour, please.");
	quiet(s);
	story_end(s);
}

static void nobody_is_found(struct story *s, const char *who, const char *query)
{
	asks_command(s, who, query);
	struct sent *none = gets(s, who, "search");
	says(none, "Nobody matches");
	hides(none, "Tara");
}

static void who_hides_is_not_there(void **state)
{
	(void)state;
	struct story *s = village();
	struct why why;
	says_of(s, "tara", "Secteurs : pharma");
	asks_command(s, "alice", "SEARCH pharma");
	says(gets(s, "alice", "search"), "Tara Person");
	must(store_begin(s->store, &why), &why);
	struct rules rules = rules_get(s->store, id_of(s, "tara"));
	rules.hidden = true;
	rules_put(s->store, id_of(s, "tara"), &rules);
	must(store_commit(s->store, &why), &why);
	/* A number of the old list is a door no more; nor does ROUTE tell. */
	answers(s, "alice", "search", "1\nHello");
	says(gets(s, "alice", "noway"), "Tara Person");
	nobody_is_found(s, "alice", "SEARCH pharma");
	asks_command(s, "alice", "ROUTE tara@tara.test");
	struct sent *hidden = gets(s, "alice", "noway");
	asks_command(s, "alice", "ROUTE nobody@tara.test");
	struct sent *unknown = gets(s, "alice", "noway");
	char *a = unwrapped(hidden->mail->text), *b = unwrapped(unknown->mail->text);
	char *name = strstr(a, "tara@tara.test"), *other = strstr(b, "nobody@tara.test");
	assert_non_null(name);
	assert_non_null(other);
	assert_string_equal(name + strlen("tara@tara.test"), other + strlen("nobody@tara.test"));
	/* Nor a list of namesakes, here or in a request. */
	asks_command(s, "alice", "ROUTE Person");
	struct sent *list = gets(s, "alice", "route");
	says(list, "Rob Person");
	hides(list, "Tara");
	asks_for(s, "alice", "Introduction to Person", "Hello");
	hides(gets(s, "alice", "choice"), "Tara");
	quiet(s);
	free(a);
	free(b);
	story_end(s);
}

static void who_refuses_a_firm_is_not_found_by_it(void **state)
{
	(void)state;
	struct story *s = village();
	struct why why;
	says_of(s, "tara", "Secteurs : pharma");
	must(store_begin(s->store, &why), &why);
	block_add(s->store, id_of(s, "tara"), 0, "Alice Ltd");
	must(store_commit(s->store, &why), &why);
	nobody_is_found(s, "alice", "SEARCH pharma");
	asks_command(s, "rob", "SEARCH pharma");
	says(gets(s, "rob", "search"), "Tara Person");
	must(store_begin(s->store, &why), &why);
	member_state_set(s->store, id_of(s, "tara"), MEMBER_PAUSED);
	must(store_commit(s->store, &why), &why);
	nobody_is_found(s, "rob", "SEARCH pharma");
	quiet(s);
	story_end(s);
}

static void a_route_is_told_and_nothing_sent(void **state)
{
	(void)state;
	struct story *s = village();
	asks_command(s, "alice", "ROUTE tara@tara.test");
	struct sent *route = gets(s, "alice", "route");
	says(route, "There's a way to Tara Person (Tara Ltd): one person between you, Rob Person");
	quiet(s);
	s->gateway.searches_per_day = 2;
	asks_command(s, "alice", "SEARCH Tara");
	gets(s, "alice", "search");
	asks_command(s, "alice", "ROUTE tara@tara.test");
	says(gets(s, "alice", "route"), "number of searches of a day (2)");
	days(s, 2);
	asks_command(s, "alice", "ROUTE tara@tara.test");
	says(gets(s, "alice", "route"), "There's a way");
	quiet(s);
	story_end(s);
}

static void a_search_is_kept_inside_a_hub(void **state)
{
	(void)state;
	struct story *s = village();
	struct why why;
	struct hub hub = { .name = "biotech", .title = "Biotech", .entry = HUB_OPEN,
		           .added_at = MONDAY };
	says_of(s, "tara", "Secteurs : pharma");
	says_of(s, "rob", "Sectors: pharma");
	must(store_begin(s->store, &why), &why);
	must(hub_add(s->store, &hub, &hub.id, &why), &why);
	hub_put_member(s->store, hub.id, id_of(s, "tara"), false, MONDAY);
	must(store_commit(s->store, &why), &why);
	asks_command(s, "alice", "SEARCH pharma hub:biotech");
	struct sent *found = gets(s, "alice", "search");
	says(found, "1 Tara Person");
	hides(found, "2  Rob Person");
	nobody_is_found(s, "alice", "SEARCH pharma hub:nuclear");
	quiet(s);
	story_end(s);
}

static void a_testimonial_is_shown_after_a_yes(void **state)
{
	(void)state;
	struct story *s = village();
	commands(s, "rob", "RECOMMEND tara@tara.test: Tara keeps glaciers cold.");
	says(gets(s, "rob", "recommend"), "Tara keeps glaciers cold.");
	says(gets(s, "tara", "testimonial"), "Tara keeps glaciers cold.");
	nobody_is_found(s, "alice", "SEARCH glaciers");
	answers(s, "tara", "testimonial", "Hmm, je ne sais pas");
	says(gets(s, "tara", "testimonial"), "OUI ou NON");
	nobody_is_found(s, "alice", "SEARCH glaciers");
	answers(s, "tara", "testimonial", "OUI");
	gets(s, "tara", "testimonial");
	asks_command(s, "alice", "SEARCH glaciers");
	says(gets(s, "alice", "search"), "Rob Person says: “Tara keeps glaciers cold.”");
	answers(s, "tara", "testimonial", "NON");
	gets(s, "tara", "testimonial");
	nobody_is_found(s, "alice", "SEARCH glaciers");
	answers(s, "tara", "testimonial", "OUI");
	gets(s, "tara", "testimonial");
	/* Its author takes it back: no yes brings it again. */
	commands(s, "rob", "RECOMMEND tara@tara.test");
	says(gets(s, "rob", "recommend"), "withdrawn");
	answers(s, "tara", "testimonial", "OUI");
	says(gets(s, "tara", "testimonial"), "plus rien");
	nobody_is_found(s, "alice", "SEARCH glaciers");
	/* Strangers to each other, and nobody at all, are told the same. */
	commands(s, "alice", "RECOMMEND dora@dora.test: She is good.");
	says(gets(s, "alice", "recommend"), "“dora@dora.test” isn't one");
	commands(s, "alice", "RECOMMEND none@dora.test: She is good.");
	says(gets(s, "alice", "recommend"), "“none@dora.test” isn't one");
	quiet(s);
	story_end(s);
}

static void a_thread_of_ours_may_carry_another_wish(void **state)
{
	(void)state;
	struct story *s = village();
	asks_command(s, "alice", "SEARCH Tara");
	gets(s, "alice", "search");
	answers(s, "alice", "search", "SEARCH 3d printing");
	says(gets(s, "alice", "search"), "Nobody matches “3d printing”");
	asks_command(s, "alice", "PROFILE");
	gets(s, "alice", "profile");
	answers(s, "alice", "profile", "STATUS");
	gets(s, "alice", "status");
	answers(s, "alice", "profile", "STOP");
	gets(s, "alice", "noted");
	quiet(s);
	nobody_is_found(s, "rob", "SEARCH Alice");
	story_end(s);
}

static void many_hits_come_in_pages(void **state)
{
	(void)state;
	struct story *s = village();
	static const char *const more[] = { "ada", "bea", "cid", "dan", "eva", "fay", "gus", "hal",
		                            "ida", "jon" };
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
		person(s, more[i]);
		knows(s, "rob", more[i], i == 9 ? 4 : 1);
	}
	asks_command(s, "alice", "SEARCH person");
	struct sent *first = gets(s, "alice", "search");
	says(first, "1 Rob Person"); /* the nearest of equals */
	says(first, "reply MORE");
	answers(s, "alice", "search", "more please");
	struct sent *second = gets(s, "alice", "search");
	says(second, "9 ");
	says(second, "13 Dora Person");
	hides(second, "reply MORE");
	says(second, "no way there");
	answers(s, "alice", "search", "2\nDear all");
	gets(s, "alice", "receipt");
	gets(s, "rob", "ask");
	quiet(s);
	story_end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_form_is_filled_inside_the_quotation),
		cmocka_unit_test(a_form_is_answered_above),
		cmocka_unit_test(a_form_comes_back_in_html),
		cmocka_unit_test(a_search_finds_and_a_number_starts_an_introduction),
		cmocka_unit_test(who_hides_is_not_there),
		cmocka_unit_test(who_refuses_a_firm_is_not_found_by_it),
		cmocka_unit_test(a_route_is_told_and_nothing_sent),
		cmocka_unit_test(a_search_is_kept_inside_a_hub),
		cmocka_unit_test(a_testimonial_is_shown_after_a_yes),
		cmocka_unit_test(a_thread_of_ours_may_carry_another_wish),
		cmocka_unit_test(many_hits_come_in_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
