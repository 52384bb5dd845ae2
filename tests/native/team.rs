//! Several workers compute what one computes, to the last bit.

use std::ops::Range;
use std::sync::Arc;

use burn::tensor::Device;
use pollster::block_on;
use unroll::data::{Data, Series};
use unroll::lessons::ENGINE_LESSONS;
use unroll::lessons::airline::LESSON;
use unroll::nn::read;
use unroll::protocol::Job;
use unroll::settings::Form;
use unroll::train::team::{Answer, Team};
use unroll::train::threads::{Builder, Threads};
use unroll::train::{Trainer, TrainingState};

/// A model and a series that are large enough for four shards.
fn job() -> Job {
    let text: String = (0..420).map(|i| format!("{}\n", 200.0 + 90.0 * f64::from(i).sin())).collect();
    let pairs = [("granularity", "month"), ("hidden_size", "256"), ("window", "16")];
    let (form, notes) = Form::read(&LESSON.all_settings(), pairs);
    assert_eq!(notes, []);
    Job {
        lesson: LESSON.id.into(),
        form,
        data: Some(Data::Series(Series::parse(&text).unwrap())),
        corpus: None,
    }
}

fn trainer(job: &Job) -> Trainer {
    let (task, parameters) = ENGINE_LESSONS.build(job, &Device::flex()).unwrap();
    let state = TrainingState::new(&*task, parameters);
    Trainer::new(task, state)
}

/// The bits of losses and of parameters.
type Trained = (Vec<u32>, Vec<u32>);

/// Losses and parameters after two steps.
fn trained(mut trainer: Trainer) -> Trained {
    let mut losses = Vec::new();
    while losses.len() < 2 {
        losses.extend(block_on(trainer.slice(1, &|| 0.0)).unwrap().losses);
    }
    bits(&trainer, losses)
}

fn bits(trainer: &Trainer, losses: Vec<f32>) -> Trained {
    let [parameters] = block_on(read([trainer.state.parameters.flat().clone()])).unwrap();
    let bits = |values: Vec<f32>| values.into_iter().map(f32::to_bits).collect();
    (bits(losses), bits(parameters))
}

fn team(job: &Job, members: usize) -> Option<Box<dyn Team>> {
    let job = job.clone();
    let build: Builder = Arc::new(move |device| ENGINE_LESSONS.objective(&job, device));
    Some(Box::new(Threads::start(members, &build)))
}

/// Losses and parameters after two steps, by a clock on which a step takes long; and in how many slices.
fn trained_slowly(mut trainer: Trainer) -> (Trained, usize) {
    let time = std::cell::Cell::new(0.0);
    let clock = || time.replace(time.get() + 1.0);
    let (mut losses, mut slices) = (Vec::new(), 0);
    while losses.len() < 2 {
        let step = trainer.state.step;
        let said = block_on(trainer.slice(1, &clock)).unwrap().losses;
        // A step that is not complete has changed nothing.
        assert_eq!((trainer.is_amid(), trainer.state.step - step), (said.is_empty(), said.len()));
        losses.extend(said);
        slices += 1;
    }
    (bits(&trainer, losses), slices)
}

/// A team that was there when it was asked, and is not when it should answer.
struct Gone;

impl Team for Gone {
    fn members(&self) -> usize {
        1
    }

    fn ask(&mut self, _: usize, _: usize, _: Range<usize>, _: &[f32]) {}

    fn answers(&mut self) -> Answer<'_> {
        Box::pin(async { Err("gone".into()) })
    }
}

#[test]
fn two_and_three_workers_compute_what_one_does() {
    let job = job();
    let alone = trainer(&job);
    assert_eq!(alone.task.shards(), 4);
    let alone = trained(alone);
    for members in [1, 2] {
        let mut helped = trainer(&job);
        helped.keep_team(team(&job, members));
        assert_eq!(helped.workers(), members + 1);
        assert!(trained(helped) == alone, "{} workers", members + 1);
    }
    let mut left = trainer(&job);
    left.keep_team(Some(Box::new(Gone)));
    assert!(trained(left) == alone, "a team that fails");
}

#[test]
fn commands_are_heard_within_a_long_step_which_comes_to_the_same() {
    let job = job();
    let whole = trained(trainer(&job));
    // How long a step takes is known after the first: then each of its four shards has a slice.
    assert_eq!(trained_slowly(trainer(&job)), (whole.clone(), 1 + 4));
    // Two workers compute two shards at a time.
    let mut helped = trainer(&job);
    helped.keep_team(team(&job, 1));
    assert_eq!(trained_slowly(helped), (whole.clone(), 1 + 2));
    let mut left = trainer(&job);
    left.keep_team(Some(Box::new(Gone)));
    assert_eq!(trained_slowly(left).0, whole);
}

#[test]
fn a_team_is_tried_where_steps_are_long_and_kept_if_it_is_faster() {
    // A clock that every look at moves on: a step takes what the test says.
    let small = Job { form: LESSON.preset(), data: None, ..job() };
    assert_eq!(trainer(&small).task.shards(), 1);
    let time = std::cell::Cell::new(0.0);
    let pace = std::cell::Cell::new(0.02);
    let clock = || {
        time.set(time.get() + pace.get());
        time.get()
    };
    for (with_team, kept) in [(0.01, 2), (0.03, 1)] {
        let mut trainer = trainer(&job());
        pace.set(0.02);
        trainer.open_to_team();
        for _ in 0..5 {
            assert!(!trainer.wants_team());
            block_on(trainer.slice(1, &clock)).unwrap();
        }
        assert!(trainer.wants_team());
        pace.set(with_team);
        trainer.try_team(team(&job(), 1));
        for _ in 0..5 {
            assert_eq!(trainer.workers(), 2);
            block_on(trainer.slice(1, &clock)).unwrap();
        }
        assert_eq!(trainer.workers(), kept);
        assert!(!trainer.wants_team());
    }
}
