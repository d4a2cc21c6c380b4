-- Version 2: members by mail, rules, hubs, outcomes. Foreign keys are off while
-- it runs and checked before the commit (store.c).

-- asks: more kinds.
CREATE TABLE asks_2 (
	id          INTEGER PRIMARY KEY,
	token       TEXT NOT NULL UNIQUE CHECK (length(token) = 26),
	kind        TEXT NOT NULL CHECK (kind IN ('relay', 'target', 'instead', 'question', 'receipt', 'confirm',
	            'choice', 'invite', 'strength', 'profile', 'search', 'contacts', 'recommend', 'join', 'hub',
	            'address', 'approve', 'outcome', 'suggest', 'rules')),
	intro       INTEGER REFERENCES intros (id),
	member      INTEGER NOT NULL REFERENCES members (id), -- who is asked
	next        INTEGER REFERENCES members (id),  -- to whom they would pass it on; strength: the other one
	parent      INTEGER REFERENCES asks_2 (id),   -- who passed it to them; NULL: the requester
	hop         INTEGER NOT NULL,                 -- links from the requester to `member`
	state       TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'postponed', 'silent', 'bounced', 'moot')),
	any_next    INTEGER NOT NULL CHECK (any_next IN (0, 1)),
	word        TEXT NOT NULL DEFAULT '',         -- for the next person
	note        TEXT NOT NULL DEFAULT '',         -- private: the reason, the question
	inbox       INTEGER REFERENCES inbox (id),    -- confirm, choice: the mail it is about
	payload     TEXT NOT NULL DEFAULT '',         -- choice, search: the members offered, "12,7,31"
	reminders   INTEGER NOT NULL DEFAULT 0,
	asked_at    INTEGER NOT NULL,
	due_at      INTEGER,                          -- next reminder, re-route, or asking again
	answered_at INTEGER
) STRICT;
INSERT INTO asks_2 SELECT id, token, kind, intro, member, next, parent, hop, state, any_next, word, note,
	inbox, payload, reminders, asked_at, due_at, answered_at FROM asks;
DROP TABLE asks;
ALTER TABLE asks_2 RENAME TO asks;
CREATE INDEX asks_by_intro ON asks (intro);
CREATE INDEX asks_by_member ON asks (member, asked_at);
CREATE INDEX asks_by_time ON asks (asked_at) WHERE kind IN ('relay', 'instead');
CREATE INDEX asks_due ON asks (due_at) WHERE due_at IS NOT NULL;

-- Files a mail carries that came with no mail: [{"hash", "name", "type"}], of STATE/attachments.
ALTER TABLE outbox ADD COLUMN files TEXT;

-- === MEMBERS: joining, inviting, addresses, who is never written to =====================

-- Addresses that have said STOP, as HMAC-SHA-256 of the folded form under a key of
-- this gateway's (settings): kept for ever, told to nobody, useless elsewhere.
CREATE TABLE stops (
	hash     TEXT PRIMARY KEY CHECK (length(hash) = 64),
	since_at INTEGER NOT NULL
) STRICT;
CREATE INDEX asks_by_next ON asks (next, kind) WHERE next IS NOT NULL;

-- === PROFILES: what members say of themselves, testimonials, search =====================
-- Name, firm, title and city are the member's.
CREATE TABLE profiles (
	member     INTEGER PRIMARY KEY REFERENCES members (id) ON DELETE CASCADE,
	country    TEXT,
	sectors    TEXT,
	seeks      TEXT,
	offers     TEXT,
	experience TEXT,
	languages  TEXT,
	pitch      TEXT,
	website    TEXT,
	changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE testimonials (
	id      INTEGER PRIMARY KEY,
	author  INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
	subject INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
	text    TEXT NOT NULL,
	state   TEXT NOT NULL CHECK (state IN ('proposed', 'shown', 'declined', 'revoked')),
	said_at INTEGER NOT NULL,
	UNIQUE (author, subject),
	CHECK (author <> subject)
) STRICT;
CREATE INDEX testimonials_by_subject ON testimonials (subject) WHERE state = 'shown';

-- What a search reads: stems (core/search.h), only of whom members may find. The
-- row is named by members.search_row: full profiles have the lower numbers, so
-- that a search which cannot look at all hits looks at those first.
ALTER TABLE members ADD COLUMN search_row INTEGER;
CREATE VIRTUAL TABLE profile_words USING fts5 (name, firm, title, city, country, sectors, seeks,
	offers, experience, languages, pitch, said, hubs, tokenize = "unicode61 remove_diacritics 2",
	detail = column);
CREATE TRIGGER members_unsearched AFTER DELETE ON members WHEN old.search_row IS NOT NULL
BEGIN DELETE FROM profile_words WHERE rowid = old.search_row; END;
CREATE INDEX events_searched ON events (member, at) WHERE what = 'searched';

-- === RULES: how members want to be asked, what is blocked, hubs =========================

-- No row: the gateway's own rules.
CREATE TABLE rules (
	member        INTEGER PRIMARY KEY REFERENCES members (id) ON DELETE CASCADE,
	direct        TEXT CHECK (direct IN ('yes', 'people', 'none')), -- may they be written to without anybody between
	asks_per_week INTEGER CHECK (asks_per_week >= 0),
	hour_from     INTEGER CHECK (hour_from BETWEEN 0 AND 23),       -- local: asks leave then
	hour_to       INTEGER CHECK (hour_to BETWEEN 1 AND 24),
	days          TEXT,                         -- "12345": Monday 1 ... Sunday 7
	disclosure    TEXT CHECK (disclosure IN ('full', 'first', 'count')),
	refuses       TEXT,                         -- purposes: "sale,hiring"
	hidden        INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)), -- never found, never a target
	paused_until  INTEGER                       -- with the state "paused"; NULL: until further notice
) STRICT;
CREATE INDEX rules_paused ON rules (paused_until) WHERE paused_until IS NOT NULL;

