//! What is asked for before it is built.

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often a browser that waits hears that it still is to: some give up on a connection that stays silent.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// A folder of scripts that is still being built. A request for the script `<prefix>_loader.js` is answered when it is there,
/// other files are looked for in the folder.
#[derive(Debug)]
pub struct Pending {
    prefix: String,
    built: Mutex<Option<Result<PathBuf, String>>>,
    settled: Condvar,
}

impl Pending {
    /// What stands at addresses that begin with `prefix`, as in `building/engine_webgpu`.
    pub fn new(prefix: &str) -> Self {
        Pending { prefix: prefix.to_owned(), built: Mutex::new(None), settled: Condvar::new() }
    }

    /// It is built into this folder, or it can't be, for this reason.
    pub fn settle(&self, built: Result<PathBuf, String>) {
        *self.built() = Some(built);
        self.settled.notify_all();
    }

    /// Is this path, without the site's prefix, one of its addresses?
    pub(crate) fn is_meant(&self, path: &str) -> bool {
        path.starts_with(&self.prefix)
    }

    /// Is this path the script that a browser asks for first?
    pub(crate) fn is_loader(&self, path: &str) -> bool {
        path.strip_prefix(&self.prefix) == Some("_loader.js")
    }

    /// The file that a path means, once it is built.
    pub(crate) fn file(&self, path: &str) -> Option<PathBuf> {
        let (_, name) = path.rsplit_once('/')?;
        let file = self.built().as_ref()?.as_ref().ok()?.join(name);
        file.is_file().then_some(file)
    }

    /// Writes the loader, as soon as there is one: comments until then, and where there never will be one, a module that says
    /// why.
    pub(crate) fn write_loader(&self, path: &str, mut to: impl Write) -> std::io::Result<()> {
        let built = loop {
            let waited = self.settled.wait_timeout_while(self.built(), SIGN_OF_LIFE, |built| built.is_none());
            let (built, _) = waited.unwrap_or_else(PoisonError::into_inner);
            if let Some(built) = &*built {
                break built.clone();
            }
            drop(built);
            chunk(&mut to, b"// being built\n")?;
            to.flush()?;
        };
        let script = match built.map(|_| self.file(path)) {
            Ok(Some(file)) => std::fs::read(file)?,
            Ok(None) => throws(&format!("no {path}")),
            Err(reason) => throws(&reason),
        };
        chunk(&mut to, &script)?;
        to.write_all(b"0\r\n\r\n")
    }

    fn built(&self) -> MutexGuard<'_, Option<Result<PathBuf, String>>> {
        self.built.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A module that fails with this reason.
fn throws(reason: &str) -> Vec<u8> {
    // A string of Rust is one of JavaScript where it has no other escapes than these.
    let text: String = reason.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    format!("throw new Error(\"{}\");\n", text.replace('\\', "\\\\").replace('"', "\\\"")).into_bytes()
}

/// Writes a piece of an answer whose length is not known in advance: a browser can tell it from one that was cut off.
fn chunk(to: &mut impl Write, content: &[u8]) -> std::io::Result<()> {
    write!(to, "{:x}\r\n", content.len())?;
    to.write_all(content)?;
    to.write_all(b"\r\n")
}
