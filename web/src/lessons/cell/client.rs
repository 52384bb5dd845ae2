//! The engine of this lesson: the one for the CPU, fetched when the lesson is opened.

use std::cell::RefCell;

use unroll::Error;
use wasm_bindgen::JsValue;

use super::WorkbenchInHand;
use super::state::Msg;
use crate::messages::{self, Command, Event};
use crate::worker_client::WorkerClient;

thread_local! {
    static CLIENT: RefCell<Option<WorkerClient<Command>>> = const { RefCell::new(None) };
}

/// Sends a command; it waits until the engine is up.
pub fn send(bench: WorkbenchInHand, command: Command) {
    let died = move |error| bench.dispatch(Msg::Died(error));
    let outcome = CLIENT.with_borrow_mut(|client| {
        let client = match client {
            Some(client) => client,
            None => {
                client.insert(WorkerClient::spawn("engine-cpu", move |message| heard(bench, message), died)?)
            }
        };
        client.send(command).map_err(|reason| Error::EngineLost { reason })
    });
    if let Err(error) = outcome {
        died(error);
    }
}

/// Ends the engine.
pub fn retire() {
    if let Some(client) = CLIENT.take() {
        client.retire();
    }
}

fn heard(bench: WorkbenchInHand, message: JsValue) {
    let event = messages::read::<Event>(&message);
    let woken = event.and_then(|event| {
        if let Event::Ready { protocol, .. } = event {
            CLIENT
                .with_borrow_mut(|client| client.as_mut().map_or(Ok(()), |client| client.wake(protocol)))?;
        }
        Ok(event)
    });
    bench.dispatch(match woken {
        Ok(event) => Msg::Heard(event),
        Err(reason) => Msg::Died(Error::EngineLost { reason }),
    });
}
