//! One edition of the web client: the version that all of its files together make, and the page
//! with what it names. Files are asked for under an address with the version in it,
//! `/~version/app/main.js`, and so are kept for good by whoever has them: another version has other
//! addresses, and what a module imports, named from where it stands itself, comes of the same one.
//! Pure, for the program as for its build (`build.rs`).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The page, and the module that it starts.
pub(super) const PAGE: &str = "index.html";
const MAIN: &str = "app/main.js";
/// The service worker, which keeps the page and all of the files that it is made of.
pub(super) const WORKER: &str = "sw.js";
/// What stands in the page where the version belongs, and where the modules do.
const UNNAMED: &str = "\"/~/";
const MODULES: &str = "<!-- modules -->";
const FILES: &str = "/* files */";
const LANGUAGES: &str = "/* languages */";
/// Where the words are, a file for each language: another file there is another language.
const WORDS: &str = "i18n/";
/// What browsers ask for by its plain name, and what is asked for before there is a page.
const PLAIN: [&str; 3] = ["icons/", "manifest.webmanifest", WORKER];

/// Which files of the folder are not the client's.
const OTHERS: [&str; 2] = ["vendor/update", "vendor/SHA256SUMS"];

pub(super) struct Edition {
    /// Hexadecimal.
    pub(super) version: String,
    /// The page, complete.
    pub(super) page: String,
    /// The service worker, complete.
    pub(super) worker: String,
}

impl Edition {
    /// Of all files, by their names, with what makes SHA-256 of bytes.
    pub(super) fn of(files: &BTreeMap<String, Vec<u8>>, sha256: fn(&[u8]) -> [u8; 32]) -> Self {
        let mut whole = Vec::new();
        for (name, content) in files {
            whole.extend(sha256(name.as_bytes()));
            whole.extend(sha256(content));
        }
        let version: String =
            sha256(&whole)[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        let own = format!("\"/~{version}/");
        let links: Vec<String> = first_modules(files)
            .iter()
            .map(|name| format!("<link rel=\"modulepreload\" href={own}{name}\">"))
            .collect();
        let text = |name| files.get(name).map(|file| String::from_utf8_lossy(file));
        let page = text(PAGE).unwrap_or_default();
        let languages: Vec<&str> = languages(files).collect();
        let languages = languages.join(" ");
        let page = page.replace(UNNAMED, &own).replace(MODULES, &links.join("\n  "));
        let page = page.replace(LANGUAGES, &languages);
        let kept: Vec<String> = files
            .keys()
            .filter(|name| *name != PAGE && !PLAIN.iter().any(|plain| name.starts_with(plain)))
            .map(|name| format!("'{name}'"))
            .collect();
        let worker = text(WORKER).unwrap_or_default();
        let worker = worker.replace(UNNAMED, &own).replace(FILES, &kept.join(", "));
        let worker = worker.replace(LANGUAGES, &languages);
        Self { version, page, worker }
    }
}

/// Which language a file has the words of.
pub(super) fn language(name: &str) -> Option<&str> {
    name.strip_prefix(WORDS)?.strip_suffix(".json")
}

fn languages(files: &BTreeMap<String, Vec<u8>>) -> impl Iterator<Item = &str> {
    files.keys().filter_map(|name| language(name))
}

/// Takes away what lies in the folder but is not for a browser.
pub(super) fn leave_out(files: &mut BTreeMap<String, Vec<u8>>) {
    for other in OTHERS {
        files.remove(other);
    }
}

/// All modules that must be there before the first can run, so that a browser asks for them at
/// once: found one by one they would cost a slow line a round trip for each floor.
fn first_modules(files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut known = BTreeSet::from([MAIN.to_owned()]);
    let mut found = Vec::new();
    let mut waiting = VecDeque::from([MAIN.to_owned()]);
    while let Some(name) = waiting.pop_front() {
        let Some(source) = files.get(&name) else { continue };
        for path in imports(&String::from_utf8_lossy(source)) {
            let path = beside(&name, path);
            if known.insert(path.clone()) {
                found.push(path.clone());
                waiting.push_back(path);
            }
        }
    }
    found
}

/// What a module imports before it runs: `import … from './other.js';`, `import './other.js';` and
/// `export … from`. What it imports later, by `import('./other.js')`, is not meant.
fn imports(source: &str) -> impl Iterator<Item = &str> {
    let starts = source.match_indices(['i', 'e']).map(|(at, _)| at).filter(move |&at| {
        let begins = at == 0 || source[..at].ends_with('\n');
        begins && (source[at..].starts_with("import ") || source[at..].starts_with("export "))
    });
    starts.filter_map(move |at| {
        let statement = source[at..].split(';').next()?;
        let path = match statement.strip_prefix("import '") {
            Some(path) => path,
            None => statement.split_once(" from '")?.1,
        };
        path.split('\'').next().filter(|path| path.starts_with('.'))
    })
}

/// The file that `path` means in the module `name`.
fn beside(name: &str, path: &str) -> String {
    let mut parts: Vec<&str> = name.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
