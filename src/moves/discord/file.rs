//! One file of DiscordChatExporter's, read as a stream: first what it says of the channel, then message after
//! message.

use std::{
    cell::Cell,
    fmt,
    io::{BufReader, Read},
};

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{
    super::{Halted, reader::Metered},
    shapes::{Channel, Message},
};

/// How many bytes one message may have, with everyone who reacted to it.
const MESSAGE_BYTES: u64 = 64 << 20;

/// Who takes what stands in a file.
pub(super) trait Taker {
    fn channel(&mut self, channel: &Channel) -> Result<(), Halted>;
    fn message(&mut self, channel: &Channel, message: Message) -> Result<(), Halted>;
}

/// Reads one.
pub(super) fn read(name: &str, from: impl Read, taker: &mut impl Taker) -> Result<(), Halted> {
    let left = Cell::new(MESSAGE_BYTES);
    let from = BufReader::new(Metered { from, left: &left });
    let mut whole = Whole { taker, left: &left, halted: None };
    let mut json = serde_json::Deserializer::from_reader(from);
    let read = json.deserialize_map(&mut whole).and_then(|()| json.end());
    match (whole.halted, read) {
        (Some(Halted::Over), _) => Err(Halted::Over),
        (_, Err(error)) => Err(format!("{name}: {error}").into()),
        (_, Ok(())) => Ok(()),
    }
}

struct Whole<'a, T> {
    taker: &'a mut T,
    /// How many more bytes may be read before something is too long.
    left: &'a Cell<u64>,
    /// Why it ended, if nobody takes it any more.
    halted: Option<Halted>,
}

impl<T> Whole<'_, T> {
    fn stop<E: Error>(&mut self, why: Halted) -> E {
        let error = match &why {
            Halted::Wrong(why) => E::custom(why),
            Halted::Over => E::custom("nobody takes it"),
        };
        self.halted = Some(why);
        error
    }
}

impl<'de, T: Taker> Visitor<'de> for &mut Whole<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a channel as DiscordChatExporter writes it")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut channel, mut is_read) = (None, false);
        while let Some(key) = map.next_key::<String>()? {
            if key == "channel" {
                let found: Channel = map.next_value()?;
                self.taker.channel(&found).map_err(|why| self.stop(why))?;
                channel = Some(found);
            } else if key == "messages" {
                let channel = channel.as_ref().ok_or_else(|| A::Error::missing_field("channel"))?;
                map.next_value_seed(Messages { whole: &mut *self, channel })?;
                is_read = true;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if is_read { Ok(()) } else { Err(A::Error::missing_field("messages")) }
    }
}

struct Messages<'a, 'b, T> {
    whole: &'a mut Whole<'b, T>,
    channel: &'a Channel,
}

impl<'de, T: Taker> DeserializeSeed<'de> for Messages<'_, '_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, T: Taker> Visitor<'de> for Messages<'_, '_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut messages: A) -> Result<(), A::Error> {
        while let Some(message) = messages.next_element::<Message>()? {
            self.whole.left.set(MESSAGE_BYTES);
            let taken = self.whole.taker.message(self.channel, message);
            taken.map_err(|why| self.whole.stop(why))?;
        }
        Ok(())
    }
}
