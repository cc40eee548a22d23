-- The second step of the plumbing: where a partition is read from stands beside what was applied of it.
ALTER TABLE applied ADD COLUMN next_offset bigint NOT NULL DEFAULT 0;
