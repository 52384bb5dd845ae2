//! The worker for text as the page sees it: fetched when the lab is opened.

use std::cell::RefCell;

use unroll::protocol::text::{TextCommand, TextEvent};
use wasm_bindgen::JsValue;

use super::LabInHand;
use super::state::Msg;
use crate::worker_client::WorkerClient;

thread_local! {
    static CLIENT: RefCell<Option<WorkerClient<TextCommand>>> = const { RefCell::new(None) };
}

/// Sends a command; it waits until the worker is up.
pub fn send(lab: LabInHand, command: TextCommand) {
    let outcome = CLIENT.with_borrow_mut(|client| {
        let client = match client {
            Some(client) => client,
            None => {
                let died = move |reason| lab.dispatch(Msg::Died(reason));
                client.insert(WorkerClient::spawn("engine-text", move |message| heard(lab, message), died)?)
            }
        };
        client.send(command)
    });
    if let Err(reason) = outcome {
        lab.dispatch(Msg::Died(reason));
    }
}

/// Ends the worker.
pub fn retire() {
    if let Some(client) = CLIENT.take() {
        client.retire();
    }
}

fn heard(lab: LabInHand, message: JsValue) {
    let event = serde_wasm_bindgen::from_value::<TextEvent>(message).map_err(|error| error.to_string());
    let woken = event.and_then(|event| {
        if let TextEvent::Ready { protocol } = event {
            CLIENT
                .with_borrow_mut(|client| client.as_mut().map_or(Ok(()), |client| client.wake(protocol)))?;
        }
        Ok(event)
    });
    lab.dispatch(woken.map_or_else(Msg::Died, Msg::Heard));
}
