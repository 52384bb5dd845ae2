//! A team of Web Workers: copies of this very worker that compute shards of a step for it.
//!
//! A message is an array: a mark, what it says (encoded), and numbers in an array of their own, whose memory changes hands.
//! Answers come back in the arrays that the questions came in where they fit, so that memory stays what it is. Nothing is
//! shared between workers, so any static host will do.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use burn::tensor::Device;
use js_sys::{Array, Float32Array, Function, Promise, Reflect, Uint8Array};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::nn::Parameters;
use crate::protocol::Job;
use crate::train::Objective;
use crate::train::team::{Answer, ShardGradient, Team, compute, parameters_of};
use crate::{Error, codec};

/// What the messages of a team begin with; those of the page begin with bytes or a port.
const MARK: &str = "team";

/// From the leader to a member.
#[derive(Debug, Serialize, Deserialize)]
enum Question {
    /// The job whose shards will be asked for; the numbers of its text, if it has one, come beside it.
    Job(Job),
    /// Shards of a step; the parameters come beside it.
    Shards { step: usize, shards: Range<usize> },
}

/// From a member to the leader.
#[derive(Debug, Serialize, Deserialize)]
enum Reply {
    /// The job is understood.
    Ready,
    /// Shards and their losses; the gradients come beside it, one after the other.
    Parts(Vec<(usize, f32)>),
    /// It can't go on.
    Failed(String),
}

/// The workers that this one has started.
pub struct Workers {
    members: Vec<Member>,
}

/// One of them.
struct Member {
    worker: Worker,
    shared: Rc<Shared>,
    asked: Cell<bool>,
    /// The listeners live as long as the worker.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

/// What a member's listener leaves for the leader.
#[derive(Default)]
struct Shared {
    is_ready: Cell<bool>,
    reply: RefCell<Option<Result<Vec<ShardGradient>, String>>>,
    wake: RefCell<Option<Function>>,
    /// The array of the last answer, for the next question.
    spare: RefCell<Option<Float32Array>>,
}

impl Shared {
    fn settle(&self, reply: Result<Vec<ShardGradient>, String>) {
        self.reply.replace(Some(reply));
        if let Some(wake) = self.wake.take() {
            // Calling what resolves a promise can't fail, and the promise below is never rejected.
            let _ = wake.call0(&JsValue::NULL);
        }
    }
}

impl Workers {
    /// Starts up to so many copies of this worker, at most one for every other core, and tells them the job. They take
    /// part as soon as they are ready.
    pub fn start(job: &Job, members: usize) -> Option<Self> {
        let scope = super::scope();
        let cores = scope.navigator().hardware_concurrency() as usize;
        let address = scope.location().href();
        // Where the browser starts no more, those that it has started help.
        let members =
            (0..members.min(cores.saturating_sub(1))).map_while(|_| Member::start(&address, job).ok());
        let members: Vec<Member> = members.collect();
        (!members.is_empty()).then_some(Workers { members })
    }
}

impl Member {
    fn start(address: &str, job: &Job) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(address, &options)?;
        let shared = Rc::new(Shared::default());
        let on_message = {
            let (shared, worker) = (Rc::clone(&shared), worker.clone());
            let mut job = Some(job.clone());
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                let message = event.data();
                if !Assistant::is_meant(&message) {
                    // An engine says to its page, which the leader is here, that it is up; and at most once more why it ended.
                    let told = match job.take() {
                        Some(job) => tell(&worker, job).map_err(|reason| format!("{reason:?}")),
                        None => Err("a worker of the team has ended".into()),
                    };
                    if let Err(reason) = told {
                        shared.settle(Err(reason));
                    }
                    return;
                }
                match read::<Reply>(&message) {
                    Ok((Reply::Ready, _)) => shared.is_ready.set(true),
                    Ok((Reply::Parts(parts), beside)) => match beside.dyn_into::<Float32Array>() {
                        Ok(array) => {
                            shared.settle(Ok(parts_of(&parts, &array)));
                            shared.spare.replace(Some(array));
                        }
                        Err(_) => shared.settle(Err("gradients are missing".into())),
                    },
                    Ok((Reply::Failed(reason), _)) | Err(reason) => shared.settle(Err(reason)),
                }
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_error = {
            let shared = Rc::clone(&shared);
            Closure::<dyn FnMut(Event)>::new(move |event: Event| {
                event.prevent_default();
                // Where a script can't be had, the event says nothing.
                let said = Reflect::get(&event, &"message".into()).ok().and_then(|said| said.as_string());
                shared.settle(Err(said.unwrap_or_else(|| "a worker of the team did not come".into())));
            })
        };
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Member { worker, shared, asked: Cell::new(false), _on_message: on_message, _on_error: on_error })
    }

