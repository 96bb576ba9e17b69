//! Running slash commands: who asks, the program that answers, and where its answer is heard.
//!
//! What always holds: nothing is asked that its asker could not have said there; a call that is under way
//! holds up nobody but the request that waits for it, and there are few of them; what is open to be answered
//! is bounded, and forgotten after a while or with a restart. An answer is a message of the bot's, under the
//! rules for all messages, or told to the asker alone and kept nowhere.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use parking_lot::Mutex;

use super::{App, Caller, NewMessage, messages::post};
use crate::{
    change::{Act, ConversationRef, PostPlace},
    event::{Audience, Event},
    hooks::{
        Said,
        command::{Asking, Reply},
    },
    model::{
        Code, DisplayName, MessageText, Refusal, RunId, Timestamp, UserId,
        slash::{ResponseType, Run, Whisper},
    },
    store::query::{self, slash::Asked},
};

/// How many calls to addresses one person may have under way, and all together.
const CALLS_OF_ONE: usize = 3;
const CALLS: usize = 64;

/// How long a bot may answer, how often, and how many runs are open to be answered: of one person, and in
/// all. The oldest give way.
const OPEN_MS: i64 = 15 * 60 * 1000;
const ANSWERS: usize = 5;
const OPEN_OF_ONE: usize = 20;
const OPEN: usize = 2000;

/// The longest name that a client may give to what it asks.
const REFERENCE_CHARS: usize = 64;

/// What is asked, as typed.
#[derive(Debug)]
pub struct NewRun {
    /// The command's name.
    pub name: String,
    /// What came after it.
    pub text: String,
    /// What the client calls it.
    pub reference: Option<String>,
}

/// What is under way, and what may still be answered.
#[derive(Default)]
pub(super) struct Runs {
    calls: Mutex<HashMap<UserId, usize>>,
    /// By id, and so by age.
    open: Mutex<BTreeMap<RunId, Open>>,
}

struct Open {
    run: Arc<Run>,
    answers: usize,
}

/// A call that is under way, until this is dropped.
struct Turn<'a> {
    runs: &'a Runs,
    person: UserId,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut calls = self.runs.calls.lock();
        if let Some(count) = calls.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                calls.remove(&self.person);
            }
        }
    }
}

impl Runs {
    fn turn(&self, person: UserId) -> Result<Turn<'_>, Refusal> {
        let mut calls = self.calls.lock();
        if calls.values().sum::<usize>() >= CALLS {
            return Err(Refusal::unavailable());
        }
        let own = calls.entry(person).or_default();
        if *own >= CALLS_OF_ONE {
            let busy = "wait until your other commands are answered";
            return Err(Refusal::new(Code::RateLimited, busy).retry_after(1));
        }
        *own += 1;
        Ok(Turn { runs: self, person })
    }

    fn begin(&self, run: &Arc<Run>) {
        let mut open = self.open.lock();
        let over = run.date.plus_ms(-OPEN_MS);
        open.retain(|_, one| one.run.date > over);
        let own = open.values().filter(|one| one.run.user == run.user).count();
        let oldest = if own >= OPEN_OF_ONE {
            open.values().find(|one| one.run.user == run.user).map(|one| one.run.id)
        } else if open.len() >= OPEN {
            open.keys().next().copied()
        } else {
            None
        };
        if let Some(oldest) = oldest {
            open.remove(&oldest);
        }
        open.insert(run.id, Open { run: Arc::clone(run), answers: 0 });
    }

    fn forget(&self, id: RunId) {
        self.open.lock().remove(&id);
    }

    /// What a bot was asked and may still answer.
    fn of_bot(&self, id: RunId, bot: UserId, now: Timestamp) -> Option<Arc<Run>> {
        let open = self.open.lock();
        let run = &open.get(&id)?.run;
        let is_its = run.bot == bot && run.date > now.plus_ms(-OPEN_MS);
        is_its.then(|| Arc::clone(run))
    }

    /// False: it was answered often enough.
    fn answer(&self, id: RunId) -> bool {
        let mut open = self.open.lock();
        let Some(one) = open.get_mut(&id) else { return false };
        one.answers += 1;
        one.answers <= ANSWERS
    }
}

fn no_answer(why: &'static str) -> Refusal {
    Refusal::new(Code::NoAnswer, why)
}

