-- In whose words a bot is told what happens: baton, or those of another platform.
ALTER TABLE bot_webhook ADD COLUMN dialect TEXT NOT NULL DEFAULT 'baton';
