//! A push service, and browsers that subscribe at it and read what it was sent.

use std::{collections::VecDeque, convert::Infallible, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use http_body_util::{BodyExt, Empty};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use p256::{PublicKey, SecretKey, ecdh::diffie_hellman, elliptic_curve::sec1::ToSec1Point};
use parking_lot::Mutex;
use reqwest::header::HeaderMap;
use ring::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand::{SecureRandom, SystemRandom},
};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

use super::{Answer, Person, Server, within};

/// What a push service was sent.
pub struct Pushed {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Pushed {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// How a push service answers.
#[derive(Clone, Copy)]
pub enum Mood {
    /// With a status.
    Says(u16),
    /// With a status, and when to come again.
    SaysLater(u16),
    /// With another address.
    Redirects,
    /// Never.
    Hangs,
}

/// A push service of our own. It takes everything, unless told otherwise for what comes next.
pub struct PushService {
    pub origin: String,
    pushed: UnboundedReceiver<Pushed>,
    moods: Arc<Mutex<VecDeque<Mood>>>,
}

impl PushService {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (to, pushed) = unbounded_channel();
        let moods = Arc::new(Mutex::new(VecDeque::new()));
        let service = Self { origin, pushed, moods: Arc::clone(&moods) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (to, moods) = (to.clone(), Arc::clone(&moods));
                let answer = service_fn(move |request| {
                    let (to, moods) = (to.clone(), Arc::clone(&moods));
                    answer(request, to, moods)
                });
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
                tokio::spawn(connection);
            }
        });
        service
    }

    /// How it answers the next few.
    pub fn will(&self, moods: &[Mood]) {
        self.moods.lock().extend(moods);
    }

    pub async fn next(&mut self) -> Pushed {
        within("a push", self.pushed.recv()).await.unwrap()
    }

    /// Whether anything has come that was not taken yet.
    pub fn has_come(&self) -> bool {
        !self.pushed.is_empty()
    }

    /// A server that speaks to it.
    pub async fn server(&self, options: &[&str]) -> Server {
        let mut all = vec!["--push-service", &self.origin];
        all.extend(options);
        Server::start_with(&all).await
    }
}

async fn answer(
    request: Request<Incoming>,
    to: UnboundedSender<Pushed>,
    moods: Arc<Mutex<VecDeque<Mood>>>,
) -> Result<Response<Empty<&'static [u8]>>, Infallible> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    let mood = moods.lock().pop_front().unwrap_or(Mood::Says(201));
    let _ = to.send(Pushed { path, headers: head.headers, body }); // the test may be over
    let mut answer = Response::builder();
    answer = match mood {
        Mood::Says(status) => answer.status(status),
        Mood::SaysLater(status) => answer.status(status).header("retry-after", "0"),
        Mood::Redirects => answer.status(307).header("location", "/elsewhere"),
        Mood::Hangs => std::future::pending().await,
    };
    Ok(answer.body(Empty::new()).unwrap())
}

/// A browser that can be pushed to.
pub struct Browser {
    secret: SecretKey,
    auth: [u8; 16],
    pub endpoint: String,
}

impl Browser {
    /// With keys of its own, at a path of a service.
    pub fn at(origin: &str, path: &str) -> Self {
        let random = SystemRandom::new();
        let (mut secret, mut auth) = ([0; 32], [0; 16]);
        random.fill(&mut secret).unwrap();
        random.fill(&mut auth).unwrap();
        let secret = SecretKey::from_slice(&secret).unwrap();
        Self { secret, auth, endpoint: format!("{origin}{path}") }
    }

    fn public(&self) -> Vec<u8> {
        self.secret.public_key().to_sec1_point(false).as_bytes().to_vec()
    }

    /// As a page would send it.
    pub fn subscription(&self) -> Value {
        let keys = json!({
            "p256dh": BASE64.encode(self.public()), "auth": BASE64.encode(self.auth),
        });
        json!({ "endpoint": self.endpoint, "expirationTime": null, "keys": keys })
    }

    pub async fn subscribe(&self, server: &Server, person: &Person) -> Answer {
        person.put_with(server, "/api/me/push", self.subscription()).await
    }

    /// What it was sent, decrypted as RFC 8291 has it.
    pub fn read(&self, pushed: &Pushed) -> Value {
        assert_eq!(pushed.header("content-encoding"), "aes128gcm");
        let (salt, rest) = pushed.body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert!(pushed.body.len() <= 4096, "more than services take");
        assert_eq!(size, 4096_u32.to_be_bytes());
        let (key, sealed) = rest[1..].split_at(usize::from(rest[0]));
        let theirs = PublicKey::from_sec1_bytes(key).unwrap();
        let shared = diffie_hellman(self.secret.to_nonzero_scalar(), theirs.as_affine());
        let public = self.public();
        let info: [&[u8]; 3] = [b"WebPush: info\0", &public, key];
        let material: [u8; 32] = derived(&self.auth, shared.raw_secret_bytes(), &info);
        let key: [u8; 16] = derived(salt, &material, &[b"Content-Encoding: aes128gcm\0"]);
        let nonce: [u8; 12] = derived(salt, &material, &[b"Content-Encoding: nonce\0"]);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        let mut sealed = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let text = key.open_in_place(nonce, Aad::empty(), &mut sealed).unwrap();
        let (last, text) = text.split_last().unwrap();
        assert_eq!(*last, 2, "the end of the last record");
        serde_json::from_slice(text).unwrap()
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derived<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> [u8; N] {
    let mut key = [0; N];
    let from = Salt::new(HKDF_SHA256, salt).extract(secret);
    from.expand(info, Length(N)).unwrap().fill(&mut key).unwrap();
    key
}
