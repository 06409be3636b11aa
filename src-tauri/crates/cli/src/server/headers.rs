//! The headers that keep a browser from doing with our answers what we did not mean.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// On every answer.
pub(crate) const EVERYWHERE: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-dns-prefetch-control", "off"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), \
         microphone=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=()",
    ),
];

/// On answers that are data, and on every error: nothing in them may run, load or be framed.
pub(crate) const DATA: &[(&str, &str)] = &[
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-frame-options", "DENY"),
];

/// On the page of the user interface and its files. No inline style and no inline script: what a
/// customer wrote cannot become either. Messages have a document of their own ([`super::views`]).
pub(crate) const PAGE: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
    ),
    ("x-frame-options", "DENY"),
];

/// Sets each header that is not there yet.
pub(crate) fn fill(headers: &mut HeaderMap, wanted: &'static [(&'static str, &'static str)]) {
    for &(name, value) in wanted {
        headers
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
}
