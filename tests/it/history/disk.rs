//! The disk is full, or what is written does not last: refused clearly while it is so, and well again
//! by itself afterwards.

use serde_json::json;

use super::{
    run::{Run, cycles},
    strace::{Failing, Strace},
};
use crate::support::Server;

/// What holds while nothing can be stored, besides that every sender is told so.
async fn reading_goes_on(run: &Run) {
    let (server, keeper) = (&run.server, &run.keeper);
    let path = "/api/conversations/general/messages?limit=5";
    assert_eq!(keeper.get(server, path).await.expect(200).as_array().unwrap().len(), 5);
    let room = json!({ "name": "no room for it" });
    keeper.post(server, "/api/conversations", room).await.refused(503, "unavailable");
    assert_eq!(server.ask("GET", "/healthz", None).await.status, 503);
    let mut fresh = keeper.connect().await;
    let general = fresh.room("general");
    fresh.send("history", json!({ "chat_id": general, "limit": 5 })).await;
    let history = fresh.expect("history").await;
    assert_eq!(history["data"]["messages"].as_array().unwrap().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_writes_fail() {
    let mut run = Run::prepare("disk", Server::start().await).await;
    let rounds = cycles().div_ceil(5);
    for _ in 0..rounds {
        let going = run.start().await;
        run.world.acknowledged.more(20).await;
        for failing in [Failing::DiskFull, Failing::Syncs] {
            let strace = Strace::failing(&run.server, failing).await;
            run.world.unavailable.more(1 + run.random.below(20)).await;
            reading_goes_on(&run).await;
            strace.detach().await;
            run.world.acknowledged.more(1 + run.random.below(50)).await;
            assert_eq!(run.server.ask("GET", "/healthz", None).await.status, 200);
        }
        // and the plug is pulled while the file holds what could not be finished
        let last = [Failing::DiskFull, Failing::Syncs][run.random.below(2)];
        let strace = Strace::failing(&run.server, last).await;
        run.world.unavailable.more(1 + run.random.below(20)).await;
        run.server.hears("a commit failed; nothing of it was stored").await;
        run.kill(going).await;
        drop(strace);
        run = run.restart().await;
    }
    run.check().await;
}
