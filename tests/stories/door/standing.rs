//! The door of a host that shows its own window: closed until a person wants it, and nothing but
//! the door behind its port.

use std::time::Duration;

use baton_api::Commands as _;
use baton_api::bots as bo;
use baton_cli::server::standing::keep_door;
use baton_tests::desk::Desk;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::stage::let_in;

async fn door(desk: &Desk) -> bo::DoorView {
    desk.engine.bot_list(bo::BotList {}).await.unwrap().door
}

/// Waits until the door stands like this.
async fn stands(desk: &Desk, state: &str) -> bo::DoorView {
    let stands = async {
        loop {
            let door = door(desk).await;
            if door.state == state {
                return door;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(10), stands).await.expect(state)
}

async fn want(desk: &Desk, open: bool, port: u16) {
    let asked = bo::DoorSet {
        open,
        port,
        lan: String::new(),
    };
    desk.engine.door_set(asked).await.unwrap();
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

async fn status(port: u16, token: &str, path: &str) -> u16 {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_door_of_the_app_is_closed_until_a_person_opens_it_and_leads_nowhere_else() {
    let desk = Desk::on_desktop().await;
    let token = let_in(&desk, "front", None).await;
    let stop = CancellationToken::new();
    let keeping = tokio::spawn(keep_door(desk.engine.clone(), stop.clone()));
    let closed = stands(&desk, "closed").await;
    assert!(closed.switchable && !closed.wanted);

    let port = free_port().await;
    want(&desk, true, port).await;
    let open = stands(&desk, "open").await;
    assert_eq!(open.address, format!("http://127.0.0.1:{port}/bots/v1"));
    assert_eq!(status(port, &token, "/bots/v1/events").await, 200);
    assert_eq!(status(port, "none", "/bots/v1/events").await, 401);
    for elsewhere in ["/", "/index.html", "/api/v1/session_get", "/api/v1/events"] {
        assert_eq!(status(port, &token, elsewhere).await, 404, "{elsewhere}");
    }

    // Another port: the old one is let go.
    let other = free_port().await;
    want(&desk, true, other).await;
    let moved = async {
        while door(&desk).await.address != format!("http://127.0.0.1:{other}/bots/v1") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(10), moved)
        .await
        .expect("it moves");
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    assert_eq!(status(other, &token, "/bots/v1/events").await, 200);

    want(&desk, false, other).await;
    stands(&desk, "closed").await;
    assert!(TcpStream::connect(("127.0.0.1", other)).await.is_err());
    stop.cancel();
    keeping.await.unwrap();
}

#[tokio::test]
async fn a_port_that_is_taken_is_said() {
    let desk = Desk::on_desktop().await;
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    want(&desk, true, port).await;
    let stop = CancellationToken::new();
    let keeping = tokio::spawn(keep_door(desk.engine.clone(), stop.clone()));
    let failed = stands(&desk, "failed").await;
    assert!(
        failed.problem.contains(&port.to_string()),
        "{}",
        failed.problem
    );
    let system = bo::DoorSet {
        open: true,
        port: 80,
        lan: String::new(),
    };
    assert!(desk.engine.door_set(system).await.is_err());
    stop.cancel();
    keeping.await.unwrap();
}

#[tokio::test]
async fn a_server_is_not_switched() {
    let house = super::stage::House::open().await;
    let open = stands(&house.desk, "open").await;
    assert!(!open.switchable);
    let closing = bo::DoorSet {
        open: false,
        port: 8421,
        lan: String::new(),
    };
    assert!(house.desk.engine.door_set(closing).await.is_err());
}
