-- The one local file of Workbench: SQLite, WAL, synchronous=FULL, on a local disk only.
-- Each table says whether it is
--   log      what people did: immutable changes, the truth;
--   derived  a pure function of the log, remade by `workbench rebuild`;
--   local    this copy's own: drafts, kept pages, read marks.
-- Times named *_at are milliseconds since 1970 (UTC); `h` is a hybrid time (ms << 16 | counter).
-- Ids are 26 characters of [a-z2-7]. Lists inside a row are JSON.

-- log: who this copy is and how far its clock got
CREATE TABLE meta (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- log: what changes are about (cases, pages), numbered as they first appear
CREATE TABLE subject (
  id  INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE
) STRICT;

-- log: the changes
CREATE TABLE op (
  id          INTEGER PRIMARY KEY,                         -- order of arrival here
  op_id       BLOB NOT NULL UNIQUE CHECK (length(op_id) = 32), -- sha256 of the bytes
  bytes       BLOB,                                        -- verbatim; NULL = erased by a redaction
  stub        TEXT,                                        -- of an erased one: all its keys but the text
  subject     INTEGER NOT NULL REFERENCES subject (id),
  slot        INTEGER NOT NULL,                            -- what it is folded with (derived)
  h           INTEGER NOT NULL,
  mine        INTEGER NOT NULL CHECK (mine IN (0, 1)),     -- written on this copy
  batch       TEXT,                                        -- the act it belongs to
  undoes      TEXT,                                        -- the act that this act takes back
  state       TEXT NOT NULL CHECK (state IN ('ok', 'unknown', 'bad')),
  received_at INTEGER,                                     -- NULL for what was written here
  CHECK ((bytes IS NULL) = (stub IS NOT NULL))
) STRICT;
CREATE INDEX op_slot ON op (slot);
CREATE INDEX op_subject ON op (subject);
CREATE INDEX op_unknown ON op (subject) WHERE state = 'unknown';
CREATE INDEX op_batch ON op (batch) WHERE mine = 1;
CREATE INDEX op_undoes ON op (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX op_erased ON op (id) WHERE bytes IS NULL;
CREATE INDEX op_odd ON op (id) WHERE state <> 'ok';

-- derived: the slot of each name of an entry that bears another label than its own
CREATE TABLE name (
  label INTEGER PRIMARY KEY,
  slot  INTEGER NOT NULL
) STRICT;

-- derived: the cases; id = subject.id
CREATE TABLE cases (
  id             INTEGER PRIMARY KEY REFERENCES subject (id),
  uid            TEXT NOT NULL UNIQUE,
  project        TEXT NOT NULL,
  family         TEXT NOT NULL,                            -- the project, folded: whose numbers these are
  number         INTEGER,                                  -- NULL = not numbered yet
  number_rank    TEXT NOT NULL DEFAULT '',                 -- what decides between two claims of one number
  key            TEXT NOT NULL,
  aliases        TEXT NOT NULL DEFAULT '[]',               -- former keys
  date_raw       TEXT NOT NULL,                            -- as the heading has it
  raws           TEXT NOT NULL DEFAULT '[]',               -- every date that a heading of it had
  opened_on      TEXT,                                     -- YYYY-MM-DD, NULL = not known
  own_title      TEXT,                                     -- NULL = the problem's first line is the title
  title          TEXT NOT NULL DEFAULT '',
  problem        TEXT NOT NULL DEFAULT '',
  status         TEXT NOT NULL DEFAULT 'unset' CHECK (status IN ('unset', 'in_progress', 'on_hold', 'resolved')),
  status_rank    INTEGER NOT NULL DEFAULT 0,               -- the order of triage
  status_until   TEXT,
  status_why     TEXT,
  status_by      TEXT,                                     -- who set it
  status_h       INTEGER NOT NULL DEFAULT 0,
  status_seen    TEXT NOT NULL DEFAULT '[]',               -- names of its current values: what a reader has seen
  woken          INTEGER NOT NULL DEFAULT 0,               -- on hold, and another person wrote since
  engineer_label TEXT,
  engineers      TEXT NOT NULL DEFAULT '[]',
  engineer_text  TEXT NOT NULL DEFAULT '',                 -- folded, for sorting and finding
  tags           TEXT NOT NULL DEFAULT '[]',
  tag_text       TEXT NOT NULL DEFAULT '',
  images         TEXT NOT NULL DEFAULT '[]',               -- of the problem: [file, width, height]
  files          TEXT NOT NULL DEFAULT '[]',               -- of the problem: [file, sha256, size]
  questions      TEXT NOT NULL DEFAULT '[]',               -- names of questions to a person
  decisions      INTEGER NOT NULL DEFAULT 0,
  entry_count    INTEGER NOT NULL DEFAULT 0,               -- without hidden ones
  entry_total    INTEGER NOT NULL DEFAULT 0,
  hidden         INTEGER NOT NULL DEFAULT 0,
  imported       INTEGER NOT NULL DEFAULT 0,               -- a page has it
  batch          TEXT,                                     -- the act that made it
  author         TEXT,
  created_h      INTEGER NOT NULL,
  written_h      INTEGER NOT NULL DEFAULT 0,               -- the latest of what people wrote here
  active_at      INTEGER NOT NULL DEFAULT 0,               -- last activity
  folded         TEXT NOT NULL DEFAULT '',                 -- what search reads, but for the entries
  drafted        INTEGER NOT NULL DEFAULT 0,               -- it bore a draft key before its number
  last_by        TEXT,                                     -- folded: under whose name the last entry stands
  last_own       INTEGER NOT NULL DEFAULT 0,               -- its author typed it as what he says
  last_asks      TEXT,                                     -- the side that its words ask
  held_for       TEXT                                      -- the side that the reason of a hold names
) STRICT;
CREATE INDEX cases_draft ON cases (id) WHERE number IS NULL;
-- one for each order of the list; a hidden case stands in none that a person sees
-- that of activity has what tells whose turn it is too: so no case is read to find those of a side
CREATE INDEX cases_active ON cases
  (hidden, active_at DESC, coalesce(number, -1) DESC, uid DESC, status_rank, held_for, woken,
   entry_count, last_by, last_own, last_asks);
CREATE INDEX cases_status ON cases
  (hidden, status_rank, active_at DESC, coalesce(number, -1) DESC, uid DESC);
CREATE INDEX cases_opened ON cases (hidden, coalesce(opened_on, ''), coalesce(number, -1), uid);
CREATE INDEX cases_number ON cases (hidden, coalesce(number, 9223372036854775807), family, uid);
CREATE INDEX cases_engineer ON cases
  (hidden, coalesce(nullif(engineer_text, ''), '~'), active_at DESC, coalesce(number, -1) DESC, uid DESC);
CREATE INDEX cases_project ON cases
  (hidden, family, status_rank, active_at DESC, coalesce(number, -1) DESC, uid DESC);
CREATE INDEX cases_family ON cases (family, number);
CREATE INDEX cases_questions ON cases (id) WHERE questions <> '[]';
CREATE INDEX cases_images ON cases (id) WHERE images <> '[]';
CREATE INDEX cases_files ON cases (id) WHERE files <> '[]';
CREATE INDEX cases_held ON cases (hidden, status_rank, status, woken, status_until)
  WHERE status_rank = 2;

-- derived: the cases of each engineer that are not hidden, latest activity first; kept by triggers
CREATE TABLE assigned (
  name        TEXT NOT NULL,                               -- folded
  status_rank INTEGER NOT NULL,
  active_at   INTEGER NOT NULL,
  number      INTEGER NOT NULL,                            -- -1 = none
  uid         TEXT NOT NULL,
  case_id     INTEGER NOT NULL,
  PRIMARY KEY (name, status_rank, active_at DESC, number DESC, uid DESC)
) STRICT, WITHOUT ROWID;

-- derived: how many cases that are not hidden there are; kept by triggers
CREATE TABLE tally (
  kind        TEXT NOT NULL CHECK (kind IN ('project', 'engineer')),
  name        TEXT NOT NULL,                               -- folded
  status_rank INTEGER NOT NULL,
  n           INTEGER NOT NULL,
  PRIMARY KEY (kind, name, status_rank)
) STRICT, WITHOUT ROWID;
-- while many new rows are written, the triggers of new rows are off: see workbench/local/sums.py
CREATE TRIGGER tally_insert AFTER INSERT ON cases BEGIN
  INSERT INTO tally SELECT 'project', NEW.family, NEW.status_rank, 1 WHERE NOT NEW.hidden
    ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO tally SELECT DISTINCT 'engineer', value, NEW.status_rank, 1
    FROM json_each('[' ||
      replace(json_quote(trim(NEW.engineer_text, char(31))), '\u001f', '","') || ']')
    WHERE NOT NEW.hidden AND NEW.engineer_text <> ''
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_update AFTER UPDATE OF hidden, family, status_rank, engineer_text ON cases
WHEN OLD.hidden <> NEW.hidden OR OLD.family <> NEW.family OR OLD.status_rank <> NEW.status_rank
  OR OLD.engineer_text <> NEW.engineer_text BEGIN
  UPDATE tally SET n = n - 1 WHERE NOT OLD.hidden AND kind = 'project' AND name = OLD.family
    AND status_rank = OLD.status_rank;
  UPDATE tally SET n = n - 1 WHERE NOT OLD.hidden AND OLD.engineer_text <> '' AND kind = 'engineer'
    AND name IN (SELECT value FROM json_each('[' ||
      replace(json_quote(trim(OLD.engineer_text, char(31))), '\u001f', '","') || ']'))
    AND status_rank = OLD.status_rank;
  DELETE FROM tally WHERE n = 0;
  INSERT INTO tally SELECT 'project', NEW.family, NEW.status_rank, 1 WHERE NOT NEW.hidden
    ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO tally SELECT DISTINCT 'engineer', value, NEW.status_rank, 1
    FROM json_each('[' ||
      replace(json_quote(trim(NEW.engineer_text, char(31))), '\u001f', '","') || ']')
    WHERE NOT NEW.hidden AND NEW.engineer_text <> ''
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_delete AFTER DELETE ON cases BEGIN
  UPDATE tally SET n = n - 1 WHERE NOT OLD.hidden AND kind = 'project' AND name = OLD.family
    AND status_rank = OLD.status_rank;
  UPDATE tally SET n = n - 1 WHERE NOT OLD.hidden AND OLD.engineer_text <> '' AND kind = 'engineer'
    AND name IN (SELECT value FROM json_each('[' ||
      replace(json_quote(trim(OLD.engineer_text, char(31))), '\u001f', '","') || ']'))
    AND status_rank = OLD.status_rank;
  DELETE FROM tally WHERE n = 0;
END;
CREATE TRIGGER assigned_insert AFTER INSERT ON cases
WHEN NEW.engineer_text <> '' BEGIN
  INSERT OR IGNORE INTO assigned
    SELECT value, NEW.status_rank, NEW.active_at, coalesce(NEW.number, -1), NEW.uid, NEW.id
    FROM json_each('[' ||
      replace(json_quote(trim(NEW.engineer_text, char(31))), '\u001f', '","') || ']')
    WHERE NOT NEW.hidden AND NEW.engineer_text <> '';
END;
CREATE TRIGGER assigned_update
AFTER UPDATE OF hidden, status_rank, active_at, number, uid, engineer_text ON cases
WHEN NEW.engineer_text <> '' OR OLD.engineer_text <> '' BEGIN
  DELETE FROM assigned WHERE name IN
    (SELECT value FROM json_each('[' ||
      replace(json_quote(trim(OLD.engineer_text, char(31))), '\u001f', '","') || ']'))
    AND status_rank = OLD.status_rank AND active_at = OLD.active_at
    AND number = coalesce(OLD.number, -1) AND uid = OLD.uid;
  INSERT OR IGNORE INTO assigned
    SELECT value, NEW.status_rank, NEW.active_at, coalesce(NEW.number, -1), NEW.uid, NEW.id
    FROM json_each('[' ||
      replace(json_quote(trim(NEW.engineer_text, char(31))), '\u001f', '","') || ']')
    WHERE NOT NEW.hidden AND NEW.engineer_text <> '';
END;
CREATE TRIGGER assigned_delete AFTER DELETE ON cases WHEN OLD.engineer_text <> '' BEGIN
  DELETE FROM assigned WHERE name IN
    (SELECT value FROM json_each('[' ||
      replace(json_quote(trim(OLD.engineer_text, char(31))), '\u001f', '","') || ']'))
    AND status_rank = OLD.status_rank AND active_at = OLD.active_at
    AND number = coalesce(OLD.number, -1) AND uid = OLD.uid;
END;

-- of activity a stretch is 18 hours of a project's or of an engineer's (assigned) cases of a status,
-- of the other orders a day, 1024 numbers, or 25 days of the same engineers
-- derived: how many cases that are not hidden stand in each stretch of an order
CREATE TABLE stretch (
  kind        TEXT NOT NULL,                               -- activity, assigned, opened, number, engineer
  name        TEXT NOT NULL,
  status_rank INTEGER NOT NULL,
  part        INTEGER NOT NULL,                            -- which stretch of the time, or of the numbers
  n           INTEGER NOT NULL,
  PRIMARY KEY (kind, name, status_rank, part)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER stretch_empty AFTER UPDATE OF n ON stretch WHEN NEW.n = 0 BEGIN
  DELETE FROM stretch WHERE kind = NEW.kind AND name = NEW.name
    AND status_rank = NEW.status_rank AND part = NEW.part;
END;

-- what was written to them since is added to the stretches when they are asked for, and now and then
-- for good: a case that is written to moves in three orders, and a note need not write so much
-- derived: the cases that are not counted as they are now, as the stretches count them
CREATE TABLE moved (
  id            INTEGER PRIMARY KEY,                       -- cases.id
  hidden        INTEGER NOT NULL,                          -- 1 = counted nowhere
  family        TEXT NOT NULL,
  status_rank   INTEGER NOT NULL,
  active_at     INTEGER NOT NULL,
  number        INTEGER,
  opened_on     TEXT,
  engineer_text TEXT NOT NULL
) STRICT;
CREATE TRIGGER moved_insert AFTER INSERT ON cases
WHEN NOT EXISTS (SELECT 1 FROM moved WHERE id = NEW.id) BEGIN
  INSERT INTO moved VALUES (NEW.id, 1, '', 0, 0, NULL, NULL, '');
END;
CREATE TRIGGER moved_update
AFTER UPDATE OF hidden, family, status_rank, active_at, number, opened_on, engineer_text ON cases
WHEN (OLD.active_at >> 26 <> NEW.active_at >> 26 OR OLD.status_rank <> NEW.status_rank
    OR OLD.engineer_text <> NEW.engineer_text OR OLD.family <> NEW.family
    OR OLD.hidden <> NEW.hidden OR OLD.number IS NOT NEW.number
    OR OLD.opened_on IS NOT NEW.opened_on)
  AND NOT EXISTS (SELECT 1 FROM moved WHERE id = OLD.id) BEGIN
  INSERT INTO moved VALUES (OLD.id, OLD.hidden, OLD.family, OLD.status_rank, OLD.active_at,
    OLD.number, OLD.opened_on, OLD.engineer_text);
END;
CREATE TRIGGER moved_delete AFTER DELETE ON cases
WHEN NOT EXISTS (SELECT 1 FROM moved WHERE id = OLD.id) BEGIN
  INSERT INTO moved VALUES (OLD.id, OLD.hidden, OLD.family, OLD.status_rank, OLD.active_at,
    OLD.number, OLD.opened_on, OLD.engineer_text);
END;

-- derived: the cases of each tag; kept by triggers
CREATE TABLE tagged (
  name    TEXT NOT NULL,                                   -- folded
  case_id INTEGER NOT NULL,
  PRIMARY KEY (name, case_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER tagged_insert AFTER INSERT ON cases
WHEN NEW.tag_text <> '' BEGIN
  INSERT OR IGNORE INTO tagged SELECT value, NEW.id FROM json_each('[' ||
      replace(json_quote(trim(NEW.tag_text, char(31))), '\u001f', '","') || ']');
END;
CREATE TRIGGER tagged_update AFTER UPDATE OF tag_text ON cases
WHEN NEW.tag_text <> OLD.tag_text BEGIN
  DELETE FROM tagged WHERE case_id = OLD.id AND OLD.tag_text <> '' AND name IN
    (SELECT value FROM json_each('[' ||
      replace(json_quote(trim(OLD.tag_text, char(31))), '\u001f', '","') || ']'));
  INSERT OR IGNORE INTO tagged SELECT value, NEW.id FROM json_each('[' ||
      replace(json_quote(trim(NEW.tag_text, char(31))), '\u001f', '","') || ']')
    WHERE NEW.tag_text <> '';
END;
CREATE TRIGGER tagged_delete AFTER DELETE ON cases WHEN OLD.tag_text <> '' BEGIN
  DELETE FROM tagged WHERE case_id = OLD.id AND name IN
    (SELECT value FROM json_each('[' ||
      replace(json_quote(trim(OLD.tag_text, char(31))), '\u001f', '","') || ']'));
END;

-- derived: every number that a case ever claimed
CREATE TABLE claim (
  case_id INTEGER NOT NULL REFERENCES cases (id),
  family  TEXT NOT NULL,
  number  INTEGER NOT NULL,
  current INTEGER NOT NULL,                                -- 1 for the one that it shows
  PRIMARY KEY (case_id, family, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_number ON claim (number, family);
CREATE INDEX claim_family ON claim (family, number);

-- derived: every key that a case bears or bore, folded
CREATE TABLE alias (
  folded  TEXT NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases (id),
  PRIMARY KEY (folded, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_case ON alias (case_id);

-- derived: the entries of the threads; id = op.id of the first change that tells of it
CREATE TABLE entry (
  id          INTEGER PRIMARY KEY,
  uid         TEXT NOT NULL,
  case_id     INTEGER NOT NULL,
  slot        INTEGER NOT NULL,
  h           INTEGER NOT NULL,
  op_id       TEXT NOT NULL,                               -- hex, breaks ties of h
  names       TEXT NOT NULL DEFAULT '[]',                  -- further names that it bears
  reply_to    TEXT,
  above       TEXT,                                        -- the entry above it on its page; '' = none, NULL = typed here
  speaker     TEXT,
  author      TEXT,
  text        TEXT NOT NULL,
  happened_on TEXT,
  received_at INTEGER,
  edited      INTEGER NOT NULL,
  edited_by   TEXT,
  redacted    INTEGER NOT NULL,
  hidden      INTEGER NOT NULL,
  waiting     TEXT,
  images      TEXT NOT NULL,                               -- [file, width, height]
  files       TEXT NOT NULL,                               -- [file, sha256, size]
  seen        TEXT NOT NULL,                               -- names of the shown versions of its text
  decisions   INTEGER NOT NULL,
  active_at   INTEGER NOT NULL,                            -- when it happened, or its newest picture was pasted
  news        INTEGER NOT NULL,                            -- 0 = came in with the case itself
  folded      TEXT NOT NULL,                               -- what search reads
  UNIQUE (case_id, uid)
) STRICT;
CREATE INDEX entry_case ON entry (case_id, h);
CREATE INDEX entry_active ON entry (case_id, active_at) WHERE active_at > 0;
CREATE INDEX entry_speaker ON entry (speaker, case_id) WHERE speaker IS NOT NULL AND NOT hidden;
CREATE INDEX entry_news ON entry (case_id, id) WHERE news AND NOT hidden;
CREATE INDEX entry_images ON entry (case_id) WHERE images <> '[]' AND NOT hidden;
CREATE INDEX entry_files ON entry (case_id) WHERE files <> '[]' AND NOT hidden;

-- of a case they are also the initials of its title and of its engineers
-- a document is numbered by its case << 32, plus its entry: so the index tells the cases of a gram
-- derived: the grams of the texts that search reads, by document
CREATE VIRTUAL TABLE gram USING fts5 (
  grams, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE gram_place USING fts5vocab (gram, instance);

-- derived: the documents that the index does not have as they are now
CREATE TABLE unindexed (
  doc    INTEGER PRIMARY KEY,
  former TEXT,                                             -- the text whose grams it has; NULL = it has none
  named  TEXT                                              -- the names whose initials it has; NULL = it has none
) STRICT;
CREATE TRIGGER entry_added AFTER INSERT ON entry
WHEN new.folded <> '' BEGIN
  INSERT INTO unindexed SELECT (new.case_id << 32) + new.id, NULL, NULL
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = (new.case_id << 32) + new.id);
END;
CREATE TRIGGER entry_changed AFTER UPDATE OF folded ON entry WHEN new.folded <> old.folded BEGIN
  INSERT INTO unindexed SELECT (new.case_id << 32) + new.id, old.folded, NULL
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = (new.case_id << 32) + new.id);
END;
CREATE TRIGGER entry_gone AFTER DELETE ON entry WHEN old.folded <> '' BEGIN
  INSERT INTO unindexed SELECT (old.case_id << 32) + old.id, old.folded, NULL
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = (old.case_id << 32) + old.id);
END;
CREATE TRIGGER case_added AFTER INSERT ON cases
WHEN new.folded <> '' BEGIN
  INSERT INTO unindexed SELECT new.id << 32, NULL, NULL
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = new.id << 32);
END;
CREATE TRIGGER case_changed AFTER UPDATE OF folded, title, engineer_text ON cases
WHEN new.folded <> old.folded OR new.title <> old.title
  OR new.engineer_text <> old.engineer_text BEGIN
  INSERT INTO unindexed
    SELECT new.id << 32, old.folded, old.title || char(31) || old.engineer_text
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = new.id << 32);
END;
CREATE TRIGGER case_gone AFTER DELETE ON cases WHEN old.folded <> '' BEGIN
  INSERT INTO unindexed
    SELECT old.id << 32, old.folded, old.title || char(31) || old.engineer_text
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = old.id << 32);
END;

-- derived: what texts mention
CREATE TABLE reference (
  kind    TEXT NOT NULL,
  value   TEXT NOT NULL,
  case_id INTEGER NOT NULL,
  place   INTEGER NOT NULL,                                -- 0 = problem, else entry.id
  nth     INTEGER NOT NULL,                                -- order within the place
  PRIMARY KEY (value, kind, case_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_place ON reference (case_id, place);
CREATE INDEX reference_lettered ON reference (value COLLATE NOCASE) WHERE kind IN ('case', 'tracker');

-- derived: the files whose content somebody attached
CREATE TABLE attachment (
  case_id  INTEGER NOT NULL,
  place    INTEGER NOT NULL,                               -- 0 = the case itself, else entry.id
  nth      INTEGER NOT NULL,                               -- order within the place
  name     TEXT NOT NULL,                                  -- of the change
  file     TEXT NOT NULL,
  sha256   TEXT NOT NULL,
  size     INTEGER NOT NULL,
  author   TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  PRIMARY KEY (case_id, place, nth)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_sha256 ON attachment (sha256);

-- derived: fields with several current values
CREATE TABLE decision (
  id      TEXT NOT NULL PRIMARY KEY,
  case_id INTEGER NOT NULL,
  slot    INTEGER NOT NULL,
  field   TEXT NOT NULL,
  entry   TEXT                                             -- entry.uid, NULL = a field of the case
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_slot ON decision (slot);
CREATE INDEX decision_case ON decision (case_id);

-- derived: every spelling of a person of whom somebody told, and whom it stands for
CREATE TABLE person (
  folded TEXT NOT NULL PRIMARY KEY,
  name   TEXT NOT NULL,                                    -- as written last
  called TEXT NOT NULL,                                    -- what the person is called
  side   TEXT                                              -- NULL = nobody said
) STRICT, WITHOUT ROWID;

-- local: saves of pages, as they came
CREATE TABLE page (
  id          INTEGER PRIMARY KEY,
  uid         TEXT NOT NULL,
  name        TEXT,
  shape       TEXT NOT NULL,
  sha256      TEXT NOT NULL,                               -- of the raw bytes and the document in them
  major       INTEGER,                                     -- the newest revision on it
  minor       INTEGER,
  saved_by    TEXT,
  saved_at    TEXT,
  imported_at INTEGER NOT NULL,
  complete    INTEGER NOT NULL,                            -- 0 = the import was stopped in the middle
  UNIQUE (uid, sha256)
) STRICT;

-- local: the words of the saves; apart, as a row is written in one piece and these are long
CREATE TABLE page_text (
  page_id INTEGER PRIMARY KEY REFERENCES page (id),
  source  BLOB NOT NULL,                                   -- decoded, in UTF-8; redacted lines are blank
  raw     BLOB                                             -- as it came; NULL once a redaction reached it
) STRICT;

-- local: where on which save a case stands
CREATE TABLE page_case (
  case_id         INTEGER NOT NULL PRIMARY KEY,
  page_id         INTEGER NOT NULL REFERENCES page (id),
  first_line      INTEGER NOT NULL,
  last_line       INTEGER NOT NULL,
  oldest_revision TEXT,
  newest_revision TEXT,
  entries         TEXT NOT NULL                            -- the names of its entries there, top to bottom
) STRICT;
CREATE INDEX page_case_page ON page_case (page_id);

-- local: text that is being written
CREATE TABLE draft (
  id           TEXT NOT NULL PRIMARY KEY,
  case_uid     TEXT,                                       -- NULL = a new case
  kind         TEXT NOT NULL CHECK (kind IN ('note', 'reply', 'edit', 'problem', 'title', 'new')),
  target       TEXT,                                       -- the entry, for a new case the project
  text         TEXT NOT NULL,
  cursor       INTEGER NOT NULL DEFAULT 0,
  speaker      TEXT,
  seen         TEXT NOT NULL,                              -- names of the versions on the screen when it was opened
  opened_at    INTEGER NOT NULL,
  saved_at     INTEGER NOT NULL,
  discarded_at INTEGER,                                    -- can be brought back for 30 days
  process      TEXT NOT NULL,                              -- who holds it open: process id and its start
  rescued      TEXT,                                       -- the op_id (hex) whose words a redaction took out and these are
  untold       INTEGER NOT NULL DEFAULT 0                  -- 1 = rescued, and nobody was told yet
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_case ON draft (case_uid);

-- local: queries that a person gave a name
CREATE TABLE saved_view (
  folded TEXT NOT NULL PRIMARY KEY,                        -- the name, folded
  name   TEXT NOT NULL,
  query  TEXT NOT NULL,
  place  INTEGER NOT NULL                                  -- their order
) STRICT, WITHOUT ROWID;

-- local: acts of which an undo found nothing left to take back: no change says that they are undone
CREATE TABLE undone (
  batch TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- local: how far a person has read
CREATE TABLE read_mark (
  case_id INTEGER NOT NULL,
  reader  TEXT NOT NULL,
  place   INTEGER NOT NULL,                                -- op.id of the newest change that was seen
  told    INTEGER NOT NULL DEFAULT 0,                      -- how much of that changes tell of
  PRIMARY KEY (case_id, reader)
) STRICT, WITHOUT ROWID;

-- local: the long threads whose order is kept below; an entry behind the latest stands last
CREATE TABLE threaded (
  case_id INTEGER NOT NULL PRIMARY KEY,
  n       INTEGER NOT NULL,                                -- how many entries
  h       INTEGER NOT NULL,                                -- of the latest one
  op_id   TEXT NOT NULL
) STRICT;

-- local: the entries of a long thread in order; made when it is first read, kept by triggers
CREATE TABLE thread (
  case_id INTEGER NOT NULL,
  nth     INTEGER NOT NULL,                                -- from 1, hidden ones counted
  entry   INTEGER NOT NULL,
  depth   INTEGER NOT NULL,
  answers TEXT,                                            -- entry.uid of what it answers
  since   INTEGER NOT NULL,                                -- the least h of what answers none, from here on
  PRIMARY KEY (case_id, nth)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_entry ON thread (entry);
CREATE TRIGGER thread_insert AFTER INSERT ON entry
WHEN EXISTS (SELECT 1 FROM threaded WHERE case_id = NEW.case_id) BEGIN
  DELETE FROM threaded WHERE case_id = NEW.case_id
    AND (NEW.reply_to IS NOT NULL OR NEW.above IS NOT NULL OR NEW.names <> '[]'
      OR (NEW.h, NEW.op_id) <= (h, op_id));
  INSERT OR REPLACE INTO thread SELECT case_id, n + 1, NEW.id, 0, NULL, NEW.h FROM threaded
    WHERE case_id = NEW.case_id;
  UPDATE threaded SET n = n + 1, h = NEW.h, op_id = NEW.op_id WHERE case_id = NEW.case_id;
END;
CREATE TRIGGER thread_update AFTER UPDATE OF id, case_id, h, op_id, names, reply_to, above ON entry
BEGIN
  DELETE FROM threaded WHERE case_id IN (OLD.case_id, NEW.case_id);
END;
CREATE TRIGGER thread_delete AFTER DELETE ON entry BEGIN
  DELETE FROM threaded WHERE case_id = OLD.case_id;
END;

-- local: the people whose unread cases are kept below
CREATE TABLE reader (
  name TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- local: how many entries of a case a reader has not read; kept by triggers
CREATE TABLE unread (
  reader  TEXT NOT NULL,
  case_id INTEGER NOT NULL,
  n       INTEGER NOT NULL,
  PRIMARY KEY (reader, case_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER unread_insert AFTER INSERT ON entry WHEN NEW.news AND NOT NEW.hidden BEGIN
  INSERT INTO unread SELECT r.name, NEW.case_id, 1 FROM reader r
    WHERE NEW.news AND NOT NEW.hidden AND NEW.author IS NOT r.name AND NEW.id >
    coalesce((SELECT m.place FROM read_mark m WHERE m.case_id = NEW.case_id
      AND m.reader = r.name), 0)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER unread_update AFTER UPDATE OF news, hidden, author ON entry
WHEN (OLD.news AND NOT OLD.hidden) <> (NEW.news AND NOT NEW.hidden)
  OR OLD.author IS NOT NEW.author BEGIN
  UPDATE unread SET n = n - 1 WHERE OLD.news AND NOT OLD.hidden AND case_id = OLD.case_id
    AND reader IN (SELECT r.name FROM reader r
      WHERE OLD.author IS NOT r.name AND OLD.id >
    coalesce((SELECT m.place FROM read_mark m WHERE m.case_id = OLD.case_id
      AND m.reader = r.name), 0));
  DELETE FROM unread WHERE n = 0 AND case_id = OLD.case_id AND reader IN (SELECT name FROM reader);
  INSERT INTO unread SELECT r.name, NEW.case_id, 1 FROM reader r
    WHERE NEW.news AND NOT NEW.hidden AND NEW.author IS NOT r.name AND NEW.id >
    coalesce((SELECT m.place FROM read_mark m WHERE m.case_id = NEW.case_id
      AND m.reader = r.name), 0)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER unread_delete AFTER DELETE ON entry WHEN OLD.news AND NOT OLD.hidden BEGIN
  UPDATE unread SET n = n - 1 WHERE OLD.news AND NOT OLD.hidden AND case_id = OLD.case_id
    AND reader IN (SELECT r.name FROM reader r
      WHERE OLD.author IS NOT r.name AND OLD.id >
    coalesce((SELECT m.place FROM read_mark m WHERE m.case_id = OLD.case_id
      AND m.reader = r.name), 0));
  DELETE FROM unread WHERE n = 0 AND case_id = OLD.case_id AND reader IN (SELECT name FROM reader);
END;
CREATE TRIGGER unread_mark AFTER INSERT ON read_mark BEGIN
  DELETE FROM unread WHERE reader = NEW.reader AND case_id = NEW.case_id;
  INSERT INTO unread SELECT r.name, NEW.case_id, count(*) FROM reader r JOIN entry e
    WHERE r.name = NEW.reader AND e.case_id = NEW.case_id AND e.news AND NOT e.hidden
    AND e.author IS NOT r.name AND e.id > NEW.place GROUP BY r.name;
END;
CREATE TRIGGER unread_read AFTER UPDATE OF place ON read_mark WHEN OLD.place <> NEW.place BEGIN
  DELETE FROM unread WHERE reader = NEW.reader AND case_id = NEW.case_id;
  INSERT INTO unread SELECT r.name, NEW.case_id, count(*) FROM reader r JOIN entry e
    WHERE r.name = NEW.reader AND e.case_id = NEW.case_id AND e.news AND NOT e.hidden
    AND e.author IS NOT r.name AND e.id > NEW.place GROUP BY r.name;
END;

-- local: the shared stores
CREATE TABLE store (
  id        INTEGER PRIMARY KEY,
  name      TEXT NOT NULL UNIQUE,
  url       TEXT NOT NULL,                                 -- a folder, or postgresql://… without a secret
  store_id  TEXT,                                          -- pinned at the first contact
  epoch     TEXT,
  feed      TEXT NOT NULL,                                 -- our own feed there
  former    TEXT NOT NULL DEFAULT '[]',                    -- feeds that were ours before a new start
  home      TEXT,                                          -- where this file lay when the feed was ours
  acked     INTEGER NOT NULL DEFAULT 0,                    -- how much of it the store has confirmed
  watermark INTEGER NOT NULL DEFAULT 0,                    -- every op up to this one was offered
  erased    INTEGER NOT NULL DEFAULT 0,                    -- of how many erased ops it holds no text
  must_read INTEGER NOT NULL DEFAULT 0,                    -- 1 = nothing may be sent before all was read
  synced_at INTEGER,
  skew_ms   INTEGER
) STRICT;

-- local: what our feed in a store holds
CREATE TABLE outbox (
  store INTEGER NOT NULL REFERENCES store (id),
  seq   INTEGER NOT NULL,
  op    INTEGER NOT NULL REFERENCES op (id),
  chain BLOB NOT NULL,                                     -- sha256 over the chain before and the op's id
  PRIMARY KEY (store, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_op ON outbox (op, store);

-- local: how far we have read each feed of a store
CREATE TABLE cursor (
  store INTEGER NOT NULL REFERENCES store (id),
  feed  TEXT NOT NULL,
  seq   INTEGER NOT NULL,
  chain BLOB NOT NULL,
  PRIMARY KEY (store, feed)
) STRICT, WITHOUT ROWID;

-- local: the segments of a folder that we wrote or read
CREATE TABLE segment (
  store INTEGER NOT NULL REFERENCES store (id),
  feed  TEXT NOT NULL,
  name  TEXT NOT NULL,
  mine  INTEGER NOT NULL CHECK (mine IN (0, 1)),
  first INTEGER NOT NULL,
  last  INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('reading', 'done')),
  erased INTEGER NOT NULL,                                 -- how many of its changes had no bytes
  missing_since INTEGER,                                   -- when we first found it gone
  level INTEGER DEFAULT 0,                                 -- of ours: how often packed; NULL = full, never packed again
  covered_at INTEGER,                                      -- of ours: since when a pack holds all of it
  size INTEGER,                                            -- of ours: how many bytes the file has; NULL = not known
  PRIMARY KEY (store, feed, name)
) STRICT, WITHOUT ROWID;

-- local: what a store is known to have of what others wrote
CREATE TABLE seen (
  store INTEGER NOT NULL REFERENCES store (id),
  op    INTEGER NOT NULL REFERENCES op (id),
  src   TEXT NOT NULL,                                     -- the feed, or feed/segment, that proves it
  PRIMARY KEY (store, op)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_src ON seen (store, src);

-- local: numbers that were taken from a store beforehand, and that no case bears yet
CREATE TABLE reserved (
  store   INTEGER NOT NULL REFERENCES store (id),
  family  TEXT NOT NULL,
  number  INTEGER NOT NULL,
  project TEXT NOT NULL,                                   -- as it was written
  home    TEXT NOT NULL,                                   -- where this file lay: a copy of it uses none
  PRIMARY KEY (store, family, number)
) STRICT, WITHOUT ROWID;

-- local: up to which number a store is known to have counted
CREATE TABLE counted (
  store  INTEGER NOT NULL REFERENCES store (id),
  family TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (store, family)
) STRICT, WITHOUT ROWID;

-- local: the contents of files that lie beside this one
CREATE TABLE blob (
  sha256 TEXT NOT NULL PRIMARY KEY,
  size   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- local: the contents that a store is known to hold
CREATE TABLE stored (
  store  INTEGER NOT NULL REFERENCES store (id),
  sha256 TEXT NOT NULL,
  PRIMARY KEY (store, sha256)
) STRICT, WITHOUT ROWID;

-- local: slots whose fold waits until a pull ends
CREATE TABLE stale (
  subject INTEGER NOT NULL,
  slot    INTEGER NOT NULL,
  PRIMARY KEY (subject, slot)
) STRICT, WITHOUT ROWID;
