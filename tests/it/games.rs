//! Invitations and games: how they end, whoever comes first.

use serde_json::{Value, json};

use crate::support::{Person, Server, Socket, eventually};

fn invite(to: &str) -> Value {
    json!({ "username": to, "client_id": "1", "options": { "ranked": true } })
}

async fn two_on(server: &Server) -> (Person, Person, Socket, Socket) {
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let (a, b) = (ada.connect().await, bob.connect().await);
    (ada, bob, a, b)
}

async fn play(a: &mut Socket, b: &mut Socket) -> String {
    a.send("game_invite", invite("bob")).await;
    b.expect("game_invite").await;
    b.send("reply_game_invite", json!({ "username": "ada", "accept": true })).await;
    let found = a.expect("game_found").await;
    b.expect("game_found").await;
    found["data"]["game_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_invitation_that_nobody_answers_ends_by_itself() {
    let server = Server::start_with(&["--invitation-wait", "1"]).await;
    let (_, _, mut a, mut b) = two_on(&server).await;
    a.send("game_invite", invite("bob")).await;
    for socket in [&mut a, &mut b] {
        let canceled = socket.expect("game_invite_canceled").await["data"].clone();
        assert_eq!((&canceled["reason"], &canceled["client_id"]), (&json!("expired"), &json!("1")));
    }
    b.send("game_accepted", json!({ "username": "ada" })).await;
    assert_eq!(b.refused().await, "not_found");
    a.send("game_invite", invite("bob")).await;
    b.expect("game_invite").await;
}

#[tokio::test]
async fn an_invitation_ends_when_either_sides_last_socket_closes() {
    let server = Server::start().await;
    let (ada, bob, mut a, mut b) = two_on(&server).await;
    let second = ada.connect().await;
    a.send("game_invite", invite("bob")).await;
    b.expect("game_invite").await;
    second.close().await;
    // another socket of hers is open still
    b.send("reply_game_invite", json!({ "username": "ada", "accept": false })).await;
    a.expect("game_declined").await;
    a.send("game_invite", invite("bob")).await;
    b.expect("game_invite").await;
    a.close().await;
    assert_eq!(b.expect("game_invite_canceled").await["data"]["reason"], "left");
    let mut a = ada.connect().await;
    a.send("game_invite", invite("bob")).await;
    b.expect("game_invite").await;
    b.close().await;
    assert_eq!(a.expect("game_invite_canceled").await["data"]["username"], "bob");
    drop(bob);
}

/// Both say something about the same invitation at the same moment; whichever comes first holds,
/// and both hear of the same end.
#[tokio::test]
async fn races_end_one_way_for_both() {
    let server = Server::start().await;
    let (ada, _, mut a, mut b) = two_on(&server).await;
    for round in 0..20 {
        a.send("game_invite", invite("bob")).await;
        b.expect("game_invite").await;
        let (first, second) = (
            a.send("cancel_game_invite", json!({ "username": "bob" })),
            b.send("reply_game_invite", json!({ "username": "ada", "accept": true })),
        );
        if round % 2 == 0 {
            tokio::join!(first, second);
        } else {
            tokio::join!(second, first);
        }
        let ending = async |socket: &mut Socket| loop {
            let frame = socket.next().await;
            let action = frame["action"].as_str().unwrap().to_owned();
            if ["game_found", "game_invite_canceled"].contains(&action.as_str()) {
                return (action, frame["data"]["game_id"].clone());
            }
        };
        let (mine, theirs) = (ending(&mut a).await, ending(&mut b).await);
        assert_eq!(mine, theirs, "round {round}");
        if mine.0 == "game_found" {
            let path = format!("/api/games/{}/finish", mine.1.as_str().unwrap());
            ada.post(&server, &path, json!({ "winner": null })).await.expect(200);
        }
    }
}

#[tokio::test]
async fn invitations_that_cross_leave_one() {
    let server = Server::start().await;
    let (ada, bob, mut a, mut b) = two_on(&server).await;
    let (mut of_ada, mut of_bob) = (ada.connect().await, bob.connect().await);
    for _ in 0..10 {
        tokio::join!(a.send("game_invite", invite("bob")), b.send("game_invite", invite("ada")));
        let first = of_ada.expect("game_invite").await["data"]["username"].clone();
        assert_eq!(of_bob.expect("game_invite").await["data"]["username"], first);
        let (inviter, invited, other) =
            if first == "ada" { (&mut a, &mut b, "bob") } else { (&mut b, &mut a, "ada") };
        assert_eq!(invited.refused().await, "conflict");
        inviter.send("cancel_game_invite", json!({ "username": other })).await;
        inviter.expect("game_invite_canceled").await;
        invited.expect("game_invite_canceled").await;
    }
}

#[tokio::test]
async fn whoever_accepts_first_plays_and_the_others_are_told_that_it_is_over() {
    let server = Server::start().await;
    let (_, bob, mut a, mut b) = two_on(&server).await;
    let carl = server.person("carl").await;
    let (mut c, mut of_bob, mut of_carl) =
        (carl.connect().await, bob.connect().await, carl.connect().await);
    for to in ["bob", "carl"] {
        a.send("game_invite", invite(to)).await;
        a.expect("game_invite").await;
    }
    let yes = json!({ "username": "ada", "accept": true });
    tokio::join!(b.send("reply_game_invite", yes.clone()), c.send("reply_game_invite", yes));
    let players = a.expect("game_found").await["data"]["players"].clone();
    let (won, lost, late) = if players[1] == "bob" {
        (&mut of_bob, &mut of_carl, &mut c)
    } else {
        (&mut of_carl, &mut of_bob, &mut b)
    };
    assert_eq!(won.expect("game_found").await["data"]["players"], players);
    assert_eq!(lost.expect("game_invite_canceled").await["data"]["reason"], "engaged");
    assert_eq!(late.refused().await, "not_found");
}

#[tokio::test]
async fn a_game_is_for_its_players_and_ends_once() {
    let server = Server::start().await;
    let (ada, bob, mut a, mut b) = two_on(&server).await;
    let carl = server.person("carl").await;
    let id = play(&mut a, &mut b).await;
    let (path, finish) = (format!("/api/games/{id}"), format!("/api/games/{id}/finish"));
    let game = bob.get(&server, &path).await.expect(200);
    assert_eq!((&game["state"], &game["players"]), (&json!("on"), &json!(["ada", "bob"])));
    carl.get(&server, &path).await.refused(404, "not_found");
    carl.post(&server, &finish, json!({ "winner": "carl" })).await.refused(404, "not_found");
    for bad in [
        json!({ "winner": "carl" }),
        json!({ "winner": "ada", "scores": { "ada": 11 } }),
        json!({ "winner": "ada", "scores": { "ada": 11, "carl": 2 } }),
        json!({ "winner": "ada", "scores": { "ada": 11, "bob": -1 } }),
        json!({ "winner": 7 }),
        json!({}),
        json!({ "winer": "ada" }),
    ] {
        ada.post(&server, &finish, bad).await.refused(422, "invalid");
    }
    let result = json!({ "winner": "bob", "scores": { "ada": 9, "bob": 11 } });
    let ended = ada.post(&server, &finish, result.clone()).await.expect(200);
    assert_eq!((&ended["state"], &ended["winner"]), (&json!("finished"), &json!("bob")));
    assert_eq!(ended["scores"], json!({ "ada": 9, "bob": 11 }));
    for socket in [&mut a, &mut b] {
        assert_eq!(socket.expect("game_finished").await["data"]["game"], ended);
    }
    bob.post(&server, &finish, result).await.refused(409, "conflict");
    play(&mut a, &mut b).await;
}

#[tokio::test]
async fn who_is_in_a_game_is_so_after_a_restart_and_an_open_invitation_is_accounted_for() {
    let mut server = Server::start_with(&["--invitation-wait", "2"]).await;
    let (ada, bob, mut a, mut b) = two_on(&server).await;
    let carl = server.person("carl").await;
    let dan = server.person("dan").await;
    let id = play(&mut a, &mut b).await;
    let (mut c, _d) = (carl.connect().await, dan.connect().await);
    c.send("game_invite", invite("dan")).await;
    let cursor = c.expect("game_invite").await["rev"].clone();
    server.kill().await;
    let server = server.again().await;
    let (a, mut c) = (ada.connect().await, carl.connect().await);
    assert_eq!((&a.hello["game"]["id"], &a.hello["game"]["state"]), (&json!(id), &json!("on")));
    c.send("game_invite", invite("bob")).await;
    assert_eq!(c.refused().await, "conflict");
    // told as canceled, live or on resuming
    c.send("resume", json!({ "cursor": cursor })).await;
    assert_eq!(c.expect("game_invite_canceled").await["data"]["username"], "dan");
    let path = format!("/api/games/{id}/finish");
    bob.post(&server, &path, json!({ "winner": "ada" })).await.expect(200);
}

#[tokio::test]
async fn a_game_that_both_have_left_ends() {
    let server = Server::start_with(&["--game-wait", "1"]).await;
    let (ada, _, mut a, mut b) = two_on(&server).await;
    let id = play(&mut a, &mut b).await;
    let path = format!("/api/games/{id}");
    a.close().await;
    assert_eq!(ada.get(&server, &path).await.expect(200)["state"], "on");
    b.close().await;
    let state = async || ada.get(&server, &path).await.expect(200)["state"].clone();
    eventually("the end of an abandoned game", async || state().await == "abandoned").await;
}
