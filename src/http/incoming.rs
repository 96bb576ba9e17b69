//! A body that is read as it comes, by a call that takes more than JSON.
//!
//! What always holds: whoever reads it sees what they read, or it ends: nothing piles up unseen. What
//! is left of it when nobody reads on is taken and thrown away for a while, so that the client comes
//! to read why it was refused.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Buf, Bytes};
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, header};

/// How many bytes may come without their reader seeing a part, or a piece of one, in them.
const UNSEEN_BYTES: usize = 256 * 1024;

/// How much of a body that was refused is still taken, and for how long.
const DRAINED_BYTES: usize = 32 << 20;
const DRAINED_WITHIN: Duration = Duration::from_secs(10);

type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, Broken>> + Send>>;

/// The connection broke off, or what came was too much.
#[derive(Debug, thiserror::Error)]
#[error("the body broke off")]
pub(super) struct Broken;

/// A body on its way in.
pub(super) struct Incoming {
    pieces: Option<Pieces>,
    allowance: Allowance,
    /// The client sends nothing before it is told to: not reading is enough to refuse.
    waits_to_send: bool,
}

/// How many more bytes may come until the reader says that it gets on.
#[derive(Clone)]
pub(super) struct Allowance(Arc<AtomicUsize>);

impl Allowance {
    /// The reader gets on.
    pub(super) fn renew(&self) {
        self.0.store(UNSEEN_BYTES, Ordering::Relaxed);
    }

    fn take(&self, bytes: usize) -> bool {
        let left = self.0.load(Ordering::Relaxed).checked_sub(bytes);
        self.0.store(left.unwrap_or_default(), Ordering::Relaxed);
        left.is_some()
    }
}

impl Incoming {
    pub(super) fn new<S, B, E>(body: S, headers: &HeaderMap) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Buf,
    {
        let bytes = |mut piece: B| piece.copy_to_bytes(piece.remaining());
        let pieces = body.map(move |piece| piece.map(bytes).map_err(|_| Broken));
        Self {
            pieces: Some(Box::pin(pieces)),
            allowance: Allowance(Arc::new(AtomicUsize::new(UNSEEN_BYTES))),
            waits_to_send: headers.contains_key(header::EXPECT),
        }
    }

    /// To be renewed while the body is read.
    pub(super) fn allowance(&self) -> Allowance {
        self.allowance.clone()
    }
}

impl Stream for Incoming {
    type Item = Result<Bytes, Broken>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.waits_to_send = false;
        let Some(pieces) = self.pieces.as_mut() else { return Poll::Ready(None) };
        let next = std::task::ready!(pieces.as_mut().poll_next(context));
        Poll::Ready(match next {
            Some(Ok(piece)) if self.allowance.take(piece.len()) => Some(Ok(piece)),
            Some(Ok(_)) => Some(Err(Broken)),
            ended => {
                self.pieces = None;
                ended
            }
        })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        let Some(mut pieces) = self.pieces.take().filter(|_| !self.waits_to_send) else { return };
        let drain = async move {
            let mut taken = 0;
            while let Some(Ok(piece)) = pieces.next().await {
                taken += piece.len();
                if taken > DRAINED_BYTES {
                    return;
                }
            }
        };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(tokio::time::timeout(DRAINED_WITHIN, drain));
        }
    }
}
