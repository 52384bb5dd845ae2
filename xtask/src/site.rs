//! A static file server for the built site, on this machine only.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use anyhow::{Context, Result, anyhow};
use tiny_http::{Header, Request, Response};

/// Requests answered at the same time: a page asks for about six files at once.
const THREADS: usize = 4;

/// A running server; it stops when dropped.
pub struct Server {
    http: Arc<tiny_http::Server>,
    threads: Vec<JoinHandle<()>>,
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
        let address = format!("http://{}{prefix}", listener.local_addr()?);
        let http =
            Arc::new(tiny_http::Server::from_listener(listener, None).map_err(|error| anyhow!(error))?);
        let threads = (0..THREADS)
            .map(|_| {
                let (http, folder, prefix) = (http.clone(), folder.to_owned(), prefix.to_owned());
                std::thread::spawn(move || {
                    for request in http.incoming_requests() {
                        // A browser that goes away in the middle of an answer is no fault of ours.
                        let _ = answer(request, &folder, &prefix);
                    }
                })
            })
            .collect();
        Ok(Server { http, threads, address })
    }

    /// Where the site is, with its prefix.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        for thread in self.threads.drain(..) {
            // A thread only ends when the server does.
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for _ in &self.threads {
            self.http.unblock();
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn answer(request: Request, folder: &Path, prefix: &str) -> std::io::Result<()> {
    match locate(request.url(), folder, prefix).and_then(|file| Some((File::open(&file).ok()?, file))) {
        Some((content, file)) => {
            let headers = [("Content-Type", mime(&file)), ("Cache-Control", "no-cache")];
            let response = headers
                .iter()
                .filter_map(|(name, value)| Header::from_bytes(*name, *value).ok())
                .fold(Response::from_file(content), Response::with_header);
            request.respond(response)
        }
        None => request.respond(Response::from_string("not found").with_status_code(404)),
    }
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
