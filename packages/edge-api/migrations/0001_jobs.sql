CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  -- Id of the API key that created it; empty where the service is open.
  owner TEXT NOT NULL,
  model TEXT NOT NULL,
  version TEXT NOT NULL,
  -- How its images are translated, JSON.
  parameters TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'queued',
  -- Null while the manifest is being read.
  total INTEGER,
  done INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  detail TEXT,
  -- Times are milliseconds since 1970.
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  -- When it last got on.
  touched_at INTEGER NOT NULL,
  idempotency_key TEXT,
  -- SHA-256 of what was asked for.
  request_sha256 TEXT NOT NULL,
  manifest_key TEXT,
  manifest_etag TEXT,
  manifest_bytes INTEGER,
  -- How far the manifest is read, in bytes and in images.
  manifest_offset INTEGER NOT NULL DEFAULT 0,
  manifest_images INTEGER NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX jobs_by_idempotency_key ON jobs (owner, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX jobs_unfinished ON jobs (status) WHERE status IN ('queued', 'running');

CREATE TABLE items (
  job_id TEXT NOT NULL,
  -- Place in the job, from 0.
  place INTEGER NOT NULL,
  -- Null where the line of the manifest cannot be used; detail says why.
  source_key TEXT,
  -- What the caller calls it.
  name TEXT,
  state TEXT NOT NULL DEFAULT 'pending',
  -- Rises with each image of the job that is finished; null until then.
  sequence INTEGER,
  format TEXT,
  width INTEGER,
  height INTEGER,
  bytes INTEGER,
  domain_score REAL,
  -- Why it failed, or why the last try did.
  code TEXT,
  detail TEXT,
  PRIMARY KEY (job_id, place)
) WITHOUT ROWID;

CREATE UNIQUE INDEX items_by_sequence ON items (job_id, sequence) WHERE sequence IS NOT NULL;
