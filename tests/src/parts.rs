//! The parts of a bench, and which of them a run can have.

/// In their order; `BENCH_ONLY` names those wanted.
const PARTS: [&str; 9] = [
    "import", "search", "commands", "decision", "rules", "serve", "door", "mail", "window",
];

/// Those that need no mails.
const MADE_UP: [&str; 3] = ["decision", "rules", "door"];

/// Those that look at the workspace that `import` makes.
const LOOKING: [&str; 4] = ["search", "commands", "serve", "window"];

/// Whether a part needs mails.
#[must_use]
pub fn needs_mails(part: &str) -> bool {
    !MADE_UP.contains(&part)
}

/// The parts that `BENCH_ONLY` names, in their order; every part where it names none.
///
/// # Errors
/// What is wrong with it, and what to write in its place, where a run would break off.
pub fn parts(only: &str, imported: bool) -> Result<Vec<&'static str>, String> {
    let named: Vec<&str> = only
        .split(',')
        .map(str::trim)
        .filter(|one| !one.is_empty())
        .collect();
    if let Some(strange) = named.iter().find(|one| !PARTS.contains(one)) {
        let known = PARTS.join(" ");
        return Err(format!(
            "BENCH_ONLY names no part {strange}; the parts are: {known}"
        ));
    }
    let wanted = |part: &&str| named.is_empty() || named.contains(part);
    let wanted: Vec<&'static str> = PARTS.into_iter().filter(wanted).collect();
    match wanted.iter().find(|part| LOOKING.contains(part)) {
        Some(part) if !imported && !wanted.contains(&"import") => Err(format!(
            "{part} looks at the workspace that import makes, and there is none: \
             BENCH_ONLY=import,{}, or name in BENCH_FOLDER a folder where import was run",
            wanted.join(",")
        )),
        _ => Ok(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::{PARTS, parts};

    #[test]
    fn a_part_that_looks_at_what_is_not_there_says_which_parts_to_name() {
        let told = parts("window", false).unwrap_err();
        assert!(told.contains("BENCH_ONLY=import,window,"), "{told}");
        assert_eq!(parts("window", true).unwrap(), ["window"]);
        assert_eq!(parts("window,import", false).unwrap(), ["import", "window"]);
        assert_eq!(parts("door, rules", false).unwrap(), ["rules", "door"]);
        assert_eq!(parts("", false).unwrap(), PARTS);
        let told = parts("widnow", true).unwrap_err();
        assert!(
            told.starts_with("BENCH_ONLY names no part widnow;"),
            "{told}"
        );
    }
}
