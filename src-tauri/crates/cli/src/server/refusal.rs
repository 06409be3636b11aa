//! How the server says no: a status and the error of the boundary, always as JSON.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use baton_api::ApiError;
use baton_bots::DoorError;

use super::headers;

/// An answer that is an error.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    status: StatusCode,
    error: ApiError,
    allow: Option<&'static str>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &str, message: &str, hint: &str) -> Self {
        Self {
            status,
            error: ApiError::new(code, message, hint),
            allow: None,
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error: ApiError::bad_request(message),
            allow: None,
        }
    }

    pub(crate) fn malformed(message: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "malformed",
            message,
            "Send one plain HTTP/1.1 request.",
        )
    }

    pub(crate) fn no_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "The token is missing or wrong.",
            "Open the address that `baton serve` printed, or send its token as a bearer token.",
        )
    }

    pub(crate) fn no_bot_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "The token of the bot is missing or wrong.",
            "Send the token that `baton bots add` showed as a bearer token.",
        )
    }

    /// A no of the door, before anything was carried out.
    pub(crate) fn at_door(error: &DoorError) -> Self {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::UNAUTHORIZED);
        Self::new(status, &error.code, &error.message, &error.hint)
    }

    pub(crate) fn not_found() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            error: ApiError::new(
                "not_found",
                "There is nothing at this address.",
                "Check the address.",
            ),
            allow: None,
        }
    }

    pub(crate) fn forbidden(message: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            message,
            "Use the page that this server itself serves.",
        )
    }

    pub(crate) fn method(allow: &'static str) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "This address does not know that method.",
                "The Allow header lists what it knows.",
            )
        }
    }

    pub(crate) fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "The body is larger than the server takes.",
            "Send less at a time.",
        )
    }

    pub(crate) fn timeout(what: &str) -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "timeout",
            what,
            "Send the whole request at once.",
        )
    }

    pub(crate) fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "The server has as many connections as it takes.",
            "Close some, then try again.",
        )
    }

    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong inside Baton.",
            "Try again; the log of the server says more.",
        )
    }

    /// What a command said, under the status that fits its code.
    pub(crate) fn of(error: ApiError) -> Self {
        let status = match error.code.as_str() {
            _ if error.notice => StatusCode::CONFLICT,
            "bad_request" => StatusCode::BAD_REQUEST,
            "not_found" | "unknown_command" => StatusCode::NOT_FOUND,
            "forbidden" => StatusCode::FORBIDDEN,
            "conflict" | "stale" | "stale_epoch" => StatusCode::CONFLICT,
            "too_many" => StatusCode::TOO_MANY_REQUESTS,
            "busy" | "unavailable" => StatusCode::SERVICE_UNAVAILABLE,
            "internal" => {
                // The caller learns no internals; whoever runs the server does.
                tracing::error!(message = %error.message, "A command failed inside.");
                return Self::internal();
            }
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self {
            status,
            error,
            allow: None,
        }
    }

    fn body(&self) -> String {
        serde_json::to_string(&self.error).unwrap_or_default()
    }

    /// The whole answer as bytes, for callers with whom no HTTP was possible.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let body = self.body();
        let mut out = format!(
            "HTTP/1.1 {} {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             connection: close\r\n",
            self.status.as_u16(),
            self.status.canonical_reason().unwrap_or("Error"),
            body.len()
        );
        for (name, value) in headers::EVERYWHERE.iter().chain(headers::DATA) {
            out.push_str(&format!("{name}: {value}\r\n"));
        }
        out.push_str("\r\n");
        out.push_str(&body);
        out.into_bytes()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        if let Some(allow) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"baton\""),
            );
        }
        response
    }
}