    fn ask(&self, step: usize, shards: Range<usize>, parameters: &[f32]) -> Result<(), JsValue> {
        let count = parameters.len();
        let spare = self.shared.spare.take().filter(|spare| spare.length() as usize >= count);
        let array = spare.unwrap_or_else(|| Float32Array::new_with_length(count as u32));
        array.subarray(0, count as u32).copy_from(parameters);
        let question = message(&Question::Shards { step, shards }, &array);
        self.worker.post_message_with_transfer(&question, &Array::of1(&array.buffer()))
    }
}

/// Tells a member its job. The numbers of a text are copied once, into an array that changes hands.
fn tell(worker: &Worker, mut job: Job) -> Result<(), JsValue> {
    let Some(corpus) = job.corpus.take() else {
        return worker.post_message(&message(&Question::Job(job), &JsValue::NULL));
    };
    let numbers = Uint8Array::from(corpus.bytes());
    // The number means nothing: there is one text, and it comes beside the job.
    job.corpus = Some(Arc::new(corpus.kept(0)));
    worker.post_message_with_transfer(&message(&Question::Job(job), &numbers), &Array::of1(&numbers.buffer()))
}

impl Drop for Member {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Team for Workers {
    fn members(&self) -> usize {
        if self.members.iter().all(|member| member.shared.is_ready.get()) { self.members.len() } else { 0 }
    }

    fn ask(&mut self, member: usize, step: usize, shards: Range<usize>, parameters: &[f32]) {
        if let Some(member) = self.members.get(member) {
            member.asked.set(true);
            if let Err(reason) = member.ask(step, shards, parameters) {
                member.shared.settle(Err(format!("{reason:?}")));
            }
        }
    }

    fn answers(&mut self) -> Answer<'_> {
        Box::pin(async {
            let mut parts = Vec::new();
            for member in self.members.iter().filter(|member| member.asked.take()) {
                if member.shared.reply.borrow().is_none() {
                    let shared = Rc::clone(&member.shared);
                    let promise = Promise::new(&mut |resolve, _| {
                        shared.wake.replace(Some(resolve));
                    });
                    let _ = JsFuture::from(promise).await;
                }
                parts.extend(member.shared.reply.take().unwrap_or_else(|| Err("no answer".into()))?);
            }
            Ok(parts)
        })
    }
}

/// The gradients of an answer, one for each shard.
fn parts_of(shards: &[(usize, f32)], array: &Float32Array) -> Vec<ShardGradient> {
    let count = array.length() as usize / shards.len().max(1);
    shards
        .iter()
        .enumerate()
        .map(|(index, &(shard, loss))| {
            let from = (index * count) as u32;
            let gradient = array.subarray(from, from + count as u32).to_vec();
            ShardGradient { shard, loss, gradient }
        })
        .collect()
}

/// Builds what a job trains.
type Build = dyn Fn(&Job, &Device) -> Result<(Box<dyn Objective>, Parameters), Error>;

