//! The world outside: web and mail addresses go to the programs of the user, never into the window.

use baton_api::ApiError;
use tauri::Url;

/// Whether an address may be handed to the user's programs.
fn may_leave(url: &Url) -> bool {
    match url.scheme() {
        "http" | "https" => url.has_host(),
        "mailto" => true,
        _ => false,
    }
}

/// Opens an address in the user's browser or mail program; anything but web and mail addresses is
/// refused.
pub(crate) fn open(url: &Url) -> Result<(), ApiError> {
    if !may_leave(url) {
        tracing::warn!(scheme = url.scheme(), "An address was not opened.");
        return Err(ApiError::new(
            "bad_address",
            "This address is not opened.",
            "Only web and mail addresses leave Baton.",
        ));
    }
    open::that_detached(url.as_str()).map_err(|error| {
        tracing::warn!(%error, "No program opened an address.");
        ApiError::new(
            "no_browser",
            "No program could open this address.",
            "Choose a browser in the settings of the system.",
        )
    })
}

/// Opens an address outside, for the window.
#[tauri::command]
pub(crate) fn open_external(url: String) -> Result<(), ApiError> {
    let url = Url::parse(&url)
        .map_err(|_| ApiError::bad_request("That is no address: it cannot be read."))?;
    open(&url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_and_mail_addresses_leave() {
        let may = |text: &str| may_leave(&Url::parse(text).expect(text));
        for fine in [
            "https://a.example/x?y#z",
            "http://a.example",
            "mailto:a@b.example",
        ] {
            assert!(may(fine), "{fine}");
        }
        for not in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "baton://c/cnv_1",
            "smb://host/share",
            "tauri://localhost/",
            "vbscript:x",
            "ms-msdt:/id",
        ] {
            assert!(!may(not), "{not}");
        }
    }
}
