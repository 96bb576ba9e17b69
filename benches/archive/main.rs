//! What age and size cost: pages of history, the list of conversations and searches among many
//! messages beside few, messages while a large file comes, and while the index follows.
//! `cargo bench --bench archive`; benches/README.md tells how to read it.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod corpus;
mod fill;
#[allow(dead_code, reason = "the other bench uses more of it")]
#[path = "../delivery/machine.rs"]
mod machine;
mod server;
mod times;

use serde_json::{Value, json};

use crate::{
    corpus::Corpus,
    server::{Client, Salon},
    times::Times,
};

/// How much is measured.
struct Scale {
    few: u64,
    many: u64,
    reads: usize,
    sends: usize,
    file_bytes: usize,
}

impl Scale {
    fn read() -> Self {
        let number = |name, usual| {
            std::env::var(name).ok().and_then(|text: String| text.parse().ok()).unwrap_or(usual)
        };
        // `cargo bench` says `--bench`; without it this only sees whether it works
        let quick = std::env::var_os("SALON_BENCH_QUICK").is_some()
            || !std::env::args().any(|word| word == "--bench");
        let many = number("SALON_BENCH_MESSAGES", if quick { 5_000 } else { 1_000_000 });
        Self {
            few: if quick { 1_000 } else { 10_000 },
            many,
            reads: if quick { 5 } else { 200 },
            sends: if quick { 50 } else { 8_000 },
            file_bytes: if quick { 200_000 } else { 25_000_000 },
        }
    }
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(measure(&Scale::read()));
}

async fn measure(scale: &Scale) {
    println!("| what | figures |\n|---|---|");
    let few = reads(scale, scale.few).await;
    let many = reads(scale, scale.many).await;
    for ((what, few), (_, many)) in few.iter().zip(&many) {
        let ratio = many.half().as_secs_f64() / few.half().as_secs_f64();
        println!("| {what}, {} messages | {few} |", scale.few);
        println!("| {what}, {} messages | {many}; {ratio:.2} × |", scale.many);
    }
    sends(scale).await;
    upload(scale).await;
}

/// What reading costs in a database of so many messages, indexed to the last.
async fn reads(scale: &Scale, messages: u64) -> Vec<(&'static str, Times)> {
    let corpus = Corpus::make(messages).await;
    let began = std::time::Instant::now();
    let salon = Salon::start(corpus.folder()).await;
    let ada = salon.sign_in("ada").await;
    corpus.indexed().await;
    println!(
        "| the index follows {messages} messages | {:.1} s; the file has {} MB |",
        began.elapsed().as_secs_f64(),
        corpus.file_bytes() >> 20,
    );
    salon.rest();
    let middle = messages / 2;
    let paths = [
        ("newest page", format!("/api/conversations/{}/messages?limit=50", corpus.room)),
        (
            "page in the middle",
            format!("/api/conversations/{}/messages?limit=50&before={middle}", corpus.room),
        ),
        ("list of conversations", "/api/conversations".to_owned()),
        ("search for a common word", "/api/search?q=bean&limit=30".to_owned()),
        ("search for two common words", "/api/search?q=bean%20soup&limit=30".to_owned()),
        ("search for a phrase", "/api/search?q=%22bean%20soup%22&limit=30".to_owned()),
        ("search for a part of a word", "/api/search?q=urni&limit=30".to_owned()),
        ("search for a word said twenty times", "/api/search?q=quagga&limit=30".to_owned()),
        ("search for a rare word", "/api/search?q=zyzzyva&limit=30".to_owned()),
        ("search for what nobody said", "/api/search?q=bean%20qqqq&limit=30".to_owned()),
        ("search by day", "/api/search?q=bean%20before%3A2026-02-01&limit=30".to_owned()),
    ];
    let mut measured = Vec::new();
    for (what, path) in paths {
        let mut times = Times::default();
        for _ in 0..scale.reads {
            let found = times.time(ada.get(&path)).await;
            assert!(found.is_array(), "{path}: {found}");
        }
        measured.push((what, times));
    }
    salon.stop().await;
    measured
}

/// One sender in lockstep: while the index rests, and while it follows.
async fn sends(scale: &Scale) {
    let folder = tempfile::tempdir_in(server::disk()).unwrap();
    let salon = Salon::start(folder.path()).await;
    let ada = salon.register("ada").await;
    let (mut rests, mut follows) = (Times::default(), Times::default());
    for number in 0..scale.sends {
        // without a pause it rests until it is 4096 messages behind
        let times = if number < scale.sends / 2 { &mut rests } else { &mut follows };
        times.time(say(&ada, number)).await;
    }
    println!("| one sender, the index rests | {rests} |");
    println!("| one sender, the index follows in the second half | {follows} |");
    salon.stop().await;
}

async fn say(ada: &Client, number: usize) -> Value {
    let body = json!({ "content": format!("message {number} about beans and soup, as usual") });
    ada.post("/api/conversations/general/messages", &body).await
}

/// One sender in lockstep: alone, and while somebody uploads a large file again and again.
async fn upload(scale: &Scale) {
    let folder = tempfile::tempdir_in(server::disk()).unwrap();
    let salon = Salon::start(folder.path()).await;
    let (ada, bob) = (salon.register("ada").await, salon.register("bob").await);
    let sends = scale.sends / 8;
    let mut alone = Times::default();
    for number in 0..sends {
        alone.time(say(&ada, number)).await;
    }
    println!("| one sender, nobody uploads | {alone} |");
    let bytes = scale.file_bytes;
    let uploading = tokio::spawn(async move {
        let mut times = Times::default();
        loop {
            let file = corpus::noise(times.count() as u64 + 1, bytes);
            times.time(bob.upload(file)).await;
            if times.count() == 4 {
                return times;
            }
        }
    });
    let mut beside = Times::default();
    let mut number = 0;
    while !uploading.is_finished() {
        beside.time(say(&ada, number)).await;
        number += 1;
    }
    println!("| one sender, while files of {} MB come | {beside} |", bytes / 1_000_000);
    println!("| such a file, beside one sender | {} |", uploading.await.unwrap());
    salon.stop().await;
}
