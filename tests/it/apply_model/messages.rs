//! Messages in the model: said, edited, deleted, pinned; and how what is stored is held against it.

use salon::{
    change::{Act, ConversationRef, PostMessage, PostPlace},
    model::{ClientId, Code, Message, MessageId, MessageText, Seq},
    store::query::{Window, messages, messages::Stretch, pins, versions},
};

use super::{Place, Said, World};

impl World {
    pub(super) fn post(&mut self, by: usize, place: usize, client_id: Option<u8>) {
        let (number, conversation, place) = self.place(place);
        let before = client_id.and_then(|id| self.client_ids.get(&(by, id)).copied());
        let expected = Self::part(place.as_ref(), by).and_then(|()| match before {
            Some(first) if self.posted[first].1 != number => Err(Code::Conflict),
            _ => Ok(()),
        });
        let id = MessageId(self.uuid());
        let content = format!("message {}", self.posted.len());
        let post = PostMessage {
            id,
            place: PostPlace::In(conversation),
            content: MessageText::parse(&content).unwrap(),
            client_id: client_id.map(|id| ClientId::parse(&id.to_string()).unwrap()),
            reply_to: None,
            shown_as: None,
            attachments: Vec::new(),
            names: Vec::new(),
        };
        self.send(Some(by), Act::PostMessage(Box::new(post)), expected);
        if expected.is_ok() && before.is_none() {
            let place = self.places[number].as_mut().unwrap();
            place.messages.push(Said { sender: by, versions: vec![content] });
            let last = place.messages.len();
            place.members.iter_mut().find(|(member, _)| *member == by).unwrap().1 = last as i64;
            if let Some(client_id) = client_id {
                self.client_ids.insert((by, client_id), self.posted.len());
            }
            self.posted.push((id, number, last - 1));
        }
    }

    pub(super) fn edit(&mut self, by: usize, message: usize) {
        let Some((id, number, position)) = self.known(message) else { return };
        let place = self.places[number].clone();
        let expected = Self::part(place.as_ref(), by).and_then(|()| {
            let said = &place.as_ref().unwrap().messages[position];
            match (said.sender == by, said.versions.is_empty()) {
                (false, _) => Err(Code::Forbidden),
                (true, true) => Err(Code::Conflict),
                (true, false) => Ok(()),
            }
        });
        let content = format!("edited {}", self.rev.0);
        let act = Act::EditMessage {
            id,
            content: MessageText::parse(&content).unwrap(),
            names: Vec::new(),
        };
        self.send(Some(by), act, expected);
        if expected.is_ok() {
            self.places[number].as_mut().unwrap().messages[position].versions.push(content);
        }
    }

    pub(super) fn erase(&mut self, by: usize, message: usize) {
        let Some((id, number, position)) = self.known(message) else { return };
        let place = self.places[number].clone();
        let own = place.as_ref().is_some_and(|p| p.messages[position].sender == by);
        let expected =
            if own { Self::part(place.as_ref(), by) } else { Self::run(place.as_ref(), by) };
        self.send(Some(by), Act::DeleteMessage { id }, expected);
        if expected.is_ok() {
            let place = self.places[number].as_mut().unwrap();
            place.messages[position].versions.clear();
            place.pinned.retain(|other| *other != position);
        }
    }

    pub(super) fn pin(&mut self, by: usize, message: usize, on: bool) {
        let Some((id, number, position)) = self.known(message) else { return };
        let place = self.places[number].clone();
        let expected = Self::part(place.as_ref(), by).and_then(|()| {
            let place = place.unwrap();
            let said = &place.messages[position];
            let may = place.is_direct || said.sender == by || by == 0 || place.owner == Some(by);
            match (may, on && said.versions.is_empty()) {
                (false, _) => Err(Code::Forbidden),
                (true, true) => Err(Code::Conflict),
                (true, false) => Ok(()),
            }
        });
        self.send(Some(by), Act::Pin { message: id, on }, expected);
        if expected.is_ok() {
            let place = self.places[number].as_mut().unwrap();
            let was = place.pinned.contains(&position);
            if on && !was {
                place.pinned.push(position);
            } else if !on {
                place.pinned.retain(|other| *other != position);
            }
        }
    }

    fn known(&self, message: usize) -> Option<(MessageId, usize, usize)> {
        let count = self.posted.len();
        (count > 0).then(|| self.posted[message % count])
    }

    pub(super) fn check_messages(&self, place: &Place, stored: Vec<Message>) {
        for (position, (message, said)) in stored.iter().zip(&place.messages).enumerate() {
            assert_eq!(message.seq, Seq(position as i64 + 1));
            assert_eq!(message.sender_id, self.people[said.sender]);
            let is_deleted = said.versions.is_empty();
            assert_eq!(
                (message.content.as_str(), message.is_deleted),
                (said.content(), is_deleted)
            );
            assert_eq!(message.pin.is_some(), place.pinned.contains(&position));
        }
        assert_eq!(stored.len(), place.messages.len());
    }

    pub(super) fn check_pins(&self, place: &Place, person: usize, number: usize) {
        let which = ConversationRef::Id(self.ids[number]);
        let window = Window { limit: 1000, offset: 0 };
        let listed = pins::list(&self.db, &which, self.people[person], window).unwrap();
        let listed: Vec<_> = listed.items.iter().map(|m| m.seq.0 as usize - 1).collect();
        let pinned: Vec<_> = place.pinned.iter().rev().copied().collect();
        assert_eq!(listed, pinned);
    }

    pub(super) fn check_versions(&self, place: &Place, number: usize) {
        for (id, _, position) in self.posted.iter().filter(|(_, other, _)| *other == number) {
            let said = &place.messages[*position];
            if !place.has(said.sender) {
                continue;
            }
            let window = Window { limit: 1000, offset: 0 };
            let kept = versions::list(&self.db, *id, self.people[said.sender], window).unwrap();
            let kept: Vec<_> = kept.items.into_iter().map(|version| version.content).collect();
            assert_eq!(kept, said.versions);
        }
    }

    pub(super) fn history(&self, person: usize, number: usize) -> Vec<Message> {
        let which = ConversationRef::Id(self.ids[number]);
        let caller = self.people[person];
        let (_, page) =
            messages::list(&self.db, &which, caller, Stretch::After(Seq(0)), 1000).unwrap();
        page.items
    }
}
