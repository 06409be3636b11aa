//! Links into Baton: `baton://c/<conversation>`.

/// Longer than any identifier.
const LONGEST: usize = 64;

/// The conversation that a link names, if it is one of ours.
pub(crate) fn conversation(link: &str) -> Option<String> {
    let id = link.strip_prefix("baton://c/")?;
    let id = id.strip_suffix('/').unwrap_or(id);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let well_formed = !id.is_empty() && id.len() <= LONGEST && id.bytes().all(plain);
    well_formed.then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::conversation;

    #[test]
    fn a_link_names_a_conversation() {
        assert_eq!(
            conversation("baton://c/cnv_01hz").as_deref(),
            Some("cnv_01hz")
        );
        assert_eq!(
            conversation("baton://c/cnv_01hz/").as_deref(),
            Some("cnv_01hz")
        );
    }

    #[test]
    fn anything_else_is_no_link_of_ours() {
        for odd in [
            "",
            "baton://c/",
            "baton://settings",
            "https://c/cnv_1",
            "baton://c/cnv_1/../../x",
            "baton://c/cnv_1?x=1",
            "baton://c/cnv_1#/settings",
            "baton://c/<script>",
        ] {
            assert_eq!(conversation(odd), None, "{odd}");
        }
        assert_eq!(conversation(&format!("baton://c/{}", "a".repeat(65))), None);
    }
}
