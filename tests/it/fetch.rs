//! The fetcher from outside. What it does with bad servers is tested beside it, since only the frontier makes permits.

use crate::server::{Server, response};

/// The server the other modules rely on answers, and keeps a log.
#[tokio::test]
async fn the_test_server_keeps_a_log() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let server = Server::answering(response("200 OK", &["Connection: close"], b"hallo")).await;
    let mut stream = tokio::net::TcpStream::connect(server.host()).await.unwrap();
    stream.write_all(b"GET /a?b HTTP/1.1\r\nX-A: 1\r\n\r\n").await.unwrap();
    let mut answer = vec![0; 200];
    let read = stream.read(&mut answer).await.unwrap();
    assert!(String::from_utf8_lossy(&answer[..read]).starts_with("HTTP/1.1 200 OK\r\n"));
    let log = server.log();
    assert_eq!((log[0].method.as_str(), log[0].target.as_str()), ("GET", "/a?b"));
    assert_eq!(log[0].header("x-a"), Some("1"));
}
