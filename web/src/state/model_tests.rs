//! Model files of the reader's, with the engine's side played by the tests: one that fails changes nothing, one that is opened
//! can be trained on.

use std::sync::Arc;

use crate::messages::{Blob, Command, Event, Origin};
use unroll::Error;
use unroll::data::{Corpus, Lexicon};
use unroll::error::ModelFault;
use unroll::lesson::Lesson;
use unroll::lessons::LESSONS;
use unroll::protocol::{CheckedModel, Engine, ModelRemark, Progress, RunId};
use unroll::text::{CorpusFacts, TextFacts};

use super::tests::at;
use super::*;

/// A lesson whose model writes.
fn lesson() -> &'static Lesson {
    LESSONS.into_iter().find(|lesson| lesson.needs_corpus()).unwrap()
}

fn lexicon(tokens: &[&str]) -> Lexicon {
    let tokens = tokens.iter().map(|token| (*token).to_owned()).collect();
    Lexicon { tokens, is_marked: false, is_spaced: false }
}

fn state() -> State {
    let mut state = State::new(lesson(), Language::En, Theme::System);
    state.update(at(&format!("#/{}?v=1&hidden_size=17&length=33", lesson().id)));
    state.update(Msg::Adapter(false));
    state
}

fn hear(state: &mut State, event: Event) -> Vec<Effect> {
    state.update(Msg::Engine { engine: Engine::Cpu, event, at: 0.0 })
}

fn prepared(state: &State) -> Msg {
    let corpus = Corpus::new(lexicon(&["x", "y", "z"]), [0, 1, 2]).unwrap().kept(4);
    let facts =
        CorpusFacts { characters: 3, tokens: 3, sentences: 0, unknown: 0, written: TextFacts::default() };
    let outcome = Box::new(Ok((Arc::new(corpus), facts, "xyz".to_owned())));
    Msg::Prepared { key: state.corpus_key().unwrap(), outcome }
}

fn opened(run: RunId, step: usize, steps: usize, lexicon: Option<Lexicon>) -> Event {
    let progress = Progress { step, steps, steps_per_s: 0.0, seconds_left: 0.0, workers: 1 };
    let (layers, losses, norms) = (Vec::new(), Vec::new(), Vec::new());
    Event::Opened { run, layers, flops_per_step: 1.0, progress, losses, norms, lexicon }
}

fn open_in(effects: &[Effect]) -> Option<(RunId, Job, Origin)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send(_, Command::Open { run, job, origin }) => Some((*run, job.clone(), origin.clone())),
        _ => None,
    })
}

fn file() -> Blob {
    vec![1, 2, 3].into()
}

/// A file is chosen; the question that an engine is asked, and with which job.
fn choose(state: &mut State) -> (u32, Job) {
    let effects = state.update(Msg::ModelArrived { bytes: file(), is_own: true });
    let [Effect::Send(Engine::Cpu, Command::CheckModel { request, job, bytes })] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(bytes, &file());
    (*request, job.clone())
}

fn checked() -> CheckedModel {
    let lexicon = Some(lexicon(&["a", "b"]));
    CheckedModel { form: lesson().preset(), step: 1500, lexicon, remarks: Vec::new() }
}

fn keys(state: &State) -> Vec<&str> {
    state.notices.iter().map(|notice| notice.key.as_str()).collect()
}

/// A run that trains, and has written.
fn training() -> (State, RunId) {
    let mut state = state();
    state.update(Msg::PlayPause);
    let message = prepared(&state);
    let (run, ..) = open_in(&state.update(message)).unwrap();
    hear(&mut state, opened(run, 0, 1500, None));
    state.update(Msg::Write(vec!["x".into()]));
    let progress = Progress { step: 9, steps: 1500, steps_per_s: 1.0, seconds_left: 0.0, workers: 1 };
    hear(&mut state, Event::Progress { run, progress, losses: vec![1.0; 9], norms: Vec::new() });
    assert_eq!(state.phase, Phase::Training);
    (state, run)
}

