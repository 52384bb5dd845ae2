//! What the lesson "inside the cell" knows, and the one pure function that changes it.
//!
//! Each section asks the engine one question that follows from the settings. While it is being answered the next one
//! waits, and only the last that was wanted is asked: a slider that is dragged never piles up work.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::messages::{Command, Event};
use serde_bytes::ByteBuf;
use unroll::lessons::cell::config::{
    LESSON, gradients_question, practise_question, shapes_question, steps_question,
};
use unroll::lessons::cell::{Answer, Question, Use};
use unroll::settings::Form;
use unroll::share::Link;
use unroll::{Error, codec};

/// A section that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// The live cell.
    Live,
    /// Shapes and parameters.
    Shapes,
    /// The training of a small model.
    Practice,
    /// What that model makes of an input.
    Work,
    /// Gradients through time.
    Gradients,
}

/// What is known about a topic.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Slot {
    /// What the engine was asked last, and is still busy with.
    asked: Option<(u32, Question)>,
    /// What is to be asked next.
    wanted: Option<Question>,
    /// The last question that was answered, and the answer.
    pub found: Option<Arc<(Question, Answer)>>,
    /// Why there is no answer.
    pub error: Option<Error>,
}

impl Slot {
    /// Is an answer on its way?
    pub fn is_busy(&self) -> bool {
        self.asked.is_some()
    }
}

/// The state of the lesson.
#[derive(Debug, Clone, PartialEq)]
pub struct Workbench {
    /// The settings.
    pub form: Form,
    slots: BTreeMap<Topic, Slot>,
    /// What goes into the small models, as the reader has set it.
    inputs: BTreeMap<Use, Vec<f32>>,
    request: u32,
}

/// Everything that can happen to it.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// The lesson is opened on these settings.
    Arrive(Form),
    /// One setting, as links write it.
    Set(&'static str, String),
    /// One of the lesson's presets.
    Preset(&'static str),
    /// What goes into the small model of an arrangement.
    Input(Use, Vec<f32>),
    /// The engine spoke.
    Heard(Event),
    /// The engine could not be fetched, or died.
    Died(Error),
    /// What could not be answered is to be asked again.
    Again,
}

/// What it wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Tell the engine.
    Send(Command),
    /// End the engine.
    Retire,
    /// Write the settings into the address.
    WriteAddress,
}

impl Default for Workbench {
    fn default() -> Self {
        Workbench { form: LESSON.preset(), slots: BTreeMap::new(), inputs: BTreeMap::new(), request: 0 }
    }
}

impl Workbench {
    /// What is known about a topic.
    pub fn slot(&self, topic: Topic) -> Slot {
        self.slots.get(&topic).cloned().unwrap_or_default()
    }

    /// What goes into the small model of an arrangement.
    pub fn input(&self, arrangement: Use) -> Vec<f32> {
        self.inputs.get(&arrangement).cloned().unwrap_or_else(|| arrangement.example())
    }

    /// The settings as the part of the address from `#` on.
    pub fn address(&self) -> String {
        self.link().without_payload()
    }

    /// The settings as they can be shared.
    pub fn link(&self) -> Link {
        Link { form: self.form.clone(), ..Link::new(&LESSON) }
    }

