//! Long texts, models that come as files, and what is written, with the engine's and the workers' sides played by the
//! tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::messages::{Blob, Command, Event, Origin};
use unroll::Error;
use unroll::data::{Corpus, Lexicon};
use unroll::lesson::Lesson;
use unroll::lessons::LESSONS;
use unroll::protocol::{CheckedModel, Choice, Written};
use unroll::protocol::{Engine, Job, Progress, Recording, RunId, Watched};
use unroll::settings::SPEED;
use unroll::text::{CorpusFacts, TextFacts};

use super::tests::at;
use super::*;

fn written(state: &State) -> String {
    state.link_to_settings().to_fragment()
}

/// A lesson whose model writes.
fn lesson() -> &'static Lesson {
    LESSONS.into_iter().find(|lesson| lesson.needs_corpus()).unwrap()
}

/// The presets whose models are shipped, the lesson's own first.
fn shipped() -> &'static [&'static str] {
    lesson().recorded
}

fn state() -> State {
    let mut state = State::new(lesson(), Language::Zh, Theme::System);
    state.update(at(&format!("#/{}?v=1", lesson().id)));
    state.update(Msg::Adapter(false));
    state
}

fn lexicon() -> Lexicon {
    let tokens = ["小", "满", "说", "。"].map(str::to_owned);
    Lexicon { tokens: tokens.into_iter().collect(), is_marked: false, is_spaced: false }
}

fn facts() -> CorpusFacts {
    CorpusFacts { characters: 4, tokens: 4, sentences: 0, unknown: 0, written: TextFacts::default() }
}

fn hear(state: &mut State, event: Event) -> Vec<Effect> {
    state.update(Msg::Engine { engine: Engine::Cpu, event, at: 0.0 })
}

fn opened(run: RunId) -> Event {
    let progress = Progress { step: 0, steps: 10, steps_per_s: 0.0, seconds_left: 0.0, workers: 1 };
    let (layers, losses, norms) = (Vec::new(), Vec::new(), Vec::new());
    Event::Opened { run, layers, flops_per_step: 1.0, progress, losses, norms, lexicon: None }
}

/// The run, the job and the origin of the command that opens one.
fn open_in(effects: &[Effect]) -> Option<(RunId, Job, Origin)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send(_, Command::Open { run, job, origin }) => Some((*run, job.clone(), origin.clone())),
        _ => None,
    })
}

fn recorded(state: &mut State) {
    let job = Job { lesson: lesson().id.into(), form: lesson().preset(), data: None, corpus: None };
    let metrics = BTreeMap::from([("perplexity".to_owned(), 20.0)]);
    let recording = Recording {
        job,
        layers: Vec::new(),
        losses: vec![2.0; 10],
        norms: Vec::new(),
        pictures: Vec::new(),
        metrics,
    };
    state.update(Msg::Recorded(Box::new(recording)));
    assert_eq!(state.phase, Phase::Recorded);
}

/// The file of a model; no engine of these tests looks into it.
fn model_file() -> Blob {
    vec![7, 7, 7].into()
}

/// What an engine finds in it.
fn checked() -> CheckedModel {
    CheckedModel { form: lesson().preset(), step: 7, lexicon: Some(lexicon()), remarks: Vec::new() }
}

/// A model arrives, and an engine looks at it: what follows.
fn arrive(state: &mut State, is_own: bool, outcome: Result<CheckedModel, Error>) -> Vec<Effect> {
    let effects = state.update(Msg::ModelArrived { bytes: model_file(), is_own });
    let [Effect::Send(engine, Command::CheckModel { request, bytes, .. })] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((engine, bytes), (&Engine::Cpu, &model_file()));
    hear(state, Event::ModelChecked { request: *request, outcome })
}

fn pieces(text: &str) -> Vec<String> {
    text.chars().map(String::from).collect()
}

