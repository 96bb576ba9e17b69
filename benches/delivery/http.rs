//! HTTP requests: single ones, to prepare what is measured, and a kept connection, over which
//! requests are what is measured.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{Outcome, finder, frames};

/// Whoever does not answer for so long does not answer at all.
const PATIENCE: Duration = Duration::from_secs(30);

/// Posts `body` and gives the answer's JSON, `null` where it has none; anything but success is an
/// error that quotes the answer.
pub fn post(at: SocketAddr, path: &str, token: Option<&str>, body: &Value) -> Outcome<Value> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let head = head(at, "POST", path, token);
    let rest = format!(
        "Connection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut line = Line::open(at)?;
    // Written at once: a head and a body apart may wait for each other's acknowledgement.
    line.stream.write_all((head + &rest).as_bytes())?;
    let body = line.answer(path)?;
    Ok(if body.is_empty() { Value::Null } else { serde_json::from_slice(body)? })
}

/// A connection over which one thing is asked after another.
pub struct Line {
    at: SocketAddr,
    stream: TcpStream,
    /// The last answer.
    answer: Vec<u8>,
}

impl Line {
    pub fn open(at: SocketAddr) -> Outcome<Line> {
        let stream = TcpStream::connect(at)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Line { at, stream, answer: Vec::new() })
    }

    /// Gets a page; gives the seconds until all of it was here.
    pub fn get(&mut self, path: &str, token: Option<&str>) -> Outcome<f64> {
        let request = head(self.at, "GET", path, token) + "\r\n";
        let began = Instant::now();
        self.stream.write_all(request.as_bytes())?;
        self.answer(path)?;
        Ok(began.elapsed().as_secs_f64())
    }

    /// Reads one answer; gives its body.
    fn answer(&mut self, path: &str) -> Outcome<&[u8]> {
        self.answer.clear();
        let mut piece = [0; 16 * 1024];
        let mut end = None;
        while end.is_none_or(|end| self.answer.len() < end) {
            let size = self.stream.read(&mut piece)?;
            if size == 0 {
                break;
            }
            self.answer.extend_from_slice(&piece[..size]);
            end = end.or_else(|| whole(&self.answer));
        }
        let start =
            frames::end_of_head(&self.answer).ok_or_else(|| format!("no answer: {path}"))?;
        if !self.answer.starts_with(b"HTTP/1.1 2") {
            let told = String::from_utf8_lossy(&self.answer);
            return Err(format!("{path}: {told}").into());
        }
        Ok(&self.answer[start..])
    }
}

fn head(at: SocketAddr, method: &str, path: &str, token: Option<&str>) -> String {
    let caller = token.map_or_else(String::new, |t| format!("Authorization: Bearer {t}\r\n"));
    format!("{method} {path} HTTP/1.1\r\nHost: {at}\r\n{caller}")
}

/// How long an answer is that has begun so, once its head is whole. Without a length (204) it has
/// no body.
fn whole(answer: &[u8]) -> Option<usize> {
    let head = frames::end_of_head(answer)?;
    let lowered = answer[..head].to_ascii_lowercase();
    let body = finder::number_after(&lowered, b"\r\ncontent-length: ").unwrap_or(0);
    Some(head + body as usize)
}
