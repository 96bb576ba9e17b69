//! Games: inviting, answering, results; and the referee, who ends what nobody ends.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc::Receiver};

use super::{App, Caller, unexpected};
use crate::{
    change::{Act, FinishGame, Invite, PersonRef},
    event::{Event, Origin},
    model::{
        ClientId, Game, GameId, GameOptions, InvitationId, Player, Refusal, Timestamp, UserId,
    },
    store::{Outcome, query},
};

/// How often it is looked whether the players of a game are still there; and how long nothing is
/// tried after it failed.
const LOOK: Duration = Duration::from_secs(1);

/// How often it is looked at most, however many come and go.
const BREATH: Duration = Duration::from_millis(50);

impl App {
    /// Asks somebody for a game. Without a name of the caller's own, the invitation gets its id for
    /// one.
    ///
    /// # Errors
    /// `not_found`, `invalid` for oneself, `forbidden` when a block parts the two, `conflict` when
    /// one of them is in a game or an invitation between them waits.
    pub async fn invite(
        &self,
        caller: Caller,
        person: PersonRef,
        client_id: Option<&str>,
        options: GameOptions,
        origin: Option<Origin>,
    ) -> Result<(), Refusal> {
        let id = InvitationId::fresh();
        let client_id = ClientId::parse(client_id.unwrap_or(&id.to_string()))
            .map_err(|why| Refusal::invalid("client_id", why))?;
        let wait = i64::try_from(self.settings.invitation_wait.as_millis()).unwrap_or(i64::MAX);
        let expires_at = Timestamp::now().plus_ms(wait);
        let invite = Invite { id, person, client_id, options, expires_at };
        self.submit(caller, Act::Invite(Box::new(invite)), origin).await.map(|_| ())
    }

    /// Answers somebody's invitation.
    ///
    /// # Errors
    /// `not_found` when none waits any more.
    pub async fn answer_invite(
        &self,
        caller: Caller,
        from: PersonRef,
        accept: bool,
        origin: Option<Origin>,
    ) -> Result<(), Refusal> {
        let game = GameId::fresh();
        self.submit(caller, Act::AnswerInvite { from, accept, game }, origin).await.map(|_| ())
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// `not_found` when none waits any more.
    pub async fn cancel_invite(
        &self,
        caller: Caller,
        to: PersonRef,
        origin: Option<Origin>,
    ) -> Result<(), Refusal> {
        self.submit(caller, Act::CancelInvite { to }, origin).await.map(|_| ())
    }

    /// A game, for its players.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn game(&self, caller: Caller, id: GameId) -> Result<Game, Refusal> {
        self.read(move |db| query::games::find(db, id, caller.user)).await
    }

    /// A player says how a game ended.
    ///
    /// # Errors
    /// `not_found`, `invalid`, `conflict` when it is over already.
    pub async fn finish_game(
        &self,
        caller: Caller,
        result: FinishGame,
    ) -> Result<Arc<Game>, Refusal> {
        let outcome = self.submit(caller, Act::FinishGame(Box::new(result)), None).await?;
        let Outcome::Game(game) = outcome else { return Err(unexpected(&outcome)) };
        Ok(game)
    }

    /// Ends invitations that nobody answers or whose people leave, and games whose players do.
    pub async fn keep_games(self: Arc<Self>, mut departures: Receiver<UserId>) {
        let mut not_before = Instant::now();
        loop {
            tokio::select! {
                Some(person) = departures.recv() => {
                    if self.referee.awaits(person) && self.hub.sockets_of(person) == 0 {
                        let _ = self.housekeeping(Act::CancelInvitesOf(person)).await;
                    }
                }
                () = self.referee.changed.notified() => {}
                () = self.referee.is_due(not_before) => {}
            }
            if Instant::now() >= not_before {
                let pause = if self.end_what_is_over().await.is_ok() { BREATH } else { LOOK };
                not_before = Instant::now() + pause;
            }
        }
    }

    async fn end_what_is_over(&self) -> Result<(), Refusal> {
        if self.referee.is_any_over(Timestamp::now()) {
            self.housekeeping(Act::ExpireInvites).await?;
        }
        let wait = self.settings.game_wait;
        let is_here = |player: UserId| self.hub.sockets_of(player) > 0;
        for game in self.referee.abandoned(wait, is_here) {
            self.housekeeping(Act::AbandonGame(game)).await?;
        }
        Ok(())
    }
}

/// Knows which invitations wait and which games are on: from the file at the start, and from every
/// change since.
#[derive(Default)]
pub(super) struct Referee {
    known: Mutex<Known>,
    changed: Notify,
}

#[derive(Default)]
struct Known {
    waiting: HashMap<InvitationId, ([UserId; 2], Timestamp)>,
    games: HashMap<GameId, Players>,
}

struct Players {
    ids: [UserId; 2],
    gone_since: Option<Instant>,
}

impl Players {
    fn new(players: &[Player; 2]) -> Self {
        Self { ids: [players[0].id, players[1].id], gone_since: None }
    }
}

impl Referee {
    /// The games that were on when the server stopped.
    pub(super) fn know_games(&self, games: Vec<Game>) {
        let mut known = self.known.lock();
        known.games.extend(games.iter().map(|game| (game.id, Players::new(&game.players))));
    }

    /// Takes note of what has happened; of the rest, nothing.
    pub(super) fn take_note(&self, event: &Event) {
        let mut known = self.known.lock();
        if let Event::Invited(invitation) = event {
            let between = [invitation.inviter.id, invitation.invited.id];
            known.waiting.insert(invitation.id, (between, invitation.expires_at));
        } else if let Event::InviteCanceled { invitation, .. }
        | Event::InviteAccepted(invitation)
        | Event::InviteDeclined(invitation) = event
        {
            known.waiting.remove(&invitation.id);
            return;
        } else if let Event::GameFound(game) = event {
            known.games.insert(game.id, Players::new(&game.players));
        } else if let Event::GameFinished(game) = event {
            known.games.remove(&game.id);
            return;
        } else {
            return;
        }
        self.changed.notify_one();
    }

    fn awaits(&self, person: UserId) -> bool {
        self.known.lock().waiting.values().any(|(between, _)| between.contains(&person))
    }

    fn is_any_over(&self, now: Timestamp) -> bool {
        self.known.lock().waiting.values().any(|(_, expires_at)| *expires_at <= now)
    }

    /// Waits until something may be over, but at least so long; for ever when there is nothing.
    async fn is_due(&self, not_before: Instant) {
        let wait = {
            let known = self.known.lock();
            let now = Timestamp::now();
            let first = known.waiting.values().map(|(_, expires_at)| expires_at.0 - now.0).min();
            let first = first.map(|ms| Duration::from_millis(u64::try_from(ms).unwrap_or(0)));
            let look = (!known.games.is_empty()).then_some(LOOK);
            first.into_iter().chain(look).min()
        };
        match wait {
            Some(wait) => {
                let due = not_before.max(Instant::now() + wait);
                tokio::time::sleep_until(due.into()).await;
            }
            None => std::future::pending().await,
        }
    }

    /// Games of which both players have been gone for so long.
    fn abandoned(&self, wait: Duration, is_here: impl Fn(UserId) -> bool) -> Vec<GameId> {
        let mut known = self.known.lock();
        let now = Instant::now();
        let mut over = Vec::new();
        for (id, players) in &mut known.games {
            if players.ids.into_iter().any(&is_here) {
                players.gone_since = None;
            } else if now.duration_since(*players.gone_since.get_or_insert(now)) >= wait {
                over.push(*id);
            }
        }
        over
    }
}
