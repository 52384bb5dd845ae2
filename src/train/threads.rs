//! A team of threads, for the command line.

use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use burn::tensor::Device;
use pollster::block_on;

use super::Objective;
use super::team::{Answer, ShardGradient, Team, compute, parameters_of};
use crate::Error;
use crate::nn::Parameters;

/// Builds what a member computes; every thread has its own.
pub type Builder = Arc<dyn Fn(&Device) -> Result<(Box<dyn Objective>, Parameters), Error> + Send + Sync>;

/// A question to a thread: the step, the shards, the parameters.
type Question = (usize, Range<usize>, Vec<f32>);
type Answered = Result<Vec<ShardGradient>, String>;

/// Threads that compute shards until they are dropped.
pub struct Threads {
    members: Vec<Sender<Question>>,
    answers: Receiver<Answered>,
    asked: usize,
}

impl Threads {
    /// Starts so many.
    pub fn start(members: usize, build: &Builder) -> Self {
        let (sender, answers) = channel();
        let members = (0..members).map(|_| member(Arc::clone(build), sender.clone())).collect();
        Threads { members, answers, asked: 0 }
    }
}

fn member(build: Builder, answers: Sender<Answered>) -> Sender<Question> {
    let (questions, asked) = channel::<Question>();
    std::thread::spawn(move || {
        let device = Device::flex();
        let built = build(&device).map_err(|error| error.to_string());
        for (step, shards, values) in asked {
            let answer = match &built {
                Ok((objective, initial)) => {
                    let parameters = parameters_of(initial.specs(), values, &device);
                    shards
                        .map(|shard| block_on(compute(&**objective, &parameters, step, shard)))
                        .collect::<Result<_, _>>()
                        .map_err(|error| error.to_string())
                }
                Err(reason) => Err(reason.clone()),
            };
            // Nobody listens any more once the run is over.
            if answers.send(answer).is_err() {
                return;
            }
        }
    });
    questions
}

impl Team for Threads {
    fn members(&self) -> usize {
        self.members.len()
    }

    fn ask(&mut self, member: usize, step: usize, shards: Range<usize>, parameters: &[f32]) {
        let question = (step, shards, parameters.to_vec());
        if self.members.get(member).is_some_and(|member| member.send(question).is_ok()) {
            self.asked += 1;
        }
    }

    fn answers(&mut self) -> Answer<'_> {
        Box::pin(async {
            let mut parts = Vec::new();
            for _ in 0..std::mem::take(&mut self.asked) {
                parts.extend(self.answers.recv().map_err(|error| error.to_string())??);
            }
            Ok(parts)
        })
    }
}
