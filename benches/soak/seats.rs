//! Sockets that are there all the time: they hear everything, one of each person's speaks, and
//! whatever breaks, they come back, catch up, and say again what was not acknowledged.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::{
    net::TcpStream,
    select,
    sync::{broadcast, watch},
    time::{sleep, sleep_until, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message},
};

use crate::{
    chance::Chance,
    ears::{Ears, Heard},
    ledger::mark,
    world::{Befalls, Blow, Phase, Recent, World},
};

/// Whoever does not open, or take what is said, for so long is gone.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long who leaves waits for what is still missing.
const LAST_WAIT: Duration = Duration::from_secs(20);

/// How long whoever is refused waits before saying it again.
const AGAIN: Duration = Duration::from_secs(1);

pub type Socket = WebSocketStream<TcpStream>;

/// Opens one to the native dialect, and resumes from a cursor.
pub async fn open(
    stream: TcpStream,
    address: SocketAddr,
    token: &str,
    cursor: Option<i64>,
) -> Result<Socket, String> {
    let since = cursor.map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
    let url = format!("ws://{address}/ws/events/?token={token}{since}");
    let _ = stream.set_nodelay(true);
    match timeout(PATIENCE, client_async(url, stream)).await {
        Ok(Ok((socket, _))) => Ok(socket),
        Ok(Err(tungstenite::Error::Http(answer))) => Err(format!("refused {}", answer.status())),
        Ok(Err(_)) => Err("broken while it opened".into()),
        Err(_) => Err("not opened in time".into()),
    }
}

/// How a frame from the server ends a socket, if it does.
pub fn ending(came: Option<&tungstenite::Result<Message>>) -> Option<String> {
    match came {
        Some(Ok(Message::Close(Some(close)))) => Some(u16::from(close.code).to_string()),
        Some(Err(_)) | None => Some("broken".into()),
        Some(Ok(_)) => None,
    }
}

/// Goes from one moment to the next: what was not read or sent yet is thrown away.
pub fn reset(socket: &Socket) {
    // where it cannot be set, it is only a politer end
    let _ = socket2::SockRef::from(socket.get_ref()).set_linger(Some(Duration::ZERO));
}

/// What was said and not acknowledged yet.
struct Waiting {
    number: usize,
    room: usize,
    frame: String,
    since: Instant,
}

pub struct Seat {
    world: Arc<World>,
    number: usize,
    person: usize,
    speaks: bool,
    chance: Chance,
    ears: Ears,
    waiting: Option<Waiting>,
    /// When the next is said, or the one that waits is said again.
    due: Option<Instant>,
    blows: broadcast::Receiver<Blow>,
    phase: watch::Receiver<Phase>,
}

impl Seat {
    pub fn new(world: &Arc<World>, number: usize) -> Self {
        Self {
            number,
            person: number % world.scale.people,
            speaks: number < world.scale.people,
            chance: Chance::new(),
            ears: Ears::default(),
            waiting: None,
            due: None,
            blows: world.blows.subscribe(),
            phase: world.phase.subscribe(),
            world: Arc::clone(world),
        }
    }

    /// Until the end of the run.
    pub async fn sit(mut self) {
        let mut leaves = None;
        while !self.is_over(&mut leaves) {
            let address = self.world.rest.address().await;
            if let Ok(Ok(stream)) = timeout(PATIENCE, TcpStream::connect(address)).await {
                let token = self.world.rest.token(self.person);
                match open(stream, address, token, self.ears.cursor).await {
                    Ok(socket) => {
                        if let Some(why) = self.listen(socket, &mut leaves).await {
                            self.world.tally.closed(why);
                        }
                    }
                    Err(why) => self.world.tally.closed(why),
                }
            }
            sleep(self.chance.about(Duration::from_millis(500))).await;
        }
        let mut totals = self.world.tally.totals();
        totals.heard += self.ears.heard;
        totals.heard_twice += self.ears.twice;
        totals.not_heard += self.ears.never + u64::from(!self.knows_all());
        *totals.done.entry("too much missed to be told").or_default() += self.ears.reloads;
    }

