-- Nothing asks any more for contacts by the beginning of a name, or for the errands of one
-- conversation: indexes that only cost are dropped.
DROP INDEX contact_name;
DROP INDEX effect_conversation;
