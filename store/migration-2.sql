-- Version 2: members by mail, rules, hubs, outcomes. Foreign keys are off while
-- it runs and checked before the commit (store.c).

-- asks: more kinds.
CREATE TABLE asks_2 (
	id          INTEGER PRIMARY KEY,
	token       TEXT NOT NULL UNIQUE CHECK (length(token) = 26),
	kind        TEXT NOT NULL CHECK (kind IN ('relay', 'target', 'instead', 'question', 'receipt', 'confirm',
	            'choice', 'invite', 'strength', 'profile', 'search', 'contacts', 'recommend', 'join', 'hub',
	            'address', 'approve', 'outcome', 'suggest')),
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

-- === PROFILES: what members say of themselves, testimonials, search =====================

-- === RULES: how members want to be asked, what is blocked, hubs =========================

-- === CONTACTS: private to their owner ====================================================

-- === CHAIN: outcomes, purposes, calibration ==============================================

-- How introductions ended, by what they looked like when opened (core/chance.h).
CREATE TABLE chance_cells (
	cell    INTEGER PRIMARY KEY,
	ended   REAL NOT NULL CHECK (ended >= 0),     -- older ones count less
	arrived REAL NOT NULL CHECK (arrived >= 0)
) STRICT;
ALTER TABLE intros ADD COLUMN chance_cell INTEGER;

-- Every look at what is due reads only what is due, however long the past: a partial
-- index serves a query only if its condition says the very same.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'queued';
CREATE INDEX outbox_transmitting ON outbox (id) WHERE state = 'transmitting';
CREATE INDEX outbox_by_ask ON outbox (ask) WHERE ask IS NOT NULL;
CREATE INDEX outbox_by_intro ON outbox (intro) WHERE intro IS NOT NULL;
CREATE INDEX intros_news ON intros (progress_at) WHERE state = 'asking';
