//! `serve`: the page from start to Ctrl-C.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

use crate::folder::Folder;

#[test]
fn serve_says_where_the_page_is_and_leaves_no_file() {
    let folder = Folder::new();
    let mut child = folder.command("serve --port 0").stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert!(address.starts_with("127.0.0.1:"), "{line}");
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(stream, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    assert!(page.starts_with("HTTP/1.1 200 OK") && page.contains("<title>linocut</title>"), "{page}");
    // A port that is taken is named.
    let port = address.rsplit(':').next().unwrap();
    assert!(folder.error(&format!("serve --port {port}")).starts_with(&format!("cannot listen on {address}")));
    #[cfg(unix)]
    {
        let id = child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    #[cfg(not(unix))]
    child.kill().unwrap();
    assert_eq!(std::fs::read_dir(folder.path(".")).unwrap().count(), 0);
}
