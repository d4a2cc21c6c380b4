#include "store/profiles.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "store/inside.h"

#include <stdlib.h>
#include <string.h>

struct profile profile_get(struct store *store, int64_t member)
{
	struct profile profile = { { NULL } };
	for (struct db_rows *r = db_query(
		     store->db,
		     "SELECT m.name, m.firm, m.title, m.city, p.country, p.sectors, p.seeks,"
		     " p.offers, p.experience, p.languages, p.pitch, p.website"
		     " FROM members m LEFT JOIN profiles p ON p.member = m.id WHERE m.id = ?1",
		     "i", member);
	     db_next(r);)
		for (int f = 0; f < PROFILE_FIELDS; f++)
			profile.field[f] = store_text(store, r, f);
	return profile;
}

static const char *or_null(const char *value)
{
	return value != NULL && value[0] != '\0' ? value : NULL;
}

static void member_fields_set(struct store *store, int64_t member, const struct profile *p)
{
	const char *name = or_null(p->field[PROFILE_NAME]), *firm = or_null(p->field[PROFILE_FIRM]);
	char *name_key = utf8_fold(name != NULL ? name : "");
	char *firm_key = firm != NULL ? utf8_fold(firm) : NULL;
	db_run(store->db,
	       "UPDATE members SET name = coalesce(?2, name),"
	       " name_key = CASE WHEN ?2 IS NULL THEN name_key ELSE ?3 END,"
	       " firm = ?4, firm_key = ?5, title = ?6, city = ?7 WHERE id = ?1",
	       "issssss", member, name, name_key, firm, firm_key, or_null(p->field[PROFILE_TITLE]),
	       or_null(p->field[PROFILE_CITY]));
	free(name_key);
	free(firm_key);
}

void profile_set(struct store *store, int64_t member, const struct profile *p, int64_t now_at)
{
	member_fields_set(store, member, p);
	db_run(store->db,
	       "INSERT INTO profiles (member, country, sectors, seeks, offers, experience, languages,"
	       " pitch, website, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
	       " ON CONFLICT (member) DO UPDATE SET country = excluded.country,"
	       " sectors = excluded.sectors, seeks = excluded.seeks, offers = excluded.offers,"
	       " experience = excluded.experience, languages = excluded.languages,"
	       " pitch = excluded.pitch, website = excluded.website,"
	       " changed_at = excluded.changed_at",
	       "issssssssi", member, or_null(p->field[PROFILE_COUNTRY]),
	       or_null(p->field[PROFILE_SECTORS]), or_null(p->field[PROFILE_SEEKS]),
	       or_null(p->field[PROFILE_OFFERS]), or_null(p->field[PROFILE_EXPERIENCE]),
	       or_null(p->field[PROFILE_LANGUAGES]), or_null(p->field[PROFILE_PITCH]),
	       or_null(p->field[PROFILE_WEBSITE]), now_at);
	profile_index(store, member);
}

/* --- testimonials ------------------------------------------------------------------- */

static const char *const states[] = { "proposed", "shown", "declined", "revoked" };

static enum testimonial_state state_of(const char *name)
{
	for (int i = 0; i < 3; i++)
		if (name != NULL && strcmp(states[i], name) == 0)
			return (enum testimonial_state)i;
	return TESTIMONIAL_REVOKED;
}

#define TESTIMONIAL "SELECT t.id, t.author, t.subject, t.text, t.state, t.said_at" \
                    " FROM testimonials t"

static size_t read_all(struct store *store, struct db_rows *r, struct testimonial **all)
{
	size_t count = 0;
	*all = NULL;
	while (db_next(r)) {
		*all = store_more(store, *all, count, sizeof **all);
		(*all)[count++] = (struct testimonial){ .id = db_int(r, 0),
			                                .author = db_int(r, 1),
			                                .subject = db_int(r, 2),
			                                .text = store_text(store, r, 3),
			                                .state = state_of(db_text(r, 4)),
			                                .said_at = db_int(r, 5) };
	}
	return count;
}

static struct testimonial *read_one(struct store *store, struct db_rows *r)
{
	struct testimonial *all;
	return read_all(store, r, &all) > 0 ? all : NULL;
}

struct testimonial *testimonial_get(struct store *store, int64_t id)
{
	return read_one(store, db_query(store->db, TESTIMONIAL " WHERE t.id = ?1", "i", id));
}

struct testimonial *testimonial_of(struct store *store, int64_t author, int64_t subject)
{
	return read_one(store, db_query(store->db,
	                                TESTIMONIAL " WHERE t.author = ?1 AND t.subject = ?2",
	                                "ii", author, subject));
}

size_t testimonial_list(struct store *store, int64_t subject, struct testimonial **all)
{
	return read_all(store, db_query(store->db,
	                                TESTIMONIAL " JOIN members m ON m.id = t.author"
	                                " WHERE t.subject = ?1 AND t.state = 'shown'"
	                                " AND m.state IN ('member', 'paused')"
	                                " ORDER BY t.said_at DESC, t.id DESC",
	                                "i", subject), all);
}

int64_t testimonial_put(struct store *store, int64_t author, int64_t subject, const char *text,
                        int64_t now_at)
{
	db_run(store->db,
	       "INSERT INTO testimonials (author, subject, text, state, said_at)"
	       " VALUES (?1, ?2, ?3, 'proposed', ?4) ON CONFLICT (author, subject) DO UPDATE"
	       " SET text = excluded.text, state = 'proposed', said_at = excluded.said_at",
	       "iisi", author, subject, text, now_at);
	profile_index(store, subject);
	struct testimonial *t = testimonial_of(store, author, subject);
	return t != NULL ? t->id : 0;
}

void testimonial_state_set(struct store *store, int64_t id, enum testimonial_state state)
{
	struct testimonial *t = testimonial_get(store, id);
	db_run(store->db, "UPDATE testimonials SET state = ?2 WHERE id = ?1", "is", id,
	       states[state]);
	if (t != NULL)
		profile_index(store, t->subject);
}

void testimonials_erase(struct store *store, int64_t member)
{
	int64_t *subjects = NULL;
	size_t count = 0;
	for (struct db_rows *r = db_query(store->db,
	                                  "SELECT subject FROM testimonials WHERE author = ?1",
	                                  "i", member);
	     db_next(r);) {
		subjects = store_more(store, subjects, count, sizeof *subjects);
		subjects[count++] = db_int(r, 0);
	}
	db_run(store->db, "DELETE FROM testimonials WHERE author = ?1 OR subject = ?1", "i",
	       member);
	for (size_t i = 0; i < count; i++)
		profile_index(store, subjects[i]);
}
