//! The type of a file, by its first bytes. What its sender says of it counts for nothing: a page
//! that calls itself a picture would be one to our own origin.

/// How many first bytes tell what a file is.
pub const HEAD_BYTES: usize = 8192;

/// What is neither known nor text.
const UNKNOWN: &str = "application/octet-stream";

/// The type of a file that begins so.
#[must_use]
pub fn of(head: &[u8]) -> &'static str {
    match infer::get(head) {
        Some(known) => known.mime_type(),
        None if is_text(head) => "text/plain",
        None => UNKNOWN,
    }
}

/// Whether a browser may show it by itself: pictures, films and sounds, which run nothing.
#[must_use]
pub fn is_shown(mime: &str) -> bool {
    is_picture(mime)
        || matches!(
            mime,
            "video/mp4"
                | "video/webm"
                | "video/quicktime"
                | "video/x-m4v"
                | "audio/mpeg"
                | "audio/m4a"
                | "audio/mp4"
                | "audio/ogg"
                | "audio/x-flac"
                | "audio/x-wav"
                | "audio/aac"
                | "image/avif"
        )
}

/// Whether it is a picture of which we make smaller ones.
#[must_use]
pub fn is_picture(mime: &str) -> bool {
    matches!(mime, "image/jpeg" | "image/png" | "image/gif" | "image/webp")
}

/// What a download says that it is: nothing that a browser would take for a page or a script.
#[must_use]
pub fn served_as(mime: &str) -> &str {
    let is_inert = is_shown(mime)
        || matches!(mime, "application/zip" | "application/gzip" | "application/pdf");
    match mime {
        "text/plain" => "text/plain; charset=utf-8",
        mime if is_inert => mime,
        _ => UNKNOWN,
    }
}

fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // the head may end within a character
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty()
        && text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_count_and_names_do_not() {
        assert_eq!(of(b"\x89PNG\r\n\x1a\n____"), "image/png");
        assert_eq!(of(b"%PDF-1.7"), "application/pdf");
        assert_eq!(of("déjà vu\n".as_bytes()), "text/plain");
        assert_eq!(of(&"é".as_bytes()[..1]), UNKNOWN);
        assert_eq!(of(&"aé".as_bytes()[..2]), "text/plain", "cut within a character");
        assert_eq!(of(b"\0\x01\x02"), UNKNOWN);
        assert_eq!(of(b""), UNKNOWN);
    }

    #[test]
    fn nothing_active_is_shown_or_named() {
        for active in [
            "<!DOCTYPE html><script>alert(1)</script>",
            "<html><body onload=alert(1)>",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
            "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            "%PDF-1.7\n/JavaScript",
            "#!/bin/sh\nrm -rf /",
        ] {
            let mime = of(active.as_bytes());
            assert!(!is_shown(mime), "{mime}");
            let served = served_as(mime);
            assert!(!served.contains("html") && !served.contains("xml"), "{served}");
        }
    }
}
