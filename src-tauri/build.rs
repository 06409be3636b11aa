//! Embeds the UI and the capabilities into the desktop app.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Build scripts run in the folder of the package, which is the root of the repository.
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(&[
            "call",
            "message_frame",
            "open_external",
        ]));
    Ok(tauri_build::try_build(attributes)?)
}
