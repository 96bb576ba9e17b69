//! What lies where a database is put: files and logs that are there are neither read into it, nor changed, nor lost.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, config::DbConfig};
use tempfile::TempDir;
use tokio::process::Command;

use crate::{
    command_line::{failed, run},
    support::{Server, server::program, within},
};

async fn does(folder: &Path, words: &[&str]) -> String {
    let output = run(folder, words, &[]).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

async fn fails(folder: &Path, words: &[&str], because: &str) {
    failed(&run(folder, words, &[]).await, &[because]);
}

/// What lies in a folder, by name.
fn names(folder: &Path) -> Vec<String> {
    let all = fs::read_dir(folder).unwrap().map(|one| one.unwrap().file_name());
    let mut names: Vec<String> = all.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

/// The names in a folder that hold a text.
fn named(folder: &Path, part: &str) -> Vec<PathBuf> {
    let names = names(folder).into_iter().filter(|name| name.contains(part));
    names.map(|name| folder.join(name)).collect()
}

/// How many messages a file has that is whole.
async fn messages(folder: &Path, file: &Path) -> u64 {
    let said = does(folder, &["check", "--json", "--data", file.to_str().unwrap()]).await;
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    said["messages"].as_u64().unwrap()
}

/// Another program's database; with its last words in a log beside it, if it keeps one.
fn foreign(file: &Path, has_log: bool) {
    let db = Connection::open(file).unwrap();
    if has_log {
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
        db.pragma_update(None, "journal_mode", "wal").unwrap();
    }
    db.execute_batch("CREATE TABLE diary (day TEXT); INSERT INTO diary VALUES ('today')").unwrap();
}

#[tokio::test]
async fn a_log_without_its_file_is_neither_read_into_what_comes_nor_lost() {
    let mut server = Server::start().await;
    let ada = server.person("ada").await;
    let folder = server.folder().to_owned();
    does(&folder, &["backup", "copy.db"]).await;
    for number in 0..50 {
        ada.say(&server, "general", &format!("{number} {}", "x".repeat(400))).await;
    }
    does(&folder, &["export", "all.jsonl"]).await;
    server.kill().await;
    let (file, log) = (server.file(), folder.join("salon.db-wal"));
    let broken = folder.join("salon-broken.db");
    fs::rename(&file, &broken).unwrap();
    let last_words = fs::read(&log).unwrap();
    assert!(!last_words.is_empty());

    // a server makes no file beside it, nor does what fails touch it
    fails(&folder, &["--listen", "127.0.0.1:0"], "salon.db-wal").await;
    let doctor = run(&folder, &["doctor", "--listen", "127.0.0.1:0"], &[]).await;
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("salon.db-wal"), "{doctor:?}");
    fs::write(folder.join("bad.db"), "my diary").unwrap();
    fails(&folder, &["restore", "bad.db"], "not a Salon database").await;
    fails(&folder, &["import", "bad.db"], "line 1").await;
    assert!(fs::read(&log).unwrap() == last_words && !file.exists());
    // nor is it taken for that of an empty file, which SQLite would take it away from
    fs::write(&file, "").unwrap();
    fails(&folder, &["--listen", "127.0.0.1:0"], "salon.db-wal").await;
    assert!(fs::read(&log).unwrap() == last_words);
    fs::remove_file(&file).unwrap();

    let said = does(&folder, &["restore", "copy.db"]).await;
    assert!(said.contains("the log of a file that is gone"), "{said}");
    assert_eq!((messages(&folder, &file).await, log.exists()), (0, false));
    let aside = named(&folder, ".before-restore-");
    let [aside] = aside.as_slice() else { panic!("{aside:?}") };
    assert!(said.contains(aside.file_name().unwrap().to_str().unwrap()), "{said}");
    assert!(fs::read(aside).unwrap() == last_words);

    // the same for what is brought in, and for a copy
    fs::write(folder.join("new.db-wal"), &last_words).unwrap();
    fails(&folder, &["backup", "new.db"], "new.db-wal").await;
    let said = does(&folder, &["import", "all.jsonl", "--data", "new.db", "--json"]).await;
    let moved = named(&folder, "new.db.before-import-");
    let [moved] = moved.as_slice() else { panic!("{moved:?}") };
    assert!(said.contains(moved.file_name().unwrap().to_str().unwrap()), "{said}");
    assert!(fs::read(moved).unwrap() == last_words);
    assert_eq!(messages(&folder, &folder.join("new.db")).await, 50);

    // with its own file, the log says all that it said
    fs::rename(aside, folder.join("salon-broken.db-wal")).unwrap();
    assert_eq!(messages(&folder, &broken).await, 50);
}

#[tokio::test]
async fn nothing_is_put_where_a_server_goes_on_with_a_file_that_was_moved() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let folder = server.folder();
    does(folder, &["backup", "copy.db"]).await;
    fs::rename(server.file(), folder.join("moved.db")).unwrap();
    let before = names(folder);
    fails(folder, &["restore", "copy.db"], "another process").await;
    assert_eq!(names(folder), before);
    fs::rename(folder.join("moved.db"), server.file()).unwrap();
    ada.say(&server, "general", "nothing happened").await;
}

