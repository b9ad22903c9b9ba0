CREATE TABLE study_sessions (
  id TEXT PRIMARY KEY,
  study TEXT NOT NULL,
  -- The browser, as far as its cookie tells.
  participant TEXT NOT NULL,
  -- The pairs that were drawn, in their order, JSON. Says which picture is real.
  pairs TEXT NOT NULL,
  -- Pairs answered so far: the place of the one that is due.
  answered INTEGER NOT NULL DEFAULT 0,
  -- Since when the pair that is due could be seen. Times are milliseconds since 1970.
  due_since INTEGER NOT NULL,
  -- How often the page was loaded anew in between.
  resumes INTEGER NOT NULL DEFAULT 0,
  started_at INTEGER NOT NULL,
  completed_at INTEGER,
  -- Rises with each session of the study that is completed; null until then.
  sequence INTEGER
);

-- A browser takes part once.
CREATE UNIQUE INDEX study_sessions_by_participant ON study_sessions (study, participant);
CREATE UNIQUE INDEX study_sessions_by_sequence ON study_sessions (study, sequence) WHERE sequence IS NOT NULL;

CREATE TABLE study_answers (
  session_id TEXT NOT NULL,
  -- Place of the pair in the session, from 0.
  place INTEGER NOT NULL,
  method TEXT NOT NULL,
  fake TEXT NOT NULL,
  is_practice INTEGER NOT NULL,
  choice TEXT NOT NULL,
  -- Whether the fake was labelled real.
  is_fooled INTEGER NOT NULL,
  -- Milliseconds, as the browser measured.
  shown_ms REAL NOT NULL,
  response_ms REAL NOT NULL,
  PRIMARY KEY (session_id, place)
) WITHOUT ROWID;
