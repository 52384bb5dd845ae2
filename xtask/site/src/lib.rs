//! A static file server for the built site, on this machine only.

mod pending;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};

pub use pending::Pending;

/// Bytes that the head of a request may have.
const HEAD_LIMIT: u64 = 64 * 1024;

/// How long a connection may stay silent: browsers open some ahead of time.
const SILENCE: Duration = Duration::from_secs(10);

/// In what a host may differ from this one: the site has to work on it all the same, or say why it can't.
#[derive(Debug, Clone, Default)]
pub struct Habits {
    /// What it calls a module instead of what it is.
    pub module_type: Option<&'static str>,
    /// Paths below the prefix that it answers with a redirect, and where to.
    pub redirects: &'static [(&'static str, &'static str)],
    /// Headers that it adds to every answer, each with its line end.
    pub headers: &'static str,
}

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
        Server::start_with(folder, prefix, port, Vec::new())
    }

    /// Serves what is still being built as well.
    ///
    /// # Errors
    /// If no port can be had.
    pub fn start_with(folder: &Path, prefix: &str, port: u16, pending: Vec<Arc<Pending>>) -> Result<Self> {
        Server::start_as(folder, prefix, port, pending, Habits::default())
    }

    /// Serves with the habits of another host.
    ///
    /// # Errors
    /// If no port can be had.
    pub fn start_as(
        folder: &Path,
        prefix: &str,
        port: u16,
        pending: Vec<Arc<Pending>>,
        habits: Habits,
    ) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))
            .or_else(|_| TcpListener::bind(("127.0.0.1", 0)))
            .context("no free port")?;
        let port = listener.local_addr()?.port();
        let stopped = Arc::new(AtomicBool::new(false));
        let site = Arc::new(Site { folder: folder.to_owned(), prefix: prefix.to_owned(), pending, habits });
        let stop = stopped.clone();
        let listening = std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (stop, site) = (stop.clone(), site.clone());
                std::thread::spawn(move || {
                    // A browser that goes away in the middle of an answer is no fault of ours.
                    let _ = answer(connection, &stop, &site);
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

/// What is served.
struct Site {
    folder: PathBuf,
    prefix: String,
    pending: Vec<Arc<Pending>>,
    habits: Habits,
}

impl Site {
    /// The file that an address means; none outside the site's folders.
    fn locate(&self, url: &str) -> Option<PathBuf> {
        let path = self.path(url)?;
        if let Some(pending) = self.pending(path) {
            return pending.file(path);
        }
        let file = self.folder.join(path);
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        let file = if path.is_empty() { self.folder.join("index.html") } else { file };
        (inside && file.is_file()).then_some(file)
    }

    /// An address without the site's prefix and what stands behind the path.
    fn path<'a>(&self, url: &'a str) -> Option<&'a str> {
        url.split(['?', '#']).next()?.strip_prefix(self.prefix.as_str())
    }

    /// What is still being built at this path.
    fn pending(&self, path: &str) -> Option<&Pending> {
        self.pending.iter().map(Arc::as_ref).find(|pending| pending.is_meant(path))
    }
}

fn answer(mut connection: TcpStream, stopped: &AtomicBool, site: &Site) -> std::io::Result<()> {
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
    let path = site.path(url).unwrap_or_default();
    if let Some(pending) = site.pending(path).filter(|pending| pending.is_loader(path)) {
        write!(
            connection,
            "HTTP/1.1 200 OK\r\nContent-Type: text/javascript; charset=utf-8\r\nCache-Control: no-store\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        )?;
        return if method == "HEAD" { Ok(()) } else { pending.write_loader(path, connection) };
    }
    let headers = site.habits.headers;
    if let Some((_, to)) = site.habits.redirects.iter().find(|(from, _)| site.path(url) == Some(*from)) {
        return write!(
            connection,
            "HTTP/1.1 302 Found\r\nLocation: {}{to}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n",
            site.prefix
        );
    }
    let found = site.locate(url).and_then(|file| Some((std::fs::read(&file).ok()?, mime(&file))));
    let (status, content, kind) = match found {
        Some((content, MODULE)) => ("200 OK", content, site.habits.module_type.unwrap_or(MODULE)),
        Some((content, kind)) => ("200 OK", content, kind),
        // As static hosts do.
        None => match std::fs::read(site.folder.join("404.html")) {
            Ok(page) => ("404 Not Found", page, "text/html; charset=utf-8"),
            Err(_) => ("404 Not Found", b"not found".to_vec(), "text/plain"),
        },
    };
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n{headers}Connection: close\r\n\r\n",
        content.len()
    )?;
    if method != "HEAD" {
        connection.write_all(&content)?;
    }
    connection.flush()
}

