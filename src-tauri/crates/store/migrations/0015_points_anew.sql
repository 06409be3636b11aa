-- Chunks of decision points are kept in another form from here on: what was decided stands in a column
-- by itself, since a back-test seldom reads it. They are made of decision records alone, and are
-- made anew little by little as decisions are written.
DELETE FROM point_column;
DELETE FROM point_chunk;
DELETE FROM point_match;
