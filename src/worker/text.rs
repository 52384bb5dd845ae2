//! The worker that cuts text, counts it and numbers it. It fetches the dictionary when the first text needs it.

use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MessagePort, ReadableStreamDefaultReader, Response};

use super::inbox::Inbox;
use super::wire;
use super::{scope, seconds};
use crate::Error;
use crate::data::{Corpus, Data, Kind, kinds};
use crate::lab::Lab;
use crate::protocol::PROTOCOL_VERSION;
use crate::protocol::text::{TextCommand, TextEvent};
use crate::text::{
    Choices, CorpusFacts, CorpusOptions, Decoded, Mode, Reading, Source, TextFacts, Tokenizer, long_text,
    reader,
};
use crate::word2vec::Near;

/// The dictionary, beside the worker's own script.
const DICTIONARY: &str = "engine_text_dictionary.zz";

/// Tokens of a long text that the page shows as they came out.
const BEGINNING: usize = 160;

/// Words that an answer to [`TextCommand::Find`] lists.
const FOUND: usize = 12;

/// Corpora that are kept for engines: the text in use, and the one before.
const KEPT: usize = 2;

/// What has arrived from the page.
enum Message {
    /// Where it could not be read, what was wrong with it.
    Command(Result<TextCommand, String>),
    /// The port on which an engine waits for the corpus with this number.
    Port(u32, MessagePort),
}

impl Message {
    fn read(message: JsValue) -> Self {
        match wire::port(&message) {
            Some((number, port)) => Message::Port(number, port),
            None => Message::Command(wire::read(&message)),
        }
    }
}

/// Makes this worker one for text. Called once, from `main`.
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        // The module aborts after this; the page must know that no answer will come.
        post(TextEvent::Failed { error: Error::EngineLost { reason: info.to_string() } });
    }));
    let inbox = Inbox::listen(&scope(), Message::read);
    spawn_local(serve(inbox));
}

async fn serve(inbox: Rc<Inbox<Message>>) {
    post(TextEvent::Ready { protocol: PROTOCOL_VERSION });
    let mut lab = Lab::default();
    let mut kept: VecDeque<(u32, Corpus)> = VecDeque::new();
    loop {
        // What the page does not want to know any more is not computed: the last text, cut as last asked.
        let mut asked = None;
        inbox.give_way().await;
        while let Some(message) = inbox.take() {
            let command = match message {
                Message::Command(command) => command,
                Message::Port(number, port) => {
                    hand_over(number, &port, &kept);
                    continue;
                }
            };
            match command {
                Ok(TextCommand::Write { text }) => lab.write(text),
                Ok(TextCommand::Read { bytes }) => post(read(lab.read(bytes))),
                Ok(TextCommand::ReadAs { charset }) => post(read(lab.read_as(charset))),
                Ok(TextCommand::Cut { request, options }) => asked = Some((request, options)),
                Ok(TextCommand::Learn { options, config }) => {
                    match prepare(&mut lab, options.tokenizer).await {
                        Ok(()) => {
                            lab.learn(&options, config);
                            // Where there is nothing to learn from, no other answer will come.
                            lab.learner()
                                .into_iter()
                                .for_each(|learner| post(TextEvent::Learnt { map: learner.map() }));
                        }
                        Err(error) => post(TextEvent::Failed { error }),
                    }
                }
                Ok(TextCommand::Stop) => {
                    if let Some(learner) = lab.learner() {
                        learner.stop();
                        post(TextEvent::Learnt { map: learner.map() });
                    }
                }
                Ok(TextCommand::Data { request, kind, source, choices, tokenizer }) => {
                    let reading = data(&mut lab, &kind, source, &choices, tokenizer).await;
                    post(TextEvent::Data { request, reading });
                }
                Ok(TextCommand::Corpus { request, source, choices, options }) => {
                    let Reading { facts, outcome, .. } = corpus(&mut lab, source, &choices, &options).await;
                    let outcome = outcome.map(|(corpus, facts)| {
                        let told = (corpus.kept(request), facts, corpus.beginning(BEGINNING));
                        kept.push_front((request, corpus));
                        kept.truncate(KEPT);
                        told
                    });
                    post(TextEvent::Corpus { request, reading: Reading { facts, table: None, outcome } });
                }
                Ok(TextCommand::Beginnings { request, source }) => {
                    let beginnings = match source {
                        Some(Source::File { bytes }) => reader::beginnings(&bytes),
                        // What is pasted has no encoding; nobody asks for that.
                        Some(Source::Text { .. }) => Vec::new(),
                        None => lab.beginnings(),
                    };
                    post(TextEvent::Beginnings { request, beginnings });
                }
                Ok(TextCommand::Words { request, text }) => {
                    let tokenizer = match long_text::is_chinese(&text) {
                        true => Tokenizer::Jieba { mode: Mode::Precise, hmm: true },
                        false => Tokenizer::Words,
                    };
                    let prepared = prepare(&mut lab, tokenizer).await;
                    let outcome = prepared.map(|()| lab.words(&text, tokenizer));
                    post(TextEvent::Words { request, outcome });
                }
                Ok(TextCommand::Find { words }) => {
                    // Before anything is learnt, no word is near another.
                    let found = lab.learner().map(|learner| learner.find(&words, FOUND)).unwrap_or_default();
                    post(TextEvent::Near(Near { words, found }));
                }
                Err(what) => post(TextEvent::Failed { error: Error::MessageDamaged { what } }),
            }
        }
        if let Some((request, options)) = asked {
            match prepare(&mut lab, options.tokenizer).await {
                Ok(()) => {
                    let cut = Box::new(lab.cut(&options, seconds));
                    post(TextEvent::Cut { request, cut });
                }
                Err(error) => post(TextEvent::Failed { error }),
            }
        }
        match lab.learner().filter(|learner| learner.is_learning()) {
            Some(learner) => {
                let map = learner.advance(seconds);
                map.into_iter().for_each(|map| post(TextEvent::Learnt { map }));
            }
            None => inbox.wait(None).await,
        }
    }
}

