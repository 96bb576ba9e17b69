use std::{collections::BTreeMap, fs, path::Path};

/// The floors of the house, lowest first. A part uses parts on lower floors, and itself.
const FLOORS: [&[&str]; 7] = [
    &["model", "media"],
    &["change", "event", "counts"],
    &["store", "hub", "auth", "push", "hooks"],
    &["app", "moves"],
    &["wire"],
    &["socket", "http"],
    &["serve", "cli"],
];

/// Uses that are allowed although they do not point down: (part, used part, why).
const ALLOWED: [(&str, &str, &str); 2] = [
    ("http", "socket", "the route of a socket leads to its door"),
    ("cli", "serve", "the command line starts the serving"),
];

fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs" || e == "js") {
                let text = fs::read_to_string(&path).unwrap();
                let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
                found.push((name.to_str().unwrap().to_owned(), text));
            }
        }
    }
    found
}

fn part(file: &str) -> &str {
    let rest = file.strip_prefix("src/").unwrap();
    rest.split(['/', '.']).next().unwrap()
}

#[test]
fn a_part_knows_only_what_lies_below_it() {
    let floors: BTreeMap<&str, usize> = FLOORS
        .iter()
        .enumerate()
        .flat_map(|(floor, parts)| parts.iter().map(move |part| (*part, floor)))
        .collect();
    for (file, text) in sources("src") {
        let own = part(&file);
        let Some(floor) = floors.get(own) else { continue }; // lib.rs and main.rs
        let code = text.split("#[cfg(test)]").next().unwrap();
        let flat: String = code.split_whitespace().collect();
        let mut used: Vec<&str> = Vec::new();
        for tail in flat.split("crate::").skip(1) {
            if let Some(group) = tail.strip_prefix('{') {
                // `crate::{a::b, c::{d, e}}`: the names at the first level
                let mut depth = 0;
                let mut start = 0;
                for (at, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => {
                            used.push(&group[start..at]);
                            break;
                        }
                        '}' => depth -= 1,
                        ',' if depth == 0 => {
                            used.push(&group[start..at]);
                            start = at + 1;
                        }
                        _ => {}
                    }
                }
            } else {
                used.push(tail);
            }
        }
        for path in used {
            let name: String =
                path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let Some(other) = floors.get(name.as_str()) else { continue };
            let allowed = ALLOWED.iter().any(|(a, b, _)| (*a, *b) == (own, name.as_str()));
            assert!(name == own || other < floor || allowed, "{file} uses {name}");
        }
    }
}

#[test]
fn every_file_says_what_it_is_for_and_fits_into_the_head() {
    for (file, text) in sources("src").into_iter().chain(sources("benches")) {
        assert!(text.starts_with("//!"), "{file} does not open with what it is for");
        let lines = text.lines().count();
        assert!(lines <= 450, "{file} has {lines} lines; look for the second room inside");
    }
    for (file, text) in sources("assets/app") {
        assert!(
            text.starts_with("/*") || text.starts_with("//"),
            "{file} does not say what it is for"
        );
        let lines = text.lines().count();
        assert!(lines <= 200, "{file} has {lines} lines");
        let is_dom = file.ends_with("/dom.js");
        assert!(is_dom || !text.contains("innerHTML"), "{file}: only dom.js makes HTML of text");
    }
}

#[test]
fn sql_stands_only_in_the_store() {
    for (file, text) in sources("src").into_iter().filter(|(file, _)| part(file) != "store") {
        for word in ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", "PRAGMA "] {
            assert!(!text.contains(word), "{file} holds {word}");
        }
    }
}

#[test]
fn vendored_files_are_what_the_update_script_brought() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/vendor");
    let sums = fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let mut checked = 0;
    for line in sums.lines() {
        let (sum, file) = line.split_once("  ").unwrap();
        let content = fs::read(folder.join(file)).unwrap();
        let digest = ring::digest::digest(&ring::digest::SHA256, &content);
        let found: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, sum, "{file}");
        checked += 1;
    }
    assert!(checked >= 4);
}
