//! A static file server for the built site, on this machine only.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};

/// Bytes that the head of a request may have.
const HEAD_LIMIT: u64 = 64 * 1024;

/// How long a connection may stay silent: browsers open some ahead of time.
const SILENCE: Duration = Duration::from_secs(10);

/// A running server; it stops when dropped.
///
/// One thread and one answer a connection: a pool of threads can starve a request behind connections that a browser
/// merely keeps open, and then a page never finishes loading.
pub struct Server {
    listening: Option<JoinHandle<()>>,
    stopped: Arc<AtomicBool>,
    port: u16,
    address: String,
}

impl Server {
    /// Serves `folder` under `prefix` (`/` or `/some/where/`) on the loopback interface, at `port` or, where that is
    /// taken, at any free one; port 0 asks for any.
    ///
    /// # Errors
    /// If no port can be had.
    pub fn start(folder: &Path, prefix: &str, port: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))
            .or_else(|_| TcpListener::bind(("127.0.0.1", 0)))
            .context("no free port")?;
        let port = listener.local_addr()?.port();
        let stopped = Arc::new(AtomicBool::new(false));
        let site: Arc<(PathBuf, String)> = Arc::new((folder.to_owned(), prefix.to_owned()));
        let stop = stopped.clone();
        let listening = std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (stop, site) = (stop.clone(), site.clone());
                std::thread::spawn(move || {
                    // A browser that goes away in the middle of an answer is no fault of ours.
                    let _ = answer(connection, &stop, &site.0, &site.1);
                });
            }
        });
        let address = format!("http://127.0.0.1:{port}{prefix}");
        Ok(Server { listening: Some(listening), stopped, port, address })
    }

    /// Where the site is, with its prefix.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        if let Some(thread) = self.listening.take() {
            // It only ends when the server does.
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is to end.
        let woken = TcpStream::connect(("127.0.0.1", self.port)).is_ok();
        if let Some(thread) = self.listening.take().filter(|_| woken) {
            let _ = thread.join();
        }
    }
}

fn answer(
    mut connection: TcpStream,
    stopped: &AtomicBool,
    folder: &Path,
    prefix: &str,
) -> std::io::Result<()> {
    connection.set_read_timeout(Some(SILENCE))?;
    let mut head = BufReader::new(connection.try_clone()?).take(HEAD_LIMIT);
    let mut request = String::new();
    head.read_line(&mut request)?;
    let mut line = String::new();
    while head.read_line(&mut line)? > 2 {
        line.clear();
    }
    if stopped.load(Ordering::SeqCst) {
        return Ok(());
    }
    let mut words = request.split_whitespace();
    let (method, url) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let found = locate(url, folder, prefix).and_then(|file| Some((std::fs::read(&file).ok()?, mime(&file))));
    let (status, content, kind) = match found {
        Some((content, kind)) => ("200 OK", content, kind),
        None => ("404 Not Found", b"not found".to_vec(), "text/plain"),
    };
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n",
        content.len()
    )?;
    if method != "HEAD" {
        connection.write_all(&content)?;
    }
    connection.flush()
}

/// The file that an address means; none outside the folder.
fn locate(url: &str, folder: &Path, prefix: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.strip_prefix(prefix)?;
    let file = folder.join(path);
    let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    let file = if path.is_empty() { folder.join("index.html") } else { file };
    (inside && file.is_file()).then_some(file)
}

fn mime(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "webmanifest") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_site_are_served() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let serves = |url| locate(url, folder, "/a/b/");
        assert_eq!(serves("/a/b/Cargo.toml?v=1"), Some(folder.join("Cargo.toml")));
        assert_eq!(serves("/a/b/src/main.rs"), Some(folder.join("src/main.rs")));
        for foreign in
            ["/Cargo.toml", "/a/b/../xtask/Cargo.toml", "/a/b//etc/passwd", "/a/b/src", "/a/b/none"]
        {
            assert_eq!(serves(foreign), None, "{foreign}");
        }
    }
}
