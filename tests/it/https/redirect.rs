use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Authority, pebble::free_address, within};

/// What is answered to some bytes, in small letters but for the place.
async fn answer(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    within("an answer", stream.read_to_string(&mut answer)).await.unwrap();
    answer
}

#[tokio::test]
async fn who_comes_by_plain_http_is_sent_to_the_public_address_and_no_other() {
    let authority = Authority::new();
    let plain = free_address().await;
    let options = ["--listen-http", &plain, "--public-url", "https://chat.example"];
    let server = authority.server(&options).await;
    server.ask("GET", "/healthz", None).await.expect(200);
    for (target, place) in [
        ("/", "/"),
        ("/r/general?x=1&y=%0d%0aa", "/r/general?x=1&y=%0d%0aa"),
        ("//evil.example/x", "//evil.example/x"),
        ("http://evil.example/y?z", "/y?z"),
        ("/\\evil.example", "/\\evil.example"),
        ("*", "/"),
    ] {
        let request = format!(
            "OPTIONS {target} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\
             X-Forwarded-Proto: https\r\n\r\n"
        );
        let said = answer(&plain, &request).await;
        if said.starts_with("HTTP/1.1 400 ") {
            assert!(target.contains('\\'), "{target}: {said}");
            continue;
        }
        assert!(said.starts_with("HTTP/1.1 308 "), "{target}: {said}");
        let line = said.lines().find_map(|line| line.strip_prefix("location: "));
        assert_eq!(line, Some(&*format!("https://chat.example{place}")), "{said}");
        for header in
            ["x-content-type-options: nosniff", "content-security-policy: ", "referrer-policy: "]
        {
            assert!(said.contains(header), "{header}: {said}");
        }
        assert!(!said.contains("strict-transport-security"), "means nothing there: {said}");
    }
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(200));
    assert!(answer(&plain, &many).await.starts_with("HTTP/1.1 431 "));
    let body = "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde";
    assert!(answer(&plain, body).await.starts_with("HTTP/1.1 308 "));
}
