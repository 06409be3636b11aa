-- When a bot last failed its customers, and how; none when it never did.
ALTER TABLE bot ADD COLUMN failed_at_ms INTEGER;
ALTER TABLE bot ADD COLUMN failure TEXT NOT NULL DEFAULT '';
