//! A worker as the page sees it: commands wait until it is up, and its messages and its death are heard.

use js_sys::{Array, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use unroll::protocol::{Attachment, PROTOCOL_VERSION};
use wasm_bindgen::prelude::*;
use web_sys::{Event, HtmlMetaElement, MessageEvent, MessagePort, Worker, WorkerOptions, WorkerType};

use crate::fetch;
use crate::messages::{self, Blob};

/// Marks the workers that are still being compiled.
const BUILDING: &str = "data-building";

/// What a worker is told.
enum Told<C> {
    Command(C),
    /// The number of a corpus, and the port on which it goes from one worker to another.
    Port(u32, MessagePort),
}

/// A worker that is told commands of type `C`.
pub struct WorkerClient<C> {
    worker: Worker,
    /// Has it said that it is up?
    ready: bool,
    /// What it is to be told as soon as it is.
    queue: Vec<Told<C>>,
    /// The listeners live as long as the worker.
    on_message: Closure<dyn FnMut(MessageEvent)>,
    on_error: Closure<dyn FnMut(Event)>,
}

impl<C: Serialize + Attachment<Blob>> WorkerClient<C> {
    /// Fetches a worker. The page's head says under the name `meta` where it is, for a build may version it.
    ///
    /// # Errors
    /// What the platform said.
    pub fn spawn(
        meta: &str,
        heard: impl Fn(JsValue) + 'static,
        died: impl Fn(String) + 'static,
    ) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker =
            Worker::new_with_options(&address(meta), &options).map_err(|error| fetch::said(&error))?;
        let on_message =
            Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| heard(message.data()));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let script = address(meta);
        let on_error = Closure::<dyn FnMut(Event)>::new(move |error: Event| {
            // The page says so itself; the console need not.
            error.prevent_default();
            // Where its script can't be had, the event says nothing.
            let reason = Reflect::get(&error, &"message".into()).ok().and_then(|said| said.as_string());
            died(reason.unwrap_or_else(|| script.clone()));
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(WorkerClient { worker, ready: false, queue: Vec::new(), on_message, on_error })
    }

    /// Sends a command; it waits until the worker is up.
    ///
    /// # Errors
    /// What the platform said.
    pub fn send(&mut self, command: C) -> Result<(), String> {
        self.tell(Told::Command(command))
    }

    /// Gives the worker an end of a channel, on which a corpus goes from the worker for text to an engine.
    ///
    /// # Errors
    /// What the platform said.
    pub fn give_port(&mut self, corpus: u32, port: MessagePort) -> Result<(), String> {
        self.tell(Told::Port(corpus, port))
    }

    fn tell(&mut self, told: Told<C>) -> Result<(), String> {
        if self.ready {
            return self.post(told);
        }
        self.queue.push(told);
        Ok(())
    }

    /// The worker has said that it is up, and which protocol it speaks.
    ///
    /// # Errors
    /// If it is another one than the page's, and what the platform said.
    pub fn wake(&mut self, protocol: u32) -> Result<(), String> {
        if protocol != PROTOCOL_VERSION {
            return Err(format!("protocol {protocol}, expected {PROTOCOL_VERSION}"));
        }
        self.ready = true;
        std::mem::take(&mut self.queue).into_iter().try_for_each(|told| self.post(told))
    }

    /// Ends the worker.
    pub fn retire(self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
        // Whoever calls this may stand inside one of the listeners; they go when the browser has had a turn.
        let listeners = (self.on_message, self.on_error);
        set_timeout(move || drop(listeners), std::time::Duration::ZERO);
    }

    fn post(&self, told: Told<C>) -> Result<(), String> {
        let (message, transfer) = match told {
            Told::Command(mut command) => messages::written(&mut command),
            Told::Port(corpus, port) => (Array::of2(&port, &corpus.into()), Array::of1(&port)),
        };
        self.worker.post_message_with_transfer(&message, &transfer).map_err(|error| fetch::said(&error))
    }
}

/// Says so where a worker is still being compiled, and once more when it is there. `cargo xtask serve` shows the page
/// before all workers are built: it marks the others in the page's head, and answers at their addresses when it has them.
pub fn follow_building(meta: &str, say: Box<dyn Fn(bool)>) {
    let Some(meta) = named(meta).filter(|meta| meta.has_attribute(BUILDING)) else { return };
    say(true);
    spawn_local(async move {
        // A worker that could not be built is there too: whoever asks for it hears why.
        if fetch::text(&meta.content()).await.is_some() {
            // Fails only for names that are no attribute names.
            let _ = meta.remove_attribute(BUILDING);
            say(false);
        }
    });
}

/// What the page's head says under this name of where something is.
pub fn address(meta: &str) -> String {
    let address = named(meta).map(|meta| meta.content());
    address.unwrap_or_else(|| format!("./{}_loader.js", meta.replace('-', "_")))
}

fn named(meta: &str) -> Option<HtmlMetaElement> {
    let found = document().query_selector(&format!("meta[name='{meta}']")).ok().flatten();
    found.and_then(|meta| meta.dyn_into().ok())
}
