use serde_json::{Value, json};

use crate::support::{
    Person, Server, Socket,
    people::PASSWORD,
    tokens::{claims_of, part, signed},
};

#[tokio::test]
async fn a_token_may_stand_in_header_query_subprotocol_or_cookie() {
    let server = Server::start().await;
    let ada = server.person("ada").await;
    let (address, token) = (server.address(), &ada.token);
    ada.get(&server, "/api/me").await.expect(200);
    server.ask("GET", &format!("/api/me?token={token}"), None).await.expect(200);
    let cookie = format!("salon_access={token}");
    server.ask_with("GET", "/api/me", None, &[("cookie", &cookie)]).await.expect(200);

    let bearer = format!("Bearer {token}");
    Socket::try_open(&address, "/ws/events/", &[("authorization", &bearer)]).await.unwrap();
    let offered = format!("salon.v1, bearer.{token}");
    let answer = Socket::try_open(&address, "/ws/events", &[("sec-websocket-protocol", &offered)])
        .await
        .unwrap();
    assert_eq!(answer["sec-websocket-protocol"], "salon.v1", "the token is never sent back");
    let own = server.url.clone();
    Socket::try_open(&address, "/ws/events/", &[("cookie", &cookie), ("origin", &own)])
        .await
        .unwrap();
}

#[tokio::test]
async fn without_a_valid_token_nothing_is_upgraded() {
    let server = Server::start().await;
    let address = server.address();
    assert_eq!(Socket::try_open(&address, "/ws/events/", &[]).await.err(), Some(401));
    let path = "/ws/events/?token=nonsense";
    assert_eq!(Socket::try_open(&address, path, &[]).await.err(), Some(401));
}

#[tokio::test]
async fn a_cookie_counts_only_with_our_own_page() {
    let server = Server::start_with(&["--trusted-origin", "https://app.example"]).await;
    let ada = server.person("ada").await;
    let cookie = format!("salon_access={}", ada.token);
    let port: u16 = server.address().rsplit(':').next().unwrap().parse().unwrap();
    let body = json!({ "content": "forged" });
    let post = "/api/conversations/general/messages";
    for foreign in [
        "http://evil.example",
        "null",
        &format!("https://127.0.0.1:{port}"),
        &format!("http://127.0.0.1:{}", port.wrapping_add(1)),
        &format!("http://127.0.0.1:{port}.evil.example"),
        "http://127.0.0.1",
    ] {
        let headers = [("cookie", cookie.as_str()), ("origin", foreign)];
        let opened = Socket::try_open(&server.address(), "/ws/events/", &headers).await;
        assert_eq!(opened.err(), Some(403), "{foreign}");
        server.ask_with("POST", post, Some(&body), &headers).await.refused(403, "forbidden");
    }
    let without = [("cookie", cookie.as_str())];
    let opened = Socket::try_open(&server.address(), "/ws/events/", &without).await;
    assert_eq!(opened.err(), Some(403), "a browser always says where a socket comes from");
    for home in [server.url.as_str(), "https://app.example"] {
        let headers = [("cookie", cookie.as_str()), ("origin", home)];
        Socket::try_open(&server.address(), "/ws/events/", &headers).await.unwrap();
        server.ask_with("POST", post, Some(&body), &headers).await.expect(201);
    }
    let said = ada.get(&server, post).await;
    assert_eq!(said.headers["x-total-count"], "2", "nothing forged was stored");
}

#[tokio::test]
async fn the_web_clients_cookies_are_for_no_script_and_renew_themselves() {
    let server = Server::start().await;
    let body = json!({ "username": "ada", "password": PASSWORD });
    let answer = server.ask("POST", "/api/auth/register", Some(&body)).await;
    let cookies: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 2);
    for cookie in &cookies {
        assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"), "{cookie}");
    }
    let refresh = cookies.iter().find(|c| c.starts_with("salon_refresh=")).unwrap();
    let refresh = refresh.split(';').next().unwrap();
    let (path, empty) = ("/api/auth/refresh", json!({}));
    let foreign = [("cookie", refresh), ("origin", "http://evil.example")];
    server.ask_with("POST", path, Some(&empty), &foreign).await.refused(403, "forbidden");
    let own = [("cookie", refresh), ("origin", server.url.as_str())];
    server.ask_with("POST", path, Some(&empty), &own).await.expect(200);
}

