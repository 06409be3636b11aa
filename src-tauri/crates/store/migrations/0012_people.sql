-- Projection: a contact that is one person with others, and the contact that stands for them: since
-- when, who said so, and what had spoken for it.
CREATE TABLE person (
    contact  BLOB    NOT NULL PRIMARY KEY,
    person   BLOB    NOT NULL,
    since_ms INTEGER NOT NULL,
    said_by  TEXT    NOT NULL DEFAULT '',
    signs    TEXT    NOT NULL DEFAULT '[]'
) STRICT, WITHOUT ROWID;
-- The contacts that are one person.
CREATE INDEX person_contacts ON person (person, contact);

-- Projection: two contacts that are not one person, in both orders.
CREATE TABLE apart (
    one   BLOB NOT NULL,
    other BLOB NOT NULL,
    PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID;

-- It was never set, and would have been no projection.
ALTER TABLE contact DROP COLUMN merged_into;
-- The last digits of the phone number, by which one person is found under two addresses.
ALTER TABLE contact ADD COLUMN phone TEXT NOT NULL DEFAULT '';
UPDATE contact SET phone = coalesce(substr(
    replace(replace(replace(replace(replace(replace(replace(
        coalesce(json_extract(attributes, '$.phone'), ''),
        ' ', ''), '-', ''), '/', ''), '(', ''), ')', ''), '.', ''), '+', ''), -8), '')
    WHERE json_extract(attributes, '$.phone') IS NOT NULL;
UPDATE contact SET phone = '' WHERE length(phone) < 7 OR phone GLOB '*[^0-9]*';
-- Contacts with the same phone number.
CREATE INDEX contact_phone ON contact (phone, id) WHERE phone <> '';
-- The same address on several kinds of channel.
CREATE INDEX identity_address ON identity (address, kind);
-- Contacts by their name or its beginning.
CREATE INDEX contact_name ON contact (name COLLATE NOCASE, id) WHERE name <> '';
