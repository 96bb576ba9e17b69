//! An export of another program's, as one text: which program, then its files, each after a line with its
//! name. It is brought in or something is wrong with it; what was brought in does not come twice.
#![no_main]

use std::{fs, path::Path, sync::LazyLock};

use salon::moves::{MoveError, Program, import_from};
use tokio::runtime::Runtime;

/// What the line before a file begins with.
const FILE: &str = "\n=== ";

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

fn program(word: &str) -> Option<Program> {
    match word {
        "slack" => Some(Program::Slack),
        "discord" => Some(Program::Discord { private: false }),
        "mattermost" => Some(Program::Mattermost),
        _ => None,
    }
}

/// Writes the files whose names stay in the folder, as far as there is room for their names.
fn unpack<'a>(files: impl Iterator<Item = &'a str>, to: &Path) {
    for file in files {
        let (name, text) = file.split_once('\n').unwrap_or((file, ""));
        let is_plain =
            |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains('\0');
        if !name.split('/').all(is_plain) {
            continue;
        }
        let path = to.join(name);
        let _ = fs::create_dir_all(path.parent().unwrap_or(to)); // another file may have its name
        let _ = fs::write(path, text);
    }
}

libfuzzer_sys::fuzz_target!(|input: &str| {
    let mut files = input.split(FILE);
    let Some(program) = files.next().and_then(program) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (export, data) = (folder.path().join("export"), folder.path().join("salon.db"));
    fs::create_dir(&export).expect("a folder in it");
    unpack(files, &export);
    let bring = || RUNTIME.block_on(import_from(program, &export, &data));
    match bring() {
        Err(MoveError::Wrong(_)) => assert!(!data.exists(), "something was left of what is wrong"),
        Err(other) => panic!("{other:?}"),
        Ok((placed, _)) => {
            let (again, summary) = bring().expect("what could be read once");
            assert_eq!((summary.people, summary.rooms), (0, 0), "somebody came twice");
            assert_eq!(again.now.messages, placed.now.messages, "something was said twice");
        }
    }
});
