//! Whether the panel has a place for icons. On Linux that can change while we run, and without a
//! place an icon is built without complaint and seen by nobody.

/// Tells whether there is a place, now and whenever that changes.
#[cfg(target_os = "linux")]
pub(super) async fn follow(tell: impl Fn(bool) + Send) {
    if let Err(error) = watch(&tell).await {
        tracing::info!(%error, "No session bus tells of a tray; closing the window quits.");
        tell(false);
    }
}

#[cfg(target_os = "linux")]
async fn watch(tell: &(impl Fn(bool) + Send)) -> zbus::Result<()> {
    use futures_util::StreamExt as _;
    use zbus::names::BusName;

    const WATCHER: &str = "org.kde.StatusNotifierWatcher";

    let connection = zbus::Connection::session().await?;
    let bus = zbus::fdo::DBusProxy::new(&connection).await?;
    let mut owners = bus
        .receive_name_owner_changed_with_args(&[(0, WATCHER)])
        .await?;
    tell(bus.name_has_owner(BusName::try_from(WATCHER)?).await?);
    while let Some(change) = owners.next().await {
        tell(change.args()?.new_owner().is_some());
    }
    // The bus is gone, and the panel with it.
    tell(false);
    Ok(())
}

/// Tells whether there is a place: elsewhere there always is.
#[cfg(not(target_os = "linux"))]
pub(super) async fn follow(tell: impl Fn(bool) + Send) {
    tell(true);
}
