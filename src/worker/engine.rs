//! The engine as a worker, in which a [`Session`] obeys the page.
//!
//! Messages that come while a slice is trained wait in the inbox; between slices the worker gives the browser a
//! turn (a macrotask, through a message channel: timers are clamped to 4 ms), so that they get there.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessagePort;

use super::inbox::Inbox;
use super::team::{Assistant, Workers};
use super::{scope, seconds};
use crate::Error;
use crate::data::Corpus;
use crate::lessons::ENGINE_LESSONS;
use crate::protocol::{Command, Engine, Event, PROTOCOL_VERSION};
use crate::train::team::Team;
use crate::train::{Next, Session};

/// What has arrived.
enum Message {
    /// From the page; where it could not be read, what was wrong with it.
    Command(Result<Command, String>),
    /// From another worker, whose run this one assists.
    Question(JsValue),
    /// The port on which the corpus with this number will come.
    Port(u32, MessagePort),
    /// That corpus, if it is still kept.
    Corpus(u32, Result<Option<Corpus>, String>),
}

impl Message {
    fn read(message: JsValue) -> Self {
        if let Some((number, port)) = super::wire::port(&message) {
            return Message::Port(number, port);
        }
        if Assistant::is_meant(&message) {
            return Message::Question(message);
        }
        Message::Command(super::wire::read(&message))
    }
}

/// Makes this worker an engine. Called once, from `main`.
pub fn start(engine: Engine) {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        // The module aborts after this; the page must know that no answer will come.
        post(Event::Failed { run: None, error: Error::EngineLost { reason: info.to_string() } });
    }));
    // Listening starts before the device is ready, so that no command is lost.
    let inbox = Inbox::listen(&scope(), Message::read);
    spawn_local(serve(engine, inbox));
}

async fn serve(engine: Engine, inbox: Rc<Inbox<Message>>) {
    let (device, adapter) = match device(engine).await {
        Ok(found) => found,
        Err(reason) => {
            post(Event::Failed { run: None, error: Error::EngineUnavailable { reason } });
            return;
        }
    };
    post(Event::Ready { protocol: PROTOCOL_VERSION, engine, adapter });
    let mut assistant = Assistant::new(|job, device| ENGINE_LESSONS.objective(job, device), device.clone());
    let mut session = Session::new(engine, device, seconds, ENGINE_LESSONS);
    if engine == Engine::Cpu {
        session = session.with_team(Box::new(|job, members| {
            Workers::start(job, members).map(|workers| Box::new(workers) as Box<dyn Team>)
        }));
    }
    loop {
        while let Some(message) = inbox.take() {
            match message {
                Message::Command(Ok(command)) => session.handle(command).await.into_iter().for_each(post),
                // The page has compared versions before its first command: this is no other version's.
                Message::Command(Err(what)) | Message::Corpus(_, Err(what)) => {
                    post(Event::Failed { run: None, error: Error::MessageDamaged { what } });
                }
                Message::Question(question) => assistant.handle(&question).await,
                Message::Port(number, port) => {
                    inbox.listen_once(&port, move |corpus| {
                        Message::Corpus(number, super::wire::corpus(&corpus))
                    });
                }
                Message::Corpus(number, Ok(Some(corpus))) => {
                    session.receive(number, corpus).await.into_iter().for_each(post);
                }
                // The worker for text has told the page, which has it made once more.
                Message::Corpus(_, Ok(None)) => {}
            }
        }
        let (events, next) = session.advance().await;
        events.into_iter().for_each(post);
        match next {
            Next::Now => inbox.give_way().await,
            Next::Idle => inbox.wait(None).await,
            Next::After(seconds) => inbox.wait(Some(seconds)).await,
        }
    }
}

/// What the engine computes on, and the GPU's name.
async fn device(engine: Engine) -> Result<(burn::tensor::Device, Option<String>), String> {
    match engine {
        #[cfg(feature = "cpu")]
        Engine::Cpu => Ok((burn::tensor::Device::flex(), None)),
        #[cfg(feature = "webgpu")]
        Engine::Webgpu => super::gpu::open().await,
        #[cfg(not(all(feature = "cpu", feature = "webgpu")))]
        other => Err(format!("this build has no {other:?} engine")),
    }
}

/// Sends an event to the page.
fn post(event: Event) {
    if let Err(reason) = super::wire::post(event) {
        // The page can't be told that it can't be told; whoever looks into the console finds it.
        web_sys::console::error_1(&reason);
    }
}