fn read(outcome: Result<(TextFacts, Option<String>), Error>) -> TextEvent {
    match outcome {
        Ok((file, text)) => TextEvent::Read { file, text },
        Err(error) => TextEvent::Failed { error },
    }
}

/// Sends a corpus over a port, if it is still kept, and says so.
fn hand_over(number: u32, port: &MessagePort, kept: &VecDeque<(u32, Corpus)>) {
    let corpus = kept.iter().find(|(own, _)| *own == number).map(|(_, corpus)| corpus);
    let sent = wire::hand_over(port, corpus);
    if let Err(reason) = &sent {
        web_sys::console::error_1(reason);
    }
    post(TextEvent::HandedOver { corpus: number, is_there: corpus.is_some() && sent.is_ok() });
}

/// Data of a kind.
async fn data(
    lab: &mut Lab,
    kind: &str,
    source: Source,
    choices: &Choices,
    tokenizer: Option<Tokenizer>,
) -> Reading<Data> {
    let Some(kind) = Kind::find(kind) else {
        return Reading::refused(Error::MessageDamaged { what: kind.to_owned() });
    };
    if let Some(tokenizer) = tokenizer
        && let Err(error) = prepare(lab, tokenizer).await
    {
        return Reading::refused(error);
    }
    lab.data(kind, source, choices, tokenizer)
}

/// A long text as numbers.
async fn corpus(
    lab: &mut Lab,
    source: Source,
    choices: &Choices,
    options: &CorpusOptions,
) -> Reading<(Corpus, CorpusFacts)> {
    let Decoded { text, facts } = match reader::decoded(&kinds::LONG_TEXT, source, choices) {
        Ok(decoded) => decoded,
        Err(error) => return Reading::refused(error),
    };
    let text = long_text::cleaned(&text, options);
    let outcome = match prepare(lab, long_text::tokenizer(&text, options)).await {
        Ok(()) => lab.corpus(&text, options),
        Err(error) => Err(error),
    };
    let outcome = outcome.map(|(corpus, found)| (corpus, CorpusFacts { written: facts.clone(), ..found }));
    Reading { facts: Some(facts), table: None, outcome }
}

/// Fetches the dictionary if it is needed and not there yet.
async fn prepare(lab: &mut Lab, tokenizer: Tokenizer) -> Result<(), Error> {
    if !lab.lacks_dictionary(tokenizer) {
        return Ok(());
    }
    let unreachable = |reason: JsValue| Error::DictionaryUnreachable { reason: text_of(&reason) };
    let packed = fetch(DICTIONARY).await.map_err(unreachable)?;
    lab.load(&packed)
}

/// The bytes of a file of the site; tells the page as they arrive.
async fn fetch(address: &str) -> Result<Vec<u8>, JsValue> {
    let response: Response = JsFuture::from(scope().fetch_with_str(address)).await?.dyn_into()?;
    if !response.ok() {
        return Err(format!("{} {}", response.status(), response.status_text()).into());
    }
    // Where the server does not say how long it is, the page shows how much has come.
    let length =
        response.headers().get("content-length").ok().flatten().and_then(|length| length.parse().ok());
    let body = response.body().ok_or("an empty answer")?;
    let reader: ReadableStreamDefaultReader = body.get_reader().dyn_into()?;
    let mut bytes = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read()).await?;
        if Reflect::get(&chunk, &"done".into())?.is_truthy() {
            return Ok(bytes);
        }
        let chunk: Uint8Array = Reflect::get(&chunk, &"value".into())?.dyn_into()?;
        bytes.extend(chunk.to_vec());
        // A server that compresses on the way counts other bytes.
        let total = length.filter(|&total: &usize| total >= bytes.len());
        post(TextEvent::Loading { loaded: bytes.len(), total });
    }
}

fn text_of(reason: &JsValue) -> String {
    match reason.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => reason.as_string().unwrap_or_else(|| format!("{reason:?}")),
    }
}

/// Sends an event to the page.
fn post(event: TextEvent) {
    if let Err(reason) = wire::post(event) {
        // The page can't be told that it can't be told; whoever looks into the console finds it.
        web_sys::console::error_1(&reason);
    }
}
