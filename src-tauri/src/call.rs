//! What the window may call: the one command list, and mail made ready for its frame.

use baton_api::ApiError;
use baton_engine::Engine;
use serde_json::Value;
use tauri::State;

use crate::frames::Frames;

/// Carries out one command of the list.
#[tauri::command]
pub(crate) async fn call(
    engine: State<'_, Engine>,
    name: String,
    payload: Value,
) -> Result<Value, ApiError> {
    baton_api::call(engine.inner(), &name, payload).await
}

/// Renders the HTML of a message, keeps the document for one look and says where to look.
#[tauri::command]
pub(crate) async fn message_frame(
    engine: State<'_, Engine>,
    frames: State<'_, Frames>,
    payload: Value,
) -> Result<Value, ApiError> {
    let remote = payload.get("remote").and_then(Value::as_bool) == Some(true);
    let mut answer = baton_api::call(engine.inner(), "message_html", payload).await?;
    let unreadable = || ApiError::new("internal", "The message cannot be shown.", "");
    let fields = answer.as_object_mut().ok_or_else(unreadable)?;
    let Some(Value::String(document)) = fields.remove("document") else {
        return Err(unreadable());
    };
    let url = frames.keep(document, remote).ok_or_else(unreadable)?;
    fields.insert("url".to_owned(), Value::String(url));
    Ok(answer)
}
