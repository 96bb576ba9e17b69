//! Forms with files, and files worth sending.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use reqwest::{Method, header::HeaderMap};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use super::{Answer, Person, Server, within};

pub const FORM: &str = "multipart/form-data; boundary=beton";

/// A part of a form: its name, its file name if it is a file, and what is in it.
pub type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// A form as bytes.
pub fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, filename, content) in parts {
        body.extend_from_slice(b"--beton\r\n");
        let filename = filename.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
        let head = format!("Content-Disposition: form-data; name=\"{name}\"{filename}\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"Content-Type: image/png\r\n\r\n");
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--beton--\r\n");
    body
}

/// What a file was answered with.
pub struct Bytes {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Bytes {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Person {
    /// Sends a form, whatever it holds.
    pub async fn send(&self, server: &Server, path: &str, body: Vec<u8>) -> Answer {
        let url = format!("{}{path}", server.url);
        let request = server.client().post(url).bearer_auth(&self.token);
        let sent = request.header("content-type", FORM).body(body).send();
        let answer = within(path, sent).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Answer { status, headers, text: within(path, answer.text()).await.unwrap() }
    }

    /// Uploads a file for a conversation, to be posted later.
    pub async fn upload(&self, server: &Server, place: &str, name: &str, content: &[u8]) -> Value {
        let path = format!("/api/conversations/{place}/attachments");
        self.send(server, &path, form(&[("file", Some(name), content)])).await.expect(201)
    }

    /// Says something with a file, and gives the message.
    pub async fn post_file(&self, server: &Server, place: &str, name: &str, file: &[u8]) -> Value {
        let path = format!("/api/conversations/{place}/messages");
        self.send(server, &path, form(&[("file", Some(name), file)])).await.expect(201)
    }

    /// Asks to look like a picture, of whatever type it is said to be.
    pub async fn looks_like(&self, server: &Server, kind: &str, body: Vec<u8>) -> Answer {
        let url = format!("{}/api/me/avatar", server.url);
        let request = server.client().put(url).bearer_auth(&self.token);
        let sent = request.header("content-type", kind).body(body).send();
        let answer = within("an avatar", sent).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Answer { status, headers, text: within("an avatar", answer.text()).await.unwrap() }
    }

    /// Reads a file.
    pub async fn read(&self, server: &Server, path: &str, headers: &[(&str, &str)]) -> Bytes {
        let url = format!("{}{path}", server.url);
        let mut request = server.client().request(Method::GET, url).bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = within(path, request.send()).await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Bytes { status, headers, bytes: within(path, answer.bytes()).await.unwrap().to_vec() }
    }
}

/// How many bytes of files the database holds.
pub fn stored_bytes(server: &Server) -> i64 {
    let db = Connection::open_with_flags(server.file(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let sum = "SELECT coalesce(sum(length(bytes)), 0) FROM piece";
    db.query_row(sum, [], |row| row.get(0)).unwrap()
}

/// Bytes that are nothing in particular and never the same for two seeds.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::once(0).chain(std::iter::repeat_with(next)).take(length).collect()
}

/// A picture with something to see, in a format.
pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x * 7 % 256) as u8, (y * 5 % 256) as u8, (x * y % 253) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG that says that it is so large, with nothing in it.
pub fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = picture(1, 1, ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&bytes[12..29]).to_be_bytes();
    bytes[29..33].copy_from_slice(&sum);
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 }
        })
    })
}

/// A JPEG as a camera makes it: turned, with a place, a comment and a film behind its end.
pub fn photograph(width: u32, height: u32) -> Vec<u8> {
    let plain = picture(width, height, ImageFormat::Jpeg);
    let tiff = b"MM\0\x2A\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\
                 \x01\x0F\0\x02\0\0\0\x04Acme\0\0\0\0 GPS 48.8583N 2.2945E";
    let segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker][..], &length, content].concat()
    };
    [
        &plain[..2],
        &segment(0xE1, &[b"Exif\0\0", &tiff[..]].concat()),
        &segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>GPS</x:xmpmeta>"),
        &segment(0xFE, b"GPS taken at home"),
        &plain[2..],
        b"GPS and a film of four seconds",
    ]
    .concat()
}
