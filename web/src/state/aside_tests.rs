//! What has been trained goes on, or can be had back; told with the first lesson, the engine's side played by the tests.

use std::collections::BTreeMap;

use crate::messages::{Command, Event, Origin};
use unroll::lessons::airline::LESSON;
use unroll::protocol::{Engine, Progress, RunId};

use super::tests::at;
use super::*;

fn state() -> State {
    let mut state = State::new(&LESSON, Language::En, Theme::System);
    state.update(at("#/airline?epochs=300"));
    state.update(Msg::Adapter(false));
    state
}

fn hear(state: &mut State, event: Event) -> Vec<Effect> {
    hear_at(state, event, 0.0)
}

fn hear_at(state: &mut State, event: Event, at: f64) -> Vec<Effect> {
    state.update(Msg::Engine { engine: Engine::Cpu, event, at })
}

fn standing(step: usize, steps: usize) -> Progress {
    Progress { step, steps, steps_per_s: 500.0, seconds_left: 1.0, workers: 1 }
}

fn opened(run: RunId, step: usize, steps: usize) -> Event {
    Event::Opened {
        run,
        layers: Vec::new(),
        flops_per_step: 1.0,
        progress: standing(step, steps),
        losses: vec![1.0; step],
        norms: Vec::new(),
        lexicon: None,
    }
}

fn progress(state: &mut State, run: RunId, step: usize, steps: usize, at: f64) {
    let done = state.current_run().unwrap().recording.losses.len();
    let losses = vec![0.5; step - done];
    let event = Event::Progress { run, progress: standing(step, steps), losses, norms: Vec::new() };
    hear_at(state, event, at);
}

fn open_in(effects: &[Effect]) -> (RunId, Job, Origin) {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Send(_, Command::Open { run, job, origin }) => Some((*run, job.clone(), origin.clone())),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("{effects:?}"))
}

fn play(state: &mut State) -> RunId {
    let (run, ..) = open_in(&state.update(Msg::PlayPause));
    hear(state, opened(run, 0, state.steps()));
    assert_eq!(state.phase, Phase::Training);
    run
}

/// A run of 300 epochs that has come to its end.
fn finished() -> (State, RunId) {
    let mut state = state();
    let run = play(&mut state);
    end(&mut state, run, 300);
    (state, run)
}

fn end(state: &mut State, run: RunId, step: usize) {
    progress(state, run, step, step, 0.0);
    hear(state, Event::Snapshot { run, step, bytes: vec![step as u8].into() });
    hear(state, Event::Finished { run, metrics: BTreeMap::from([("loss".into(), 0.1)]) });
    assert_eq!(state.phase, Phase::Finished);
}

fn set(state: &mut State, key: &'static str, text: &str) -> Vec<Effect> {
    state.update(Msg::Set { key, text: text.into() })
}

fn offers(state: &State) -> bool {
    state.notices.iter().any(|notice| notice.key == "notice.set_aside")
}

fn told(run: RunId, value: &str) -> Effect {
    Effect::Send(Engine::Cpu, Command::Set { run, key: "epochs".into(), value: value.into() })
}

#[test]
fn play_on_a_finished_run_goes_on_for_as_many_again() {
    let (mut state, run) = finished();
    for total in ["600", "900"] {
        assert_eq!(state.longer(), Some(300));
        let effects = state.update(Msg::PlayPause);
        let start = Effect::Send(Engine::Cpu, Command::Start { run });
        assert_eq!(effects, [Effect::WriteAddress, told(run, total), start], "{total}");
        assert_eq!((state.phase, state.current, state.longer()), (Phase::Training, Some(run), None));
        let current = state.current_run().unwrap();
        assert!(current.recording.metrics.is_empty() && current.changes.is_empty());
        end(&mut state, run, total.parse().unwrap());
    }
    assert_eq!(state.current_run().unwrap().recording.losses.len(), 900);
    // The link has all of them.
    assert!(state.link_to_settings().to_fragment().contains("epochs=900"));
    assert!(!offers(&state));
    // One step more.
    let effects = state.update(Msg::Step);
    assert!(
        effects.contains(&told(run, "901"))
            && effects.contains(&Effect::Send(Engine::Cpu, Command::Step { run }))
    );
}

