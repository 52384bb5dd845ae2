//! The worker for text as the page sees it: fetched when the lab is opened.

use std::cell::RefCell;

use unroll::Error;
use unroll::data::Sentences;
use unroll::protocol::text::{Source, TextCommand, TextEvent};
use unroll::text::Tokenizer;
use wasm_bindgen::JsValue;

use super::LabInHand;
use super::state::Msg;
use crate::worker_client::WorkerClient;

thread_local! {
    static CLIENT: RefCell<Option<WorkerClient<TextCommand>>> = const { RefCell::new(None) };
    /// Who waits for sentences with labels.
    static WAITING: RefCell<Option<Answer>> = const { RefCell::new(None) };
}

/// Takes sentences with labels, or why there are none.
type Answer = Box<dyn FnOnce(Result<Sentences, Error>)>;

/// Has sentences with labels read and cut. Of several in a row only the last is answered.
pub fn label(
    lab: LabInHand,
    source: Source,
    tokenizer: Tokenizer,
    answer: impl FnOnce(Result<Sentences, Error>) + 'static,
) {
    WAITING.set(Some(Box::new(answer)));
    send(lab, TextCommand::Label { source, tokenizer });
}

/// Sends a command; it waits until the worker is up.
pub fn send(lab: LabInHand, command: TextCommand) {
    let outcome = CLIENT.with_borrow_mut(|client| {
        let client = match client {
            Some(client) => client,
            None => client.insert(WorkerClient::spawn(
                "engine-text",
                move |message| heard(lab, message),
                move |reason| died(lab, reason),
            )?),
        };
        client.send(command)
    });
    if let Err(reason) = outcome {
        died(lab, reason);
    }
}

fn died(lab: LabInHand, reason: String) {
    if let Some(answer) = WAITING.take() {
        answer(Err(Error::EngineLost { reason: reason.clone() }));
    }
    lab.dispatch(Msg::Died(reason));
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
    match woken {
        Ok(TextEvent::Labelled { outcome }) => {
            if let Some(answer) = WAITING.take() {
                answer(outcome);
            }
        }
        Ok(event) => lab.dispatch(Msg::Heard(event)),
        Err(reason) => died(lab, reason),
    }
}
