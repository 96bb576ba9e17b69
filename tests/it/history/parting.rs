//! When somebody was surely, and when perhaps, parted from messages. What a client knows are the
//! moments before it asked and after it was answered; between them it is either.

use super::event::At;

/// One time of being parted.
struct Span {
    perhaps_from: At,
    surely_from: Option<At>,
    surely_to: Option<At>,
    perhaps_to: Option<At>,
}

impl Span {
    fn is_open(&self) -> bool {
        self.perhaps_to.is_none()
    }
}

/// All times at which one person was parted from one place or person.
#[derive(Default)]
pub struct Partings(Vec<Span>);

impl Partings {
    pub fn begun(&mut self, at: At) {
        if !self.0.last().is_some_and(Span::is_open) {
            let (perhaps_from, surely_from) = (at, None);
            self.0.push(Span { perhaps_from, surely_from, surely_to: None, perhaps_to: None });
        }
    }

    pub fn done(&mut self, at: At) {
        self.begun(at);
        let last = self.0.last_mut().expect("one was begun");
        if last.surely_to.is_some() {
            // a return that was begun and never came about
            let (perhaps_from, surely_from) = (at, Some(at));
            self.0.push(Span { perhaps_from, surely_from, surely_to: None, perhaps_to: None });
        } else {
            last.surely_from.get_or_insert(at);
        }
    }

    pub fn return_begun(&mut self, at: At) {
        for span in self.0.iter_mut().filter(|span| span.is_open()) {
            span.surely_to.get_or_insert(at);
        }
    }

    pub fn returned(&mut self, at: At) {
        self.return_begun(at);
        for span in self.0.iter_mut().filter(|span| span.is_open()) {
            span.perhaps_to = Some(at);
        }
    }

    /// Whether what was begun and heard at these moments came wholly while they were parted.
    pub fn surely(&self, begun: At, heard: At) -> bool {
        self.0.iter().any(|span| {
            span.surely_from.is_some_and(|from| from < begun)
                && span.surely_to.is_none_or(|to| heard < to)
        })
    }

    /// Whether they may have been parted at some moment between these.
    pub fn perhaps(&self, begun: At, until: At) -> bool {
        let touches =
            |span: &Span| span.perhaps_from < until && span.perhaps_to.is_none_or(|to| begun < to);
        self.0.iter().any(touches)
    }
}
