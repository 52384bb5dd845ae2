//! What follows from what happens, told as short journeys. The engine's side is played by the tests.

use std::collections::BTreeMap;

use crate::messages::{Command, Event, Origin};
use safetensors::tensor::{Dtype, TensorView};
use unroll::Error;
use unroll::lesson::Lesson;
use unroll::lessons::LESSONS;
use unroll::lessons::airline::{Forecast, LESSON, Scores};
use unroll::nn::Layer;
use unroll::protocol::Picture;
use unroll::protocol::{Engine, Progress, Recording, RunId};
use unroll::share::Sealed;

use super::*;

/// The reader comes by this address.
pub fn at(fragment: &str) -> Msg {
    let sealed = Sealed::read(fragment, "", &LESSONS);
    let is_bare = sealed.is_bare();
    let (link, notes) = sealed.open();
    Msg::Address { link: Box::new(link), notes, is_bare }
}

fn state() -> State {
    let mut state = State::new(&LESSON, Language::En, Theme::System);
    let effects = state.update(at(""));
    assert_eq!(effects, [Effect::FetchRecorded, Effect::Restore]);
    state
}

fn picture(step: usize) -> Picture {
    let train_scores = Scores { rmse: 100.0 / (step + 1) as f64, mape: 1.0 };
    let forecast = Forecast {
        first: 48,
        fitted: vec![1.0; 96],
        holdout: Vec::new(),
        forecast: vec![2.0; 12],
        train_scores,
        holdout_scores: None,
    };
    Picture::new(step, &forecast)
}

fn recording(lesson: &Lesson) -> Recording {
    Recording {
        job: unroll::protocol::Job {
            lesson: lesson.id.into(),
            form: lesson.preset(),
            data: None,
            corpus: None,
        },
        layers: vec![Layer { name: "Linear(1, 1)".into(), parameters: vec![("weight".into(), vec![1, 1])] }],
        losses: vec![1.0; 500],
        norms: Vec::new(),
        pictures: vec![picture(0), picture(250), picture(500)],
        metrics: BTreeMap::from([("rmse".into(), 9.0), ("steps_per_s".into(), 800.0)]),
    }
}

fn hear(state: &mut State, event: Event) -> Vec<Effect> {
    hear_from(state, Engine::Cpu, event)
}

fn hear_from(state: &mut State, engine: Engine, event: Event) -> Vec<Effect> {
    state.update(Msg::Engine { engine, event, at: 0.0 })
}

pub fn opened(run: RunId, flops_per_step: f64, step: usize) -> Event {
    let losses = vec![1.0; step];
    Event::Opened {
        run,
        layers: Vec::new(),
        flops_per_step,
        progress: standing(step),
        losses,
        norms: Vec::new(),
        lexicon: None,
    }
}

fn standing(step: usize) -> Progress {
    Progress { step, steps: 500, steps_per_s: 500.0, seconds_left: 1.0, workers: 1 }
}

fn train_to(state: &mut State, run: RunId, step: usize) -> Vec<Effect> {
    let done = state.current_run().unwrap().recording.losses.len();
    let effects = hear(
        state,
        Event::Progress { run, progress: standing(step), losses: vec![0.5; step - done], norms: Vec::new() },
    );
    hear(state, Event::Picture { run, picture: picture(step) });
    effects
}

/// The run that the last `Open` among the effects is about, and the command.
fn open_in(effects: &[Effect]) -> (Engine, RunId, &Origin, String) {
    effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Send(engine, Command::Open { run, job, origin }) => {
                let compared = job.form.get(LESSON.training.as_ref().unwrap().compare);
                Some((*engine, *run, origin, compared.to_string()))
            }
            _ => None,
        })
        .expect("an engine is asked to open a run")
}

fn playing() -> (State, RunId) {
    let mut state = state();
    let effects = state.update(Msg::PlayPause);
    let (engine, run, origin, _) = open_in(&effects);
    assert_eq!((engine, origin), (Engine::Cpu, &Origin::Seed));
    assert_eq!(state.phase, Phase::Opening);
    assert_eq!(hear(&mut state, opened(run, 1e5, 0)), [Effect::Send(Engine::Cpu, Command::Start { run })]);
    assert_eq!(state.phase, Phase::Training);
    (state, run)
}

fn set(state: &mut State, key: &'static str, text: &str) -> Vec<Effect> {
    state.update(Msg::Set { key, text: text.into() })
}

