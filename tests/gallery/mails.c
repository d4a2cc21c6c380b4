/* mails: every message, case and language with its sample values, a JSON object
 * a line, for those who look at them (gallery.py, test_gallery.py). */
#include "mailtemplates/catalog.h"
#include "mailtemplates/messages.h"

#include <stdio.h>
#include <stdlib.h>

static void print_mail(const struct catalog *catalog, const char *message, const char *case_name,
                       const char *language)
{
	struct catalog_mail mail;
	struct why why;
	json_t *values = catalog_sample(catalog, message, case_name, language);
	if (catalog_render(catalog, message, language, values, &mail, &why) != RC_OK) {
		fprintf(stderr, "%s: %s\n", message, why.text);
		exit(1);
	}
	json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "message", message, "case",
	                         case_name, "language", language, "subject", mail.subject, "text",
	                         mail.text, "html", mail.html);
	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(line);
	json_decref(values);
	catalog_mail_free(&mail);
}

/* The languages as arguments. */
int main(int argc, char **argv)
{
	struct catalog *catalog = catalog_new(NULL, (const char *const *)(argv + 1),
	                                      (size_t)argc - 1, NULL, NULL);
	for (const struct message_text *m = message_texts; m->name != NULL; m++) {
		json_t *cases = message_text_samples(m), *values;
		const char *case_name;
		json_object_foreach (cases, case_name, values) {
			for (int i = 1; i < argc; i++)
				print_mail(catalog, m->name, case_name, argv[i]);
		}
		json_decref(cases);
	}
	catalog_free(&catalog);
	return 0;
}
