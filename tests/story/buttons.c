/* What a touch on a button sends is understood: the mail that the HTML part's
 * mailto: link starts, sent as it is, or with what the pen was left for. */
#include "story/club.h"

/* RFC 2045 section 6.7 and RFC 3986 section 2.1: a sign, two hexadecimal digits. */
static char *decoded(const char *text, size_t len, char sign)
{
	struct str out;
	str_init(&out, 1 << 20);
	for (size_t i = 0; i < len; i++) {
		char pair[3] = { 0 };
		if (text[i] != sign) {
			str_add_len(&out, text + i, 1);
			continue;
		}
		memcpy(pair, text + i + 1, 2);
		if (pair[0] != '\r')
			str_add_char(&out, (char)strtol(pair, NULL, 16));
		i += 2;
	}
	return out.text;
}

static char *html_of(const struct sent *sent)
{
	const char *part = strstr(sent->octets, "\r\nContent-Type: text/html");
	assert_non_null(part);
	const char *body = strstr(part, "\r\n\r\n") + 4;
	const char *end = strstr(body, "\r\n--");
	assert_non_null(memmem(part, (size_t)(body - part), "quoted-printable", 16));
	return decoded(body, (size_t)(end - body), '=');
}

/* "mailto:ADDRESS?subject=...&amp;body=..." -> its parts; each yours. */
static void take_apart(const char *href, char **to, char **subject, char **body)
{
	const char *query = strchr(href, '?'), *amp = strstr(href, "&amp;body=");
	const char *end = strchr(href, '"');
	assert_true(strncmp(href, "mailto:", 7) == 0 && query < amp && amp < end);
	*to = decoded(href + 7, (size_t)(query - href) - 7, '%');
	*subject = decoded(query + 9, (size_t)(amp - query) - 9, '%');
	*body = decoded(amp + 10, (size_t)(end - amp) - 10, '%');
}

/* Touches the button, writes `more` where the pen stands, sends. */
static void touches(struct story *s, const char *who, const char *text_name, const char *word,
                    const char *more)
{
	struct str shown, from, text;
	char *html = html_of(last_sent(s, who, text_name)), *to, *subject, *body;
	str_init(&shown, 100);
	str_init(&from, 100);
	str_init(&text, 10000);
	str_addf(&shown, ">%s</a>", word);
	str_addf(&from, "%s@%s.test", who, who);
	const char *at = strstr(html, shown.text);
	if (at == NULL)
		fail_msg("no button %s in %s", word, html);
	while (strncmp(at, "<a ", 3) != 0)
		at--;
	take_apart(strstr(at, "href=\"") + 6, &to, &subject, &body);
	str_addf(&text, "%s%s", body, more);
	writes_from(s, from.text, to, subject, text.text);
	free(html), free(to), free(subject), free(body);
	str_free(&shown), str_free(&from), str_free(&text);
}

static void each_button_on_the_way_is_understood(void **state)
{
	(void)state;
	struct story *s = club();
	writes(s, "alice", "Introduction to Tara Person", "Dear Tara");
	gets(s, "alice", "confirm");
	touches(s, "alice", "confirm", "YES", "");
	gets(s, "alice", "receipt");
	gets(s, "rob", "ask");
	touches(s, "rob", "ask", "ACCEPT", "She is good.\r\n\r\n-- \r\nRob");
	gets(s, "rob", "noted");
	says(gets(s, "dora", "ask"), "She is good.");
	touches(s, "dora", "ask", "DECLINE", "");
	gets(s, "dora", "noted");
	gets(s, "rob", "instead");
	touches(s, "rob", "instead", "ACCEPT ANY", "");
	gets(s, "rob", "noted");
	gets(s, "hugo", "ask");
	touches(s, "hugo", "ask", "ACCEPT", "");
	gets(s, "hugo", "noted");
	gets(s, "tara", "ask_target");
	touches(s, "tara", "ask_target", "ACCEPT", "");
	says(gets(s, "tara", "introduce"), "alice@alice.test");
	story_end(s);
}

static void where_the_pen_is_left_a_date_or_a_name_goes(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	touches(s, "rob", "ask", "NOT NOW", "9 June");
	says(gets(s, "rob", "noted"), "9 June");
	touches(s, "rob", "ask", "ASK ... INSTEAD", "Hugo Person");
	says(gets(s, "rob", "noted"), "Hugo Person");
	story_end(s);
}

static void the_requester_follows_by_buttons(void **state)
{
	(void)state;
	struct story *s = under_way();
	gets(s, "rob", "ask");
	touches(s, "alice", "receipt", "STATUS", "");
	says(gets(s, "alice", "status"), "Tara Person");
	asks_for(s, "alice", "Introduction to Lena Person", "Dear Lena");
	gets(s, "alice", "receipt");
	gets(s, "rob", "ask");
	/* Two are open: the button says which. */
	touches(s, "alice", "receipt", "WITHDRAW", "");
	says(gets(s, "alice", "withdrawn"), "Lena Person");
	gets(s, "rob", "moot");
	quiet(s);
	story_end(s);
}

static void both_languages_have_one_html_part(void **state)
{
	(void)state;
	struct story *s = story_new();
	person_in(s, "alice", "fr", MEMBER_MEMBER);
	person_in(s, "tara", "de", MEMBER_MEMBER);
	knows(s, "alice", "tara", 4);
	asks_for(s, "alice", "Mise en relation avec Tara Person", "Ch\xc3\xa8re Tara");
	gets(s, "alice", "receipt");
	gets(s, "tara", "ask_target");
	touches(s, "tara", "ask_target", "ANNEHMEN", "");
	struct sent *both = gets(s, "alice", "introduce");
	char *html = html_of(both);
	assert_non_null(strstr(html, "<div lang=\"de\">"));
	assert_non_null(strstr(html, "<div lang=\"fr\">"));
	/* STOP goes to us, though a reply goes to each other. */
	assert_non_null(strstr(html, "href=\"mailto:" GATEWAY "?subject="));
	assert_null(strstr(html, "href=\"mailto:alice"));
	free(html);
	story_end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_button_on_the_way_is_understood),
		cmocka_unit_test(where_the_pen_is_left_a_date_or_a_name_goes),
		cmocka_unit_test(the_requester_follows_by_buttons),
		cmocka_unit_test(both_languages_have_one_html_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