#[test]
fn a_file_that_fails_leaves_everything_as_it_was() {
    let (mut state, run) = training();
    let before = state.clone();
    let (request, _) = choose(&mut state);
    let refusal = ModelFault::Transposed.error("lstm.weight_ih_l0", "[5, 24]", "[24, 5]");
    assert_eq!(hear(&mut state, Event::ModelChecked { request, outcome: Err(refusal) }), []);
    assert_eq!(keys(&state), ["error.model_transposed"]);
    assert_eq!((state.phase, state.current, &state.form), (Phase::Training, Some(run), &before.form));
    assert_eq!(state.runs, before.runs);
    assert_eq!((&state.data, &state.text), (&before.data, &before.text));
    assert_eq!(state.continuations, before.continuations);
    assert_eq!((state.engine.held, state.model_loading), (Some(run), None));
    // An answer that comes twice, or to an earlier question, is not meant.
    assert_eq!(hear(&mut state, Event::ModelChecked { request, outcome: Ok(checked()) }), []);
    let (late, _) = choose(&mut state);
    choose(&mut state);
    assert_eq!(hear(&mut state, Event::ModelChecked { request: late, outcome: Ok(checked()) }), []);
    assert_eq!(state.current, Some(run));
    // The engine dies over it.
    let effects = state.update(Msg::EngineDied { engine: Engine::Cpu, reason: "out of memory".into() });
    assert!(keys(&state).contains(&"error.engine_lost") && open_in(&effects).is_some());
}

#[test]
fn a_file_that_opens_says_so_and_clears_what_another_model_wrote() {
    let (mut state, old) = training();
    let (request, _) = choose(&mut state);
    let remarks = vec![(ModelRemark::Extra, "head.weight".to_owned())];
    let outcome = Ok(CheckedModel { remarks, ..checked() });
    let effects = hear(&mut state, Event::ModelChecked { request, outcome });
    let (run, job, origin) = open_in(&effects).unwrap();
    assert_eq!(origin, Origin::Model { bytes: file() });
    assert_eq!(job.corpus.unwrap().lexicon, lexicon(&["a", "b"]));
    // The run that trained is kept first.
    let place = |command: &Command| {
        effects.iter().position(|effect| matches!(effect, Effect::Send(_, sent) if sent == command)).unwrap()
    };
    assert!(place(&Command::Snapshot { run: old }) < place(&Command::Stop { run: old }));
    assert!(state.continuations.is_none() && state.inspection.is_none());
    assert_eq!(keys(&state), ["notice.model.opened", "notice.model.extra"]);
    let said: &Notice = &state.notices[0];
    assert_eq!(said.args, [("step", "1500".to_owned()), ("tokens", "2".to_owned())]);
    // Its settings are the model's, the wish is the reader's.
    let written = state.link_to_settings().to_fragment();
    assert!(!written.contains("hidden_size") && written.contains("length=33"), "{written}");
    // It is kept for the next visit, though nothing has been trained.
    let asked = hear(&mut state, opened(run, 1500, 1500, Some(lexicon(&["a", "b"]))));
    assert_eq!(asked, [Effect::Send(Engine::Cpu, Command::Snapshot { run })]);
    assert_eq!((state.phase, state.current_run().unwrap().progress.step), (Phase::Paused, 1500));
    assert_eq!(hear(&mut state, Event::Snapshot { run, step: 1500, bytes: vec![5].into() }), [Effect::Keep]);
    // The other one can be had back once the engine has said where it stood.
    hear(&mut state, Event::Snapshot { run: old, step: 10, bytes: vec![6].into() });
    assert!(keys(&state).contains(&"notice.set_aside"));
    let effects = state.update(Msg::TakeBack);
    assert!(effects.contains(&Effect::Send(Engine::Cpu, Command::Stop { run })));
    assert!(state.link_to_settings().to_fragment().contains("hidden_size=17"));
    assert_eq!((state.phase, state.current_run().unwrap().progress.step), (Phase::Paused, 10));
    let (_, _, origin) = open_in(&state.update(Msg::PlayPause)).unwrap();
    assert_eq!(origin, Origin::Snapshot { bytes: vec![6].into() });
}

fn with_model() -> (State, RunId) {
    let mut state = state();
    let (request, _) = choose(&mut state);
    let effects = hear(&mut state, Event::ModelChecked { request, outcome: Ok(checked()) });
    let (run, ..) = open_in(&effects).unwrap();
    hear(&mut state, opened(run, 1500, 1500, Some(lexicon(&["a", "b"]))));
    (state, run)
}

