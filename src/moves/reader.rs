//! Reading what comes from elsewhere with bounds: lines one after another, none of them longer than is
//! allowed, and streams of which no single thing is.

use std::{
    cell::Cell,
    io::{self, BufRead, Read, Seek, SeekFrom},
    ops::Deref,
};

/// How many bytes a line has at most: some pictures may stand in one.
pub(super) const LINE_BYTES: u64 = 12 << 20;

/// The lines of a file that are not empty, by their number.
pub(super) struct Lines<R> {
    from: R,
    most: u64,
    number: u64,
    line: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(from: R, most: u64) -> Self {
        Self { from, most, number: 0, line: Vec::new() }
    }

    /// The next one, and its number.
    ///
    /// # Errors
    /// It cannot be read, or is too long.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &[u8])>, String> {
        loop {
            self.line.clear();
            self.number += 1;
            let number = self.number;
            let read = (&mut self.from).take(self.most).read_until(b'\n', &mut self.line);
            let count = read.map_err(|error| format!("line {number}: {error}"))?;
            if count == 0 {
                return Ok(None);
            }
            if count as u64 == self.most && self.line.last() != Some(&b'\n') {
                return Err(format!("line {number} is too long"));
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        Ok(Some((self.number, &self.line)))
    }
}

/// Bytes of which only so many come before `left` is filled again: whoever takes one thing after another out
/// of a long stream says by it how long each may be.
pub(super) struct Metered<R, L> {
    pub(super) from: R,
    pub(super) left: L,
}

impl<R: Read, L: Deref<Target = Cell<u64>>> Read for Metered<R, L> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::Error::other("something in it is too long"));
        }
        let most = usize::try_from(self.left.get()).unwrap_or(usize::MAX).min(into.len());
        let count = self.from.read(&mut into[..most])?;
        self.left.set(self.left.get() - count as u64);
        Ok(count)
    }
}

impl<R: Seek, L> Seek for Metered<R, L> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.from.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_goes_on_while_its_bound_is_moved() {
        let left = Cell::new(4);
        let mut stream = Metered { from: &b"eight by"[..], left: &left };
        let mut four = [0; 4];
        assert!(stream.read_exact(&mut four).is_ok());
        assert!(stream.read(&mut four).is_err());
        left.set(10);
        assert!(stream.read_exact(&mut four).is_ok());
        assert!(stream.read(&mut four).is_ok_and(|count| count == 0));
    }
}
