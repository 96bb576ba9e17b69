//! Files: taken in piece by piece, looked at, given out piece by piece. No file is ever whole in
//! memory, but for one picture at a time while a smaller one is made of it, and a few avatars.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use ring::digest::{Context, SHA256};
use tokio::sync::{
    Notify, Semaphore,
    mpsc::{self, Receiver},
};

use super::{App, Caller, unexpected};
use crate::{
    change::{Act, Change, ConversationRef, FinishFile, StorePiece},
    counts,
    media::{
        kind,
        picture::{self, PICTURE_BYTES, Picture},
        strip::Stripper,
    },
    model::{
        Attachment, AttachmentId, Code, FileId, Filename, Refusal, Rev, Timestamp,
        attachment::{Nature, PIECE_BYTES},
    },
    store::{Outcome, query},
};

pub use crate::store::query::attachments::Readable;

/// How many files are taken in at once, from everyone.
const UPLOADS: usize = 64;

/// How many pictures that become avatars are taken in at once. They are whole in memory.
const AVATARS: usize = 16;

/// How long the next piece of a file may take before the file is given up.
const STALLED_MS: i64 = 10 * 60 * 1000;

/// How long a file may wait to be posted.
const UNPOSTED_MS: i64 = 24 * 3600 * 1000;

/// What taking files in needs.
pub(super) struct Uploads {
    places: Arc<Semaphore>,
    /// One picture is decoded at a time.
    pub(super) pictures: Arc<Semaphore>,
    /// How many pictures that become avatars are in memory.
    pub(super) avatars: Semaphore,
    /// What was coming before this never ends: the process that took it in is gone.
    started: Timestamp,
    /// Something may be there to be forgotten.
    unused: Notify,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(UPLOADS)),
            pictures: Arc::new(Semaphore::new(1)),
            avatars: Semaphore::new(AVATARS),
            started: Timestamp::now(),
            unused: Notify::new(),
        }
    }
}

/// A file that is coming. Dropped before its end, it is forgotten.
pub struct Upload {
    app: Arc<App>,
    caller: Caller,
    file: FileId,
    filename: Filename,
    /// As received, before anything is taken out of it.
    received: u64,
    size: u64,
    /// The first bytes, by which its type is told.
    head: Vec<u8>,
    /// What does not fill a piece yet.
    rest: Vec<u8>,
    stripper: Stripper,
    hash: Context,
    is_done: bool,
    _place: tokio::sync::OwnedSemaphorePermit,
}

impl App {
    /// Begins to take in a file for a conversation.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `rate_limited`, `unavailable`.
    pub async fn begin_upload(
        self: &Arc<Self>,
        caller: Caller,
        conversation: ConversationRef,
        filename: &str,
    ) -> Result<Upload, Refusal> {
        let place = Arc::clone(&self.uploads.places).try_acquire_owned();
        let place = place.map_err(|_| Refusal::unavailable())?;
        let file = FileId::fresh();
        self.submit(caller, Act::BeginFile { file, conversation }, None).await?;
        Ok(Upload {
            app: Arc::clone(self),
            caller,
            file,
            filename: Filename::from_client(filename),
            received: 0,
            size: 0,
            head: Vec::new(),
            rest: Vec::new(),
            stripper: Stripper::default(),
            hash: Context::new(&SHA256),
            is_done: false,
            _place: place,
        })
    }

    /// Forgets files that were uploaded and not posted.
    ///
    /// # Errors
    /// `not_found` when none of them is the caller's and unposted.
    pub async fn discard_attachments(
        &self,
        caller: Caller,
        ids: Vec<AttachmentId>,
    ) -> Result<(), Refusal> {
        self.submit(caller, Act::DiscardAttachments(ids), None).await?;
        self.files_may_be_unused();
        Ok(())
    }

