//! `salon import --from …` of the zip that an export came in, without unpacking it.

use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    moves_discord, moves_mattermost, moves_slack,
    support::arrivals::{brings, refuses},
};

/// A zip of some files, deflated.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let how = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        zip.start_file(*name, how).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// All files of a folder, by their names in it.
fn files_in(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.push((name, fs::read(path).unwrap()));
            }
        }
    }
    files
}

/// A zip of a folder, in a folder of its own if there is one.
fn packed(folder: &Path, within: &str) -> Vec<u8> {
    let files = files_in(folder);
    let named: Vec<_> =
        files.iter().map(|(name, bytes)| (format!("{within}{name}"), bytes)).collect();
    let mut all: Vec<_> = named.iter().map(|(name, bytes)| (&**name, &***bytes)).collect();
    all.push(("__MACOSX/._x", b"what is packed aside"));
    zip(&all)
}

#[tokio::test]
async fn a_zip_is_read_as_its_folder_is() {
    let (discord, mattermost) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    moves_discord::write(discord.path());
    moves_mattermost::write(mattermost.path());
    for (of, folder) in [
        ("slack", moves_slack::fixture()),
        ("discord", discord.path().to_owned()),
        ("mattermost", mattermost.path().to_owned()),
    ] {
        let place = TempDir::new().unwrap();
        let open = brings(&place.path().join("open.db"), of, &folder).await;
        for within in ["", "some export/"] {
            let file = place.path().join("export.zip");
            fs::write(&file, packed(&folder, within)).unwrap();
            let data = place.path().join(format!("{}.db", within.len()));
            let said = brings(&data, of, &file).await;
            let past = |said: &str| said.split_once(": ").unwrap().1.to_owned();
            assert_eq!(past(&said), past(&open), "{of} {within}");
        }
    }
}

/// Finds some bytes in others, the last time that they are there.
fn last(bytes: &[u8], sought: &[u8]) -> usize {
    bytes.windows(sought.len()).rposition(|some| some == sought).unwrap()
}

/// A zip with something else in the list of what it holds, so far after the beginning of its last entry.
fn forged(mut zip: Vec<u8>, at: usize, with: &[u8]) -> Vec<u8> {
    let entry = last(&zip, b"PK\x01\x02");
    zip[entry + at..][..with.len()].copy_from_slice(with);
    zip
}

#[tokio::test]
async fn a_zip_that_lies_or_leads_out_is_refused() {
    let place = TempDir::new().unwrap();
    let file = place.path().join("export.zip");
    let good = || zip(&[("users.json", b"[]"), ("channels.json", b"[]"), ("data", &[7; 5000])]);
    let whole = good();
    let mut twice =
        zip(&[("users.json", b"[]"), ("channel1.json", b"[]"), ("channel2.json", b"[]")]);
    for _ in 0..2 {
        let name = last(&twice, b"channel2.json");
        twice[name..][..13].copy_from_slice(b"channel1.json");
    }
    let shared = {
        // the list says that two files lie at one place
        let mut zip = zip(&[("channels.json", b"[]"), ("users.json", b"[]")]);
        let entry = last(&zip, b"PK\x01\x02");
        zip[entry + 42..][..4].copy_from_slice(&[0; 4]);
        zip
    };
    for (bytes, because) in [
        (b"not a zip".to_vec(), "neither a folder nor a zip"),
        (whole[..whole.len() / 2].to_vec(), "no whole zip"),
        (zip(&[("../users.json", b"[]")]), "leads out of the export"),
        (zip(&[("/etc/passwd", b"[]")]), "leads out of the export"),
        (zip(&[("a/./users.json", b"[]"), ("a/users.json", b"[]")]), "twice"),
        (zip(&[("other.json", b"[]")]), "no users.json and channels.json"),
        (twice, "twice"),
        (shared, "twice"),
        (forged(good(), 8, &[1, 0]), "data is encrypted; unpack it"),
        (forged(good(), 10, &[12, 0]), "data is packed by"),
        (forged(good(), 24, &[0xF0, 0xFF, 0xFF, 0xFF]), "says that it holds 4294967"),
        (forged(good(), 38, &[0, 0, 0xFF, 0xA1]), "data is no file"),
    ] {
        fs::write(&file, bytes).unwrap();
        refuses(&place, "slack", &file, because).await;
    }
    for (at, with, because) in
        [(24, 3_u32, "users.json: File is larger than"), (16, 7, "users.json: Invalid checksum")]
    {
        let lies = zip(&[("channels.json", b"[]"), ("users.json", b"[      ]")]);
        fs::write(&file, forged(lies, at, &with.to_le_bytes())).unwrap();
        refuses(&place, "slack", &file, because).await;
    }
}