#[test]
fn a_text_that_the_worker_no_longer_keeps_is_numbered_once_more() {
    let mut state = state();
    state.update(Msg::PlayPause);
    let key = state.corpus_key().unwrap();
    let kept = |number| Arc::new(Corpus::new(lexicon(), [0, 1, 2, 3]).unwrap().kept(number));
    let prepared = |number| Msg::Prepared {
        key: key.clone(),
        outcome: Box::new(Ok((kept(number), facts(), "ab".into()))),
    };
    let (first, job, _) = open_in(&state.update(prepared(5))).unwrap();
    let corpus = job.corpus.unwrap();
    assert_eq!((corpus.kept_as(), corpus.len()), (Some(5), 4));
    // The page keeps the tokens; the engine gets them with the numbers.
    assert!(corpus.lexicon.tokens.is_empty());
    assert_eq!(state.current_run().unwrap().corpus.as_ref().unwrap().lexicon, lexicon());
    // Another one is not what the run waits for.
    assert_eq!(state.update(Msg::CorpusLost(4)), []);
    let effects = state.update(Msg::CorpusLost(5));
    assert!(effects.contains(&Effect::Prepare(key.clone())) && state.text.is_none(), "{effects:?}");
    let (run, job, _) = open_in(&state.update(prepared(6))).unwrap();
    assert_eq!(job.corpus.and_then(|corpus| corpus.kept_as()), Some(6));
    // The engine may have got the old numbers after all: what it says of them is about another run.
    assert_ne!(run, first);
    assert_eq!(hear(&mut state, opened(first)), []);
    assert_eq!(state.phase, Phase::Opening);
    // Once it is open, the engine has its numbers.
    hear(&mut state, opened(run));
    assert_eq!(state.update(Msg::CorpusLost(6)), []);
}

#[test]
fn a_run_waits_for_the_numbers_of_its_text() {
    let mut state = state();
    let effects = state.update(Msg::PlayPause);
    assert!(open_in(&effects).is_none() && state.phase == Phase::Opening, "{effects:?}");
    let key = state.corpus_key().unwrap();
    assert!(effects.contains(&Effect::Prepare(key.clone())));
    // Asking for it once more changes nothing.
    assert_eq!(state.update(Msg::Prepare), []);
    let corpus = Arc::new(Corpus::new(lexicon(), [0, 1, 2, 3]).unwrap());
    let outcome = Box::new(Ok((Arc::clone(&corpus), facts(), "ab".into())));
    let (run, job, origin) = open_in(&state.update(Msg::Prepared { key, outcome })).unwrap();
    assert_eq!((job.corpus, origin), (Some(corpus), Origin::Seed));
    assert_eq!(hear(&mut state, opened(run)), [Effect::Send(Engine::Cpu, Command::Start { run })]);
    // What is kept of the run does without the numbers.
    assert_eq!(state.current_run().unwrap().job().corpus, None);

    // Another way of cutting needs other numbers; those of the first are not taken for them.
    state.update(Msg::Set { key: "lower_case", text: "on".into() });
    let other = state.corpus_key().unwrap();
    let late = Box::new(Err(Error::NotText));
    assert_eq!(
        state.update(Msg::Prepared {
            key: CorpusKey { shipped: shipped()[1], ..other.clone() },
            outcome: late
        }),
        []
    );
    let failed = Box::new(Err(Error::NoSuchText { name: "n".into() }));
    state.update(Msg::Prepared { key: other, outcome: failed });
    assert_eq!(state.phase, Phase::Failed);
    assert!(state.notices.iter().any(|notice| notice.key == "error.no_such_text"), "{:?}", state.notices);
}

