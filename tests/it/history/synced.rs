//! Nothing is told to anybody before it would outlive a power cut: shown by the server's own system
//! calls.

use serde_json::json;

use super::{strace::Strace, tongues::Place, tongues::Tongue, trace::told_after_sync};
use crate::support::Server;

/// Calls that write to files and to clients, and those that make files last.
const CALLS: &str = "trace=pwrite64,pwritev,fsync,fdatasync,write,writev,sendto,sendmsg";

const ROUNDS: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_acknowledged_or_told_before_the_log_is_synced() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let place = Place::room(&ada.connect().await.room("general"), "general");
    let mut mouths = Vec::new();
    for tongue in Tongue::SPOKEN {
        mouths.push((tongue, ada.dial(&tongue.address(&place)).await));
    }
    let file = server.folder().join("trace");
    // whole texts, every descriptor with what it is, every piece of a gathered write
    let whole = ["-yy", "-v", "-s", "1000000", "-e", CALLS, "-o", file.to_str().unwrap()];
    let strace = Strace::attach(&server, &whole).await;
    let mut marks = Vec::new();
    for round in 0..ROUNDS {
        for (tongue, mouth) in &mut mouths {
            for number in 0..3 {
                let mark = format!("{tongue:?}-{round}-{number}-mark");
                mouth.send_frame(&tongue.say(&place, "ada", &mark, &mark)).await;
                marks.push(mark);
            }
        }
        let mark = format!("rest-{round}-mark");
        let path = "/api/conversations/general/messages";
        let body = json!({ "content": mark, "client_id": mark });
        ada.post(&server, path, body).await.expect(201);
        marks.push(mark);
        for (tongue, mouth) in &mut mouths {
            let mut heard = 0;
            while heard < 3 * Tongue::SPOKEN.len() + 1 {
                let frame = mouth.next().await;
                heard += usize::from(tongue.heard(&frame, std::slice::from_ref(&place)).is_some());
            }
        }
    }
    strace.detach().await;
    let trace = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
    for mark in marks {
        let told = told_after_sync(&trace, &mark).unwrap();
        // each socket, and the answer to a REST call; several may come in one write, never none
        assert!(told >= Tongue::SPOKEN.len(), "{mark} was seen {told} times");
    }
}