#[tokio::test]
async fn whatever_gives_way_is_kept_under_a_name_of_its_own() {
    let mut server = Server::start().await;
    let ada = server.person("ada").await;
    let folder = server.folder().to_owned();
    does(&folder, &["backup", "0.db"]).await;
    ada.say(&server, "general", "one").await;
    does(&folder, &["backup", "1.db"]).await;
    ada.say(&server, "general", "two").await;
    server.terminate().await;
    // each name that it may choose first is somebody's
    let now = chrono::Utc::now();
    let taken: Vec<PathBuf> = (0..180)
        .map(|second| {
            let at = now + chrono::Duration::seconds(second);
            let name = format!("salon.db.before-restore-{}", at.format("%Y-%m-%dT%H-%M-%SZ"));
            folder.join(if second % 2 == 0 { name } else { format!("{name}-wal") })
        })
        .collect();
    taken.iter().for_each(|name| fs::write(name, "mine").unwrap());
    for copy in ["0.db", "1.db", "0.db"] {
        does(&folder, &["restore", copy, "--force"]).await;
    }
    assert!(taken.iter().all(|name| fs::read(name).unwrap() == b"mine"));
    let mut kept = Vec::new();
    for name in named(&folder, ".before-restore-") {
        if !taken.contains(&name) {
            kept.push(messages(&folder, &name).await);
        }
    }
    kept.sort_unstable();
    assert_eq!((kept, messages(&folder, &server.file()).await), (vec![0, 1, 2], 0));
}

#[tokio::test]
async fn what_was_put_aside_is_put_back_where_nothing_comes_in_its_place() {
    let mut server = Server::start().await;
    server.person("ada").await;
    let folder = server.folder().to_owned();
    does(&folder, &["backup", "copy.db"]).await;
    server.terminate().await;
    let diary = TempDir::new().unwrap();
    foreign(&diary.path().join("salon.db"), true);
    fs::copy(folder.join("copy.db"), diary.path().join("copy.db")).unwrap();
    // a file and its two logs get other names, whether they are there or not; then the new one comes
    for (place, links, nth) in [(&*folder, true, 3), (&*folder, false, 4), (diary.path(), true, 3)]
    {
        let read = |name: &str| fs::read(place.join(name)).ok();
        let before = (read("salon.db"), read("salon.db-wal"));
        let trace = folder.join("trace");
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-e", "trace=/^rename,linkat", "-o"]).arg(&trace);
        command.args(["-e", &format!("inject=/^rename:error=EIO:when={nth}")]);
        if !links {
            command.args(["-e", "inject=linkat:error=EPERM"]);
        }
        command.arg(program()).args(["restore", "copy.db", "--force"]).current_dir(place);
        let output = within("the end of a restore", command.kill_on_drop(true).output()).await;
        let said = fs::read_to_string(&trace).unwrap();
        let failing = said.lines().find(|line| line.contains("EIO")).unwrap_or(&said);
        assert!(failing.contains("salon.db.coming"), "{said}");
        failed(&output.unwrap(), &["salon.db"]);
        assert!((read("salon.db"), read("salon.db-wal")) == before, "{said}");
        assert_eq!(named(place, ".before-"), Vec::<PathBuf>::new(), "{said}");
        fs::remove_file(&trace).unwrap();
    }
    assert_eq!(messages(&folder, &server.file()).await, 0);
}

#[tokio::test]
async fn another_programs_database_stays_as_it_is_whatever_is_tried_on_it() {
    let mut server = Server::start().await;
    server.person("ada").await;
    let folder = server.folder().to_owned();
    does(&folder, &["backup", "copy.db"]).await;
    does(&folder, &["export", "all.jsonl"]).await;
    server.terminate().await;
    let slack = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/slack");
    for has_log in [false, true] {
        let name = if has_log { "logged.db" } else { "plain.db" };
        let file = folder.join(name);
        foreign(&file, has_log);
        let log = |of: &Path| fs::read(format!("{}-wal", of.display())).ok();
        let before = (fs::read(&file).unwrap(), log(&file));
        assert_eq!(before.1.is_some(), has_log);
        for words in [
            &["--listen", "127.0.0.1:0"][..],
            &["import", "all.jsonl"],
            &["import", "--from", "slack", slack],
            &["check"],
            &["user", "list"],
            &["backup", "of-it.db"],
        ] {
            fails(&folder, &[words, &["--data", name]].concat(), "not a Salon database").await;
            assert!((fs::read(&file).unwrap(), log(&file)) == before, "{words:?}");
        }
        let said = does(&folder, &["restore", "copy.db", "--force", "--data", name]).await;
        let aside = named(&folder, &format!("{name}.before-restore-"));
        let aside = aside.first().unwrap();
        assert!((fs::read(aside).unwrap(), log(aside)) == before, "{said}");
        assert_eq!(messages(&folder, &file).await, 0);
    }
}