    /// A file that the caller may read.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn attachment(&self, caller: Caller, id: AttachmentId) -> Result<Readable, Refusal> {
        self.read(move |db| query::attachments::readable(db, id, caller.user)).await
    }

    /// The smaller picture of a file.
    ///
    /// # Errors
    /// `not_found` when there is none.
    pub async fn thumbnail(&self, file: Rev) -> Result<Vec<u8>, Refusal> {
        let found = self.read(move |db| Ok(query::attachments::thumbnail(db, file)?)).await?;
        found.ok_or_else(Refusal::not_found)
    }

    /// The bytes of a file from one place to before another, as they are asked for. They end with a
    /// refusal if the file goes meanwhile.
    pub fn bytes_of(
        self: &Arc<Self>,
        file: Rev,
        from: u64,
        to: u64,
    ) -> Receiver<Result<Bytes, Refusal>> {
        let (give, taken) = mpsc::channel(1);
        let app = Arc::clone(self);
        tokio::spawn(async move {
            let whole = PIECE_BYTES as u64;
            let mut at = from;
            while at < to {
                let piece = app.piece(file, at / whole).await;
                let piece = piece.and_then(|piece| {
                    let skip = usize::try_from(at % whole).unwrap_or_default();
                    let end =
                        piece.len().min(skip + usize::try_from(to - at).unwrap_or(usize::MAX));
                    if skip >= end { Err(Refusal::not_found()) } else { Ok(piece.slice(skip..end)) }
                });
                at += piece.as_ref().map_or(to, |piece| piece.len() as u64);
                if give.send(piece).await.is_err() {
                    return; // whoever asked has gone
                }
            }
        });
        taken
    }

    async fn piece(&self, file: Rev, index: u64) -> Result<Bytes, Refusal> {
        let index = i64::try_from(index).map_err(|_| Refusal::not_found())?;
        let found = self.read(move |db| Ok(query::attachments::piece(db, file, index)?)).await?;
        found.map(Bytes::from).ok_or_else(Refusal::not_found)
    }

    /// What a file over its bound is told.
    #[must_use]
    pub fn too_large(&self) -> Refusal {
        let most = self.max_upload();
        Refusal::new(Code::TooLarge, format!("a file may have {most} bytes"))
    }

    /// Something that may have had files is gone.
    pub(super) fn files_may_be_unused(&self) {
        self.uploads.unused.notify_one();
    }

    /// Forgets files that nothing uses any more, as soon as that may be.
    pub(super) async fn keep_files(&self) {
        let mut minutes = tokio::time::interval(Duration::from_secs(60));
        loop {
            tokio::select! {
                _ = minutes.tick() => {}
                () = self.uploads.unused.notified() => {}
            }
            self.sweep_files().await;
        }
    }

    /// Forgets files that stopped coming, that nobody posted and that nothing uses any more.
    async fn sweep_files(&self) {
        loop {
            let now = Timestamp::now();
            let coming_since = now.plus_ms(-STALLED_MS).max(self.uploads.started);
            let unposted_since = now.plus_ms(-UNPOSTED_MS);
            let swept = self.housekeeping(Act::SweepFiles { coming_since, unposted_since }).await;
            match swept {
                Ok(Outcome::Marked(found)) if found > 0 => {}
                _ => return,
            }
        }
    }

    /// What a picture shows, read from the file once all of it is there.
    async fn look_at(&self, file: FileId, size: u64) -> Result<Picture, Refusal> {
        let turn = Arc::clone(&self.uploads.pictures).acquire_owned().await;
        let turn = turn.map_err(|_| Refusal::unavailable())?;
        let number = self.read(move |db| Ok(query::attachments::number(db, file)?)).await?;
        let number = number.ok_or_else(Refusal::not_found)?;
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        for index in 0..size.div_ceil(PIECE_BYTES as u64) {
            bytes.extend_from_slice(&self.piece(number, index).await?);
        }
        let looked = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            picture::look(&bytes)
        });
        Ok(looked.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a picture could not be looked at; it stays a plain file");
            Picture::default()
        }))
    }
}

impl Upload {
    /// Takes what has come.
    ///
    /// # Errors
    /// `too_large` for a file over its bound, or when a quota is reached.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.received += bytes.len() as u64;
        if self.received > self.app.max_upload() {
            return Err(self.app.too_large());
        }
        self.stripper.push(bytes, &mut self.rest);
        while self.rest.len() >= PIECE_BYTES {
            let later = self.rest.split_off(PIECE_BYTES);
            let piece = std::mem::replace(&mut self.rest, later);
            self.store(piece).await?;
        }
        Ok(())
    }

    /// All has come: the file can be posted.
    ///
    /// # Errors
    /// As `write`; `forbidden` or `not_found` when the caller may not post there any more.
    pub async fn finish(mut self) -> Result<Attachment, Refusal> {
        std::mem::take(&mut self.stripper).finish(&mut self.rest);
        while !self.rest.is_empty() {
            let later = self.rest.split_off(self.rest.len().min(PIECE_BYTES));
            let piece = std::mem::replace(&mut self.rest, later);
            self.store(piece).await?;
        }
        let mime = kind::of(&self.head);
        let is_picture = kind::is_picture(mime) && self.size <= PICTURE_BYTES;
        let Picture { pixels, thumbnail } = if is_picture {
            self.app.look_at(self.file, self.size).await?
        } else {
            Picture::default()
        };
        let hash = self.hash.clone().finish().as_ref().to_vec();
        let nature = Nature { hash, mime: mime.to_owned(), pixels, thumbnail };
        let (attachment, filename) = (AttachmentId::fresh(), self.filename.clone());
        let finish = FinishFile { file: self.file, nature, attachment, filename };
        let act = Act::FinishFile(Box::new(finish));
        let outcome = self.app.submit(self.caller, act, None).await?;
        let Outcome::Attachment(attachment) = outcome else { return Err(unexpected(&outcome)) };
        self.is_done = true;
        self.app.files_may_be_unused(); // the same bytes may have been there
        Ok(attachment)
    }

    async fn store(&mut self, bytes: Vec<u8>) -> Result<(), Refusal> {
        let missing = kind::HEAD_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.hash.update(&bytes);
        let length = bytes.len() as u64;
        self.size += length;
        let piece = StorePiece { file: self.file, bytes };
        let act = Act::StorePiece(Box::new(piece));
        let change = Change { by: Some(self.caller.user), at: Timestamp::now(), act };
        self.app.store.submit(change, None).await?;
        counts::UPLOADED_BYTES.add(length);
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        let (app, by, act) = (Arc::clone(&self.app), self.caller.user, Act::AbandonFile(self.file));
        // outside of the runtime the server is gone; the next start forgets the file
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let change = Change { by: Some(by), at: Timestamp::now(), act };
                let _ = app.store.submit(change, None).await; // a sweep does it otherwise
                app.files_may_be_unused();
            });
        }
    }
}
