//! Says back what it hears: the frame layer of the server behind a socket of its own, for
//! conformance suites, which talk to nothing else. Standard output carries the address.
//!
//! Only the bound on messages differs from the server's: the suites send up to 16 MiB.

// Nobody links to it, and what cannot go on stops.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

use std::{
    io::{Error, ErrorKind, Read, Result, Write},
    net::{TcpListener, TcpStream},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::{Bytes, BytesMut};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use salon::{
    hub::Closing,
    wire::{
        deflate,
        frame::{self, Incoming, Reader},
    },
};

const MOST_BYTES: usize = 17 << 20;

fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let stream = stream?;
        std::thread::spawn(move || serve(stream)); // a client that breaks off is nothing to tell
    }
    Ok(())
}

fn serve(mut stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let compresses = shake_hands(&mut stream)?;
    let mut reader = Reader::default().bounded(MOST_BYTES).inflating(compresses);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        let mut heard = Vec::new();
        let broken = reader.read(&buffer[..count], |incoming| heard.push(incoming)).err();
        for incoming in heard {
            let said = match incoming {
                Incoming::Text(text) => message(0x81, text.as_bytes(), compresses),
                Incoming::Binary(payload) => message(0x82, &payload, compresses),
                Incoming::Ping(payload) => frame::pong(&payload),
                Incoming::Pong => continue,
                Incoming::Close(code) => return stream.write_all(&frame::close_reply(code)),
            };
            stream.write_all(&said)?;
        }
        if let Some(frame::Broken { code, reason }) = broken {
            return stream.write_all(&Closing { code, reason }.frame());
        }
    }
}

fn message(first: u8, payload: &[u8], compresses: bool) -> Bytes {
    let mut said = BytesMut::new();
    frame::put(&mut said, first, payload);
    if compresses { deflate::deflated(&said.freeze()) } else { said.freeze() }
}

/// Whether it was agreed to compress.
fn shake_hands(stream: &mut TcpStream) -> Result<bool> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head);
    let values = |wanted: &'static str| {
        head.lines()
            .filter_map(|line| line.split_once(':'))
            .filter(move |(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim())
    };
    let key = values("sec-websocket-key").next().ok_or(Error::from(ErrorKind::InvalidData))?;
    let both = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    let accept = STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, both.as_bytes()));
    let compresses = deflate::is_offered(values("sec-websocket-extensions"));
    let extensions = match compresses {
        true => format!("Sec-WebSocket-Extensions: {}\r\n", deflate::ACCEPTED),
        false => String::new(),
    };
    write!(
        stream,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n{extensions}\r\n"
    )?;
    Ok(compresses)
}