/// A worker's part in another one's run.
pub struct Assistant {
    build: Box<Build>,
    device: Device,
    objective: Option<(Box<dyn Objective>, Parameters)>,
}

impl Assistant {
    /// An assistant without a job; `build` builds what one trains.
    pub fn new(
        build: impl Fn(&Job, &Device) -> Result<(Box<dyn Objective>, Parameters), Error> + 'static,
        device: Device,
    ) -> Self {
        Assistant { build: Box::new(build), device, objective: None }
    }

    /// Is this message for it, or from it?
    pub fn is_meant(message: &JsValue) -> bool {
        message.dyn_ref::<Array>().is_some_and(|parts| parts.get(0) == MARK)
    }

    /// Does what a message asks for, and answers.
    pub async fn handle(&mut self, received: &JsValue) {
        let answer = match read::<Question>(received) {
            Ok((question, beside)) => self.answer(question, beside).await,
            Err(what) => Err(Error::MessageDamaged { what }),
        };
        let sent = match answer {
            Ok((reply, Some(array))) => super::scope()
                .post_message_with_transfer(&message(&reply, &array), &Array::of1(&array.buffer())),
            Ok((reply, None)) => super::scope().post_message(&message(&reply, &JsValue::NULL)),
            Err(error) => {
                let reply = Reply::Failed(error.to_string());
                super::scope().post_message(&message(&reply, &JsValue::NULL))
            }
        };
        if let Err(reason) = sent {
            // The leader can't be told that it can't be told; whoever looks into the console finds it.
            web_sys::console::error_1(&reason);
        }
    }

    async fn answer(
        &mut self,
        question: Question,
        beside: JsValue,
    ) -> Result<(Reply, Option<Float32Array>), Error> {
        let damaged = |what: &str| Error::MessageDamaged { what: what.into() };
        match (question, &self.objective) {
            (Question::Job(mut job), _) => {
                if let Some(corpus) = job.corpus.take() {
                    let numbers = beside
                        .dyn_into::<Uint8Array>()
                        .map_err(|_| damaged("a job without the numbers of its text"))?;
                    job.corpus = Some(Arc::new(corpus.with_bytes(numbers.to_vec())));
                }
                self.objective = Some((self.build)(&job, &self.device)?);
                Ok((Reply::Ready, None))
            }
            (Question::Shards { step, shards }, Some((objective, initial))) => {
                let array = beside
                    .dyn_into::<Float32Array>()
                    .map_err(|_| damaged("a question without parameters"))?;
                let values = array.subarray(0, initial.count() as u32).to_vec();
                let parameters = parameters_of(initial.specs(), values, &self.device);
                let needed = (shards.len() * initial.count()) as u32;
                let array =
                    if array.length() == needed { array } else { Float32Array::new_with_length(needed) };
                let mut losses = Vec::new();
                for shard in shards {
                    let part = compute(&**objective, &parameters, step, shard).await?;
                    let from = (losses.len() * initial.count()) as u32;
                    array.subarray(from, from + part.gradient.len() as u32).copy_from(&part.gradient);
                    losses.push((shard, part.loss));
                }
                Ok((Reply::Parts(losses), Some(array)))
            }
            (Question::Shards { .. }, None) => Err(damaged("a question before a job")),
        }
    }
}

/// A message: what it says, and the numbers beside it.
fn message(what: &impl Serialize, beside: &JsValue) -> Array {
    Array::of3(&MARK.into(), &Uint8Array::from(&codec::encode(what)[..]), beside)
}

/// Reads a message of a team: what it says, and the numbers beside it.
fn read<M: DeserializeOwned>(message: &JsValue) -> Result<(M, JsValue), String> {
    let parts: &Array = message.dyn_ref().ok_or("no message of a team")?;
    let head: Uint8Array = parts.get(1).dyn_into().map_err(|_| "a message without a head")?;
    Ok((codec::decode(&head.to_vec())?, parts.get(2)))
}
