//! The report that build servers read about tests.

use baton_core::rules::{Rehearsal, rehearse::Played};

/// The tests of a rule file as a JUnit report.
#[must_use]
pub fn write(file: &str, rehearsal: &Rehearsal) -> String {
    let (tests, failures) = (rehearsal.tests.len(), rehearsal.failed());
    let suite = text(&rehearsal.policy);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites tests=\"{tests}\" failures=\"{failures}\">\n\
         \x20 <testsuite name=\"{suite}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">\n"
    );
    for test in &rehearsal.tests {
        out.push_str(&case(file, &suite, test));
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn case(file: &str, suite: &str, test: &Played) -> String {
    let head = format!(
        "    <testcase classname=\"{suite}\" name=\"{}\" file=\"{}\" line=\"{}\"",
        text(&test.name),
        text(file),
        test.line
    );
    let Some(first) = test.misses.first() else {
        return format!("{head}/>\n");
    };
    let message = format!(
        "{} should be {}, and is {}",
        first.what, first.expected, first.found
    );
    let lines: Vec<String> = test
        .misses
        .iter()
        .map(|miss| {
            format!(
                "{file}:{}: {} should be {}, and is {}\nwhy: {}",
                miss.line, miss.what, miss.expected, miss.found, miss.why
            )
        })
        .collect();
    format!(
        "{head}>\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
        text(&message),
        text(&lines.join("\n"))
    )
}

/// Text that can stand in XML, also between quotes.
fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            // XML has no way to write these.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
