//! The web client's files as `build.rs` has packed them, and which packing a client wants.

use std::{
    collections::HashMap,
    io::Write,
    sync::{Arc, LazyLock},
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, header};

struct Packed {
    /// SHA-256 of what is packed.
    hash: [u8; 32],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

static PACKED: &[Packed] = include!(concat!(env!("OUT_DIR"), "/packed.rs"));

static BY_HASH: LazyLock<HashMap<[u8; 32], &Packed>> =
    LazyLock::new(|| PACKED.iter().map(|packed| (packed.hash, packed)).collect());

/// What the build did not know, by its hash, made smaller when it was first asked for.
type Made = HashMap<[u8; 32], Arc<[u8]>>;
static MADE: LazyLock<parking_lot::Mutex<Made>> = LazyLock::new(parking_lot::Mutex::default);

/// How many of those are kept: more there are only while files change under a running server.
const MOST_MADE: usize = 500;

/// How bytes go over the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }
}

/// The smallest of what the client takes, with how it is packed; none where it must go as it is.
pub(super) fn smaller(headers: &HeaderMap, hash: [u8; 32], data: &[u8]) -> Option<(Coding, Bytes)> {
    let wanted = wanted(headers);
    let pays = |small: &[u8]| small.len() * 10 < data.len() * 9;
    if let Some(packed) = BY_HASH.get(&hash) {
        let coding = *wanted.first()?;
        let small = match coding {
            Coding::Brotli => packed.brotli,
            Coding::Gzip => packed.gzip,
        };
        return pays(small).then(|| (coding, Bytes::from_static(small)));
    }
    if !wanted.contains(&Coding::Gzip) {
        return None;
    }
    let small = made(hash, data)?;
    pays(&small).then(|| (Coding::Gzip, Bytes::from_owner(small)))
}

fn made(hash: [u8; 32], data: &[u8]) -> Option<Arc<[u8]>> {
    if let Some(small) = MADE.lock().get(&hash) {
        return Some(small.clone());
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).ok()?;
    let small: Arc<[u8]> = encoder.finish().ok()?.into();
    let mut known = MADE.lock();
    if known.len() >= MOST_MADE {
        known.clear();
    }
    known.insert(hash, small.clone());
    Some(small)
}

/// What `Accept-Encoding` asks for, best first, of equals the smaller; and nothing that is wanted
/// less than the bytes as they are.
fn wanted(headers: &HeaderMap) -> Vec<Coding> {
    let mut weights: HashMap<String, f32> = HashMap::new();
    for value in headers.get_all(header::ACCEPT_ENCODING) {
        for one in value.to_str().unwrap_or_default().split(',') {
            let mut parts = one.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let weight = parts
                .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                .map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
            weights.insert(name, weight);
        }
    }
    let of = |name: &str| weights.get(name).or(weights.get("*")).copied().unwrap_or(0.0);
    let plain = weights.get("identity").copied().unwrap_or(0.0);
    let mut wanted = vec![Coding::Brotli, Coding::Gzip];
    wanted.retain(|coding| of(coding.name()) > 0.0 && of(coding.name()) >= plain);
    wanted.sort_by(|a, b| of(b.name()).total_cmp(&of(a.name())));
    wanted
}
