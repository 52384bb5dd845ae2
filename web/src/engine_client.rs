//! The engines as the page sees them: workers that are fetched when first needed, commands in, messages out.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use leptos::prelude::*;
use unroll::Error;
use unroll::protocol::Engine;
use wasm_bindgen::prelude::*;
use web_sys::MessageChannel;

use crate::context::App;
use crate::fetch::said;
use crate::frames::within;
use crate::messages::{self, Command, Event};
use crate::state::Msg;
use crate::text_client;
use crate::worker_client::WorkerClient;

thread_local! {
    /// By the lesson that they work for.
    static CLIENTS: RefCell<BTreeMap<Key, WorkerClient<Command>>> = const { RefCell::new(BTreeMap::new()) };
    /// The number of the corpus that each of them was given last: it keeps that one.
    static GIVEN: RefCell<BTreeMap<Key, u32>> = const { RefCell::new(BTreeMap::new()) };
}

type Key = (&'static str, Engine);

fn key(app: App, engine: Engine) -> Key {
    (app.peek(|state| state.lesson.id), engine)
}

/// Fetches an engine's worker, if it is not there yet.
pub fn warm(app: App, engine: Engine) {
    if CLIENTS.with_borrow(|clients| clients.contains_key(&key(app, engine))) {
        return;
    }
    let meta = match engine {
        Engine::Cpu => "engine-cpu",
        Engine::Webgpu => "engine-webgpu",
    };
    let died = move |error| {
        app.dispatch(match (engine, error) {
            (_, Error::EngineLost { reason }) | (Engine::Webgpu, Error::EngineUnavailable { reason }) => {
                Msg::EngineDied { engine, reason }
            }
            // A second one would come to nothing too.
            (_, error) => Msg::EngineMissing { engine, error },
        });
    };
    match WorkerClient::spawn(meta, move |message| heard(app, engine, message), died) {
        Ok(client) => CLIENTS.with_borrow_mut(|clients| {
            clients.insert(key(app, engine), client);
        }),
        Err(error) => died(error),
    }
}

/// Sends a command; it waits until the engine is up.
pub fn send(app: App, engine: Engine, command: Command) {
    warm(app, engine);
    let key = key(app, engine);
    let given = match corpus_of(&command) {
        Some(corpus) => give(app, key, corpus),
        None => Ok(()),
    };
    let outcome = given.and_then(|()| {
        CLIENTS.with_borrow_mut(|clients| clients.get_mut(&key).map_or(Ok(()), |client| client.send(command)))
    });
    if let Err(reason) = outcome {
        app.dispatch(Msg::EngineDied { engine, reason });
    }
}

/// The number of the corpus that a command needs, if the worker for text has it.
fn corpus_of(command: &Command) -> Option<u32> {
    match command {
        Command::Open { job, .. } | Command::Measure { job, .. } => job.corpus.as_ref()?.kept_as(),
        _ => None,
    }
}

/// Lets the worker for text hand a corpus to an engine, unless that has it. The page sees nothing of it pass.
fn give(app: App, key: Key, corpus: u32) -> Result<(), String> {
    if GIVEN.with_borrow_mut(|given| given.insert(key, corpus)) == Some(corpus) {
        return Ok(());
    }
    let channel = MessageChannel::new().map_err(|error| said(&error))?;
    CLIENTS.with_borrow_mut(|clients| {
        clients.get_mut(&key).map_or(Ok(()), |client| client.give_port(corpus, channel.port1()))
    })?;
    text_client::hand_over(corpus, channel.port2(), move || {
        GIVEN.with_borrow_mut(|given| given.remove(&key));
        app.dispatch(Msg::CorpusLost(corpus));
    });
    Ok(())
}

/// Ends an engine's worker; the next command fetches a new one.
pub fn retire(app: App, engine: Engine) {
    let key = key(app, engine);
    GIVEN.with_borrow_mut(|given| given.remove(&key));
    if let Some(client) = CLIENTS.with_borrow_mut(|clients| clients.remove(&key)) {
        client.retire();
    }
}

fn heard(app: App, engine: Engine, message: JsValue) {
    let event = messages::read::<Event>(&message);
    let woken = event.and_then(|event| {
        if let Event::Ready { protocol, .. } = event {
            let key = key(app, engine);
            CLIENTS.with_borrow_mut(|clients| {
                clients.get_mut(&key).map_or(Ok(()), |client| client.wake(protocol))
            })?;
        }
        Ok(event)
    });
    app.dispatch(match woken {
        Ok(event) => Msg::Engine { engine, event, at: now() },
        Err(reason) => Msg::EngineDied { engine, reason },
    });
}

/// The page's clock, in milliseconds.
fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// How long a browser may look for a WebGPU adapter. Some never come back with one, or without.
const PATIENCE: Duration = Duration::from_secs(5);

/// Is there a WebGPU adapter? Asks the browser, fetches nothing. Nothing where the browser does not answer.
pub async fn has_adapter() -> Option<bool> {
    async fn look() -> Result<Option<bool>, JsValue> {
        let gpu = js_sys::Reflect::get(&window().navigator(), &"gpu".into())?;
        if !gpu.is_object() {
            return Ok(Some(false));
        }
        let request: js_sys::Function = js_sys::Reflect::get(&gpu, &"requestAdapter".into())?.dyn_into()?;
        let promise: js_sys::Promise = request.call0(&gpu)?.dyn_into()?;
        let found = within(PATIENCE, wasm_bindgen_futures::JsFuture::from(promise)).await;
        found.map(|adapter| adapter.map(|adapter: JsValue| adapter.is_object())).transpose()
    }
    look().await.unwrap_or(Some(false))
}
