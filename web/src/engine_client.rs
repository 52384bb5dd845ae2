//! The engines as the page sees them: workers that are fetched when first needed, commands in, messages out.

use std::cell::RefCell;
use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use unroll::protocol::{Command, Engine, Event, PROTOCOL_VERSION};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, HtmlMetaElement, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::context::App;
use crate::state::Msg;

/// One engine's worker.
struct Client {
    worker: Worker,
    /// Has it said that it is up?
    ready: bool,
    /// What it is to be told as soon as it is.
    queue: Vec<Command>,
    /// The listeners live as long as the worker.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

thread_local! {
    static CLIENTS: RefCell<BTreeMap<Engine, Client>> = const { RefCell::new(BTreeMap::new()) };
}

/// Fetches an engine's worker, if it is not there yet.
pub fn warm(app: App, engine: Engine) {
    if CLIENTS.with_borrow(|clients| clients.contains_key(&engine)) {
        return;
    }
    match spawn(app, engine) {
        Ok(client) => CLIENTS.with_borrow_mut(|clients| {
            clients.insert(engine, client);
        }),
        Err(reason) => app.dispatch(Msg::EngineDied { engine, reason: text_of(&reason) }),
    }
}

/// Sends a command; it waits until the engine is up.
pub fn send(app: App, engine: Engine, command: Command) {
    warm(app, engine);
    let failure = CLIENTS.with_borrow_mut(|clients| {
        let client = clients.get_mut(&engine)?;
        if !client.ready {
            client.queue.push(command);
            return None;
        }
        post(&client.worker, &command).err()
    });
    if let Some(reason) = failure {
        app.dispatch(Msg::EngineDied { engine, reason: text_of(&reason) });
    }
}

/// Ends an engine's worker; the next command fetches a new one.
pub fn retire(engine: Engine) {
    if let Some(client) = CLIENTS.with_borrow_mut(|clients| clients.remove(&engine)) {
        client.worker.set_onmessage(None);
        client.worker.set_onerror(None);
        client.worker.terminate();
        // Whoever calls this may stand inside one of the listeners; they go when the browser has had a turn.
        set_timeout(move || drop(client), std::time::Duration::ZERO);
    }
}

fn spawn(app: App, engine: Engine) -> Result<Client, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let (meta, otherwise) = match engine {
        Engine::Cpu => ("engine-cpu", "./engine_cpu_loader.js"),
        Engine::Webgpu => ("engine-webgpu", "./engine_webgpu_loader.js"),
    };
    let worker = Worker::new_with_options(&address(meta, otherwise), &options)?;
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        match serde_wasm_bindgen::from_value::<Event>(message.data()) {
            Ok(event) => received(app, engine, event),
            Err(reason) => app.dispatch(Msg::EngineDied { engine, reason: reason.to_string() }),
        }
    });
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |error: ErrorEvent| {
        // The page says so itself; the console need not.
        error.prevent_default();
        app.dispatch(Msg::EngineDied { engine, reason: error.message() });
    });
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    Ok(Client { worker, ready: false, queue: Vec::new(), _on_message: on_message, _on_error: on_error })
}

fn received(app: App, engine: Engine, event: Event) {
    if let Event::Ready { protocol, .. } = event {
        if protocol != PROTOCOL_VERSION {
            let reason = format!("protocol {protocol}, expected {PROTOCOL_VERSION}");
            app.dispatch(Msg::EngineDied { engine, reason });
            return;
        }
        let failure = CLIENTS.with_borrow_mut(|clients| {
            let client = clients.get_mut(&engine)?;
            client.ready = true;
            client.queue.drain(..).find_map(|command| post(&client.worker, &command).err())
        });
        if let Some(reason) = failure {
            app.dispatch(Msg::EngineDied { engine, reason: text_of(&reason) });
            return;
        }
    }
    app.dispatch(Msg::Engine { engine, event, at: now() });
}

fn post(worker: &Worker, command: &Command) -> Result<(), JsValue> {
    worker.post_message(&command.serialize(&Serializer::new())?)
}

/// A worker's address, as the page's head names it: a build may version it.
pub fn address(meta: &str, otherwise: &str) -> String {
    let meta = document().query_selector(&format!("meta[name='{meta}']")).ok().flatten();
    let named = meta.and_then(|meta| meta.dyn_into::<HtmlMetaElement>().ok()).map(|meta| meta.content());
    named.unwrap_or_else(|| otherwise.to_owned())
}

/// The page's clock, in milliseconds.
fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// What an exception says.
pub fn text_of(reason: &JsValue) -> String {
    match reason.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => reason.as_string().unwrap_or_default(),
    }
}

/// Is there a WebGPU adapter? Asks the browser, fetches nothing.
pub async fn has_adapter() -> bool {
    async fn look() -> Result<bool, JsValue> {
        let gpu = js_sys::Reflect::get(&window().navigator(), &"gpu".into())?;
        if !gpu.is_object() {
            return Ok(false);
        }
        let request: js_sys::Function = js_sys::Reflect::get(&gpu, &"requestAdapter".into())?.dyn_into()?;
        let promise: js_sys::Promise = request.call0(&gpu)?.dyn_into()?;
        let adapter: JsValue = wasm_bindgen_futures::JsFuture::from(promise).await?;
        Ok(adapter.is_object())
    }
    look().await.unwrap_or(false)
}