#[test]
fn opens_on_the_recorded_run_and_scrubs_it() {
    let mut state = state();
    state.update(Msg::Recorded(Box::new(recording(&LESSON))));
    assert_eq!((state.phase, state.current), (Phase::Recorded, Some(RECORDED)));
    assert_eq!(state.picture().map(|picture| picture.step), Some(500));
    state.update(Msg::Scrub(Some(300)));
    assert_eq!(state.picture().map(|picture| picture.step), Some(250));
    assert_eq!(state.log().count(), 0, "a recorded run is none of this session's");
}

#[test]
fn a_link_that_differs_does_not_show_the_presets_run() {
    let mut state = State::new(&LESSON, Language::En, Theme::System);
    state.update(at("#/airline?cell=gru"));
    state.update(Msg::Recorded(Box::new(recording(&LESSON))));
    assert_eq!((state.phase, state.current), (Phase::Ready, None));
    // Back at the preset it is the recorded run's turn.
    set(&mut state, "cell", "lstm");
    assert_eq!((state.phase, state.current), (Phase::Recorded, Some(RECORDED)));
}

#[test]
fn a_damaged_link_says_so() {
    let mut state = State::new(&LESSON, Language::En, Theme::System);
    state.update(at("#/airline?epochs=9000000&wibble=3&w=zzz"));
    let keys: Vec<&str> = state.notices.iter().map(|notice| notice.key.as_str()).collect();
    for key in ["notice.link.clamped", "notice.link.unknown_key", "notice.link.weights_lost"] {
        assert!(keys.contains(&key), "{key} is missing in {keys:?}");
    }
    assert!(keys.iter().any(|key| key.starts_with("error.")), "the reason is missing in {keys:?}");
}

#[test]
fn plays_pauses_and_goes_on() {
    let (mut state, run) = playing();
    train_to(&mut state, run, 10);
    assert_eq!(state.update(Msg::PlayPause), [Effect::Send(Engine::Cpu, Command::Pause { run })]);
    hear(&mut state, Event::Paused { run });
    assert_eq!(state.phase, Phase::Paused);
    assert_eq!(state.update(Msg::Step), [Effect::Send(Engine::Cpu, Command::Step { run })]);
    hear(&mut state, Event::Paused { run });
    assert_eq!(state.update(Msg::PlayPause), [Effect::Send(Engine::Cpu, Command::Start { run })]);
}

#[test]
fn a_live_setting_goes_to_the_run_and_is_written_down() {
    let (mut state, run) = playing();
    train_to(&mut state, run, 10);
    let effects = set(&mut state, "learning_rate", "0.003");
    let command = Command::Set { run, key: "learning_rate".into(), value: "0.003".into() };
    assert_eq!(effects, [Effect::WriteAddress, Effect::Send(Engine::Cpu, command)]);
    let change = Change { step: 10, key: "learning_rate".into(), value: "0.003".into() };
    assert_eq!(state.current_run().unwrap().changes, [change]);
    assert_eq!(state.phase, Phase::Training);
}

#[test]
fn another_setting_starts_a_new_run_and_keeps_the_old_one() {
    let (mut state, run) = playing();
    train_to(&mut state, run, 10);
    let effects = set(&mut state, "hidden_size", "12");
    let (_, next, _, _) = open_in(&effects);
    assert!(effects.contains(&Effect::Send(Engine::Cpu, Command::Stop { run })));
    assert!(state.notices.iter().any(|notice| notice.key == "notice.new_run"));
    // What the old run still has to say disturbs nothing.
    hear(&mut state, Event::Progress { run, progress: standing(11), losses: vec![9.0], norms: Vec::new() });
    hear(&mut state, Event::Finished { run, metrics: BTreeMap::from([("loss".into(), 9.0)]) });
    assert_eq!((state.phase, state.current), (Phase::Opening, Some(next)));
    assert_eq!(state.log().map(|run| run.id).collect::<Vec<_>>(), [run]);
    assert_eq!(state.run(run).unwrap().recording.losses.len(), 10);
}

#[test]
fn numbers_out_of_bounds_are_clamped_and_noted() {
    let mut state = state();
    set(&mut state, "epochs", "1000000");
    assert_eq!(state.job().form.changed(LESSON.settings), [("epochs", "100000".to_owned())]);
    assert_eq!(state.notices[0].key, "notice.setting.clamped");
}

