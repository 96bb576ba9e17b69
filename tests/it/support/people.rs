//! People who are signed in.

use serde_json::{Value, json};

use super::{Answer, Server, Socket};

pub const PASSWORD: &str = "correct horse battery";

/// Somebody with an account, and their tokens.
#[derive(Clone, Debug)]
pub struct Person {
    pub username: String,
    pub id: String,
    pub token: String,
    pub refresh: String,
    address: String,
}

impl Person {
    pub async fn register(server: &Server, username: &str) -> Self {
        let body = json!({ "username": username, "password": PASSWORD });
        let grant = server.ask("POST", "/api/auth/register", Some(&body)).await.expect(201);
        Self::from_grant(server, &grant)
    }

    /// Somebody whom another one has invited.
    pub async fn invited(server: &Server, by: &Self, username: &str) -> Self {
        let made = by.post(server, "/api/admin/invitations", json!({ "uses": 1 })).await;
        let token = made.expect(201)["token"].clone();
        let body = json!({ "username": username, "password": PASSWORD, "invitation": token });
        let grant = server.ask("POST", "/api/auth/register", Some(&body)).await.expect(201);
        Self::from_grant(server, &grant)
    }

    pub async fn sign_in(server: &Server, username: &str) -> Self {
        let body = json!({ "username": username, "password": PASSWORD });
        let grant = server.ask("POST", "/api/auth/login", Some(&body)).await.expect(200);
        Self::from_grant(server, &grant)
    }

    pub fn from_grant(server: &Server, grant: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            username: text(&grant["user"]["username"]),
            id: text(&grant["user"]["id"]),
            token: text(&grant["access_token"]),
            refresh: text(&grant["refresh_token"]),
            address: server.address(),
        }
    }

    /// The same person with another access token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    async fn call(&self, server: &Server, method: &str, path: &str, body: Option<Value>) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        server.ask_with(method, path, body.as_ref(), &[("authorization", &bearer)]).await
    }

    pub async fn get(&self, server: &Server, path: &str) -> Answer {
        self.call(server, "GET", path, None).await
    }

    pub async fn post(&self, server: &Server, path: &str, body: Value) -> Answer {
        self.call(server, "POST", path, Some(body)).await
    }

    /// A POST that says nothing more.
    pub async fn call_on(&self, server: &Server, path: &str) -> Answer {
        self.call(server, "POST", path, None).await
    }

    pub async fn patch(&self, server: &Server, path: &str, body: Value) -> Answer {
        self.call(server, "PATCH", path, Some(body)).await
    }

    pub async fn put(&self, server: &Server, path: &str) -> Answer {
        self.call(server, "PUT", path, None).await
    }

    pub async fn put_with(&self, server: &Server, path: &str, body: Value) -> Answer {
        self.call(server, "PUT", path, Some(body)).await
    }

    pub async fn delete(&self, server: &Server, path: &str) -> Answer {
        self.call(server, "DELETE", path, None).await
    }

    pub async fn delete_with(&self, server: &Server, path: &str, body: Value) -> Answer {
        self.call(server, "DELETE", path, Some(body)).await
    }

    /// Makes a room and gives its id.
    pub async fn room(&self, server: &Server, body: Value) -> String {
        let room = self.post(server, "/api/conversations", body).await.expect(201);
        room["id"].as_str().unwrap().to_owned()
    }

    /// Opens the direct with somebody and gives its id.
    pub async fn direct(&self, server: &Server, with: &Self) -> String {
        let body = json!({ "username": with.username });
        let answer = self.post(server, "/api/conversations", body).await;
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Says something in a conversation and gives the message.
    pub async fn say(&self, server: &Server, place: &str, content: &str) -> Value {
        let path = format!("/api/conversations/{place}/messages");
        self.post(server, &path, json!({ "content": content })).await.expect(201)
    }

    /// A socket at a path, whatever is spoken there, with the token in the query.
    pub async fn dial(&self, path: &str) -> Socket {
        Socket::dial(&self.address, &format!("{path}?token={}", self.token)).await
    }

    /// The same with a server that may be gone, by somebody who perhaps was there before.
    pub async fn try_dial(&self, path: &str, cursor: Option<i64>) -> Option<Socket> {
        let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        Socket::try_dial(&self.address, &format!("{path}?token={}{cursor}", self.token)).await
    }

    /// A socket that has been greeted.
    pub async fn connect(&self) -> Socket {
        Socket::open(&self.address, &self.token).await
    }
}
