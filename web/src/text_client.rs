//! The worker for text as the page sees it: fetched when something is first asked of it. It reads every file, and cuts,
//! counts and numbers texts. One listener hears what it says by itself; who asks for something is answered.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use leptos::prelude::*;
use unroll::Error;
use unroll::data::{Corpus, Data, Kind};
use unroll::protocol::text::TextEvent;
use unroll::text::{Beginning, Choices, CorpusFacts, CorpusOptions, Reading, Tokenizer};
use wasm_bindgen::JsValue;
use web_sys::MessagePort;

use crate::i18n::tr;
use crate::messages::{self, Source, TextCommand};
use crate::worker_client::WorkerClient;

thread_local! {
    static CLIENT: RefCell<Option<WorkerClient<TextCommand>>> = const { RefCell::new(None) };
    /// Who waits for an answer, by the number of the question.
    static ASKED: RefCell<BTreeMap<u32, Asked>> = const { RefCell::new(BTreeMap::new()) };
    /// The number of the last question.
    static LAST: Cell<u32> = const { Cell::new(0) };
    /// Who hears that a corpus can't be handed over, by its number; it stays until the worker says that it has been.
    static HANDED: RefCell<Vec<(u32, Lost)>> = const { RefCell::new(Vec::new()) };
    /// The listener, if there is one. It stands in a list because of an `Option` in a static the compiler knows the only value
    /// that it ever has: it would call the lesson's function directly, and so draw the lesson's part into the page's module.
    static LISTENER: RefCell<Vec<Listener>> = const { RefCell::new(Vec::new()) };
    /// Is the worker still being compiled?
    static BUILDING: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// Whoever hears what the worker says by itself.
type Listener = Rc<dyn Fn(Heard)>;

/// Hears that a corpus is kept no longer.
type Lost = Box<dyn FnOnce()>;

/// What the listener hears.
pub enum Heard {
    /// An event that nobody has asked for by a number.
    Said(Box<TextEvent>),
    /// The worker could not be fetched, or died: why.
    Died(Error),
}

/// Takes what was asked for, or why there is none.
type Take<T> = Box<dyn FnOnce(Result<T, Error>)>;

/// Takes what a source came to.
type TakeReading<T> = Box<dyn FnOnce(Reading<T>)>;

/// A long text as the page knows it: its tokens, but not its numbers, which the worker keeps; what was found in it; and how
/// it begins.
pub type Prepared = (Corpus, CorpusFacts, String);

/// Who waits for what.
enum Asked {
    Data(TakeReading<Data>),
    Corpus(TakeReading<Prepared>),
    Beginnings(Take<Vec<Beginning>>),
    Words(Take<Vec<String>>),
}

impl Asked {
    fn refuse(self, error: Error) {
        match self {
            Asked::Data(take) => take(Reading::refused(error)),
            Asked::Corpus(take) => take(Reading::refused(error)),
            Asked::Beginnings(take) => take(Err(error)),
            Asked::Words(take) => take(Err(error)),
        }
    }
}

/// Has data of a kind read as its reader has chosen, its lines cut by `tokenizer` where the kind has tokens.
pub fn data(
    kind: &Kind,
    source: Source,
    choices: Choices,
    tokenizer: Option<Tokenizer>,
    take: impl FnOnce(Reading<Data>) + 'static,
) {
    let request = ask(Asked::Data(Box::new(take)));
    send(TextCommand::Data { request, kind: kind.id.to_owned(), source, choices, tokenizer });
}

/// Has a long text read as its reader has chosen, cleaned and numbered.
pub fn corpus(
    source: Source,
    choices: Choices,
    options: CorpusOptions,
    take: impl FnOnce(Reading<Prepared>) + 'static,
) {
    let request = ask(Asked::Corpus(Box::new(take)));
    send(TextCommand::Corpus { request, source, choices, options });
}

/// Has a file looked at in each encoding; without a source the one that the worker has in hand.
pub fn beginnings(source: Option<Source>, take: impl FnOnce(Result<Vec<Beginning>, Error>) + 'static) {
    let request = ask(Asked::Beginnings(Box::new(take)));
    send(TextCommand::Beginnings { request, source });
}

/// Has a few words cut.
pub fn words(text: String, take: impl FnOnce(Result<Vec<String>, Error>) + 'static) {
    let request = ask(Asked::Words(Box::new(take)));
    send(TextCommand::Words { request, text });
}

/// Has the worker send a corpus over a port, by the number under which it keeps it. `lost` is called if it no longer does.
pub fn hand_over(corpus: u32, port: MessagePort, lost: impl FnOnce() + 'static) {
    HANDED.with_borrow_mut(|handed| handed.push((corpus, Box::new(lost))));
    with_client(|client| client.give_port(corpus, port));
}

/// A corpus has been handed over, or could not be.
fn handed(corpus: u32, is_there: bool) {
    let first = HANDED.with_borrow_mut(|handed| {
        let place = handed.iter().position(|(number, _)| *number == corpus)?;
        Some(handed.remove(place).1)
    });
    if let Some(lost) = first.filter(|_| !is_there) {
        lost();
    }
}

fn ask(asked: Asked) -> u32 {
    let request = LAST.get().wrapping_add(1);
    LAST.set(request);
    ASKED.with_borrow_mut(|waiting| waiting.insert(request, asked));
    request
}

/// From now on this listener hears the worker.
pub fn listen(listener: impl Fn(Heard) + 'static) {
    LISTENER.set(vec![Rc::new(listener)]);
}

/// Says whether the worker is still being compiled.
pub fn set_building(building: bool) {
    BUILDING.with(|signal| signal.set(building));
}

/// What is said to whoever waits for the worker while it is still being compiled; nothing when it is there. Tracked.
pub fn building() -> Option<String> {
    BUILDING.with(Clone::clone).get().then(|| tr("text_engine.building"))
}

/// Sends a command; it waits until the worker is up.
pub fn send(command: TextCommand) {
    with_client(|client| client.send(command));
}

fn with_client(tell: impl FnOnce(&mut WorkerClient<TextCommand>) -> Result<(), String>) {
    let outcome = CLIENT.with_borrow_mut(|client| {
        let client = match client {
            Some(client) => client,
            None => client.insert(WorkerClient::spawn("engine-text", heard, died)?),
        };
        tell(client).map_err(|reason| Error::EngineLost { reason })
    });
    if let Err(error) = outcome {
        died(error);
    }
}

/// Ends the worker; the next command fetches a new one.
pub fn retire() {
    if let Some(client) = CLIENT.take() {
        client.retire();
    }
}

fn died(error: Error) {
    retire();
    for asked in ASKED.take().into_values() {
        asked.refuse(error.clone());
    }
    for (_, lost) in HANDED.take() {
        lost();
    }
    tell(Heard::Died(error));
}

fn tell(heard: Heard) {
    // Cloned, because the listener may send a command whose answer comes at once.
    if let Some(listener) = LISTENER.with_borrow(|listeners| listeners.first().cloned()) {
        listener(heard);
    }
}

fn heard(message: JsValue) {
    let event = messages::read::<TextEvent>(&message);
    let woken = event.and_then(|event| {
        if let TextEvent::Ready { protocol } = event {
            CLIENT
                .with_borrow_mut(|client| client.as_mut().map_or(Ok(()), |client| client.wake(protocol)))?;
        }
        Ok(event)
    });
    match woken {
        Ok(TextEvent::Data { request, reading }) => {
            if let Some(Asked::Data(take)) = asked(request) {
                take(reading);
            }
        }
        Ok(TextEvent::Corpus { request, reading }) => {
            if let Some(Asked::Corpus(take)) = asked(request) {
                take(reading);
            }
        }
        Ok(TextEvent::Beginnings { request, beginnings }) => {
            if let Some(Asked::Beginnings(take)) = asked(request) {
                take(Ok(beginnings));
            }
        }
        Ok(TextEvent::Words { request, outcome }) => {
            if let Some(Asked::Words(take)) = asked(request) {
                take(outcome);
            }
        }
        Ok(TextEvent::HandedOver { corpus, is_there }) => handed(corpus, is_there),
        // Whoever sent what the worker could not read would wait for ever.
        Ok(TextEvent::Failed {
            error: Error::EngineLost { reason } | Error::MessageDamaged { what: reason },
        })
        | Err(reason) => died(Error::EngineLost { reason }),
        Ok(event) => tell(Heard::Said(Box::new(event))),
    }
}

/// Who has asked this; nobody where the worker died in between, for then that was the answer.
fn asked(request: u32) -> Option<Asked> {
    ASKED.with_borrow_mut(|waiting| waiting.remove(&request))
}