/// What is said of a setting stands at that setting, in the place of what was said of it before, and goes with the mistake.
#[test]
fn a_notice_stands_once_and_goes_when_what_it_says_is_mended() {
    let mut state = state();
    set(&mut state, "epochs", "300");
    set(&mut state, "epochs", "many");
    set(&mut state, "epochs", "1000000");
    set(&mut state, "epochs", "some");
    set(&mut state, "window", "x");
    let said: Vec<(&str, Option<&str>)> =
        state.notices.iter().map(|notice| (notice.key.as_str(), notice.setting())).collect();
    assert_eq!(
        said,
        [("notice.setting.unreadable", Some("epochs")), ("notice.setting.unreadable", Some("window"))]
    );
    // The former value stands, and not the preset.
    assert!(state.notices[0].args.contains(&("used", "100000".to_owned())), "{:?}", state.notices[0]);
    assert!(state.notices.iter().all(super::Notice::is_by_hand));
    set(&mut state, "epochs", "200");
    assert_eq!(state.notices.len(), 1);
    set(&mut state, "window", "3");
    assert_eq!(state.notices, []);
}

/// However often a run is replaced, that is said once; and what a run came to is over with the next one.
#[test]
fn what_is_said_of_a_run_goes_with_the_next_one() {
    let mut state = state();
    for key in ["window", "epochs", "cell"] {
        state.update(Msg::Notify(super::Notice::new("notice.new_run", [("key", key.to_owned())])));
    }
    assert_eq!(state.notices.len(), 1);
    state.update(Msg::Notify(super::Notice::from(&Error::EngineLost { reason: "gone".into() })));
    state.update(Msg::Notify(super::Notice::new("figure.picture_failed", [])));
    state.update(Msg::Reset);
    let keys: Vec<&str> = state.notices.iter().map(|notice| notice.key.as_str()).collect();
    assert_eq!(keys, ["figure.picture_failed"]);
}

#[test]
fn compares_every_cell_and_ends_at_the_readers_own() {
    let mut state = state();
    let mut effects = state.update(Msg::Compare);
    let mut cells = Vec::new();
    while !effects.is_empty() && state.phase == Phase::Opening {
        let (_, run, _, cell) = open_in(&effects);
        cells.push(cell.to_owned());
        hear(&mut state, opened(run, 1e5, 0));
        train_to(&mut state, run, 500);
        effects = hear(&mut state, Event::Finished { run, metrics: BTreeMap::from([("loss".into(), 0.1)]) });
    }
    assert_eq!(cells, ["gru", "rnn", "lstm"]);
    assert_eq!((state.phase, state.comparison.clone()), (Phase::Finished, None));
    assert_eq!(state.overlays().count(), 2);
    assert_eq!(state.engine.held, state.current);
    // The others need not be trained again.
    let again = state.update(Msg::Compare);
    assert_eq!(open_in(&again).3, "lstm");
    assert_eq!(state.comparison.as_ref().map(|comparison| comparison.total), Some(1));
}

#[test]
fn a_dead_engine_is_replaced_from_the_last_snapshot() {
    let (mut state, run) = playing();
    train_to(&mut state, run, 20);
    hear(&mut state, Event::Snapshot { run, step: 20, bytes: vec![1, 2, 3].into() });
    train_to(&mut state, run, 30);
    let effects = state.update(Msg::EngineDied { engine: Engine::Cpu, reason: "gone".into() });
    assert_eq!(effects[0], Effect::Retire(Engine::Cpu));
    let (engine, next, origin, _) = open_in(&effects);
    assert_eq!((engine, origin), (Engine::Cpu, &Origin::Snapshot { bytes: vec![1, 2, 3].into() }));
    assert_eq!(state.current_run().unwrap().recording.losses.len(), 20);
    assert!(state.notices.iter().any(|notice| notice.key == "notice.engine_restarted"));
    let effects = hear(&mut state, opened(next, 1e5, 20));
    assert!(effects.contains(&Effect::Send(Engine::Cpu, Command::Start { run: next })));
    // It does not try for ever.
    state.update(Msg::EngineDied { engine: Engine::Cpu, reason: "gone".into() });
    assert_eq!(state.phase, Phase::Failed);
}

#[test]
fn a_diverged_run_offers_a_gentler_one() {
    let (mut state, run) = playing();
    train_to(&mut state, run, 20);
    hear(&mut state, Event::Snapshot { run, step: 20, bytes: vec![7].into() });
    hear(
        &mut state,
        Event::Failed { run: Some(run), error: Error::Diverged { step: 21, learning_rate: 0.01 } },
    );
    assert_eq!(state.phase, Phase::Failed);
    let effects = state.update(Msg::Gentler);
    let (_, next, origin, _) = open_in(&effects);
    assert_eq!(origin, &Origin::Snapshot { bytes: vec![7].into() });
    assert_eq!(state.form.changed(LESSON.settings), [("learning_rate", "0.0033".to_owned())]);
    let effects = hear(&mut state, opened(next, 1e5, 20));
    let command = Command::Set { run: next, key: "learning_rate".into(), value: "0.0033".into() };
    assert!(effects.contains(&Effect::Send(Engine::Cpu, command)), "a snapshot brings the old learning rate");
    assert!(state.run(run).unwrap().failure.is_some(), "the diverged run stays in the log");
}

