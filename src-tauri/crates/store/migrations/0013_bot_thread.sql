-- Which channel it is on stands with the conversation.
ALTER TABLE bot_thread DROP COLUMN channel;
