//! What this browser keeps of a visit: the running session in IndexedDB, language and theme in local storage. All
//! of it may be refused (private windows, a full disk); nothing here fails louder than with an answer.

use std::cell::Cell;
use std::time::Duration;

use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
use js_sys::{Array, Uint8Array};
use leptos::prelude::window;
use unroll::Error;
use unroll::number::Written;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::frames::within;
use crate::messages::Blob;
use crate::state::{Language, Session, Theme};

/// How long a browser may take to open the page's database: some never do, nor say why.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the browser said.
pub type Failure = Box<dyn std::error::Error>;

thread_local! {
    static ASKED_TO_STAY: Cell<bool> = const { Cell::new(false) };
}

/// Asks the browser, once a visit, not to drop what it keeps of this site when it wants room. Some ask the reader.
pub fn persist() {
    if ASKED_TO_STAY.replace(true) {
        return;
    }
    // There is nothing to ask outside secure contexts, and what the browser answers changes nothing here.
    if let Ok(asked) = window().navigator().storage().persist() {
        spawn_local(async { drop(JsFuture::from(asked).await) });
    }
}

const DATABASE: &str = "unroll";
const SESSIONS: &str = "sessions";
/// What [`crate::library`] keeps: the texts, and what is to be known of each.
pub const TEXTS: &str = "texts";
pub const TEXT_LIST: &str = "text_list";
/// Raised when [`Session`] changes; what an older page kept is then left alone.
const VERSION: u32 = 4;

/// Keeps the session of a lesson: its encoded head, and the engine's snapshot as it came.
///
/// # Errors
/// What the browser said.
pub async fn keep(lesson: &str, head: Vec<u8>, snapshot: Blob) -> Result<(), String> {
    let value = Array::of3(&VERSION.into(), &Blob::from(head).array(), &snapshot.array());
    write(lesson, Some(value)).await.map_err(|error| error.to_string())
}

/// Drops the session of a lesson.
pub async fn forget(lesson: &str) {
    // What could not be kept need not be dropped.
    let _ = write(lesson, None).await;
}

/// The session kept of a lesson, if there is one.
///
/// # Errors
/// [`Error::ForeignVersion`] if another version of the page kept it, [`Error::SnapshotDamaged`] if this one did and it can't be
/// read.
pub async fn restore(lesson: &str) -> Result<Option<Session>, Error> {
    // Where nothing can be read, nothing could be kept.
    let Some(value) = read(lesson).await.ok().flatten() else { return Ok(None) };
    let foreign = |version: String| Error::ForeignVersion { version };
    let kept: Array = value.dyn_into().map_err(|_| foreign("1–3".into()))?;
    let version = kept.get(0).as_f64();
    if version != Some(VERSION.into()) {
        return Err(foreign(version.map_or_else(|| "?".into(), |version| Written(version).to_string())));
    }
    let damaged = |what: String| Error::SnapshotDamaged { what };
    let part = |index: u32, what: &str| {
        kept.get(index).dyn_into::<Uint8Array>().map_err(|_| damaged(what.to_owned()))
    };
    let (head, snapshot) = (part(1, "head")?, part(2, "snapshot")?);
    Session::read(&head.to_vec(), Blob::of(snapshot)).map_err(damaged).map(Some)
}

/// What a reader brought to a lesson and no address can hold.
pub struct Brought {
    /// Says which it is; see [`unroll::share::of_data`].
    pub mark: String,
    /// What the page knows of it, encoded.
    pub head: Vec<u8>,
    /// The file, where the page does not read it.
    pub file: Blob,
}

/// Where it lies beside a lesson's session.
fn brought_key(lesson: &str) -> String {
    format!("{lesson} brought")
}

/// Keeps what the reader brought to a lesson in the place of what was there before; nothing with `None`.
///
/// # Errors
/// What the browser said.
pub async fn keep_brought(lesson: &str, brought: Option<Brought>) -> Result<(), String> {
    let value = brought.map(|Brought { mark, head, file }| {
        Array::of3(&mark.into(), &Blob::from(head).array(), &file.array())
    });
    write(&brought_key(lesson), value).await.map_err(|error| error.to_string())
}

/// What the reader brought to a lesson, if it has this mark.
pub async fn brought(lesson: &str, mark: &str) -> Option<Brought> {
    let kept: Array = read(&brought_key(lesson)).await.ok()??.dyn_into().ok()?;
    let part = |index: u32| kept.get(index).dyn_into::<Uint8Array>().ok();
    let (head, file) = (part(1)?.to_vec(), Blob::of(part(2)?));
    (kept.get(0).as_string()? == mark).then(|| Brought { mark: mark.to_owned(), head, file })
}

/// The page's database.
///
/// # Errors
/// What the browser said, or that it says nothing.
pub async fn open() -> Result<Database, Failure> {
    let mut request = Factory::new()?.open(DATABASE, Some(2))?;
    request.on_upgrade_needed(|event| {
        if let Ok(database) = event.database() {
            for store in [SESSIONS, TEXTS, TEXT_LIST] {
                // One that is there already stays; one that can't be made shows as an error of the first transaction.
                let _ = database.create_object_store(store, ObjectStoreParams::new());
            }
        }
    });
    Ok(within(PATIENCE, request.into_future()).await.ok_or("IndexedDB does not answer")??)
}

async fn write(lesson: &str, session: Option<Array>) -> Result<(), Failure> {
    let database = open().await?;
    let transaction = database.transaction(&[SESSIONS], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(SESSIONS)?;
    let key = JsValue::from_str(lesson);
    match session {
        Some(session) => {
            store.put(&session, Some(&key))?.await?;
        }
        None => store.delete(key)?.await?,
    }
    transaction.commit()?.await?;
    database.close();
    Ok(())
}

async fn read(lesson: &str) -> Result<Option<JsValue>, Failure> {
    let database = open().await?;
    let transaction = database.transaction(&[SESSIONS], TransactionMode::ReadOnly)?;
    let value = transaction.object_store(SESSIONS)?.get(JsValue::from_str(lesson))?.await?;
    database.close();
    Ok(value)
}

/// The language to read: as chosen here before, else the first of the browser's that there is a catalogue of.
pub fn language() -> Language {
    let kept = local("unroll.language").and_then(|tag| Language::read(&tag));
    kept.unwrap_or_else(|| {
        let languages = window().navigator().languages();
        languages.iter().find_map(|tag| Language::read(&tag.as_string()?)).unwrap_or(Language::En)
    })
}

/// The colours chosen here before.
pub fn theme() -> Theme {
    local("unroll.theme").map_or(Theme::System, |word| Theme::read(&word))
}

/// Keeps language and theme for the next visit, where the browser lets us.
pub fn keep_preferences(language: Language, theme: Theme) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item("unroll.language", language.word());
        let _ = storage.set_item("unroll.theme", theme.word());
    }
}

fn local(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}