#[test]
fn play_trains_a_model_on_from_its_weights_on_the_text_at_hand() {
    let (mut state, run) = with_model();
    // Before the engine has said where it stands there is nothing to begin with.
    assert_eq!(state.update(Msg::PlayPause), []);
    let effects = hear(&mut state, Event::Snapshot { run, step: 1500, bytes: vec![5].into() });
    assert!(effects.contains(&Effect::Prepare(state.corpus_key().unwrap())), "{effects:?}");
    let message = prepared(&state);
    let (next, job, origin) = open_in(&state.update(message)).unwrap();
    assert_eq!(origin, Origin::Snapshot { bytes: vec![5].into() });
    let steps = job.form.get(lesson().training.as_ref().unwrap().steps);
    assert_eq!((job.corpus.unwrap().kept_as(), steps.to_string()), (Some(4), "3000".to_owned()));
    let effects = hear(&mut state, opened(next, 1500, 3000, Some(lexicon(&["a", "b"]))));
    assert!(effects.contains(&Effect::Send(Engine::Cpu, Command::Start { run: next })), "{effects:?}");
    let run = state.current_run().unwrap();
    // What it writes is in its own tokens; the text's numbers are where they were.
    let corpus = run.corpus.as_ref().unwrap();
    assert_eq!((&corpus.lexicon, corpus.kept_as()), (&lexicon(&["a", "b"]), Some(4)));
    assert_eq!((run.progress.step, run.progress.steps), (1500, 3000));
}

#[test]
fn a_text_that_a_model_does_not_know_leaves_the_model_there() {
    let (mut state, run) = with_model();
    hear(&mut state, Event::Snapshot { run, step: 1500, bytes: vec![5].into() });
    state.update(Msg::PlayPause);
    let message = prepared(&state);
    let (next, ..) = open_in(&state.update(message)).unwrap();
    let error = ModelFault::Foreign.error("", "3", "");
    let (again, job, origin) = open_in(&hear(&mut state, Event::Failed { run: Some(next), error })).unwrap();
    assert_eq!(origin, Origin::Snapshot { bytes: vec![5].into() });
    assert_eq!(job.corpus.unwrap().lexicon, lexicon(&["a", "b"]));
    assert!(keys(&state).contains(&"error.model_foreign"));
    hear(&mut state, opened(again, 1500, 1500, Some(lexicon(&["a", "b"]))));
    assert_eq!((state.phase, state.engine.held), (Phase::Paused, Some(again)));
    // So does a text that can't be had.
    state.update(Msg::UseData(Some(Data::Text(unroll::data::OwnText { id: "1".into(), name: "n".into() }))));
}

#[test]
fn tokens_at_hand_are_found_before_a_file_without_any_is_refused() {
    let mut state = state();
    let unlabelled = || Err(ModelFault::Unlabelled.error("", "", ""));
    let (request, job) = choose(&mut state);
    assert_eq!(job.corpus, None);
    let effects = hear(&mut state, Event::ModelChecked { request, outcome: unlabelled() });
    assert_eq!(effects, [Effect::Prepare(state.corpus_key().unwrap())]);
    assert!(state.notices.is_empty());
    let mut failing = state.clone();
    let message = prepared(&state);
    let effects = state.update(message);
    let [Effect::Send(_, Command::CheckModel { job, .. })] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(job.corpus.as_ref().unwrap().lexicon, lexicon(&["x", "y", "z"]));
    // Now that they are known, it is their turn.
    assert_eq!(hear(&mut state, Event::ModelChecked { request, outcome: unlabelled() }), []);
    assert_eq!(keys(&state), ["error.model_unlabelled"]);

    let error = Error::NoSuchText { name: "n".into() };
    let key = failing.corpus_key().unwrap();
    failing.update(Msg::Prepared { key, outcome: Box::new(Err(error)) });
    assert_eq!(keys(&failing), ["error.model_unlabelled", "error.no_such_text"]);

    // Where they fit they are taken, text and all.
    let mut state = self::state();
    let message = prepared(&state);
    state.update(Msg::Prepare);
    state.update(message);
    let (request, _) = choose(&mut state);
    let form = state.form.clone();
    let remarks = vec![(ModelRemark::Settings, String::new()), (ModelRemark::Tokens, String::new())];
    let outcome = Ok(CheckedModel { form: form.clone(), step: 0, lexicon: None, remarks });
    let effects = hear(&mut state, Event::ModelChecked { request, outcome });
    let (_, job, _) = open_in(&effects).unwrap();
    assert_eq!((job.corpus.unwrap().kept_as(), &state.form), (Some(4), &form));
    let said = ["notice.model.opened", "notice.model.settings", "notice.model.tokens"];
    assert_eq!(keys(&state), said);
}
