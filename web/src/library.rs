//! The reader's own long texts, kept by this browser: the bytes of each file as they were, and a list of what there is.

use idb::{Query, TransactionMode};
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::Serializer;
use unroll::data::OwnText;
use wasm_bindgen::{JsCast, JsValue};

use crate::storage::{TEXT_LIST, TEXTS, open};

/// A text of the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is called, and the name that finds it.
    pub text: OwnText,
    /// Bytes of its file.
    pub bytes: usize,
}

type Failure = Box<dyn std::error::Error>;

/// Keeps a text. One with the same id is replaced.
///
/// # Errors
/// What the browser said.
pub async fn keep(entry: &Entry, bytes: &[u8]) -> Result<(), String> {
    let put = async {
        let database = open().await?;
        let transaction = database.transaction(&[TEXTS, TEXT_LIST], TransactionMode::ReadWrite)?;
        let key = JsValue::from_str(&entry.text.id);
        transaction.object_store(TEXTS)?.put(&Uint8Array::from(bytes), Some(&key))?.await?;
        let listed = entry.serialize(&Serializer::new())?;
        transaction.object_store(TEXT_LIST)?.put(&listed, Some(&key))?.await?;
        transaction.commit()?.await?;
        database.close();
        Ok::<(), Failure>(())
    };
    put.await.map_err(|error| error.to_string())
}

/// Calls a text by another name.
///
/// # Errors
/// What the browser said.
pub async fn rename(entry: &Entry) -> Result<(), String> {
    let put = async {
        let database = open().await?;
        let transaction = database.transaction(&[TEXT_LIST], TransactionMode::ReadWrite)?;
        let listed = entry.serialize(&Serializer::new())?;
        let key = JsValue::from_str(&entry.text.id);
        transaction.object_store(TEXT_LIST)?.put(&listed, Some(&key))?.await?;
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

/// The bytes of a text, if it is there.
pub async fn text(id: &str) -> Option<Vec<u8>> {
    let database = open().await.ok()?;
    let transaction = database.transaction(&[TEXTS], TransactionMode::ReadOnly).ok()?;
    let value = transaction.object_store(TEXTS).ok()?.get(JsValue::from_str(id)).ok()?.await.ok()??;
    database.close();
    Some(value.dyn_into::<Uint8Array>().ok()?.to_vec())
}

/// All texts, by name.
pub async fn list() -> Vec<Entry> {
    let read = async {
        let database = open().await?;
        let transaction = database.transaction(&[TEXT_LIST], TransactionMode::ReadOnly)?;
        let all = transaction.object_store(TEXT_LIST)?.get_all(None::<Query>, None)?.await?;
        database.close();
        Ok::<_, Failure>(all)
    };
    let all = read.await.unwrap_or_default();
    let mut entries: Vec<Entry> =
        all.into_iter().filter_map(|value| serde_wasm_bindgen::from_value(value).ok()).collect();
    entries.sort_by(|a, b| a.text.name.cmp(&b.text.name));
    entries
}
