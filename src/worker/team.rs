//! A team of Web Workers: copies of this very worker that compute shards of a step for it.
//!
//! A message is an array: a small object that says what it is, and the numbers as a `Float32Array` whose memory changes
//! hands. Answers come back in the arrays that the questions came in where they fit, so that memory stays what it is.
//! Nothing is shared between workers, so any static host will do.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use burn::tensor::Device;
use js_sys::{Array, Float32Array, Function, Promise, Uint8Array};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::Error;
use crate::nn::Parameters;
use crate::protocol::Job;
use crate::train::Objective;
use crate::train::team::{Answer, Part, Team, compute, parameters_of};

/// From the leader to a member.
#[derive(Debug, Serialize, Deserialize)]
enum Question {
    /// The job whose shards will be asked for.
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
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

/// What a member's listener leaves for the leader.
#[derive(Default)]
struct Shared {
    is_ready: Cell<bool>,
    reply: RefCell<Option<Result<Vec<Part>, String>>>,
    wake: RefCell<Option<Function>>,
    /// The array of the last answer, for the next question.
    spare: RefCell<Option<Float32Array>>,
}

impl Shared {
    fn settle(&self, reply: Result<Vec<Part>, String>) {
        self.reply.replace(Some(reply));
        if let Some(wake) = self.wake.take() {
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
        let question = message(&Question::Job(job.clone()), None)?;
        let on_message = {
            let (shared, worker) = (Rc::clone(&shared), worker.clone());
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                match read::<Reply>(&event.data()) {
                    // It has said that it is up, as every engine does.
                    None => {
                        let _ = worker.post_message(&question);
                    }
                    Some((Reply::Ready, _)) => shared.is_ready.set(true),
                    Some((Reply::Parts(parts), Some(array))) => {
                        shared.settle(parts_of(&parts, &array));
                        shared.spare.replace(Some(array));
                    }
                    Some((Reply::Parts(_), None)) => shared.settle(Err("gradients are missing".into())),
                    Some((Reply::Failed(reason), _)) => shared.settle(Err(reason)),
                }
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_error = {
            let shared = Rc::clone(&shared);
            Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
                event.prevent_default();
                shared.settle(Err(event.message()));
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
        let question = message(&Question::Shards { step, shards }, Some(&array))?;
        self.worker.post_message_with_transfer(&question, &Array::of1(&array.buffer()))
    }
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
fn parts_of(shards: &[(usize, f32)], array: &Float32Array) -> Result<Vec<Part>, String> {
    let count = array.length() as usize / shards.len().max(1);
    Ok(shards
        .iter()
        .enumerate()
        .map(|(index, &(shard, loss))| {
            let from = (index * count) as u32;
            let gradient = array.subarray(from, from + count as u32).to_vec();
            Part { shard, loss, gradient }
        })
        .collect())
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

    /// Is this message for it? Those of the page begin with bytes.
    pub fn is_meant(message: &JsValue) -> bool {
        let first = message.dyn_ref::<Array>().map(|parts| parts.get(0));
        first.is_some_and(|first| !first.is_instance_of::<Uint8Array>())
    }

    /// Does what a message asks for, and answers.
    pub async fn handle(&mut self, received: &JsValue) {
        let Some((question, array)) = read::<Question>(received) else { return };
        let (reply, array) = match self.answer(question, array).await {
            Ok(answer) => answer,
            Err(error) => (Reply::Failed(error.to_string()), None),
        };
        let Ok(reply) = message(&reply, array.as_ref()) else { return };
        let transfer = array.map_or_else(Array::new, |array| Array::of1(&array.buffer()));
        // A leader that is gone has no use for an answer.
        let _ = super::scope().post_message_with_transfer(&reply, &transfer);
    }

    async fn answer(
        &mut self,
        question: Question,
        array: Option<Float32Array>,
    ) -> Result<(Reply, Option<Float32Array>), Error> {
        match (question, &self.objective, array) {
            (Question::Job(job), ..) => {
                self.objective = Some((self.build)(&job, &self.device)?);
                Ok((Reply::Ready, None))
            }
            (Question::Shards { step, shards }, Some((objective, initial)), Some(array)) => {
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
            (Question::Shards { .. }, ..) => {
                Err(Error::EngineLost { reason: "a worker was asked before it had a job".into() })
            }
        }
    }
}

/// A message: what it is, and the numbers beside it.
fn message(what: &impl Serialize, array: Option<&Float32Array>) -> Result<JsValue, JsValue> {
    let what = what.serialize(&Serializer::new())?;
    Ok(match array {
        Some(array) => Array::of2(&what, array),
        None => Array::of1(&what),
    }
    .into())
}

/// Reads a message; `None` if it is none of these.
fn read<T: serde::de::DeserializeOwned>(message: &JsValue) -> Option<(T, Option<Float32Array>)> {
    let message = message.dyn_ref::<Array>()?;
    let what = serde_wasm_bindgen::from_value(message.get(0)).ok()?;
    Some((what, message.get(1).dyn_into().ok()))
}
