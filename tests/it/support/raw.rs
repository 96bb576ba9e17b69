//! A socket byte by byte.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Server, within};

/// A socket without a library: bytes go out and come in as they are.
pub struct Raw(pub TcpStream);

impl Raw {
    /// After the handshake and the greeting.
    pub async fn open(server: &Server, token: &str) -> Self {
        let mut raw = Self::connect(server, token).await;
        assert_eq!(raw.next().await.0, 0x81);
        raw
    }

    /// After the handshake.
    pub async fn connect(server: &Server, token: &str) -> Self {
        Self::offer(server, token, "").await.0
    }

    /// After a handshake with some more header lines, with the head of its answer in small letters.
    pub async fn offer(server: &Server, token: &str, lines: &str) -> (Self, String) {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(handshake(token, lines).as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(within("an answer", stream.read_u8()).await.unwrap());
        }
        let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 101"), "{head}");
        assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{head}");
        (Self(stream), head)
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// The next frame: first byte and payload.
    pub async fn next(&mut self) -> (u8, Vec<u8>) {
        within("a frame", async {
            let first = self.0.read_u8().await.unwrap();
            let length = match self.0.read_u8().await.unwrap() {
                126 => usize::from(self.0.read_u16().await.unwrap()),
                127 => usize::try_from(self.0.read_u64().await.unwrap()).unwrap(),
                short => usize::from(short),
            };
            let mut payload = vec![0; length];
            self.0.read_exact(&mut payload).await.unwrap();
            (first, payload)
        })
        .await
    }

    /// The close code that comes, and then the end of the stream.
    pub async fn closed(&mut self) -> u16 {
        loop {
            let (first, payload) = self.next().await;
            if first == 0x88 {
                self.0.write_all(&frame(0x88, &payload)).await.unwrap();
                let end = within("the end of the stream", self.0.read_u8()).await;
                assert!(end.is_err(), "nothing comes after a goodbye");
                return u16::from_be_bytes([payload[0], payload[1]]);
            }
        }
    }
}

/// A request for a socket, with some more header lines.
pub fn handshake(token: &str, lines: &str) -> String {
    format!(
        "GET /ws/events/?token={token} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\
         Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{lines}\r\n"
    )
}

/// A client's frame, masked.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | u8::try_from(short).unwrap()),
        middle @ 126..65536 => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(middle).unwrap().to_be_bytes());
        }
        long => {
            frame.push(0x80 | 127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    let mask = [7, 13, 21, 42];
    frame.extend(mask);
    frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, key)| byte ^ key));
    frame
}
