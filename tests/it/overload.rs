use serde_json::json;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::{
    history::strace::Strace,
    support::{Person, Server, Socket, within},
};

/// Together more than the server lets wait for the disk.
const ROOMS: usize = 90;
const EACH: usize = 40;

/// Says a number of things at once; gives how many were taken and how many refused, and tells of
/// each refusal as it comes.
async fn talk(mut socket: Socket, refused: UnboundedSender<()>) -> (usize, usize) {
    for number in 0..EACH {
        let content = format!("{number}");
        socket.send_frame(&json!({ "type": "chat_message", "content": content })).await;
    }
    let (mut taken, mut not) = (0, 0);
    while taken + not < EACH {
        let frame = socket.next().await;
        match frame["type"].as_str().unwrap() {
            "chat_message" => taken += 1,
            "error" => {
                assert_eq!(frame["code"], "unavailable", "{frame}");
                not += 1;
                let _ = refused.send(()); // nobody counts any more
            }
            _ => {}
        }
    }
    (taken, not)
}

async fn room(server: &Server, person: &Person, number: usize) -> (String, Socket) {
    let room = person.room(server, json!({ "name": format!("room {number}") })).await;
    let socket = person.dial(&format!("/ws/chat/{room}/")).await;
    (room, socket)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_disk_cannot_take_is_refused_at_once_and_what_is_taken_is_kept() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let mut rooms = Vec::new();
    for number in 0..ROOMS {
        rooms.push(room(&server, &ada, number).await);
    }
    let calls = ["-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:delay_enter=5s"];
    let strace = Strace::attach(&server, &[&["-o", "/dev/null"], &calls[..]].concat()).await;

    let (tell, mut refusals) = unbounded_channel();
    let mut talking = Vec::new();
    for (room, socket) in rooms {
        talking.push((room, tokio::spawn(talk(socket, tell.clone()))));
    }
    for _ in 0..ROOMS {
        within("a refusal while the disk stands still", refusals.recv()).await.unwrap();
    }
    let place = "/api/conversations/general/messages";
    let answer = ada.post(&server, place, json!({ "content": "one more" })).await;
    assert_eq!(answer.headers["retry-after"], "1");
    answer.refused(503, "unavailable");
    ada.get(&server, place).await.expect(200);
    strace.detach().await;

    let (mut taken, mut refused) = (0, 0);
    for (room, talk) in talking {
        let (took, not) = within("an answer to everything", talk).await.unwrap();
        let path = format!("/api/conversations/{room}/messages?limit=100");
        let kept = ada.get(&server, &path).await.expect(200);
        assert_eq!(kept.as_array().unwrap().len(), took);
        (taken, refused) = (taken + took, refused + not);
    }
    assert_eq!(taken + refused, ROOMS * EACH);
    assert!(taken > 2000, "what waited was not given up: {taken}");
    ada.post(&server, place, json!({ "content": "well again" })).await.expect(201);
}

/// What one commit brings is more than may wait for a socket, and less than who reads as it comes can take.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_the_longest_messages_costs_nobody_who_reads_their_socket() {
    let server = Server::start_with(&["--limits", "on"]).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (mut a, mut b) = (ada.connect().await, bob.connect().await);
    let general = a.room("general");
    let longest = "😀".repeat(4000);
    let reading = tokio::spawn(async move {
        for seq in 1..=EACH {
            assert_eq!(b.expect("new_message").await["data"]["seq"], seq);
        }
    });
    for number in 0..EACH {
        let new =
            json!({ "chat_id": general, "content": longest, "timestamp": "2026-01-01T00:00:00Z" });
        a.send_ref("new_message", &number.to_string(), new).await;
    }
    within("all of them", reading).await.unwrap();
}
