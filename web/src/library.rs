//! The reader's own long texts, kept by this browser: the bytes of each file as they were, and a list of what there is.
//! Where the browser keeps nothing, or has no room, they are held as long as the page is open.

use std::cell::RefCell;

use idb::{Query, TransactionMode};
use js_sys::{Array, Object, Reflect, Uint8Array};
use unroll::data::OwnText;
use unroll::text::{Charset, Choices};
use wasm_bindgen::{JsCast, JsValue};

use crate::messages::Blob;
use crate::storage::{self, Failure, TEXT_LIST, TEXTS, open};

/// A text of the library.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What it is called, and the name that finds it.
    pub text: OwnText,
    /// Bytes of its file.
    pub bytes: usize,
    /// How its reader wants it read.
    pub choices: Choices,
}

thread_local! {
    /// What the browser would not keep.
    static HELD: RefCell<Vec<(Entry, Blob)>> = const { RefCell::new(Vec::new()) };
}

/// Lets `change` have what is held of a text; nothing where it is not held.
fn held<T>(id: &str, change: impl FnOnce(&mut Vec<(Entry, Blob)>, usize) -> T) -> Option<T> {
    HELD.with_borrow_mut(|held| {
        let place = held.iter().position(|(entry, _)| entry.text.id == id)?;
        Some(change(held, place))
    })
}

/// Keeps a text, and asks the browser to go on keeping it. One with the same id is replaced.
///
/// # Errors
/// What the browser said where it would not: the text is then held as long as the page is open.
pub async fn keep(entry: &Entry, bytes: &Blob) -> Result<(), String> {
    let put = async {
        let database = open().await?;
        let transaction = database.transaction(&[TEXTS, TEXT_LIST], TransactionMode::ReadWrite)?;
        let key = JsValue::from_str(&entry.text.id);
        transaction.object_store(TEXTS)?.put(&bytes.array(), Some(&key))?.await?;
        transaction.object_store(TEXT_LIST)?.put(&listed(entry), Some(&key))?.await?;
        transaction.commit()?.await?;
        database.close();
        Ok::<(), Failure>(())
    };
    match put.await {
        Ok(()) => {
            storage::persist();
            Ok(())
        }
        Err(error) => {
            HELD.with_borrow_mut(|held| held.push((entry.clone(), bytes.clone())));
            Err(error.to_string())
        }
    }
}

/// Calls a text by another name.
///
/// # Errors
/// What the browser said.
pub async fn rename(entry: &Entry) -> Result<(), String> {
    if held(&entry.text.id, |held, place| held[place].0 = entry.clone()).is_some() {
        return Ok(());
    }
    let put = async {
        let database = open().await?;
        let transaction = database.transaction(&[TEXT_LIST], TransactionMode::ReadWrite)?;
        let key = JsValue::from_str(&entry.text.id);
        transaction.object_store(TEXT_LIST)?.put(&listed(entry), Some(&key))?.await?;
        transaction.commit()?.await?;
        database.close();
        Ok::<(), Failure>(())
    };
    put.await.map_err(|error| error.to_string())
}

/// Forgets a text.
///
/// # Errors
/// What the browser said.
pub async fn delete(id: &str) -> Result<(), String> {
    if held(id, |held, place| drop(held.remove(place))).is_some() {
        return Ok(());
    }
    let delete = async {
        let database = open().await?;
        let transaction = database.transaction(&[TEXTS, TEXT_LIST], TransactionMode::ReadWrite)?;
        for store in [TEXTS, TEXT_LIST] {
            transaction.object_store(store)?.delete(JsValue::from_str(id))?.await?;
        }
        transaction.commit()?.await?;
        database.close();
        Ok::<(), Failure>(())
    };
    delete.await.map_err(|error| error.to_string())
}

/// The bytes of a text, if it is there, and how its reader wants it read.
///
/// # Errors
/// What the browser said.
pub async fn text(id: &str) -> Result<Option<(Blob, Choices)>, String> {
    if let Some(found) = held(id, |held, place| (held[place].1.clone(), held[place].0.choices.clone())) {
        return Ok(Some(found));
    }
    let read = async {
        let database = open().await?;
        let transaction = database.transaction(&[TEXTS, TEXT_LIST], TransactionMode::ReadOnly)?;
        let value = transaction.object_store(TEXTS)?.get(JsValue::from_str(id))?.await?;
        let listed = transaction.object_store(TEXT_LIST)?.get(JsValue::from_str(id))?.await?;
        database.close();
        Ok::<_, Failure>((value, listed))
    };
    let (value, listed) = read.await.map_err(|error| error.to_string())?;
    let choices = listed.as_ref().and_then(entry_of).map(|entry| entry.choices).unwrap_or_default();
    // Something else than bytes was not put there by this page.
    Ok(value.and_then(|value| value.dyn_into::<Uint8Array>().ok()).map(|bytes| (Blob::of(bytes), choices)))
}

/// All texts, by name: those that the browser keeps, and those that it would not.
pub async fn list() -> Vec<Entry> {
    let read = async {
        let database = open().await?;
        let transaction = database.transaction(&[TEXT_LIST], TransactionMode::ReadOnly)?;
        let all = transaction.object_store(TEXT_LIST)?.get_all(None::<Query>, None)?.await?;
        database.close();
        Ok::<_, Failure>(all)
    };
    let all = read.await.unwrap_or_default();
    let mut entries: Vec<Entry> = all.iter().filter_map(entry_of).collect();
    HELD.with_borrow(|held| entries.extend(held.iter().map(|(entry, _)| entry.clone())));
    entries.sort_by(|a, b| a.text.name.cmp(&b.text.name));
    entries
}

/// An entry as the list holds it.
fn listed(entry: &Entry) -> Object {
    let text = object([("id", entry.text.id.as_str().into()), ("name", entry.text.name.as_str().into())]);
    let charset = entry.choices.charset.map_or(JsValue::UNDEFINED, |charset| charset.label().into());
    object([("text", text.into()), ("bytes", (entry.bytes as f64).into()), ("charset", charset)])
}

fn entry_of(listed: &JsValue) -> Option<Entry> {
    let of = |value: &JsValue, key: &str| Reflect::get(value, &key.into()).ok();
    let text = of(listed, "text")?;
    let (id, name) = (of(&text, "id")?.as_string()?, of(&text, "name")?.as_string()?);
    // Earlier lists have none.
    let charset = of(listed, "charset").and_then(|label| Charset::find(&label.as_string()?));
    let bytes = of(listed, "bytes")?.as_f64()? as usize;
    Some(Entry { text: OwnText { id, name }, bytes, choices: Choices { charset, ..Choices::default() } })
}

fn object<const N: usize>(fields: [(&str, JsValue); N]) -> Object {
    let fields = fields.map(|(key, value)| Array::of2(&key.into(), &value));
    // Fails only for what is no list of pairs.
    Object::from_entries(&fields.iter().collect::<Array>()).unwrap_or_default()
}