    /// Whether it can go, having heard everything, or should not wait for it any longer.
    fn is_over(&self, leaves: &mut Option<Instant>) -> bool {
        if self.world.phase() < Phase::Leaving {
            return false;
        }
        leaves.get_or_insert_with(Instant::now).elapsed() > LAST_WAIT || self.knows_all()
    }

    fn knows_all(&self) -> bool {
        let last = self.world.last.get().into_iter().flatten().copied();
        self.ears.know_all(self.world.rooms.iter().map(|room| room.id).zip(last))
    }

    /// Until the connection ends; why, unless by one's own will.
    async fn listen(&mut self, mut socket: Socket, leaves: &mut Option<Instant>) -> Option<String> {
        self.ears.open();
        self.due = None;
        while !self.is_over(leaves) {
            let due = self.due.unwrap_or_else(|| Instant::now() + LAST_WAIT);
            select! {
                came = socket.next() => {
                    if let Some(Ok(Message::Text(text))) = &came {
                        let heard = self.ears.hear(text);
                        self.understand(heard);
                    }
                    if let Some(why) = ending(came.as_ref()) {
                        return Some(why);
                    }
                }
                () = sleep_until(due.into()) => {
                    if self.due.is_some()
                        && let Some(frame) = self.next_words()
                        && timeout(PATIENCE, socket.send(frame)).await.is_err()
                    {
                        return Some("did not take what was said".into());
                    }
                }
                blow = self.blows.recv() => match blow {
                    Ok(blow) if self.number % blow.of == blow.remainder => match blow.what {
                        Befalls::Reset => {
                            reset(&socket);
                            return None;
                        }
                        Befalls::Stop(time) => self.halt(time).await,
                    },
                    _ => {}
                },
                _ = self.phase.changed() => {}
            }
        }
        let _ = socket.close(None).await; // it has nothing more to say
        None
    }

    /// Neither reads nor says anything for a while; what waits meanwhile waits for itself.
    async fn halt(&mut self, time: Duration) {
        sleep(time).await;
        if let Some(waiting) = &mut self.waiting {
            waiting.since = Instant::now();
        }
    }

    fn understand(&mut self, heard: Heard) {
        match heard {
            Heard::Ready if self.speaks => self.due = Some(Instant::now()),
            Heard::Own { number, id, seq } => {
                // the person's other sockets hear it too
                if self.waiting.as_ref().is_none_or(|waiting| waiting.number != number) {
                    return;
                }
                let Waiting { room, since, .. } = self.waiting.take().unwrap();
                self.world.tally.acknowledged(since);
                let sender = self.person;
                self.world.acknowledged(Recent { number, sender, room, id, seq });
                let wait = self.chance.about(self.world.scale.pace);
                self.due = Some((since + wait).max(Instant::now()));
            }
            Heard::Refused(code) => {
                self.world.tally.refused(&code);
                if code != "unavailable" && code != "rate_limited" {
                    let refused = self.waiting.take();
                    refused.inspect(|waiting| self.world.ledger.refused(waiting.number));
                }
                self.due = Some(Instant::now() + AGAIN);
            }
            Heard::Ready | Heard::Nothing => {}
        }
    }

    /// What waits for its acknowledgement, or something new.
    fn next_words(&mut self) -> Option<Message> {
        self.due = None;
        if self.waiting.is_none() && self.world.phase() == Phase::Talking {
            let room = self.world.a_room(self.person, &mut self.chance);
            let number = self.world.ledger.begin(room);
            let frame = json!({
                "action": "new_message",
                "ref": number.to_string(),
                "data": {
                    "chat_id": self.world.rooms[room].id,
                    "content": format!("{} {}", mark(number, 0), self.chance.sentence()),
                    "timestamp": "2026-01-01T00:00:00Z",
                    "client_id": number.to_string(),
                },
            });
            let (frame, since) = (frame.to_string(), Instant::now());
            self.waiting = Some(Waiting { number, room, frame, since });
        }
        self.waiting.as_ref().map(|waiting| Message::text(&waiting.frame))
    }
}