/// The type of modules, without which browsers don't compile them while they arrive.
const MODULE: &str = "application/wasm";

fn mime(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "webmanifest") => "application/json",
        Some("wasm") => MODULE,
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
        let site = Site {
            folder: folder.to_owned(),
            prefix: "/a/b/".into(),
            pending: Vec::new(),
            habits: Habits::default(),
        };
        assert_eq!(site.locate("/a/b/Cargo.toml?v=1"), Some(folder.join("Cargo.toml")));
        assert_eq!(site.locate("/a/b/src/lib.rs"), Some(folder.join("src/lib.rs")));
        for foreign in ["/Cargo.toml", "/a/b/../site/Cargo.toml", "/a/b//etc/passwd", "/a/b/src", "/a/b/none"]
        {
            assert_eq!(site.locate(foreign), None, "{foreign}");
        }
    }

    /// What a browser gets for an address.
    fn get(server: &Server, path: &str) -> String {
        let mut connection = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        write!(connection, "GET /{path} HTTP/1.1\r\n\r\n").unwrap();
        let mut text = String::new();
        connection.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn another_host_redirects_calls_modules_something_else_and_adds_headers() {
        let folder = own_folder();
        std::fs::write(folder.join("a.wasm"), "module").unwrap();
        let habits = Habits {
            module_type: Some("text/plain"),
            redirects: &[("", "index.html")],
            headers: "Access-Control-Allow-Origin: *\r\n",
        };
        let server = Server::start_as(&folder, "/", 0, Vec::new(), habits).unwrap();
        let module = get(&server, "a.wasm");
        assert!(module.contains("Content-Type: text/plain\r\n"), "{module}");
        assert!(module.contains("Access-Control-Allow-Origin: *\r\n") && module.ends_with("\r\n\r\nmodule"));
        let page = get(&server, "");
        assert!(page.starts_with("HTTP/1.1 302") && page.contains("Location: /index.html\r\n"), "{page}");
        std::fs::remove_dir_all(folder).unwrap();
    }

    fn own_folder() -> PathBuf {
        let folder = std::env::temp_dir().join(format!("unroll-site-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn what_is_being_built_is_answered_when_it_is_there() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let pending = ["building/lib.rs", "building/broken"].map(|prefix| Arc::new(Pending::new(prefix)));
        let server = Server::start_with(&folder, "/", 0, pending.to_vec()).unwrap();
        std::thread::scope(|scope| {
            let asked = scope.spawn(|| get(&server, "building/broken_loader.js"));
            assert!(get(&server, "building/lib.rs").starts_with("HTTP/1.1 404"));
            pending[0].settle(Ok(folder.clone()));
            assert!(get(&server, "building/lib.rs").contains("A static file server"));
            pending[1].settle(Err("a \"reason\"\nof two lines".into()));
            let failed = asked.join().unwrap();
            let thrown = "throw new Error(\"a \\\"reason\\\" of two lines\");\n";
            // Whole: what is cut off has no end, and is no script for a browser.
            assert!(failed.contains(thrown) && failed.ends_with("\r\n0\r\n\r\n"), "{failed}");
        });
    }

    #[test]
    fn what_is_not_there_is_answered_with_the_sites_own_page() {
        let static_files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static");
        let server = Server::start(&static_files, "/", 0).unwrap();
        let answer = get(&server, "%23/airline?cell=gru");
        assert!(answer.starts_with("HTTP/1.1 404") && answer.contains("text/html"), "{answer}");
        assert!(answer.contains("location.replace"), "{answer}");
    }
}
