//! Reading an export: which format it is, that all of it is there, and that files are what their sums say.

use std::io::BufRead;

use ring::digest::{Context, SHA256};

use super::{
    Halted, Out,
    reader::{LINE_BYTES, Lines},
};
use crate::change::Line;

/// A file whose pieces come.
struct Coming {
    sha256: String,
    missing: i64,
    sum: Context,
}

/// Puts all lines of an export.
pub(super) fn read(from: impl BufRead, out: &Out) -> Result<(), Halted> {
    let mut lines = Lines::new(from, LINE_BYTES);
    let (mut count, mut is_over) = (0, false);
    let mut coming: Option<Coming> = None;
    while let Some((number, text)) = lines.next()? {
        let line: Line =
            serde_json::from_slice(text).map_err(|error| format!("line {number}: {error}"))?;
        let wrong = |why: &str| Halted::Wrong(format!("line {number}: {why}"));
        let is_head = matches!(&line, Line::Salon(_));
        if is_over {
            return Err(wrong("nothing comes after the end"));
        }
        if count == 0 && !is_head {
            return Err(wrong("this is no export of Salon's"));
        }
        if count > 0 && is_head {
            return Err(wrong("a second beginning"));
        }
        if let Line::End(end) = &line {
            if end.lines != count {
                return Err(wrong("lines are missing before it"));
            }
            is_over = true;
        }
        line.check().map_err(|why| wrong(&why))?;
        follow(&mut coming, &line).map_err(wrong)?;
        count += 1;
        out.put(number, line)?;
    }
    if is_over { Ok(()) } else { Err(Halted::Wrong("its end is missing".into())) }
}

/// Follows the pieces of files.
fn follow(coming: &mut Option<Coming>, line: &Line) -> Result<(), &'static str> {
    let Line::Piece(piece) = line else {
        if coming.is_some() {
            return Err("the file before it is not all there");
        }
        if let Line::File(file) = line
            && file.size > 0
        {
            let sum = Context::new(&SHA256);
            *coming = Some(Coming { sha256: file.sha256.clone(), missing: file.size, sum });
        }
        return Ok(());
    };
    let Some(mut file) = coming.take() else { return Err("a piece of no file") };
    file.sum.update(&piece.bytes.0);
    file.missing -= piece.bytes.0.len() as i64;
    if file.missing > 0 {
        *coming = Some(file);
        return Ok(());
    }
    let found: String =
        file.sum.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    if found == file.sha256 {
        Ok(())
    } else {
        Err("the bytes of this file are not those that its sum says")
    }
}