#[test]
fn a_large_model_is_measured_and_the_faster_engine_kept() {
    let mut state = state();
    let effects = state.update(Msg::PlayPause);
    let (_, run, _, _) = open_in(&effects);
    assert!(effects.contains(&Effect::FindAdapter));
    assert_eq!(hear(&mut state, opened(run, 1e9, 0)), [], "waits for the browser's answer about an adapter");
    let measures = |effects: &[Effect], engine| matches!(effects, [Effect::Send(to, Command::Measure { .. }), ..] if *to == engine);
    let effects = state.update(Msg::Adapter(true));
    assert!(measures(&effects, Engine::Cpu));
    let effects = hear(&mut state, Event::Measured { run, engine: Engine::Cpu, steps_per_s: 10.0 });
    assert!(measures(&effects, Engine::Webgpu));
    let measured = Event::Measured { run, engine: Engine::Webgpu, steps_per_s: 90.0 };
    let effects = hear_from(&mut state, Engine::Webgpu, measured);
    let (engine, next, _, _) = open_in(&effects);
    assert_eq!((engine, state.engine.reason), (Engine::Webgpu, Reason::Measured));
    let effects = hear_from(&mut state, Engine::Webgpu, opened(next, 1e9, 0));
    assert_eq!(effects, [Effect::Send(Engine::Webgpu, Command::Start { run: next })]);
}

#[test]
fn a_webgpu_engine_that_is_being_compiled_is_not_waited_for_and_the_next_run_measures_it() {
    let mut state = state();
    state.update(Msg::WebgpuBuilding(true));
    let effects = state.update(Msg::PlayPause);
    let (engine, run, _, _) = open_in(&effects);
    state.update(Msg::Adapter(true));
    assert_eq!(hear(&mut state, opened(run, 1e9, 0)), [Effect::Send(engine, Command::Start { run })]);
    assert_eq!((engine, state.engine.reason), (Engine::Cpu, Reason::WebgpuBuilding));
    // It is there: the run goes on where it is, and what is said of it stays true.
    assert_eq!(state.update(Msg::WebgpuBuilding(false)), []);
    assert_eq!((state.phase, state.engine.reason), (Phase::Training, Reason::WebgpuBuilding));
    state.update(Msg::Reset);
    let effects = state.update(Msg::PlayPause);
    assert_eq!(effects, [], "the run that is being built plays");
    let run = state.current.unwrap();
    let effects = hear(&mut state, opened(run, 1e9, 0));
    assert!(matches!(effects[..], [Effect::Send(Engine::Cpu, Command::Measure { .. })]), "{effects:?}");
    let effects = hear(&mut state, Event::Measured { run, engine: Engine::Cpu, steps_per_s: 10.0 });
    let limited = Effect::LimitMeasuring(run);
    assert!(
        matches!(&effects[..], [Effect::Send(Engine::Webgpu, Command::Measure { .. }), limit] if *limit == limited),
        "{effects:?}"
    );
}

#[test]
fn without_an_adapter_nobody_says_that_webgpu_is_being_compiled() {
    let mut state = state();
    state.update(Msg::WebgpuBuilding(true));
    let effects = state.update(Msg::PlayPause);
    let (_, run, _, _) = open_in(&effects);
    hear(&mut state, opened(run, 1e9, 0));
    assert_eq!((state.phase, state.engine.reason), (Phase::Training, Reason::WebgpuBuilding));
    state.update(Msg::Adapter(false));
    assert_eq!(state.engine.reason, Reason::NoWebgpu);
}

