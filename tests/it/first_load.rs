use std::collections::BTreeSet;

use crate::support::{Answer, Server};

/// What somebody who comes for the first time may have to wait for, compressed.
const MOST_BYTES: usize = 150_000;

/// As a browser asks over HTTPS, where a debug build may have files that changed since it was made.
const BROTLI: &str = "br, gzip;q=0.5";

fn weight(answer: &Answer) -> usize {
    answer.headers["content-length"].to_str().unwrap().parse().unwrap()
}

/// What stands in the page after `before`, up to the next quote.
fn named<'a>(page: &'a str, before: &str) -> Vec<&'a str> {
    page.split(before).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// The part of an address before the names of files: `/~version/`.
async fn versioned(server: &Server) -> (String, String) {
    let page = server.ask("GET", "/", None).await.text;
    let main = named(&page, "<script type=\"module\" src=\"")[0];
    let base = main.strip_suffix("app/main.js").unwrap().to_owned();
    assert!(base.starts_with("/~") && base.ends_with('/'), "{base}");
    (base, page)
}

/// What a module imports: (before it runs, when first needed), as files.
fn imports(module: &str, source: &str) -> (Vec<String>, Vec<String>) {
    let resolve = |path: &str| {
        let base = reqwest::Url::parse(&format!("http://salon/{module}")).unwrap();
        base.join(path).unwrap().path()[1..].to_owned()
    };
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for line in source.lines().filter(|line| !line.trim_start().starts_with(['/', '*'])) {
        for (mark, list) in [(" from '.", &mut first), ("import('.", &mut later)] {
            for rest in line.split(mark).skip(1) {
                list.push(resolve(&format!(".{}", rest.split('\'').next().unwrap())));
            }
        }
    }
    (first, later)
}

#[tokio::test]
async fn a_first_visit_is_small() {
    let server = Server::start().await;
    let (base, page) = versioned(&server).await;
    let mut paths: BTreeSet<String> = ["href=\"/~", "src=\"/~"]
        .iter()
        .flat_map(|before| named(&page, before))
        .map(|rest| format!("/~{rest}"))
        .collect();
    assert!(paths.len() > 30, "{paths:?}");
    // what modules ask for at once
    for file in ["vendor/icons.svg", "i18n/fr.json"] {
        paths.insert(format!("{base}{file}"));
    }
    paths.insert("/".to_owned());
    let mut weights = Vec::new();
    for coding in [BROTLI, "gzip"] {
        let mut whole = 0;
        for path in &paths {
            let answer = server.ask_with("GET", path, None, &[("accept-encoding", coding)]).await;
            assert_eq!(answer.status, 200, "{path}");
            whole += weight(&answer);
        }
        weights.push(whole);
    }
    let (brotli, gzip) = (weights[0], weights[1]);
    println!("a first visit: {} files, {brotli} bytes as Brotli, {gzip} as gzip", paths.len());
    assert!(
        brotli <= MOST_BYTES,
        "{brotli} bytes; what is not in the first sight can come later. A file that changed since \
         build.rs ran counts as gzip: touch that first"
    );
}

#[tokio::test]
async fn the_page_names_all_modules_that_must_be_there_before_the_first_runs() {
    let server = Server::start().await;
    let (base, page) = versioned(&server).await;
    let ahead: Vec<&str> = named(&page, "<link rel=\"modulepreload\" href=\"");
    let named: BTreeSet<&str> = ahead.iter().copied().collect();
    assert_eq!(named.len(), ahead.len(), "each once");
    let mut lazy = BTreeSet::new();
    for path in ahead.iter().copied().chain([format!("{base}app/main.js").as_str()]) {
        let module = server.ask("GET", path, None).await;
        assert_eq!(module.status, 200, "{path}");
        assert_eq!(module.headers["content-type"], "text/javascript; charset=utf-8");
        let (first, later) = imports(path.strip_prefix(&base).unwrap(), &module.text);
        for import in first {
            assert!(named.contains(format!("{base}{import}").as_str()), "{path} needs {import}");
        }
        lazy.extend(later);
    }
    assert!(lazy.len() > 10, "{lazy:?}");
    for module in lazy {
        let path = format!("{base}{module}");
        assert!(!named.contains(path.as_str()), "{module} is not for the first sight");
        assert_eq!(server.ask("GET", &path, None).await.status, 200, "{module}");
    }
}

#[tokio::test]
async fn what_the_page_names_is_kept_for_good_and_the_page_is_asked_for_again() {
    let server = Server::start().await;
    let (base, page) = versioned(&server).await;
    assert!(!page.contains("\"/~/") && !page.contains("<!-- modules"), "{page}");
    let kept = |answer: &Answer| answer.headers["cache-control"].to_str().unwrap().to_owned();
    for file in ["app/main.js", "css/salon.css", "i18n/en.json", "favicon.svg"] {
        let own = server.ask("GET", &format!("{base}{file}"), None).await;
        assert_eq!(kept(&own), "public, max-age=31536000, immutable", "{file}");
        let plain = server.ask("GET", &format!("/{file}"), None).await;
        assert_eq!(kept(&plain), "no-cache", "{file}");
        assert_eq!(own.text, plain.text, "{file}");
    }
    for path in ["/", "/rooms/general", "/index.html"] {
        let again = server.ask("GET", path, None).await;
        assert_eq!((kept(&again), &again.text), ("no-cache".to_owned(), &page), "{path}");
        let tag = again.headers["etag"].to_str().unwrap();
        let known = server.ask_with("GET", path, None, &[("if-none-match", tag)]).await;
        assert_eq!((known.status.as_u16(), known.text.len()), (304, 0), "{path}");
    }
    // another version's files are not this one's, and its page is under no other address
    for path in ["/~0123456789ab/app/main.js", "/~/app/main.js", "/~", "/~0123456789ab"] {
        assert_eq!(server.ask("GET", path, None).await.status, 404, "{path}");
    }
    for file in ["", "index.html", "vendor/update", "nothing.js", "../Cargo.toml"] {
        let path = format!("{base}{file}");
        assert_eq!(server.ask("GET", &path, None).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn each_client_gets_the_smallest_that_it_takes() {
    let server = Server::start().await;
    let path = "/vendor/bootstrap.min.css";
    let whole = weight(&server.ask("GET", path, None).await);
    for (accepts, expected) in [
        ("gzip, deflate, br, zstd", Some("br")),
        ("br", Some("br")),
        ("BR;q=1.0, gzip;q=0.9", Some("br")),
        ("br;q=0.5, gzip", Some("gzip")),
        ("br;q=0, gzip;q=0.1", Some("gzip")),
        ("br ; q=0, *", Some("gzip")),
        ("*", Some("br")),
        ("deflate", None),
        ("", None),
        ("identity", None),
        ("identity, br;q=0.5", None),
        ("gzip;q=0", None),
        ("*;q=0", None),
        ("br;q=nonsense", None),
    ] {
        let answer = server.ask_with("GET", path, None, &[("accept-encoding", accepts)]).await;
        assert_eq!(answer.status, 200, "{accepts}");
        let coding = answer.headers.get("content-encoding").map(|it| it.to_str().unwrap());
        assert_eq!(coding, expected, "{accepts}");
        assert_eq!(answer.headers["vary"], "Accept-Encoding", "{accepts}");
        let size = weight(&answer);
        assert!(if expected.is_some() { size * 3 < whole } else { size == whole }, "{accepts}");
    }
}
