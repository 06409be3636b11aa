//! Sets of UIDs as IMAP writes them: `1:4,7,9:12`.

/// The shortest text for UIDs in ascending order.
pub fn text(uids: impl IntoIterator<Item = u32>) -> String {
    let mut out = String::new();
    let mut run: Option<(u32, u32)> = None;
    for uid in uids {
        match run {
            Some((first, last)) if last.checked_add(1) == Some(uid) => run = Some((first, uid)),
            _ => {
                push(&mut out, run);
                run = Some((uid, uid));
            }
        }
    }
    push(&mut out, run);
    out
}

fn push(out: &mut String, run: Option<(u32, u32)>) {
    let Some((first, last)) = run else { return };
    if !out.is_empty() {
        out.push(',');
    }
    out.push_str(&first.to_string());
    if last != first {
        out.push(':');
        out.push_str(&last.to_string());
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn neighbours_become_ranges() {
        assert_eq!(super::text([1, 2, 3, 4, 7, 9, 10]), "1:4,7,9:10");
        assert_eq!(super::text([]), "");
        assert_eq!(
            super::text([u32::MAX - 1, u32::MAX]),
            "4294967294:4294967295"
        );
    }
}