#[test]
fn a_pinned_webgpu_engine_that_is_being_compiled_is_waited_for() {
    let mut state = state();
    state.update(Msg::WebgpuBuilding(true));
    set(&mut state, "backend", "webgpu");
    state.update(Msg::PlayPause);
    assert!(!state.waits_for_webgpu(), "it is not yet known whether there is an adapter");
    let effects = state.update(Msg::Adapter(true));
    let (engine, run, _, _) = open_in(&effects);
    assert!(engine == Engine::Webgpu && state.waits_for_webgpu());

    let mut other = state.clone();
    open_in(&set(&mut other, "backend", "cpu"));
    assert!(!other.waits_for_webgpu(), "the CPU can be had meanwhile");

    let mut failed = state.clone();
    let effects =
        failed.update(Msg::EngineDied { engine: Engine::Webgpu, reason: "it can't be compiled".into() });
    assert_eq!(open_in(&effects).0, Engine::Cpu);
    assert!(!failed.waits_for_webgpu());
    let said = failed.notices.iter().find(|notice| notice.key == "notice.engine_restarted").unwrap();
    assert!(said.args.contains(&("reason", "it can't be compiled".to_owned())));

    state.update(Msg::WebgpuBuilding(false));
    assert!(state.phase == Phase::Opening && !state.waits_for_webgpu());
    let effects = hear_from(&mut state, Engine::Webgpu, opened(run, 1e5, 0));
    assert_eq!(effects, [Effect::Send(Engine::Webgpu, Command::Start { run })]);
}

#[test]
fn a_pinned_webgpu_that_is_not_there_falls_back_and_says_so() {
    let mut state = state();
    set(&mut state, "backend", "webgpu");
    assert_eq!(state.update(Msg::PlayPause), [Effect::FindAdapter]);
    let effects = state.update(Msg::Adapter(false));
    assert_eq!(open_in(&effects).0, Engine::Cpu);
    assert_eq!(state.engine.reason, Reason::NoWebgpu);
    assert!(state.notices.iter().any(|notice| notice.key == "notice.webgpu_unavailable"));
}

/// An engine's snapshot, as far as the page reads it.
fn snapshot_of(losses: &[f32]) -> Vec<u8> {
    let losses: Vec<u8> = losses.iter().flat_map(|loss| loss.to_le_bytes()).collect();
    let shape = vec![losses.len() / size_of::<f32>()];
    let losses = TensorView::new(Dtype::F32, shape, &losses).unwrap();
    let norms = TensorView::new(Dtype::F32, vec![0], &[]).unwrap();
    safetensors::serialize([("losses", losses), ("norms", norms)], None).unwrap()
}

#[test]
fn a_reload_brings_the_session_back_and_play_goes_on_from_it() {
    let (mut before, run) = playing();
    train_to(&mut before, run, 40);
    let bytes = snapshot_of(&before.current_run().unwrap().recording.losses);
    let effects = hear(&mut before, Event::Snapshot { run, step: 40, bytes: bytes.clone().into() });
    assert_eq!(effects, [Effect::Keep]);
    let (head, snapshot) = before.session().unwrap();
    let session = Session::read(&head, snapshot).unwrap();
    assert_eq!(&session.recording, &before.current_run().unwrap().recording);
    assert!(Session::read(&head[1..], session.snapshot.clone()).is_err());
    assert!(Session::read(&head, vec![4].into()).is_err(), "no snapshot");

    let mut after = state();
    after.update(Msg::Restored(Box::new(session.clone())));
    assert_eq!(after.phase, Phase::Paused);
    assert_eq!(after.current_run().unwrap().recording.losses.len(), 40);
    let effects = after.update(Msg::PlayPause);
    assert_eq!(open_in(&effects).2, &Origin::Snapshot { bytes: bytes.into() });

    let mut other = state();
    set(&mut other, "seed", "2");
    other.update(Msg::Restored(Box::new(session)));
    assert_eq!(other.current, None, "another seed is another run");
}

#[test]
fn keeps_a_bounded_number_of_pictures_the_newest_among_them() {
    let (mut state, run) = playing();
    for step in 0..5000 {
        hear(&mut state, Event::Picture { run, picture: picture(step) });
    }
    let pictures = &state.current_run().unwrap().recording.pictures;
    assert!((80..=161).contains(&pictures.len()), "{} pictures", pictures.len());
    assert_eq!((pictures[0].step, pictures.last().unwrap().step), (0, 4999));
    let widest = pictures.windows(2).map(|pair| pair[1].step - pair[0].step).max();
    assert!(widest <= Some(64), "{widest:?}");
}

#[test]
fn the_address_brings_the_settings_back() {
    let mut state = state();
    set(&mut state, "cell", "gru");
    set(&mut state, "seed", "7");
    let mut other = State::new(&LESSON, Language::En, Theme::System);
    other.update(at(&state.link_to_settings().to_fragment()));
    assert_eq!(other.form, state.form);
    assert_eq!(other.notices, []);
}