-- Who never meets whom: a person, or everybody of a firm, or whoever comes with an
-- address (both folded, in firm_key).
CREATE TABLE blocks (
	member   INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
	other    INTEGER REFERENCES members (id) ON DELETE CASCADE,
	written  TEXT NOT NULL,                     -- as its owner wrote it: all that is shown again
	firm_key TEXT,
	CHECK ((other IS NULL) <> (firm_key IS NULL)),
	UNIQUE (member, other, firm_key)
) STRICT;
CREATE INDEX blocks_by_other ON blocks (other) WHERE other IS NOT NULL;
CREATE INDEX blocks_by_firm ON blocks (firm_key) WHERE firm_key IS NOT NULL;

-- A hidden link carries nothing and is shown to nobody but its owner.
ALTER TABLE links ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;

CREATE TABLE hubs (
	id       INTEGER PRIMARY KEY,
	name     TEXT NOT NULL UNIQUE,              -- [a-z0-9-]: in commands and folders
	title    TEXT NOT NULL,
	entry    TEXT NOT NULL CHECK (entry IN ('open', 'approval', 'invisible')),
	language TEXT,
	added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE hub_members (
	hub      INTEGER NOT NULL REFERENCES hubs (id) ON DELETE CASCADE,
	member   INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
	state    TEXT NOT NULL CHECK (state IN ('asked', 'member')),
	since_at INTEGER NOT NULL,
	PRIMARY KEY (hub, member)
) STRICT;
CREATE INDEX hub_members_by_member ON hub_members (member);

-- === CONTACTS: private to their owner ====================================================
-- What members sent of their address books. Only for suggesting links and
-- invitations to the owner; nobody is written to because of it.
CREATE TABLE contacts (
	id          INTEGER PRIMARY KEY,
	owner       INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
	name        TEXT NOT NULL,
	name_key    TEXT NOT NULL,                    -- folded (base/utf8.h)
	org         TEXT, org_key TEXT NOT NULL,      -- '': none
	address     TEXT, address_key TEXT,           -- stored form (mail/address.h); NULL: not known
	title       TEXT,
	url         TEXT,
	added_at    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX contacts_by_address ON contacts (owner, address_key) WHERE address_key IS NOT NULL;
CREATE UNIQUE INDEX contacts_by_name ON contacts (owner, name_key, org_key) WHERE address_key IS NULL;

-- role: an office (info@), not one person (mail/address.h).
ALTER TABLE addresses ADD COLUMN role INTEGER NOT NULL DEFAULT 0 CHECK (role IN (0, 1));

-- Links whose end is no more: the routing file may still know them.
CREATE TABLE links_gone (
	from_member INTEGER NOT NULL,
	to_member   INTEGER NOT NULL,
	generation  INTEGER NOT NULL,
	PRIMARY KEY (from_member, to_member)
) STRICT;

-- === CHAIN: outcomes, purposes, calibration ==============================================
-- What both said after they were put in touch; NULL: not settled, '': nobody answered.
ALTER TABLE intros ADD COLUMN outcome TEXT CHECK (outcome IN ('', 'useful', 'useless', 'not-met', 'met'));
ALTER TABLE intros ADD COLUMN purpose TEXT NOT NULL DEFAULT 'other'
	CHECK (purpose IN ('other', 'sale', 'hiring', 'job', 'partnership', 'information'));
ALTER TABLE intros ADD COLUMN direct INTEGER NOT NULL DEFAULT 0 CHECK (direct IN (0, 1)); -- through nobody
CREATE INDEX asks_declined ON asks (answered_at) WHERE kind = 'relay' AND state = 'declined';
ALTER TABLE asks ADD COLUMN unnamed INTEGER NOT NULL DEFAULT 0 CHECK (unnamed IN (0, 1)); -- only the next is told who

-- How introductions ended, by what they looked like when opened (core/chance.h).
CREATE TABLE chance_cells (
	cell    INTEGER PRIMARY KEY,
	ended   REAL NOT NULL CHECK (ended >= 0),     -- older ones count less
	arrived REAL NOT NULL CHECK (arrived >= 0)
) STRICT;
ALTER TABLE intros ADD COLUMN chance_cell INTEGER;    -- until it is counted there
CREATE INDEX intros_chance ON intros (deadline_at) WHERE chance_cell IS NOT NULL;

-- Every look at what is due reads only what is due, however long the past: a partial
-- index serves a query only if its condition says the very same.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'queued';
CREATE INDEX outbox_transmitting ON outbox (id) WHERE state = 'transmitting';
CREATE INDEX outbox_by_ask ON outbox (ask) WHERE ask IS NOT NULL;
CREATE INDEX outbox_by_intro ON outbox (intro) WHERE intro IS NOT NULL;
CREATE INDEX intros_news ON intros (progress_at) WHERE state = 'asking';
