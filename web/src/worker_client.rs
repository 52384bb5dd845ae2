//! A worker as the page sees it: commands wait until it is up, and its messages and its death are heard.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use unroll::Error;
use unroll::protocol::{Attachment, PROTOCOL_VERSION};
use wasm_bindgen::prelude::*;
use web_sys::{Event, HtmlMetaElement, MessageEvent, MessagePort, Worker, WorkerOptions, WorkerType};

use crate::fetch::{self, Absence};
use crate::messages::{self, Blob};

/// Marks the workers that are still being compiled.
const BUILDING: &str = "data-building";

/// What a worker is told.
enum Told<C> {
    Command(C),
    /// The number of a corpus, and the port on which it goes from one worker to another.
    Port(u32, MessagePort),
}

/// How far a worker is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Life {
    /// Its program is on the way.
    Coming,
    /// It has said that it is up.
    Up,
    /// It has failed, and why is being looked into.
    Failing,
    /// It has died, or nobody wants it any more.
    Gone,
}

/// A worker that is told commands of type `C`.
pub struct WorkerClient<C> {
    running: Running,
    /// What it is to be told as soon as it is up.
    queue: Vec<Told<C>>,
}

/// A worker, whatever it is told.
struct Running {
    worker: Worker,
    life: Rc<Cell<Life>>,
    /// The listeners live as long as the worker.
    on_message: Closure<dyn FnMut(MessageEvent)>,
    on_error: Closure<dyn FnMut(Event)>,
}

impl<C: Serialize + Attachment<Blob>> WorkerClient<C> {
    /// Fetches a worker. The page's head says under the name `meta` where it is, for a build may version it. `died` hears at
    /// most once why there is none, or no longer.
    ///
    /// # Errors
    /// [`Error::EngineUnavailable`] where the browser lets the page have no workers.
    pub fn spawn(
        meta: &str,
        heard: impl Fn(JsValue) + 'static,
        died: impl Fn(Error) + 'static,
    ) -> Result<Self, Error> {
        let running = start(address(meta), Box::new(heard), Rc::new(died))?;
        Ok(WorkerClient { running, queue: Vec::new() })
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
        if self.running.life.get() == Life::Up {
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
        self.running.life.set(Life::Up);
        std::mem::take(&mut self.queue).into_iter().try_for_each(|told| self.post(told))
    }

    /// Ends the worker.
    pub fn retire(self) {
        self.running.life.set(Life::Gone);
        self.running.worker.set_onmessage(None);
        self.running.worker.set_onerror(None);
        self.running.worker.terminate();
        // Whoever calls this may stand inside one of the listeners; they go when the browser has had a turn.
        let listeners = (self.running.on_message, self.running.on_error);
        set_timeout(move || drop(listeners), std::time::Duration::ZERO);
    }

    fn post(&self, told: Told<C>) -> Result<(), String> {
        let (message, transfer) = match told {
            Told::Command(mut command) => messages::written(&mut command),
            Told::Port(corpus, port) => (Array::of2(&port, &corpus.into()), Array::of1(&port)),
        };
        self.running
            .worker
            .post_message_with_transfer(&message, &transfer)
            .map_err(|error| fetch::said(&error))
    }
}

/// Starts the worker whose script is at this address. One copy of this code serves all of them.
fn start(script: String, heard: Box<dyn Fn(JsValue)>, died: Rc<dyn Fn(Error)>) -> Result<Running, Error> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(&script, &options)
        .map_err(|error| Error::EngineUnavailable { reason: fetch::said(&error) })?;
    let on_message =
        Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| heard(message.data()));
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let life = Rc::new(Cell::new(Life::Coming));
    let watched = Rc::clone(&life);
    let on_error = Closure::<dyn FnMut(Event)>::new(move |error: Event| {
        // The page says so itself; the console need not.
        error.prevent_default();
        // Where its script can't be had, the event says nothing.
        let reason = Reflect::get(&error, &"message".into()).ok().and_then(|said| said.as_string());
        match watched.get() {
            Life::Up => {
                watched.set(Life::Gone);
                died(Error::EngineLost { reason: reason.unwrap_or_default() });
            }
            Life::Coming => {
                watched.set(Life::Failing);
                let (watched, script, died) = (Rc::clone(&watched), script.clone(), Rc::clone(&died));
                spawn_local(async move {
                    let error = why_it_did_not_come(script, reason).await;
                    if watched.replace(Life::Gone) == Life::Failing {
                        died(error);
                    }
                });
            }
            Life::Failing | Life::Gone => {}
        }
    });
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    Ok(Running { worker, life, on_message, on_error })
}

/// Why a worker whose program is at this address never came up; `reason` is what the platform said, if anything.
async fn why_it_did_not_come(script: String, reason: Option<String>) -> Error {
    // One that is compiled on this machine says itself what is wrong.
    if let (true, Some(reason)) = (script.contains("/building/"), &reason) {
        return Error::EngineLost { reason: reason.clone() };
    }
    let program = script.strip_suffix("_loader.js").unwrap_or(&script);
    let files = ["_loader.js", ".js", "_bg.wasm"].map(|end| format!("{program}{end}"));
    match (fetch::why_absent(&files).await, reason) {
        (Some(Absence::Offline), _) => Error::EngineOffline,
        (Some(Absence::Replaced), _) => Error::PageReplaced,
        (Some(Absence::Blocked), _) | (None, None) => Error::EngineBlocked { address: script },
        // All of it arrives, and can't be run.
        (None, Some(reason)) => Error::EngineUnavailable { reason },
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
