//! The worker for text as the page sees it: fetched when the lab is opened.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use crate::messages;
use crate::messages::{Source, TextCommand};
use unroll::Error;
use unroll::data::{Corpus, Sentences};
use unroll::protocol::text::TextEvent;
use unroll::text::{CorpusFacts, CorpusOptions, Tokenizer};
use wasm_bindgen::JsValue;

use super::LabInHand;
use super::state::Msg;
use crate::worker_client::WorkerClient;

thread_local! {
    static CLIENT: RefCell<Option<WorkerClient<TextCommand>>> = const { RefCell::new(None) };
    /// Who waits for sentences with labels.
    static WAITING: RefCell<Option<Answer>> = const { RefCell::new(None) };
    /// Who waits for numbers or words, by the number of the question.
    static ASKED: RefCell<BTreeMap<u32, Asked>> = const { RefCell::new(BTreeMap::new()) };
    static LAB: Cell<Option<LabInHand>> = const { Cell::new(None) };
}

/// Who waits for what.
enum Asked {
    Corpus(Take<(Corpus, CorpusFacts)>),
    Words(Take<Vec<String>>),
}

/// Takes what was asked for, or why there is none.
type Take<T> = Box<dyn FnOnce(Result<T, Error>)>;

impl Asked {
    fn refuse(self, error: Error) {
        match self {
            Asked::Corpus(answer) => answer(Err(error)),
            Asked::Words(answer) => answer(Err(error)),
        }
    }
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

/// Has a long text cleaned and numbered.
pub fn corpus(
    source: Source,
    options: CorpusOptions,
    answer: impl FnOnce(Result<(Corpus, CorpusFacts), Error>) + 'static,
) {
    let request = ask(Asked::Corpus(Box::new(answer)));
    tell(TextCommand::Corpus { request, source, options });
}

/// Has a few words cut.
pub fn words(text: String, answer: impl FnOnce(Result<Vec<String>, Error>) + 'static) {
    let request = ask(Asked::Words(Box::new(answer)));
    tell(TextCommand::Words { request, text });
}

fn ask(asked: Asked) -> u32 {
    ASKED.with_borrow_mut(|waiting| {
        let request = waiting.last_key_value().map_or(1, |(last, _)| last + 1);
        waiting.insert(request, asked);
        request
    })
}

/// The worker serves this lab, and whoever else asks.
pub fn serve(lab: LabInHand) {
    LAB.set(Some(lab));
}

fn tell(command: TextCommand) {
    if let Some(lab) = LAB.get() {
        send(lab, command);
    }
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
    for asked in ASKED.take().into_values() {
        asked.refuse(Error::EngineLost { reason: reason.clone() });
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
    let event = messages::read::<TextEvent>(&message);
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
        Ok(TextEvent::Corpus { request, outcome }) => {
            if let Some(Asked::Corpus(answer)) = ASKED.with_borrow_mut(|waiting| waiting.remove(&request)) {
                answer(outcome);
            }
        }
        Ok(TextEvent::Words { request, outcome }) => {
            if let Some(Asked::Words(answer)) = ASKED.with_borrow_mut(|waiting| waiting.remove(&request)) {
                answer(outcome);
            }
        }
        Ok(event) => lab.dispatch(Msg::Heard(event)),
        Err(reason) => died(lab, reason),
    }
}