impl App {
    /// Asks the program of a command, where the caller might say something. What an address answers is
    /// told by then; a bot on its sockets answers when it likes.
    ///
    /// # Errors
    /// What saying something there comes to; `not_found` for no such command; `no_answer`.
    pub async fn run_command(
        &self,
        caller: Caller,
        place: ConversationRef,
        new: NewRun,
    ) -> Result<RunId, Refusal> {
        let NewRun { name, text, reference } = new;
        let (name, now) = (name.to_lowercase(), Timestamp::now());
        self.limits.change(caller.user)?;
        let typed = name.clone();
        let read = move |db: &rusqlite::Connection| {
            query::slash::asked(db, &place, caller.user, &typed, now)
        };
        let asked = self.read(read).await?;
        let text = MessageText::parse_beside_files(&text);
        let text = text.map_err(|why| Refusal::invalid("text", why))?.into_string();
        if reference.as_ref().is_some_and(|it| it.chars().count() > REFERENCE_CHARS) {
            return Err(Refusal::invalid("ref", "is too long"));
        }
        if self.hub.are_parted(caller.user, asked.bot) {
            return Err(Refusal::silenced());
        }
        if asked.is_disabled {
            return Err(no_answer("nobody answers this command now"));
        }
        let Asked { command, conversation, room, username, bot, bot_username, called, .. } = asked;
        let run = Arc::new(Run {
            id: RunId::fresh(),
            command,
            name,
            text,
            conversation,
            room,
            user: caller.user,
            username,
            reference,
            bot,
            bot_username,
            date: now,
        });
        match called {
            Some((url, secret)) => self.call_program(&run, &url, &secret).await?,
            None => self.ask_program(&run)?,
        }
        Ok(run.id)
    }

    /// The bot may be quick: what it is asked is open before it hears of it.
    fn ask_program(&self, run: &Arc<Run>) -> Result<(), Refusal> {
        self.runs.begin(run);
        if self.hub.pass(Audience::Program(run.bot), Event::CommandAsked(Arc::clone(run))) {
            return Ok(());
        }
        self.runs.forget(run.id);
        Err(no_answer("nobody answers: the program of this command is not here"))
    }

    async fn call_program(&self, run: &Arc<Run>, url: &str, secret: &str) -> Result<(), Refusal> {
        let _turn = self.runs.turn(run.user)?;
        let address = self.calling.caller().ok_or_else(Refusal::unavailable)?;
        self.runs.begin(run);
        let asking = Asking {
            token: run.command.to_string(),
            channel_id: run.conversation.to_string(),
            channel_name: run.room.as_deref().unwrap_or("directmessage"),
            user_id: run.user.to_string(),
            user_name: &run.username,
            command: format!("/{}", run.name),
            text: &run.text,
            trigger_id: run.id.to_string(),
        };
        let Reply { said, response_type } = match address.ask(url, secret, &asking).await {
            Ok(Some(reply)) => reply,
            Ok(None) => return Ok(()),
            Err(why) => {
                // whoever asks is not told how the network around the server looks
                tracing::warn!(command = %run.name, why, "a command was not answered");
                self.runs.forget(run.id);
                return Err(no_answer("the program of this command does not answer"));
            }
        };
        let place = ConversationRef::Id(run.conversation);
        let is_said = response_type == ResponseType::InChannel && {
            let (text, shown_as) = (said.text.clone(), shown(&said));
            self.say_as(run.bot, place, text, shown_as).await.is_ok()
        };
        // where the bot may not speak, only the asker hears it
        if !is_said {
            self.whisper(run, said);
        }
        Ok(())
    }

    /// What the caller, a bot, was asked and may answer.
    ///
    /// # Errors
    /// `not_found`.
    pub fn asked_of(&self, caller: Caller, id: RunId) -> Result<Arc<Run>, Refusal> {
        let run = self.runs.of_bot(id, caller.user, Timestamp::now());
        let run = run.filter(|run| !self.hub.are_parted(run.user, run.bot));
        run.ok_or_else(Refusal::not_found)
    }

    /// Answers it.
    ///
    /// # Errors
    /// What saying something there comes to, for everyone's ears; `rate_limited`, `conflict` when it was
    /// answered often enough.
    pub async fn answer_command(
        &self,
        caller: Caller,
        run: &Run,
        reply: Reply,
    ) -> Result<(), Refusal> {
        let Reply { said, response_type } = reply;
        if !self.runs.answer(run.id) {
            return Err(Refusal::conflict("this was answered often enough"));
        }
        if response_type == ResponseType::Ephemeral {
            self.limits.change(caller.user)?;
            self.whisper(run, said);
            return Ok(());
        }
        let place = PostPlace::In(ConversationRef::Id(run.conversation));
        let shown_as = shown(&said);
        let new = NewMessage { content: said.text, ..NewMessage::default() };
        let mut act = post(place, &new)?;
        if let Act::PostMessage(post) = &mut act {
            post.shown_as = shown_as;
        }
        self.submit(caller, act, None).await.map(|_| ())
    }

