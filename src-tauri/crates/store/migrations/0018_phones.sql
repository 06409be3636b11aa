-- The digits of a phone number as they are computed of every number that is written: whatever stands
-- between them. Until now those of contacts from before that were left out where anything else did.
WITH RECURSIVE letter (id, rest, digits) AS (
    SELECT id, CAST(json_extract(attributes, '$.phone') AS TEXT), ''
    FROM contact WHERE json_extract(attributes, '$.phone') IS NOT NULL
    UNION ALL
    SELECT id, substr(rest, 2), digits || CASE
        WHEN substr(rest, 1, 1) BETWEEN '0' AND '9' THEN substr(rest, 1, 1) ELSE '' END
    FROM letter WHERE rest <> ''
)
UPDATE contact SET phone = coalesce((
    SELECT substr(digits, -8) FROM letter
    WHERE letter.id = contact.id AND rest = '' AND length(digits) >= 7), '')
    WHERE json_extract(attributes, '$.phone') IS NOT NULL;
