//! Forward steps of the schema: each runs in one transaction that also writes its own row.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::StoreError;

/// Marks the file as ours (`BATN`).
const APPLICATION_ID: i32 = 0x4241_544e;

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// The name of its file without the ending; the number in it is its place in the list.
    pub(crate) name: &'static str,
    /// Its statements.
    pub(crate) sql: &'static str,
    /// Whether an older program could no longer read the result: a copy of the file is kept.
    pub(crate) breaking: bool,
}

/// A step after which an older program still reads the file.
const fn step(name: &'static str, sql: &'static str) -> Step {
    Step {
        name,
        sql,
        breaking: false,
    }
}

/// Every step, in order. The version of a file is the number of steps it has taken. A step that
/// has shipped is never edited.
pub(crate) const STEPS: &[Step] = &[
    step("0001_begin", include_str!("../migrations/0001_begin.sql")),
    step("0002_points", include_str!("../migrations/0002_points.sql")),
    step("0003_lean", include_str!("../migrations/0003_lean.sql")),
    step("0004_labels", include_str!("../migrations/0004_labels.sql")),
    step(
        "0005_rule_versions",
        include_str!("../migrations/0005_rule_versions.sql"),
    ),
    step(
        "0006_rule_counts",
        include_str!("../migrations/0006_rule_counts.sql"),
    ),
    step(
        "0007_matches",
        include_str!("../migrations/0007_matches.sql"),
    ),
    step(
        "0008_proposals",
        include_str!("../migrations/0008_proposals.sql"),
    ),
    step("0009_opened", include_str!("../migrations/0009_opened.sql")),
    step("0010_bots", include_str!("../migrations/0010_bots.sql")),
    step(
        "0011_webhooks",
        include_str!("../migrations/0011_webhooks.sql"),
    ),
    step("0012_people", include_str!("../migrations/0012_people.sql")),
    step(
        "0013_bot_thread",
        include_str!("../migrations/0013_bot_thread.sql"),
    ),
    step(
        "0014_bot_failure",
        include_str!("../migrations/0014_bot_failure.sql"),
    ),
    step(
        "0015_points_anew",
        include_str!("../migrations/0015_points_anew.sql"),
    ),
    step(
        "0016_reviews",
        include_str!("../migrations/0016_reviews.sql"),
    ),
    step(
        "0017_connectors",
        include_str!("../migrations/0017_connectors.sql"),
    ),
    step("0018_phones", include_str!("../migrations/0018_phones.sql")),
    step(
        "0019_sent_by_age",
        include_str!("../migrations/0019_sent_by_age.sql"),
    ),
    step(
        "0020_knowledge",
        include_str!("../migrations/0020_knowledge.sql"),
    ),
    step(
        "0021_dialects",
        include_str!("../migrations/0021_dialects.sql"),
    ),
    step(
        "0022_bot_links",
        include_str!("../migrations/0022_bot_links.sql"),
    ),
    step(
        "0023_sent_quotes",
        include_str!("../migrations/0023_sent_quotes.sql"),
    ),
];

