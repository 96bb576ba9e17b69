//! Single HTTP requests, to prepare what is measured; nothing here is measured itself.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

use crate::{Outcome, frames};

/// Posts `body` and gives the answer's JSON, `null` where it has none; anything but success is an
/// error that quotes the answer.
pub fn post(at: SocketAddr, path: &str, token: Option<&str>, body: &Value) -> Outcome<Value> {
    let mut stream = TcpStream::connect(at)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let caller = token.map_or_else(String::new, |t| format!("Authorization: Bearer {t}\r\n"));
    // Written at once: a head and a body apart may wait for each other's acknowledgement.
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n{caller}\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let head = frames::end_of_head(&answer).ok_or_else(|| format!("no answer to POST {path}"))?;
    let (head, body) = answer.split_at(head);
    if !head.starts_with(b"HTTP/1.1 2") {
        let told = String::from_utf8_lossy(&answer).into_owned();
        return Err(format!("POST {path}: {told}").into());
    }
    Ok(if body.is_empty() { Value::Null } else { serde_json::from_slice(body)? })
}
