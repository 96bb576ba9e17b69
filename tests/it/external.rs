//! People who come by the tokens of an existing application that shares its secret, as Django's
//! SimpleJWT makes them.

use serde_json::{Value, json};

use crate::support::{Answer, Person, Server, Socket, tokens::signed};

const SECRET: &str = "a secret of an existing application";
const PROVISION: &[&str] = &["--jwt-secret", SECRET, "--jwt-provision", "on"];

/// A token of that application, with more or other claims.
fn token(claims: Value) -> String {
    let now = chrono::Utc::now().timestamp();
    let mut all = json!({
        "token_type": "access", "exp": now + 300, "iat": now, "user_id": 42, "jti": "5f3c",
    });
    all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    signed(&json!({ "alg": "HS256", "typ": "JWT" }), &all, SECRET.as_bytes())
}

async fn me(server: &Server, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    server.ask_with("GET", "/api/me", None, &[("authorization", &bearer)]).await
}

#[tokio::test]
async fn an_unknown_person_gets_an_account_and_keeps_it() {
    let server = Server::start_with(PROVISION).await;
    let admin = server.person("ada").await;
    let carl = me(&server, &token(json!({ "username": "carl" }))).await.expect(200);
    assert_eq!((&carl["username"], &carl["role"]), (&json!("carl"), &json!("member")));
    // the same number is the same person, whatever they are called now
    let again = me(&server, &token(json!({ "username": "charles" }))).await.expect(200);
    assert_eq!((&again["id"], &again["username"]), (&carl["id"], &json!("carl")));
    // by `sub`, without a name, and with one that is taken or cannot be
    let by_sub = token(json!({ "user_id": null, "sub": "7", "username": null }));
    assert_eq!(me(&server, &by_sub).await.expect(200)["username"], "user-7");
    let taken = token(json!({ "user_id": "8", "username": "ADA" }));
    assert_eq!(me(&server, &taken).await.expect(200)["username"], "user-8");
    let strange = token(json!({ "user_id": 9, "username": "not a name!" }));
    assert_eq!(me(&server, &strange).await.expect(200)["username"], "user-9");
    // they are people like all others, on sockets too
    let mut socket = Socket::open(&server.address(), &token(json!({}))).await;
    assert_eq!(socket.hello["user"]["id"], carl["id"]);
    admin.say(&server, "general", "welcome").await;
    assert_eq!(socket.expect("new_message").await["data"]["content"], "welcome");
    let path = format!("/ws/chat/?token={}", token(json!({})));
    let mut live = Socket::dial(&server.address(), &path).await;
    live.send_frame(&json!({ "action": "send_message", "content": "Bonjour !" })).await;
    assert_eq!(live.expect("message").await["sender"], "carl");
}

#[tokio::test]
async fn many_first_calls_at_once_make_one_account() {
    let server = Server::start_with(PROVISION).await;
    server.person("ada").await;
    let token = token(json!({ "username": "carl" }));
    let answers = futures_util::future::join_all((0..16).map(|_| me(&server, &token))).await;
    let ids: Vec<Value> = answers.into_iter().map(|a| a.expect(200)["id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]));
}

#[tokio::test]
async fn without_provision_only_known_people_are_let_in() {
    let server = Server::start_with(&["--jwt-secret", SECRET]).await;
    let ada = server.person("ada").await;
    me(&server, &token(json!({ "username": "carl" }))).await.refused(401, "unauthorized");
    me(&server, &token(json!({ "username": "ada" }))).await.refused(401, "unauthorized");
    let known = token(json!({ "user_id": ada.id }));
    assert_eq!(me(&server, &known).await.expect(200)["username"], "ada");
}

#[tokio::test]
async fn without_the_applications_secret_nothing_of_it_is_accepted() {
    let server = Server::start_with(&[]).await;
    server.person("ada").await;
    me(&server, &token(json!({}))).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn other_tokens_of_the_application_are_not_accepted() {
    let server = Server::start_with(PROVISION).await;
    let ada = server.person("ada").await;
    let now = chrono::Utc::now().timestamp();
    for claims in [
        json!({ "token_type": "refresh" }),
        json!({ "token_type": "sliding" }),
        json!({ "exp": now - 120 }),
        json!({ "exp": null }),
        json!({ "iat": now + 200 }),
        json!({ "exp": "soon" }),
        json!({ "user_id": null }),
        json!({ "user_id": "" }),
        json!({ "user_id": ["42"] }),
        json!({ "user_id": "x".repeat(500) }),
        json!({ "user_id": "a\nb" }),
        json!({ "user_id": ada.id, "sid": "01890000-0000-7000-8000-000000000000" }),
    ] {
        me(&server, &token(claims)).await.refused(401, "unauthorized");
    }
    let people = ada.get(&server, "/api/users").await;
    assert_eq!(people.headers["x-total-count"], "1");
}

#[tokio::test]
async fn the_person_can_be_signed_out_and_older_tokens_stay_refused() {
    let server = Server::start_with(PROVISION).await;
    server.person("ada").await;
    let now = chrono::Utc::now().timestamp();
    let old = token(json!({ "iat": now - 60 }));
    me(&server, &old).await.expect(200);
    let mut socket = Socket::open(&server.address(), &old).await;
    let bearer = format!("Bearer {old}");
    let headers = [("authorization", bearer.as_str())];
    server.ask_with("POST", "/api/auth/logout", None, &headers).await.expect(204);
    assert_eq!(socket.closed().await.0, 4401);
    me(&server, &old).await.refused(401, "unauthorized");
    // a token issued later is a new sign-in there
    me(&server, &token(json!({ "iat": now + 5 }))).await.expect(200);
}

#[tokio::test]
async fn the_first_account_is_never_made_by_a_token() {
    let server = Server::start_with(PROVISION).await;
    let carl = me(&server, &token(json!({ "username": "carl" }))).await.expect(200);
    assert_eq!(carl["role"], "member");
    let ada = Person::register(&server, "ada").await;
    assert_eq!(ada.get(&server, "/api/me").await.expect(200)["role"], "admin");
}

/// What an administrator has ended stays ended, however long the application vouches for them.
#[tokio::test]
async fn a_deleted_account_is_not_let_in_again_and_costs_nothing() {
    let server = Server::start_with(PROVISION).await;
    let admin = server.person("ada").await;
    let carls = token(json!({ "username": "carl" }));
    me(&server, &carls).await.expect(200);
    admin.delete(&server, "/api/admin/people/carl").await.expect(204);
    me(&server, &carls).await.refused(401, "unauthorized");
    let newer = token(json!({ "username": "carl", "jti": "another" }));
    me(&server, &newer).await.refused(401, "unauthorized");
    assert!(!server.said().contains("ERROR"), "{}", server.said());
}

#[tokio::test]
async fn a_token_that_is_not_valid_yet_is_refused() {
    let server = Server::start_with(PROVISION).await;
    server.person("ada").await;
    let from = chrono::Utc::now().timestamp() + 3600;
    me(&server, &token(json!({ "nbf": from }))).await.refused(401, "unauthorized");
    me(&server, &token(json!({ "nbf": from - 7200 }))).await.expect(200);
}
