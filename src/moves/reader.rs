//! Lines of a file, one after another, none of them longer than is allowed.

use std::io::{BufRead, Read};

/// How many bytes a line has at most: some pictures may stand in one.
const LINE_BYTES: u64 = 12 << 20;

/// The lines of a file that are not empty, by their number.
pub(super) struct Lines<R> {
    from: R,
    number: u64,
    line: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, number: 0, line: Vec::new() }
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
            let read = (&mut self.from).take(LINE_BYTES).read_until(b'\n', &mut self.line);
            let count = read.map_err(|error| format!("line {number}: {error}"))?;
            if count == 0 {
                return Ok(None);
            }
            if count as u64 == LINE_BYTES && self.line.last() != Some(&b'\n') {
                return Err(format!("line {number} is too long"));
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        Ok(Some((self.number, &self.line)))
    }
}