#[test]
fn the_number_of_steps_is_a_live_setting() {
    let (mut state, run) = finished();
    // More of them: there is something to do.
    assert_eq!(set(&mut state, "epochs", "400"), [Effect::WriteAddress, told(run, "400")]);
    assert_eq!((state.phase, state.current_run().unwrap().progress.steps), (Phase::Paused, 400));
    assert_eq!(state.update(Msg::PlayPause), [Effect::Send(Engine::Cpu, Command::Start { run })]);
    progress(&mut state, run, 350, 400, 0.0);
    // Fewer than are done: the engine ends it where it stands.
    assert_eq!(set(&mut state, "epochs", "100"), [Effect::WriteAddress, told(run, "100")]);
    end(&mut state, run, 350);
    assert_eq!(state.current, Some(run));
    // Another rate of learning is for what comes next.
    let effects = set(&mut state, "learning_rate", "0.001");
    assert!(effects.iter().all(|effect| !matches!(effect, Effect::Send(_, Command::Open { .. }))));
    set(&mut state, "learning_rate", "0.002");
    assert_eq!(state.phase, Phase::Finished);
    let changes: Vec<_> = state.current_run().unwrap().changes.iter().map(|c| c.value.clone()).collect();
    assert_eq!(changes, ["0.002"]);
    assert!(!offers(&state));
}

#[test]
fn what_is_at_its_bound_says_so_and_does_nothing() {
    let mut state = State::new(&LESSON, Language::En, Theme::System);
    state.update(at("#/airline?epochs=100000"));
    state.update(Msg::Adapter(false));
    let run = play(&mut state);
    end(&mut state, run, 100_000);
    assert_eq!(state.update(Msg::PlayPause), []);
    assert_eq!((state.phase, state.notices[0].key.as_str()), (Phase::Finished, "notice.setting.clamped"));
}

#[test]
fn a_restored_run_goes_on_too() {
    let (mut state, run) = finished();
    // The engine is gone; the snapshot is there.
    state.update(Msg::EngineDied { engine: Engine::Cpu, reason: "gone".into() });
    assert_eq!((state.phase, state.current), (Phase::Finished, Some(run)));
    let (next, job, origin) = open_in(&state.update(Msg::PlayPause));
    assert_eq!(origin, Origin::Snapshot { bytes: vec![300_usize as u8].into() });
    assert_eq!(job.form.changed(LESSON.settings), [("epochs", "600".to_owned())]);
    let effects = hear(&mut state, opened(next, 300, 600));
    assert_eq!(effects.last(), Some(&Effect::Send(Engine::Cpu, Command::Start { run: next })));
}

#[test]
fn a_trained_run_can_be_had_back_after_any_change() {
    type Change = fn(&mut State) -> Vec<Effect>;
    let changes: [(&str, Change); 6] = [
        ("a setting", |state| set(state, "hidden_size", "12")),
        ("the seed", |state| set(state, "seed", "7")),
        ("a preset", |state| state.update(Msg::Preset("scratch"))),
        ("from the beginning", |state| state.update(Msg::Reset)),
        ("anew", |state| state.update(Msg::Anew)),
        ("another address", |state| state.update(at("#/airline?cell=gru"))),
    ];
    for (name, change) in changes {
        let (mut state, run) = finished();
        let before = state.form.clone();
        let effects = change(&mut state);
        let (other, ..) = open_in(&effects);
        assert!(offers(&state), "{name}");
        hear(&mut state, opened(other, 0, 300));
        let effects = state.update(Msg::TakeBack);
        assert!(effects.contains(&Effect::Send(Engine::Cpu, Command::Stop { run: other })), "{name}");
        assert!(effects.contains(&Effect::Keep) && effects.contains(&Effect::WriteAddress));
        assert_eq!((&state.form, state.phase), (&before, Phase::Finished), "{name}");
        let back = state.current_run().unwrap();
        assert!(back.id != run && back.recording.losses.len() == 300 && back.is_finished(), "{name}");
        assert!(state.run(run).is_none() && !offers(&state), "{name}");
        // And it goes on from where it stood.
        let (_, _, origin) = open_in(&state.update(Msg::PlayPause));
        assert_eq!(origin, Origin::Snapshot { bytes: vec![300_usize as u8].into() }, "{name}");
    }
}

#[test]
fn a_running_one_is_kept_as_it_stands() {
    let mut state = state();
    let run = play(&mut state);
    progress(&mut state, run, 120, 300, 0.0);
    let effects = set(&mut state, "hidden_size", "12");
    let commands: Vec<&Effect> = effects.iter().filter(|e| matches!(e, Effect::Send(..))).collect();
    assert_eq!(
        commands[..2],
        [
            &Effect::Send(Engine::Cpu, Command::Snapshot { run }),
            &Effect::Send(Engine::Cpu, Command::Stop { run })
        ]
    );
    assert!(!offers(&state), "not before it can be had");
    assert_eq!(state.update(Msg::TakeBack), []);
    hear(&mut state, Event::Snapshot { run, step: 121, bytes: vec![9].into() });
    assert!(offers(&state));
    state.update(Msg::TakeBack);
    assert_eq!((state.phase, state.current_run().unwrap().progress.step), (Phase::Paused, 121));
}

