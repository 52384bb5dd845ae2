//! The worker for text as the page sees it: fetched when the lab is opened, commands in, messages out.

use std::cell::RefCell;

use leptos::prelude::*;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use unroll::protocol::PROTOCOL_VERSION;
use unroll::protocol::text::{TextCommand, TextEvent};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::LabInHand;
use super::state::Msg;
use crate::engine_client::{address, text_of};

struct Client {
    worker: Worker,
    ready: bool,
    /// What it is to be told as soon as it is up.
    queue: Vec<TextCommand>,
    /// The listeners live as long as the worker.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

thread_local! {
    static CLIENT: RefCell<Option<Client>> = const { RefCell::new(None) };
}

/// Sends a command; it waits until the worker is up.
pub fn send(lab: LabInHand, command: TextCommand) {
    let outcome = CLIENT.with_borrow_mut(|client| {
        let client = match client {
            Some(client) => client,
            None => client.insert(spawn(lab)?),
        };
        if client.ready {
            return post(&client.worker, &command);
        }
        client.queue.push(command);
        Ok(())
    });
    if let Err(reason) = outcome {
        lab.dispatch(Msg::Died(text_of(&reason)));
    }
}

/// Ends the worker.
pub fn retire() {
    if let Some(client) = CLIENT.take() {
        client.worker.set_onmessage(None);
        client.worker.set_onerror(None);
        client.worker.terminate();
        // Whoever calls this may stand inside one of the listeners; they go when the browser has had a turn.
        set_timeout(move || drop(client), std::time::Duration::ZERO);
    }
}

fn spawn(lab: LabInHand) -> Result<Client, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(&address("engine-text", "./engine_text_loader.js"), &options)?;
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        match serde_wasm_bindgen::from_value::<TextEvent>(message.data()) {
            Ok(event) => heard(lab, event),
            Err(reason) => lab.dispatch(Msg::Died(reason.to_string())),
        }
    });
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |error: ErrorEvent| {
        // The page says so itself; the console need not.
        error.prevent_default();
        lab.dispatch(Msg::Died(error.message()));
    });
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    Ok(Client { worker, ready: false, queue: Vec::new(), _on_message: on_message, _on_error: on_error })
}

fn heard(lab: LabInHand, event: TextEvent) {
    if let TextEvent::Ready { protocol } = event {
        if protocol != PROTOCOL_VERSION {
            lab.dispatch(Msg::Died(format!("protocol {protocol}, expected {PROTOCOL_VERSION}")));
            return;
        }
        let failure = CLIENT.with_borrow_mut(|client| {
            let client = client.as_mut()?;
            client.ready = true;
            client.queue.drain(..).find_map(|command| post(&client.worker, &command).err())
        });
        if let Some(reason) = failure {
            lab.dispatch(Msg::Died(text_of(&reason)));
            return;
        }
    }
    lab.dispatch(Msg::Heard(event));
}

fn post(worker: &Worker, command: &TextCommand) -> Result<(), JsValue> {
    worker.post_message(&command.serialize(&Serializer::new())?)
}
