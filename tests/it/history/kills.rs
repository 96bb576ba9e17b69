//! Killed at any moment, under load.

use super::{
    run::{Run, cycles},
    strace::Strace,
};
use crate::support::Server;

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_under_load_it_loses_and_doubles_nothing() {
    let mut run = Run::prepare("kills", Server::start().await).await;
    for _ in 0..cycles() {
        let going = run.start().await;
        run.world.acknowledged.more(1 + run.random.below(150)).await;
        for _ in 0..run.random.below(2000) {
            tokio::task::yield_now().await;
        }
        run.kill(going).await;
        run = run.restart().await;
    }
    run.check().await;
}

/// Most commits have 5 to 50 of these calls, so that all of their parts have their turn.
const CALLS: usize = 120;

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_any_two_writes_of_a_commit_it_loses_and_doubles_nothing() {
    let mut run = Run::prepare("parts", Server::start().await).await;
    for _ in 0..cycles().div_ceil(2) {
        let going = run.start().await;
        run.world.acknowledged.more(1 + run.random.below(10)).await;
        let strace = Strace::killing_at(&run.server, 1 + run.random.below(CALLS)).await;
        strace.ended().await;
        run.kill(going).await;
        run = run.restart().await;
    }
    run.check().await;
}