    /// Who asked may be gone by now: then nobody hears it.
    fn whisper(&self, run: &Run, said: Said) {
        let shown_as = shown(&said).map(DisplayName::into_string);
        let (run, date) = (run.clone(), Timestamp::now());
        let user = run.user;
        let whisper = Whisper { run, content: said.text, shown_as, date };
        let _ = self.hub.pass(Audience::Person(user), Event::CommandAnswered(Arc::new(whisper)));
    }
}

/// The name that an answer comes with, as far as it is one.
fn shown(said: &Said) -> Option<DisplayName> {
    let name: String = said.name.as_ref()?.chars().filter(|c| !c.is_control()).take(64).collect();
    DisplayName::parse(&name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CommandId, ConversationId};

    fn run(user: UserId, bot: UserId, date: i64) -> Arc<Run> {
        Arc::new(Run {
            id: RunId::fresh(),
            command: CommandId::fresh(),
            name: "roll".into(),
            text: String::new(),
            conversation: ConversationId::fresh(),
            room: None,
            user,
            username: "ada".into(),
            reference: None,
            bot,
            bot_username: "dicer".into(),
            date: Timestamp(date),
        })
    }

    #[test]
    fn what_is_open_is_answered_in_time_a_few_times_and_by_who_was_asked() {
        let (runs, now) = (Runs::default(), Timestamp(OPEN_MS * 2));
        let (ada, dicer, other) = (UserId::fresh(), UserId::fresh(), UserId::fresh());
        let late = run(ada, dicer, now.0 - OPEN_MS);
        let asked = run(ada, dicer, now.0 - OPEN_MS + 1);
        for one in [&late, &asked] {
            runs.begin(one);
        }
        assert!(runs.of_bot(asked.id, dicer, now).is_some());
        assert!(runs.of_bot(asked.id, other, now).is_none());
        assert!(runs.of_bot(late.id, dicer, now).is_none());
        assert!((0..ANSWERS).all(|_| runs.answer(asked.id)));
        assert!(!runs.answer(asked.id) && !runs.answer(RunId::fresh()));
        runs.begin(&run(ada, dicer, now.0));
        assert_eq!(runs.open.lock().len(), 2, "what is over is forgotten when another is asked");
    }

    #[test]
    fn the_oldest_give_way_to_what_is_asked_now() {
        let (runs, dicer, ada) = (Runs::default(), UserId::fresh(), UserId::fresh());
        let own: Vec<_> = (0..=OPEN_OF_ONE).map(|_| run(ada, dicer, OPEN_MS * 2)).collect();
        own.iter().for_each(|one| runs.begin(one));
        assert!(runs.of_bot(own[0].id, dicer, Timestamp(OPEN_MS * 2)).is_none());
        assert_eq!(runs.open.lock().len(), OPEN_OF_ONE);
        for _ in 0..OPEN {
            runs.begin(&run(UserId::fresh(), dicer, OPEN_MS * 2));
        }
        assert_eq!(runs.open.lock().len(), OPEN);
        assert!(!runs.open.lock().contains_key(&own[1].id));
    }

    #[test]
    fn few_calls_are_under_way_of_one_and_of_all() {
        let (runs, ada) = (Runs::default(), UserId::fresh());
        let code = |turn: Result<Turn<'_>, Refusal>| turn.err().map(|refusal| refusal.code);
        let own: Vec<_> = (0..CALLS_OF_ONE).map(|_| runs.turn(ada)).collect();
        assert!(own.iter().all(Result::is_ok));
        assert_eq!(code(runs.turn(ada)), Some(Code::RateLimited));
        let others: Vec<_> = (CALLS_OF_ONE..CALLS).map(|_| runs.turn(UserId::fresh())).collect();
        assert_eq!(code(runs.turn(UserId::fresh())), Some(Code::Unavailable));
        drop((own, others));
        assert!(runs.calls.lock().is_empty() && runs.turn(ada).is_ok());
    }
}
