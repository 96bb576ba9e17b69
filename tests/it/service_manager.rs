use tempfile::TempDir;
use tokio::net::UnixDatagram;

use crate::support::{Server, within};

async fn told(manager: &UnixDatagram) -> String {
    let mut said = [0; 256];
    let length = within("a word to the manager", manager.recv(&mut said)).await.unwrap();
    String::from_utf8(said[..length].to_vec()).unwrap()
}

#[tokio::test]
async fn the_service_manager_is_told_of_the_start_the_work_and_the_stop() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    let environment = [("NOTIFY_SOCKET", path.to_str().unwrap()), ("WATCHDOG_USEC", "100000")];
    let mut server = Server::start_in(&[], &environment).await;
    assert!(told(&manager).await.contains("READY=1\n"));
    for _ in 0..3 {
        assert_eq!(told(&manager).await, "WATCHDOG=1\n");
    }
    assert_eq!(server.terminate().await.code(), Some(0));
    let mut last = told(&manager).await;
    while last == "WATCHDOG=1\n" {
        last = told(&manager).await;
    }
    assert!(last.contains("STOPPING=1\n"), "{last}");
}

#[tokio::test]
async fn who_does_not_want_to_hear_of_the_work_is_told_of_start_and_stop_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    let path = path.to_str().unwrap();
    let environment = [("NOTIFY_SOCKET", path), ("WATCHDOG_USEC", "1000"), ("WATCHDOG_PID", "1")];
    let mut server = Server::start_in(&[], &environment).await;
    assert!(told(&manager).await.contains("READY=1\n"));
    server.person("ada").await;
    assert_eq!(server.terminate().await.code(), Some(0));
    assert!(told(&manager).await.contains("STOPPING=1\n"));
}

#[tokio::test]
async fn a_manager_that_is_gone_is_no_reason_to_stop() {
    let server = Server::start_in(&[], &[("NOTIFY_SOCKET", "/no/such/socket")]).await;
    server.person("ada").await;
    assert!(server.said().contains("service manager"), "{}", server.said());
}

#[tokio::test]
async fn a_manager_may_listen_under_a_name_without_a_file() {
    use std::os::{linux::net::SocketAddrExt, unix::net};
    let name = format!("salon-test-{}", std::process::id());
    let address = net::SocketAddr::from_abstract_name(&name).unwrap();
    let manager = net::UnixDatagram::bind_addr(&address).unwrap();
    manager.set_nonblocking(true).unwrap();
    let manager = UnixDatagram::from_std(manager).unwrap();
    let server = Server::start_in(&[], &[("NOTIFY_SOCKET", &format!("@{name}"))]).await;
    assert!(told(&manager).await.contains("READY=1\n"));
    drop(server);
}