/// Takes the steps that the file has not taken yet; returns the number of steps taken in all.
pub(crate) fn migrate(
    connection: &mut Connection,
    path: &Path,
    steps: &[Step],
    now_ms: i64,
) -> Result<u32, StoreError> {
    let found = version(connection, path)?;
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    for (index, step) in steps.iter().enumerate().skip(found as usize) {
        if step.breaking && index > 0 {
            let copy = path.with_extension(format!("db.before-{}", step.name));
            crate::maintain::backup::copy_to(connection, &copy)?;
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if index == 0 {
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.execute_batch(
                "-- The steps that this file has taken.
                 CREATE TABLE schema_step (
                     step          INTEGER PRIMARY KEY,
                     name          TEXT    NOT NULL,
                     applied_at_ms INTEGER NOT NULL
                 ) STRICT;",
            )?;
        }
        transaction.execute_batch(step.sql)?;
        transaction.execute(
            "INSERT INTO schema_step (step, name, applied_at_ms) VALUES (?1, ?2, ?3)",
            (index as i64 + 1, step.name, now_ms),
        )?;
        transaction.commit()?;
    }
    Ok(known)
}

/// The number of steps a file has taken; an error when it is not ours or was written by a newer
/// program.
pub(crate) fn version(connection: &Connection, path: &Path) -> Result<u32, StoreError> {
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 {
        return Ok(0);
    }
    let application: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != APPLICATION_ID {
        return Err(StoreError::NotAWorkspace {
            path: path.to_owned(),
        });
    }
    let found: u32 = connection.query_row(
        "SELECT coalesce(max(step), 0) FROM schema_step",
        [],
        |row| row.get(0),
    )?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use baton_core::person::phone_digits;
    use rusqlite::Connection;

    use super::{STEPS, Step, migrate, version};
    use crate::error::StoreError;

    #[test]
    fn the_list_names_every_file_of_the_folder_in_order() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let listed: Vec<String> = STEPS
            .iter()
            .map(|step| format!("{}.sql", step.name))
            .collect();
        assert_eq!(files, listed);
        for (index, step) in STEPS.iter().enumerate() {
            let number = format!("{:04}_", index + 1);
            assert!(
                step.name.starts_with(&number),
                "{} is not {number}",
                step.name
            );
        }
    }

    #[test]
    fn every_table_and_index_says_what_it_is_for_and_is_strict() {
        for step in STEPS {
            let mut before = "";
            for line in step.sql.lines() {
                if line.starts_with("CREATE") {
                    assert!(before.starts_with("-- "), "{}: {line}", step.name);
                }
                before = line;
            }
            let tables = step.sql.matches("\nCREATE TABLE").count();
            assert_eq!(
                step.sql.matches(") STRICT").count(),
                tables,
                "{}",
                step.name
            );
        }
    }

    #[test]
    fn versions_of_the_rules_that_were_in_force_before_are_taken_over_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("baton.db");
        let mut connection = Connection::open(&path).unwrap();
        let before = STEPS
            .iter()
            .position(|step| step.name == "0005_rule_versions");
        migrate(&mut connection, &path, &STEPS[..before.unwrap()], 1).unwrap();
        connection
            .execute_batch(
                "INSERT INTO ruleset (hash, text, first_at_ms, activated_at_ms) VALUES
                 (x'01', 'newer', 5, 9), (x'02', 'older', 1, 3), (x'03', 'never', 4, NULL)",
            )
            .unwrap();
        migrate(&mut connection, &path, STEPS, 10).unwrap();
        let mut statement = connection
            .prepare(
                "SELECT r.text FROM rules_version v JOIN ruleset r ON r.hash = v.ruleset
                 ORDER BY v.place",
            )
            .unwrap();
        let texts = statement.query_map([], |row| row.get(0)).unwrap();
        let texts: Vec<String> = texts.map(Result::unwrap).collect();
        assert_eq!(texts, ["older", "newer"]);
    }

    #[test]
    fn phones_that_were_kept_before_are_compared_like_those_that_are_written_now() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("baton.db");
        let mut connection = Connection::open(&path).unwrap();
        let before = STEPS.iter().position(|step| step.name == "0018_phones");
        migrate(&mut connection, &path, &STEPS[..before.unwrap()], 1).unwrap();
        let phones = [
            "+49 (170) 123-45 67",
            "0170\u{a0}123\u{2011}4567",
            "0170 1234567 ext. 12",
            "tel:+1.555.0100.22",
            "123456",
            "1234567",
            "none",
            "",
        ];
        for (n, phone) in phones.iter().enumerate() {
            let attributes = serde_json::json!({ "phone": phone }).to_string();
            connection
                .execute(
                    "INSERT INTO contact (id, name, attributes, created_at_ms, phone)
                     VALUES (?1, '', ?2, 1, '1')",
                    ([n as u8], attributes),
                )
                .unwrap();
        }
        migrate(&mut connection, &path, STEPS, 10).unwrap();
        let mut statement = connection
            .prepare("SELECT phone FROM contact ORDER BY id")
            .unwrap();
        let kept = statement.query_map([], |row| row.get(0)).unwrap();
        let kept: Vec<String> = kept.map(Result::unwrap).collect();
        let wanted = phones.map(|phone| phone_digits(phone).unwrap_or_default());
        assert_eq!(kept, wanted);
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_at_the_step_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("baton.db");
        let mut connection = Connection::open(&path).unwrap();
        migrate(&mut connection, &path, STEPS, 1).unwrap();
        let mut steps = STEPS.to_vec();
        steps.push(Step {
            name: "9999_broken",
            sql: "CREATE TABLE half (a INTEGER) STRICT; CREATE TABLE;",
            breaking: true,
        });
        let failed = migrate(&mut connection, &path, &steps, 2).unwrap_err();
        assert!(matches!(failed, StoreError::Sqlite(_)), "{failed}");
        assert_eq!(version(&connection, &path).unwrap() as usize, STEPS.len());
        let half: i64 = connection
            .query_row(
                "SELECT count(*) FROM sqlite_schema WHERE name = 'half'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(half, 0);
        let copy = folder.path().join("baton.db.before-9999_broken");
        let copy = Connection::open(copy).unwrap();
        assert_eq!(
            version(&copy, &path).unwrap() as usize,
            STEPS.len(),
            "a copy was kept"
        );
    }
}