    /// Takes in what happened.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Arrive(form) => {
                self.form = form;
                self.ask()
            }
            Msg::Set(key, text) => {
                if let Some(setting) = LESSON.settings.iter().find(|setting| setting.key == key) {
                    self.form.write(setting, &text);
                }
                self.changed()
            }
            Msg::Preset(id) => {
                let preset = LESSON.presets.iter().find(|preset| preset.id == id);
                let pairs = preset.map(|preset| preset.pairs).unwrap_or_default();
                self.form = Form::read(&LESSON.all_settings(), pairs.iter().copied()).0;
                self.changed()
            }
            Msg::Input(arrangement, input) => {
                self.inputs.insert(arrangement, input);
                self.ask()
            }
            Msg::Heard(Event::Answered { request, outcome }) => self.answered(request, outcome),
            Msg::Heard(Event::Failed { error, .. }) => {
                self.update(Msg::Died(Error::EngineLost { reason: error.to_string() }))
            }
            Msg::Heard(_) => Vec::new(),
            Msg::Again => self.ask(),
            Msg::Died(error) => {
                for slot in self.slots.values_mut() {
                    // Whoever waited learns why; the next change asks again, of another engine.
                    let waited = slot.asked.take().is_some() || slot.wanted.take().is_some();
                    if waited {
                        slot.error = Some(error.clone());
                        slot.found = None;
                    }
                }
                vec![Effect::Retire]
            }
        }
    }

    fn changed(&mut self) -> Vec<Effect> {
        let mut effects = self.ask();
        effects.push(Effect::WriteAddress);
        effects
    }

    fn answered(&mut self, request: u32, outcome: Result<ByteBuf, Error>) -> Vec<Effect> {
        let asked = |slot: &&mut Slot| slot.asked.as_ref().is_some_and(|(own, _)| *own == request);
        let Some(slot) = self.slots.values_mut().find(asked) else { return Vec::new() };
        let Some((_, question)) = slot.asked.take() else { return Vec::new() };
        let answer = outcome
            .and_then(|bytes| codec::decode::<Answer>(&bytes).map_err(|what| Error::MessageDamaged { what }));
        match answer {
            Ok(answer) => {
                slot.error = None;
                slot.found = Some(Arc::new((question, answer)));
            }
            Err(error) => slot.error = Some(error),
        }
        self.ask()
    }

    /// Asks whatever follows from the settings and is neither known nor asked yet.
    fn ask(&mut self) -> Vec<Effect> {
        let mut wanted = vec![
            (Topic::Live, steps_question(&self.form)),
            (Topic::Shapes, Ok(shapes_question(&self.form))),
            (Topic::Practice, Ok(practise_question(&self.form))),
            (Topic::Gradients, Ok(gradients_question(&self.form))),
        ];
        if let Some(practised) = self.slot(Topic::Practice).found
            && let Answer::Practised(practised) = &practised.1
        {
            let (arrangement, weights) = (practised.arrangement, practised.weights.clone());
            let input = self.input(arrangement);
            wanted.push((Topic::Work, Ok(Question::Work { arrangement, weights, input })));
        }
        let mut effects = Vec::new();
        for (topic, question) in wanted {
            let slot = self.slots.entry(topic).or_default();
            match question {
                Ok(question) => {
                    let known = slot.found.as_ref().is_some_and(|found| found.0 == question);
                    if known && slot.asked.is_none() {
                        (slot.wanted, slot.error) = (None, None);
                        continue;
                    }
                    slot.wanted = Some(question);
                }
                Err(error) => {
                    slot.wanted = None;
                    slot.error = Some(error);
                }
            }
            if slot.asked.is_none()
                && let Some(question) = slot.wanted.take()
            {
                self.request += 1;
                let bytes = codec::encode(&question);
                slot.asked = Some((self.request, question));
                effects.push(Effect::Send(Command::Ask {
                    request: self.request,
                    lesson: LESSON.id.into(),
                    question: bytes,
                }));
            }
        }
        effects
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unroll::lessons::cell::StepsQuestion;

    fn sent(effects: &[Effect]) -> Vec<(u32, Question)> {
        let ask = |effect: &Effect| match effect {
            Effect::Send(Command::Ask { request, question, .. }) => {
                Some((*request, codec::decode(question).unwrap()))
            }
            _ => None,
        };
        effects.iter().filter_map(ask).collect()
    }

    fn steps(request: u32) -> Msg {
        let outcome = Ok(codec::encode(&Answer::Steps(Box::default())).into());
        Msg::Heard(Event::Answered { request, outcome })
    }

    fn seed_of(question: &Question) -> Option<u64> {
        match question {
            Question::Steps(StepsQuestion { seed, .. }) => Some(*seed),
            _ => None,
        }
    }

    #[test]
    fn a_dragged_slider_asks_only_the_last_question_again() {
        let mut bench = Workbench::default();
        let first = sent(&bench.update(Msg::Arrive(LESSON.preset())));
        assert_eq!(first.len(), 4);
        let live = first.iter().find(|(_, question)| seed_of(question).is_some()).unwrap().0;
        for seed in 2..6 {
            assert!(sent(&bench.update(Msg::Set("live_seed", seed.to_string()))).is_empty());
        }
        let next = sent(&bench.update(steps(live)));
        assert_eq!(next.iter().filter_map(|(_, question)| seed_of(question)).collect::<Vec<_>>(), [5]);
        assert!(bench.slot(Topic::Live).is_busy() && bench.slot(Topic::Live).found.is_some());
        assert!(sent(&bench.update(steps(next[0].0))).is_empty());
        // What is known is not asked again.
        assert!(sent(&bench.update(Msg::Arrive(bench.form.clone()))).is_empty());
    }

    #[test]
    fn a_bad_step_is_told_and_the_last_answer_stays() {
        let mut bench = Workbench::default();
        let first = sent(&bench.update(Msg::Arrive(LESSON.preset())));
        bench.update(steps(first[0].0));
        let effects = bench.update(Msg::Set("live_sequence", "1 0; 0 abc".into()));
        assert!(sent(&effects).is_empty() && effects.contains(&Effect::WriteAddress));
        let slot = bench.slot(Topic::Live);
        assert_eq!(slot.error, Some(Error::BadStep { step: 2, text: "abc".into() }));
        assert!(slot.found.is_some());
        bench.update(Msg::Set("live_sequence", "1 0; 0 1; -1 0.5; 0 0; 0 0".into()));
        assert_eq!(bench.slot(Topic::Live).error, None);
    }

    #[test]
    fn a_dead_engine_is_an_event_and_the_next_change_asks_again() {
        let mut bench = Workbench::default();
        bench.update(Msg::Arrive(LESSON.preset()));
        assert_eq!(bench.update(Msg::Died(Error::EngineOffline)), [Effect::Retire]);
        assert_eq!(bench.slot(Topic::Gradients).error, Some(Error::EngineOffline));
        assert_eq!(sent(&bench.clone().update(Msg::Set("live_seed", "9".into()))).len(), 4);
        assert_eq!(sent(&bench.update(Msg::Again)).len(), 4);
    }

    #[test]
    fn a_model_that_has_practised_is_put_to_work() {
        let mut bench = Workbench::default();
        let first = sent(&bench.update(Msg::Arrive(LESSON.preset())));
        let practise = |(_, question): &&(u32, Question)| matches!(question, Question::Practise { .. });
        let request = first.iter().find(practise).unwrap().0;
        let practised = unroll::lessons::cell::Practised {
            arrangement: Use::ManyToOne,
            losses: vec![1.0],
            steps: 1,
            weights: vec![0.5],
            layers: Vec::new(),
        };
        let outcome = Ok(codec::encode(&Answer::Practised(practised)).into());
        let next = sent(&bench.update(Msg::Heard(Event::Answered { request, outcome })));
        let input = Use::ManyToOne.example();
        let work = Question::Work { arrangement: Use::ManyToOne, weights: vec![0.5], input };
        assert_eq!(next[0].1, work);
    }
}
