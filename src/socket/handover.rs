//! From HTTP to a socket: what HTTP says last, the answer to the handshake, is kept until the greeting goes with
//! it. Both leave with one system call, in one packet, and wake the client once.
//!
//! What always holds: nothing is kept before `LastAnswer::announce`, and then every byte, in order.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Whether what is answered next is the last that HTTP says on its connection.
#[derive(Clone, Debug, Default)]
pub struct LastAnswer(Arc<AtomicBool>);

impl LastAnswer {
    /// It is: somebody takes the connection over.
    pub(super) fn announce(&self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A connection that HTTP is spoken on until somebody takes it over.
pub struct Handover<S> {
    stream: S,
    last: LastAnswer,
    kept: Vec<u8>,
}

impl<S> Handover<S> {
    /// Keeps what is written once `last` says so.
    pub fn new(stream: S, last: LastAnswer) -> Self {
        Self { stream, last, kept: Vec::new() }
    }

    /// The connection, and what has to be written to it first.
    pub(super) fn into_parts(self) -> (S, Vec<u8>) {
        (self.stream, self.kept)
    }

    fn keeps(&self) -> bool {
        self.last.0.load(Ordering::Acquire)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Handover<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Handover<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if !self.keeps() {
            return Pin::new(&mut self.stream).poll_write(cx, bytes);
        }
        self.kept.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if !self.keeps() {
            return Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        }
        slices.iter().for_each(|slice| self.kept.extend_from_slice(slice));
        Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
