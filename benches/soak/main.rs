//! A soak: the server under a moderate load for an hour, while it is killed and stopped, sockets
//! break and clients halt. Nothing acknowledged may be lost or doubled, and nothing may grow.
//! `cargo bench --bench soak`; benches/README.md tells what it asks and how it judges.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod chance;
mod ears;
mod faults;
#[path = "../delivery/guests.rs"]
mod guests;
mod habits;
mod ledger;
#[allow(dead_code, reason = "the other bench uses more of it")]
#[path = "../delivery/machine.rs"]
mod machine;
mod passers;
mod record;
mod rest;
mod scale;
mod seats;
mod server;
mod tally;
mod verdict;
mod world;

use std::{
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    ledger::{Amiss, Check},
    record::{Line, Record},
    scale::Scale,
    seats::Seat,
    server::{Server, Usage},
    verdict::{Findings, Verdict},
    world::{Phase, World},
};

/// How often it is looked at how long the log is.
const LOOK: Duration = Duration::from_millis(200);

/// How long what was begun may take to its end.
const PATIENCE: Duration = Duration::from_secs(120);

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(soak(Scale::read()))
}

async fn soak(scale: Scale) -> ExitCode {
    let mut server = Server::start().await;
    let world = World::make(scale, server.address).await;
    let mut complaints = Vec::new();
    complaints.extend(server.stop().await); // what making all this took is no memory of what follows
    server.again().await;
    world.address.send_replace(Some(server.address));
    let fresh = rested(&world, &server).await;

    let mut seats = JoinSet::new();
    for number in 0..world.scale.people * world.scale.sockets_each {
        seats.spawn(Seat::new(&world, number).sit());
    }
    let mut passers = JoinSet::new();
    for _ in 0..world.scale.passers {
        passers.spawn(passers::pass(Arc::clone(&world)));
    }
    passers.spawn(passers::be_deaf(Arc::clone(&world)));
    let mut habits = habits::all(&world);

    let record = keep(&world, &mut server, &mut complaints).await;

    world.phase.send_replace(Phase::Finishing);
    passers.shutdown().await;
    let all_said = async {
        while habits.join_next().await.is_some() {}
        while world.ledger.waiting() > 0 {
            sleep(LOOK).await;
        }
    };
    let _ = timeout(PATIENCE, all_said).await; // what is missing is told
    world.last.set(last(&world).await).unwrap();
    world.phase.send_replace(Phase::Leaving);
    while seats.join_next().await.is_some() {}
    let mut idle = server.usage();
    let gone = Instant::now();
    while idle.files > fresh.files && gone.elapsed() < PATIENCE / 4 {
        sleep(LOOK).await;
        idle = server.usage();
    }
    let amiss = check(&world).await;
    complaints.extend(server.stop().await);
    complaints.extend(damage(&server));

    let totals = world.tally.totals().clone();
    println!("{}; {} messages.\n", machine::describe(), world.ledger.count());
    println!("{record}");
    println!(
        "Done: {:?}\nRefused: {:?}\nSockets ended: {:?}\n",
        totals.done, totals.refused, totals.closed
    );
    let warnings = server.warnings();
    println!("The server warned of {} things.", warnings.len());
    warnings.iter().take(10).for_each(|warning| println!("    {warning}"));
    let (quick, complaints) = (world.scale.quick, &complaints[..]);
    let found = Findings {
        record: &record,
        totals: &totals,
        amiss: &amiss,
        fresh,
        idle,
        complaints,
        quick,
    };
    let verdict = Verdict::new(&found);
    println!("\n{verdict}");
    if verdict.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What it takes with nobody there, but with all that it opens when it is first needed.
async fn rested(world: &World, server: &Server) -> Usage {
    let read = |person| async move {
        for _ in 0..10 {
            world.rest.get(person, "/api/conversations").await.unwrap();
        }
    };
    futures_util::future::join_all((0..world.scale.people).map(read)).await;
    sleep(Duration::from_secs(5)).await; // connections that nobody uses are gone by then
    server.usage()
}

/// Until the time is over: lets happen what is planned, and takes down how it goes.
async fn keep(world: &World, server: &mut Server, complaints: &mut Vec<String>) -> Record {
    let (mut plan, mut record) = (faults::plan(&world.scale), Record::default());
    let (began, mut next) = (Instant::now(), world.scale.interval);
    let (mut log, mut faults, mut turn) = (0, Vec::new(), 0);
    while began.elapsed() < world.scale.total {
        sleep(LOOK).await;
        log = server.log().max(log);
        if plan.front().is_some_and(|(at, _)| *at <= began.elapsed())
            && let Some((_, fault)) = plan.pop_front()
        {
            complaints.extend(fault.strike(turn, world, server).await);
            turn += 1;
            faults.push(fault.name());
        }
        if let Some(end) = server.ended() {
            complaints.push(end);
            server.again().await;
            world.address.send_replace(Some(server.address));
        }
        let at = began.elapsed();
        if at >= next {
            let (counts, usage) = (world.tally.take(), server.usage());
            record.lines.push(Line { at, counts, usage, log, faults });
            (log, faults, next) = (0, Vec::new(), next + world.scale.interval);
        }
    }
    record
}

/// Each room's last `seq`.
async fn last(world: &World) -> Vec<u64> {
    let mut last = Vec::new();
    for room in &world.rooms {
        let path = format!("/api/conversations/{}", room.id);
        let found = world.rest.get(room.members[0], &path).await.unwrap();
        last.push(found["last_seq"].as_u64().unwrap());
    }
    last
}

/// Holds the whole history, as REST tells it, against what was acknowledged.
async fn check(world: &World) -> Amiss {
    let mut check = Check::new(&world.ledger);
    for (number, room) in world.rooms.iter().enumerate() {
        let mut seq = 0;
        loop {
            let path = format!("/api/conversations/{}/messages?limit=100&after={seq}", room.id);
            let page = world.rest.get(room.members[0], &path).await.unwrap();
            let rows = page.as_array().unwrap();
            for row in rows {
                seq = check.row(number, seq, row);
            }
            if rows.is_empty() {
                break;
            }
        }
    }
    check.end()
}

/// What does not fit together in the file.
fn damage(server: &Server) -> Option<String> {
    let db = rusqlite::Connection::open(server.file()).unwrap();
    let found: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    (found != "ok").then(|| format!("the file is damaged: {found}"))
}