#[tokio::test]
async fn behind_https_cookies_are_secure_if_a_trusted_proxy_says_so() {
    let server = Server::start_with(&["--trusted-proxy", "127.0.0.1"]).await;
    server.person("ada").await;
    let body = json!({ "username": "ada", "password": PASSWORD });
    let login = async |headers: &[(&str, &str)]| {
        let answer = server.ask_with("POST", "/api/auth/login", Some(&body), headers).await;
        answer.headers["set-cookie"].to_str().unwrap().contains("; Secure")
    };
    assert!(login(&[("x-forwarded-proto", "https")]).await);
    assert!(!login(&[]).await);
}

#[tokio::test]
async fn forged_and_mangled_tokens_are_refused_at_every_door() {
    let secret = "a secret of an existing application";
    let server = Server::start_with(&["--jwt-secret", secret]).await;
    let ada = server.person("ada").await;
    let (header, claims) = (json!({ "alg": "HS256", "typ": "JWT" }), claims_of(&ada.token));
    let good = signed(&header, &claims, secret.as_bytes());
    server.ask("GET", &format!("/api/me?token={good}"), None).await.expect(200);

    let mut bad = vec![String::new(), "..".into(), "a.b.c".into(), ada.refresh.clone()];
    for alg in ["none", "None", "NONE", "HS384", "HS512", "RS256", "ES256", ""] {
        let header = json!({ "alg": alg, "typ": "JWT" });
        bad.push(signed(&header, &claims, secret.as_bytes()));
        bad.push(format!("{}.{}.", part(&header), part(&claims)));
    }
    for extra in ["jwk", "jku", "x5u", "kid"] {
        let mut header = header.clone();
        header[extra] = json!("../../dev/null");
        bad.push(signed(&header, &claims, b""));
        bad.push(signed(&header, &claims, b"guess"));
    }
    for (claim, value) in [
        ("exp", json!(1)),
        ("exp", json!("never")),
        ("exp", Value::Null),
        ("sub", json!("admin")),
        ("sub", json!("01890000-0000-7000-8000-000000000000")),
        ("sid", json!("01890000-0000-7000-8000-000000000000")),
        ("token_type", json!("refresh")),
        ("token_type", Value::Null),
    ] {
        let mut claims = claims.clone();
        claims[claim] = value;
        bad.push(signed(&header, &claims, secret.as_bytes()));
    }
    let parts: Vec<&str> = good.split('.').collect();
    for position in 0..parts[2].len() - 1 {
        let mut tag = parts[2].as_bytes().to_vec();
        tag[position] = if tag[position] == b'A' { b'B' } else { b'A' };
        bad.push(format!("{}.{}.{}", parts[0], parts[1], String::from_utf8(tag).unwrap()));
    }
    bad.extend((0..good.len()).step_by(7).map(|end| good[..end].to_owned()));
    assert!(bad.len() > 100);
    for token in &bad {
        let path = format!("/api/me?token={token}");
        server.ask("GET", &path, None).await.refused(401, "unauthorized");
    }
    for token in bad.iter().filter(|t| !t.is_empty()).step_by(3) {
        let path = format!("/ws/events/?token={token}");
        assert_eq!(Socket::try_open(&server.address(), &path, &[]).await.err(), Some(401));
    }
    ada.get(&server, "/api/me").await.expect(200);
}

#[tokio::test]
async fn a_token_for_another_file_names_nobody_here() {
    let secret = "a secret of an existing application";
    let one = Server::start_with(&["--jwt-secret", secret]).await;
    let ada = one.person("ada").await;
    let two = Server::start_with(&["--jwt-secret", secret]).await;
    Person::register(&two, "ada").await;
    ada.get(&two, "/api/me").await.refused(401, "unauthorized");
}

#[tokio::test]
async fn secrets_are_in_no_log_line() {
    let mut server = Server::start_with(&[]).await;
    let ada = server.person("ada").await;
    server.ask("GET", &format!("/api/me?token={}", ada.token), None).await.expect(200);
    ada.connect().await.close().await;
    server.terminate().await;
    let said = server.said();
    for secret in [ada.token.as_str(), &ada.refresh, PASSWORD] {
        assert!(!said.contains(secret));
    }
}
