//! The engine as a dedicated Web Worker: commands arrive as messages, events leave as messages, and a [`Session`]
//! does the rest.
//!
//! Messages that come while a slice is trained wait in the inbox; between slices the worker gives the browser a
//! turn (a macrotask, through a message channel: timers are clamped to 4 ms), so that they get there.

#[cfg(feature = "webgpu")]
pub mod gpu;
mod inbox;
pub mod team;

use std::rc::Rc;

use js_sys::{Array, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::DedicatedWorkerGlobalScope;

use crate::Error;
use crate::lessons;
use crate::protocol::{Engine, Event, PROTOCOL_VERSION};
use crate::train::team::Team;
use crate::train::{Next, Session};
use inbox::{Inbox, Message};
use team::{Assistant, Workers};

/// Makes this worker an engine. Called once, from `main`.
pub fn start(engine: Engine) {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        // The module aborts after this; the page must know that no answer will come.
        post(&Event::Failed { run: None, error: Error::EngineLost { reason: info.to_string() } });
    }));
    // Listening starts before the device is ready, so that no command is lost.
    let inbox = Inbox::listen(&scope());
    spawn_local(serve(engine, inbox));
}

async fn serve(engine: Engine, inbox: Rc<Inbox>) {
    let (device, adapter) = match device(engine).await {
        Ok(found) => found,
        Err(reason) => {
            post(&Event::Failed { run: None, error: Error::EngineUnavailable { reason } });
            return;
        }
    };
    post(&Event::Ready { protocol: PROTOCOL_VERSION, engine, adapter });
    let mut assistant = Assistant::new(lessons::engine::objective, device.clone());
    let mut session = Session::new(engine, device, seconds);
    if engine == Engine::Cpu {
        session = session.with_team(Box::new(|job, members| {
            Workers::start(job, members).map(|workers| Box::new(workers) as Box<dyn Team>)
        }));
    }
    loop {
        while let Some(message) = inbox.take() {
            match message {
                Message::Command(Ok(command)) => session.handle(command).await.iter().for_each(post),
                Message::Command(Err(version)) => {
                    post(&Event::Failed { run: None, error: Error::ForeignVersion { version } });
                }
                Message::Question(question) => assistant.handle(&question).await,
            }
        }
        let (events, next) = session.advance().await;
        events.iter().for_each(post);
        match next {
            Next::Now => inbox.give_way().await,
            Next::Idle => inbox.wait(None).await,
            Next::After(seconds) => inbox.wait(Some(seconds)).await,
        }
    }
}

/// What the engine computes on, and the GPU's name.
async fn device(engine: Engine) -> Result<(burn::tensor::Device, Option<String>), String> {
    match engine {
        #[cfg(feature = "cpu")]
        Engine::Cpu => Ok((burn::tensor::Device::flex(), None)),
        #[cfg(feature = "webgpu")]
        Engine::Webgpu => gpu::open().await,
        #[cfg(not(all(feature = "cpu", feature = "webgpu")))]
        other => Err(format!("this build has no {other:?} engine")),
    }
}

/// Seconds since the worker began.
fn seconds() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now() / 1000.0)
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Sends an event to the page; a snapshot's bytes change hands without being copied.
fn post(event: &Event) {
    let Ok(message) = event.serialize(&Serializer::new()) else { return };
    let transfer = Array::new();
    if let Event::Snapshot { .. } = event
        && let Ok(bytes) = Reflect::get(&message, &JsValue::from_str("bytes"))
        && let Ok(buffer) = Reflect::get(&bytes, &JsValue::from_str("buffer"))
    {
        transfer.push(&buffer);
    }
    // A message that can't be sent has no one left to hear of it.
    let _ = scope().post_message_with_transfer(&message, &transfer);
}