#[test]
fn it_is_let_go_when_another_has_been_trained_for_a_while_or_the_reader_says_so() {
    let changed = || {
        let (mut state, _) = finished();
        let (other, ..) = open_in(&set(&mut state, "seed", "7"));
        hear(&mut state, opened(other, 0, 300));
        state.update(Msg::PlayPause);
        progress(&mut state, other, 1, 300, 1000.0);
        (state, other)
    };
    let (mut state, other) = changed();
    progress(&mut state, other, 2, 300, 20_000.0);
    assert!(offers(&state));
    // One that has hardly been trained does not take its place.
    set(&mut state, "seed", "8");
    assert_eq!(state.notices.iter().find(|n| n.key == "notice.set_aside").unwrap().args[0].1, "300");
    let (mut state, other) = changed();
    progress(&mut state, other, 2, 300, 40_000.0);
    assert!(!offers(&state) && state.update(Msg::TakeBack).is_empty());
    let (mut state, _) = changed();
    state.update(Msg::Dismiss("notice.set_aside".into()));
    assert!(!offers(&state) && state.update(Msg::TakeBack).is_empty());
}

#[test]
fn two_runs_can_take_turns() {
    let (mut state, _) = finished();
    let (other, ..) = open_in(&set(&mut state, "seed", "7"));
    hear(&mut state, opened(other, 0, 300));
    state.update(Msg::PlayPause);
    end(&mut state, other, 300);
    let seed = |state: &State| state.form.changed(LESSON.settings).iter().any(|(key, _)| *key == "seed");
    for has_other_seed in [false, true, false] {
        state.update(Msg::TakeBack);
        assert_eq!((seed(&state), state.phase), (has_other_seed, Phase::Finished));
        assert!(offers(&state));
    }
}

#[test]
fn another_engine_goes_on_with_the_same_model() {
    let (mut state, _) = finished();
    state.update(Msg::Adapter(true));
    let (run, job, origin) = open_in(&set(&mut state, "backend", "webgpu"));
    assert_eq!(origin, Origin::Snapshot { bytes: vec![300_usize as u8].into() });
    assert_eq!(job.form.changed(LESSON.settings), [("epochs", "300".to_owned())]);
    let event = opened(run, 300, 300);
    state.update(Msg::Engine { engine: Engine::Webgpu, event, at: 0.0 });
    assert_eq!(state.current_run().unwrap().recording.losses.len(), 300);
    assert!(!offers(&state));
    // By the address too; what is not there is said, and the run stays.
    let (mut state, run) = finished();
    assert_eq!(state.update(at("#/airline?epochs=300&backend=webgpu")), []);
    assert!(state.notices.iter().any(|notice| notice.key == "notice.webgpu_unavailable"));
    assert_eq!((state.phase, state.current), (Phase::Finished, Some(run)));
}

#[test]
fn a_session_of_other_settings_is_offered() {
    let (before, run) = finished();
    let recording = before.run(run).unwrap().recording.clone();
    let session =
        Session { recording, step: 300, seconds: 1.0, engine: Engine::Cpu, snapshot: vec![3].into() };
    let mut state = State::new(&LESSON, Language::En, Theme::System);
    state.update(at("#/airline?epochs=300&seed=2"));
    state.update(Msg::Restored(Box::new(session)));
    assert!(state.current.is_none() && offers(&state));
    state.update(Msg::TakeBack);
    assert_eq!((state.phase, state.current_run().unwrap().progress.step), (Phase::Finished, 300));
}

#[test]
fn a_comparison_does_not_offer_what_it_trains_itself() {
    let (mut state, run) = finished();
    let mut effects = state.update(Msg::Compare);
    while state.phase == Phase::Opening {
        let (next, ..) = open_in(&effects);
        hear(&mut state, opened(next, 0, 300));
        progress(&mut state, next, 300, 300, 0.0);
        hear(&mut state, Event::Snapshot { run: next, step: 300, bytes: vec![1].into() });
        effects =
            hear(&mut state, Event::Finished { run: next, metrics: BTreeMap::from([("loss".into(), 0.1)]) });
    }
    assert!(!offers(&state) && state.run(run).is_some());
}
