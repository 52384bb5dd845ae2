//! Messages to and from workers, as the page holds them: a large array of bytes stays with the browser, as a [`Blob`].

use serde::Serialize;
use serde::de::DeserializeOwned;
use unroll::codec;
use unroll::protocol::{self, Attachment};
use wasm_bindgen::{JsCast, JsValue};

#[cfg(target_arch = "wasm32")]
type Held = send_wrapper::SendWrapper<js_sys::Uint8Array>;
/// The tests of the state run where there is no browser.
#[cfg(not(target_arch = "wasm32"))]
type Held = std::sync::Arc<[u8]>;

/// Bytes that are looked at together.
const PART: usize = 64 * 1024;

/// Bytes that the page hands on without reading them. Cloning it shares them.
#[derive(Debug, Clone)]
pub struct Blob(Held);

/// See [`protocol::Command`].
pub type Command = protocol::Command<Blob>;
/// See [`protocol::Event`].
pub type Event = protocol::Event<Blob>;
/// See [`protocol::Origin`].
pub type Origin = protocol::Origin<Blob>;
/// See [`protocol::text::TextCommand`].
pub type TextCommand = protocol::text::TextCommand<Blob>;
/// See [`unroll::text::Source`].
pub type Source = unroll::text::Source<Blob>;

#[cfg(target_arch = "wasm32")]
mod held {
    use js_sys::Uint8Array;
    use send_wrapper::SendWrapper;

    use super::{Blob, PART};

    impl From<&[u8]> for Blob {
        fn from(bytes: &[u8]) -> Self {
            Blob::of(Uint8Array::from(bytes))
        }
    }

    impl Blob {
        /// These bytes.
        pub fn of(bytes: Uint8Array) -> Self {
            Blob(SendWrapper::new(bytes))
        }

        /// The bytes, for the browser.
        pub fn array(&self) -> Uint8Array {
            Uint8Array::clone(&self.0)
        }

        /// How many there are.
        pub fn len(&self) -> usize {
            self.0.length() as usize
        }

        /// A copy of the first bytes, at most so many.
        pub fn head(&self, most: usize) -> Vec<u8> {
            let length = self.len().min(most) as u32;
            self.0.subarray(0, length).to_vec()
        }

        /// The bytes, some of them at a time: the page need not hold all.
        pub fn parts(&self) -> impl Iterator<Item = Vec<u8>> {
            let length = self.0.length();
            (0..length)
                .step_by(PART)
                .map(move |start| self.0.subarray(start, length.min(start + PART as u32)).to_vec())
        }
    }

    impl PartialEq for Blob {
        fn eq(&self, other: &Self) -> bool {
            js_sys::Object::is(&self.0, &other.0)
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod held {
    use js_sys::Uint8Array;

    use super::{Blob, PART};

    impl From<&[u8]> for Blob {
        fn from(bytes: &[u8]) -> Self {
            Blob(bytes.into())
        }
    }

    impl Blob {
        pub fn of(bytes: Uint8Array) -> Self {
            Blob(bytes.to_vec().into())
        }

        pub fn array(&self) -> Uint8Array {
            Uint8Array::from(&*self.0)
        }

        pub fn len(&self) -> usize {
            self.0.len()
        }

        pub fn head(&self, most: usize) -> Vec<u8> {
            self.0[..self.len().min(most)].to_vec()
        }

        pub fn parts(&self) -> impl Iterator<Item = Vec<u8>> {
            self.0.chunks(PART).map(<[u8]>::to_vec)
        }
    }

    impl PartialEq for Blob {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
}

impl Default for Blob {
    fn default() -> Self {
        Blob::from(&[][..])
    }
}

impl From<Vec<u8>> for Blob {
    fn from(bytes: Vec<u8>) -> Self {
        Blob::from(&bytes[..])
    }
}

/// A message as a worker reads it, and what of it changes hands. What is attached stays here too: a run may be opened again
/// from the same snapshot.
pub fn written<M: Serialize + Attachment<Blob>>(message: &mut M) -> (js_sys::Array, js_sys::Array) {
    let head = Blob::from(codec::encode(message)).array();
    let transfer = js_sys::Array::of1(&head.buffer());
    let parts = js_sys::Array::of1(&head);
    if let Some(bytes) = message.attachment() {
        parts.push(&bytes.array());
    }
    (parts, transfer)
}

/// Reads a message of a worker.
///
/// # Errors
/// What is wrong with it.
pub fn read<M: DeserializeOwned + Attachment<Blob>>(message: &JsValue) -> Result<M, String> {
    let parts = message.dyn_ref::<js_sys::Array>().ok_or("no message of a worker")?;
    let part = |index: u32| parts.get(index).dyn_into::<js_sys::Uint8Array>().ok();
    let head = part(0).ok_or("a message without a head")?;
    let mut message: M = codec::decode(&head.to_vec())?;
    if let (Some(place), Some(bytes)) = (message.attachment(), part(1)) {
        *place = Blob::of(bytes);
    }
    Ok(message)
}