#[test]
fn the_recorded_runs_model_is_fetched_to_write_and_trains_nothing() {
    let mut state = state();
    recorded(&mut state);
    assert_eq!(state.update(Msg::Write(pieces("小龙"))), [Effect::FetchModel(shipped()[0])]);
    assert_eq!(state.model_loading, Some((0, None)));
    let effects = arrive(&mut state, false, Ok(checked()));
    let (run, job, origin) = open_in(&effects).unwrap();
    assert!(matches!(origin, Origin::Model { .. }) && job.corpus.unwrap().lexicon == lexicon());
    let asked = hear(&mut state, opened(run));
    let [Effect::Send(_, Command::Write { request, writing, .. })] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!(writing.prompt, [0], "what the model has never seen is left out");
    assert_eq!(state.continuations.as_ref().unwrap().foreign, ["龙"]);
    assert_eq!(state.phase, Phase::Finished);
    assert_eq!(state.current_run().unwrap().recording.losses.len(), 10, "the recorded figures stay");

    let choice = |token| Choice { token, probability: 0.5, alternatives: Vec::new() };
    let written = |tokens: Vec<usize>, is_done| Written {
        tokens: vec![tokens.into_iter().map(choice).collect()],
        is_done,
    };
    let piece = |request, tokens, is_done| Event::Written {
        run,
        request,
        step: 10,
        written: written(tokens, is_done),
    };
    hear(&mut state, piece(*request, vec![1], false));
    hear(&mut state, piece(*request + 9, vec![3], true));
    hear(&mut state, piece(*request, vec![2], true));
    let wish = state.continuations.clone().unwrap();
    assert_eq!(
        (wish.texts[0].iter().map(|choice| choice.token).collect::<Vec<_>>(), wish.is_done),
        (vec![1, 2], true)
    );
    assert_eq!(state.log().count(), 0, "nothing has been trained");

    // Another preset brings its own model, once its recording is there.
    let mut other = state.clone();
    let effects = other.update(Msg::Preset(shipped()[1]));
    assert!(effects.contains(&Effect::FetchRecorded) && other.phase == Phase::Ready, "{effects:?}");
    assert_eq!(other.continuations, None);
    // A model that comes too late is not taken for it.
    assert_eq!(arrive(&mut other, false, Ok(checked())), []);
    assert_eq!(other.notices, []);

    // Play trains one of the reader's own, from its seed and on the whole text.
    let effects = state.update(Msg::PlayPause);
    assert!(effects.contains(&Effect::Prepare(state.corpus_key().unwrap())), "{effects:?}");
    assert!(state.runs.iter().filter(|run| run.source == Source::Recorded).count() == 1);
}

#[test]
fn the_recorded_runs_model_is_fetched_to_be_watched() {
    let mut state = state();
    assert!(!state.can_be_watched());
    recorded(&mut state);
    assert!(state.can_be_watched());
    assert_eq!(state.update(Msg::Watch(pieces("满说"))), [Effect::FetchModel(shipped()[0])]);
    let effects = arrive(&mut state, false, Ok(checked()));
    let (run, ..) = open_in(&effects).unwrap();
    let asked = hear(&mut state, opened(run));
    assert_eq!(asked, [Effect::Send(Engine::Cpu, Command::Watch { run, passage: vec![1, 2] })]);
    let watched = Watched { columns: vec!["满".into(), "说".into()], layers: Vec::new() };
    hear(&mut state, Event::Watched { run, watched: watched.clone() });
    assert_eq!(state.watched.as_ref().map(|seen| &seen.watched), Some(&watched));
    // Now that an engine holds it, it is asked at once.
    let asked = state.update(Msg::Watch(pieces("小")));
    assert_eq!(asked, [Effect::Send(Engine::Cpu, Command::Watch { run, passage: vec![0] })]);
}

#[test]
fn how_a_model_is_asked_is_no_part_of_it() {
    let mut state = state();
    recorded(&mut state);
    let effects = state.update(Msg::Set { key: "temperature", text: "1.5".into() });
    assert_eq!((effects, state.phase), (vec![Effect::WriteAddress], Phase::Recorded));
    state.update(Msg::Set { key: "prompt", text: "小满".into() });
    state.update(Msg::Set { key: SPEED.setting.key, text: "100".into() });
    assert!(written(&state).contains("prompt=") && written(&state).contains("temperature=1.5"));
    // Another preset keeps the ways of asking, but not a prompt that belongs to another text.
    state.update(Msg::Preset(shipped()[1]));
    assert!(!written(&state).contains("prompt=") && written(&state).contains("temperature=1.5"));
    assert_eq!(state.recording(), Some(lesson().recording(shipped()[1])));
}

#[test]
fn a_link_fetches_its_model_until_the_settings_are_others() {
    let mut state = State::new(lesson(), Language::Zh, Theme::System);
    let address = "https://example.org/m.safetensors";
    let query = "model=https%3A%2F%2Fexample.org%2Fm.safetensors&prompt=%E5%B0%8F&v=1";
    let fragment = format!("#/{}?{query}", lesson().id);
    let effects = state.update(at(&fragment));
    assert_eq!(effects, [Effect::FetchOwnModel(address.into())]);
    assert!(written(&state).contains("model=https"));
    state.update(Msg::Set { key: "hidden_size", text: "17".into() });
    assert!(!written(&state).contains("model="));
}
