//! A client's socket: most of it for the native dialect, some for any.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};

use super::within;

/// An open socket.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What it was greeted with.
    pub hello: Value,
}

impl Socket {
    /// Opens one with the token in the query and takes the greeting.
    pub async fn open(address: &str, token: &str) -> Self {
        let mut socket = Self::dial(address, &format!("/ws/events/?token={token}")).await;
        let hello = socket.next().await;
        assert_eq!(hello["action"], "hello", "{hello}");
        socket.hello = hello["data"].clone();
        socket
    }

    /// Opens one at a path, whatever is spoken there.
    pub async fn dial(address: &str, path: &str) -> Self {
        let url = format!("ws://{address}{path}");
        let (stream, _) = within("a handshake", Box::pin(connect_async(url))).await.unwrap();
        Self { stream, hello: Value::Null }
    }

    /// Opens one over a stream of any kind.
    pub async fn over(stream: MaybeTlsStream<TcpStream>, url: &str) -> Self {
        let opened = Box::pin(tokio_tungstenite::client_async(url, stream));
        let (stream, _) = within("a handshake", opened).await.unwrap();
        Self { stream, hello: Value::Null }
    }

    /// The same with a server that may be gone.
    pub async fn try_dial(address: &str, path: &str) -> Option<Self> {
        let url = format!("ws://{address}{path}");
        let (stream, _) = within("a handshake", Box::pin(connect_async(url))).await.ok()?;
        Some(Self { stream, hello: Value::Null })
    }

    /// Tries a handshake with headers; the refusal's status if there is one, else the headers of
    /// the answer.
    pub async fn try_open(
        address: &str,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<tungstenite::http::HeaderMap, u16> {
        let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match within("a handshake", Box::pin(connect_async(request))).await {
            Ok((_, answer)) => Ok(answer.headers().clone()),
            Err(tungstenite::Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    pub async fn send(&mut self, action: &str, data: Value) {
        self.send_frame(&json!({ "action": action, "data": data })).await;
    }

    pub async fn send_ref(&mut self, action: &str, reference: &str, data: Value) {
        self.send_frame(&json!({ "action": action, "ref": reference, "data": data })).await;
    }

    /// Sends an object as a frame, in whatever dialect it is.
    pub async fn send_frame(&mut self, frame: &Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    pub async fn send_binary(&mut self, bytes: Vec<u8>) {
        self.stream.send(Message::binary(bytes)).await.unwrap();
    }

    /// Sends a frame to a server that may be gone. False: it is.
    pub async fn try_send(&mut self, frame: &Value) -> bool {
        self.stream.send(Message::text(frame.to_string())).await.is_ok()
    }

    /// Is gone without a goodbye: what has not been read or sent yet is thrown away.
    pub fn vanish(self) {
        if let MaybeTlsStream::Plain(stream) = self.stream.get_ref() {
            socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO)).unwrap();
        }
    }

    /// Posts a message, without waiting for it.
    pub async fn post(&mut self, chat_id: &str, content: &str, client_id: Option<&str>) {
        let mut data = json!({
            "content": content, "chat_id": chat_id, "timestamp": "2026-01-01T00:00:00Z",
        });
        if let Some(client_id) = client_id {
            data["client_id"] = json!(client_id);
        }
        self.send("new_message", data).await;
    }

    /// The next frame.
    pub async fn next(&mut self) -> Value {
        self.next_or_close().await.unwrap_or_else(|close| panic!("closed: {close:?}"))
    }

    /// The next frame, or with which code and reason the socket was closed.
    pub async fn next_or_close(&mut self) -> Result<Value, (u16, String)> {
        loop {
            match within("a frame", self.stream.next()).await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(close)))) => {
                    return Err((close.code.into(), close.reason.to_string()));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => panic!("{other:?}"),
                Some(Err(_)) | None => return Err((1006, String::new())),
            }
        }
    }

    /// The next frame of an action, or of a type where frames have types; others before it are
    /// passed over.
    pub async fn expect(&mut self, action: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["action"] == action || frame["type"] == action {
                return frame;
            }
        }
    }

    /// What is refused, and why: the code of the next error.
    pub async fn refused(&mut self) -> String {
        let error = self.expect("error").await;
        let said = if error["data"].is_object() { &error["data"] } else { &error };
        assert!(said["message"].is_string(), "{error}");
        said["code"].as_str().unwrap().to_owned()
    }

    /// All frames that have come so far in a dialect that has pings; not who comes and goes.
    pub async fn before_pong(&mut self) -> Vec<Value> {
        self.send_frame(&json!({ "action": "ping", "type": "ping" })).await;
        let presence = ["user_online", "user_offline", "status", "online_users"];
        let mut frames = Vec::new();
        loop {
            let frame = self.next().await;
            let kind = if frame["type"].is_string() { &frame["type"] } else { &frame["action"] };
            let kind = kind.as_str().unwrap();
            if kind == "pong" {
                return frames;
            }
            if !presence.contains(&kind) {
                frames.push(frame);
            }
        }
    }

    /// The next frame, which must be of this action.
    pub async fn expect_next(&mut self, action: &str) -> Value {
        let frame = self.next().await;
        assert_eq!(frame["action"], action, "{frame}");
        frame
    }

    /// The code and reason with which the server closes; frames before it are passed over.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            if let Err(close) = self.next_or_close().await {
                return close;
            }
        }
    }

    /// All frames that have come so far, but for who comes and goes, which is told in its own time.
    pub async fn so_far(&mut self, chat_id: &str) -> Vec<Value> {
        let presence = ["user_online", "user_offline", "presence"];
        let mut frames = self.all_so_far(chat_id).await;
        frames.retain(|frame| !presence.contains(&frame["action"].as_str().unwrap()));
        frames
    }

    /// All frames that have come so far: a history is asked for, and what comes before it is what
    /// there was.
    pub async fn all_so_far(&mut self, chat_id: &str) -> Vec<Value> {
        let mark = uuid::Uuid::now_v7().to_string();
        self.send_ref("history", &mark, json!({ "chat_id": chat_id })).await;
        let mut frames = Vec::new();
        loop {
            let frame = self.next().await;
            if frame["ref"] == mark.as_str() {
                return frames;
            }
            frames.push(frame);
        }
    }

    pub async fn close(mut self) {
        let _ = self.stream.close(None).await;
        while let Some(Ok(_)) = within("the end of a socket", self.stream.next()).await {}
    }

    /// The id of a conversation in the greeting.
    pub fn room(&self, name: &str) -> String {
        let all = self.hello["conversations"].as_array().unwrap();
        let found = all.iter().find(|conversation| conversation["name"] == name);
        found.unwrap()["id"].as_str().unwrap().to_owned()
    }
}
