-- The state of one gateway, version 1. Times are seconds since 1970 UTC.
-- Portable SQL but for STRICT; each later version is a file of its own
-- (migration-2.sql, ...) applied inside one transaction.

CREATE TABLE settings (
	name  TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT;

CREATE TABLE members (
	id            INTEGER PRIMARY KEY,
	name          TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
	name_key      TEXT NOT NULL,                  -- folded (base/utf8.h), for look-up
	firm          TEXT, firm_key TEXT,
	title         TEXT,
	city          TEXT,
	language      TEXT NOT NULL,
	zone          TEXT,                           -- NULL: the gateway's
	-- known: may be target or be invited, never a relay before an own yes
	state         TEXT NOT NULL CHECK (state IN ('known', 'member', 'paused', 'stopped')),
	first_mail_at INTEGER,                        -- NULL: never written to yet
	added_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX members_by_name ON members (name_key);

CREATE TABLE addresses (
	address_key TEXT PRIMARY KEY,                 -- folded
	address     TEXT NOT NULL,
	member      INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
	main        INTEGER NOT NULL CHECK (main IN (0, 1))
) STRICT;
CREATE INDEX addresses_by_member ON addresses (member);
CREATE UNIQUE INDEX addresses_main ON addresses (member) WHERE main = 1;

CREATE TABLE links (
	from_member    INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
	to_member      INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
	stated         INTEGER NOT NULL CHECK (stated BETWEEN 0 AND 4),
	good           REAL NOT NULL DEFAULT 0 CHECK (good >= 0),  -- evidence, as of changed_at (core/trust.h)
	bad            REAL NOT NULL DEFAULT 0 CHECK (bad >= 0),
	percent        INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100), -- trust then; 0 routes nothing
	confirmed_from INTEGER NOT NULL CHECK (confirmed_from IN (0, 1)),
	confirmed_to   INTEGER NOT NULL CHECK (confirmed_to IN (0, 1)),
	changed_at     INTEGER NOT NULL,
	generation     INTEGER NOT NULL,              -- of its last change, or its members'
	PRIMARY KEY (from_member, to_member),
	CHECK (from_member <> to_member)
) STRICT;

CREATE INDEX links_by_generation ON links (generation);
CREATE INDEX links_to ON links (to_member);

-- Every mail taken, so that none is taken twice. `source` names the mailbox,
-- `name` its UID or file name there.
CREATE TABLE inbox (
	id          INTEGER PRIMARY KEY,
	source      TEXT NOT NULL,
	uidvalidity INTEGER NOT NULL,
	uid         INTEGER NOT NULL,
	name        TEXT NOT NULL,
	hash        TEXT NOT NULL,                    -- SHA-256 of the octets
	message_id  TEXT,
	state       TEXT NOT NULL CHECK (state IN ('done', 'quarantined', 'skipped')),
	acked       INTEGER NOT NULL CHECK (acked IN (0, 1)), -- the mailbox knows that we have it
	sender      INTEGER REFERENCES members (id) ON DELETE SET NULL,
	kind        TEXT,
	subject     TEXT,
	words       TEXT,
	detail      TEXT,                             -- of the sub-address it came to
	why         TEXT,
	taken_at    INTEGER NOT NULL,
	UNIQUE (source, uidvalidity, name)
) STRICT;
CREATE INDEX inbox_by_hash ON inbox (hash);
CREATE INDEX inbox_unacked ON inbox (source) WHERE acked = 0;

CREATE TABLE attachments (
	inbox INTEGER NOT NULL REFERENCES inbox (id) ON DELETE CASCADE,
	n     INTEGER NOT NULL,
	hash  TEXT NOT NULL,                          -- the file's name under attachments/
	name  TEXT NOT NULL,
	type  TEXT NOT NULL,
	len   INTEGER NOT NULL CHECK (len >= 0),
	PRIMARY KEY (inbox, n)
) STRICT;

CREATE TABLE intros (
	id          INTEGER PRIMARY KEY,
	reference   TEXT NOT NULL UNIQUE,             -- "7K2M-4QXP"; names it, authorises nothing
	requester   INTEGER NOT NULL REFERENCES members (id),
	target      INTEGER NOT NULL REFERENCES members (id),
	state       TEXT NOT NULL CHECK (state IN ('routing', 'asking', 'introduced', 'failed', 'withdrawn')),
	offer       TEXT NOT NULL,
	inbox       INTEGER REFERENCES inbox (id),    -- the request, with its attachments
	hops        INTEGER NOT NULL,                 -- of the first way found
	worth       REAL NOT NULL,
	chance      REAL NOT NULL,
	opened_at   INTEGER NOT NULL,
	deadline_at INTEGER NOT NULL,
	progress_at INTEGER,                          -- next news to the requester, a failure's too
	ended_at    INTEGER
) STRICT;
CREATE INDEX intros_by_requester ON intros (requester, state);
CREATE INDEX intros_by_target ON intros (target);
CREATE INDEX intros_open ON intros (deadline_at) WHERE state = 'asking';

-- One question to one person. The token is the secret in the Reply-To.
CREATE TABLE asks (
	id          INTEGER PRIMARY KEY,
	token       TEXT NOT NULL UNIQUE CHECK (length(token) = 26),
	kind        TEXT NOT NULL CHECK (kind IN ('relay', 'target', 'instead', 'question', 'receipt', 'confirm', 'choice')),
	intro       INTEGER REFERENCES intros (id),
	member      INTEGER NOT NULL REFERENCES members (id), -- who is asked
	next        INTEGER REFERENCES members (id),  -- to whom they would pass it on
	parent      INTEGER REFERENCES asks (id),     -- who passed it to them; NULL: the requester
	hop         INTEGER NOT NULL,                 -- links from the requester to `member`
	state       TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'postponed', 'silent', 'bounced', 'moot')),
	any_next    INTEGER NOT NULL CHECK (any_next IN (0, 1)),
	word        TEXT NOT NULL DEFAULT '',         -- for the next person
	note        TEXT NOT NULL DEFAULT '',         -- private: the reason, the question
	inbox       INTEGER REFERENCES inbox (id),    -- confirm, choice: the mail it is about
	payload     TEXT NOT NULL DEFAULT '',         -- choice: the members offered, "12,7,31"
	reminders   INTEGER NOT NULL DEFAULT 0,
	asked_at    INTEGER NOT NULL,
	due_at      INTEGER,                          -- next reminder, re-route, or asking again
	answered_at INTEGER
) STRICT;
CREATE INDEX asks_by_intro ON asks (intro);
CREATE INDEX asks_by_member ON asks (member, asked_at);
CREATE INDEX asks_by_time ON asks (asked_at) WHERE kind IN ('relay', 'instead');
CREATE INDEX asks_due ON asks (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE outbox (
	id           INTEGER PRIMARY KEY,
	intro        INTEGER REFERENCES intros (id),
	ask          INTEGER REFERENCES asks (id),
	member       INTEGER REFERENCES members (id),
	address      TEXT NOT NULL,                   -- the envelope's one recipient
	message      TEXT NOT NULL,                   -- which text: "ask"
	language     TEXT NOT NULL,
	"values"     TEXT NOT NULL,                   -- JSON for the template
	message_id   TEXT NOT NULL,
	in_reply_to  TEXT,
	refs         TEXT,
	reply_token  TEXT,                            -- in the Reply-To; NULL: the plain address
	verp_token   TEXT NOT NULL,                   -- in the reverse-path
	answer       INTEGER NOT NULL CHECK (answer IN (0, 1)), -- answers a mail: null reverse-path, capped
	state        TEXT NOT NULL CHECK (state IN ('queued', 'transmitting', 'sent', 'refused', 'held', 'dropped')),
	octets       BLOB,
	attempts     INTEGER NOT NULL DEFAULT 0,
	unknown      INTEGER NOT NULL DEFAULT 0,      -- times lost after the final dot
	next_at      INTEGER NOT NULL,
	reply        TEXT,                            -- the server's last word, or why it is held
	queued_at    INTEGER NOT NULL,
	sent_at      INTEGER
) STRICT;
CREATE INDEX outbox_due ON outbox (next_at) WHERE state IN ('queued', 'transmitting');
CREATE INDEX outbox_by_message_id ON outbox (message_id);
CREATE INDEX outbox_by_verp ON outbox (verp_token);
CREATE INDEX outbox_by_thread ON outbox (member, intro);
CREATE INDEX outbox_by_address ON outbox (address, queued_at);

-- What happened, dated. Ids, never addresses (they are looked up when shown).
CREATE TABLE events (
	id     INTEGER PRIMARY KEY,
	at     INTEGER NOT NULL,
	intro  INTEGER REFERENCES intros (id),
	ask    INTEGER REFERENCES asks (id),
	member INTEGER,
	what   TEXT NOT NULL,                         -- "opened", "asked", "accept", "introduced", ...
	state  TEXT                                   -- of the introduction, after it
) STRICT;
CREATE INDEX events_by_intro ON events (intro, id);
