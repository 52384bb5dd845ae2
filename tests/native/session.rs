//! What a session does when it is told something.

use std::sync::Arc;

use pollster::block_on;
use unroll::lessons::{LESSONS, airline};
use unroll::protocol::{Command, Engine, Event, Job, Origin};
use unroll::train::Next;

use crate::bench::{Bench, TICK, job, text};

#[test]
fn pause_and_step_do_what_they_say() {
    let mut bench = Bench::airline(1e-3, &[], Origin::Seed);
    let events = bench.send(Command::Step { run: 1 });
    assert!(matches!(
        events,
        [Event::Progress { progress, losses, .. }, Event::Picture { .. }, Event::Paused { .. }, Event::Snapshot { step: 1, .. }]
            if progress.step == 1 && losses.len() == 1
    ));
    bench.send(Command::Start { run: 1 });
    assert_eq!(bench.advance(), Next::Now);
    let paused = bench.send(Command::Pause { run: 1 });
    assert!(paused.iter().any(|event| matches!(event, Event::Paused { run: 1 })));
    let trained = bench.losses().len();
    assert_eq!(bench.advance(), Next::Idle);
    assert_eq!(bench.losses().len(), trained);
    assert_eq!(bench.last_picture().step, trained);
    assert!(bench.send(Command::Step { run: 9 }).is_empty(), "a command about a run that is gone");
    bench.send(Command::Stop { run: 1 });
    assert!(bench.send(Command::Step { run: 1 }).is_empty());
}

#[test]
fn live_settings_act_at_once() {
    let mut fast = Bench::airline(TICK, &[], Origin::Seed);
    let mut slow = Bench::airline(TICK, &[], Origin::Seed);
    let set = |key: &str, value: &str| Command::Set { run: 1, key: key.into(), value: value.into() };
    slow.send(set("learning_rate", "0.0001"));
    slow.send(set("hidden_size", "3"));
    (0..3).for_each(|_| {
        fast.step();
        slow.step();
    });
    assert_eq!(fast.losses()[0], slow.losses()[0], "measured before the first update");
    assert_ne!(fast.losses()[1], slow.losses()[1]);
    assert_eq!(fast.forecast().forecast.len(), 12);
    let events = fast.send(set("horizon", "5"));
    assert!(matches!(events, [Event::Picture { .. }]));
    assert_eq!(fast.forecast().forecast.len(), 60);
    fast.send(set("horizon", "0"));
    assert!(fast.forecast().forecast.is_empty());
}

#[test]
fn slow_motion_waits_between_steps() {
    let mut bench = Bench::airline(TICK, &[("speed", "4")], Origin::Seed);
    bench.send(Command::Start { run: 1 });
    assert_eq!(bench.advance(), Next::Now);
    let Next::After(seconds) = bench.advance() else { panic!("the second step came at once") };
    assert!((0.2..=0.25).contains(&seconds), "{seconds}");
    assert_eq!(bench.losses().len(), 1);
}

#[test]
fn measuring_answers_and_leaves_the_run_alone() {
    let mut bench = Bench::airline(1e-3, &[], Origin::Seed);
    bench.step();
    let job = job(&airline::LESSON, &[("cell", "gru")]);
    bench.drive(Command::Measure { run: 7, job, millis: 100 });
    assert!(matches!(
        bench.events.last(),
        Some(Event::Measured { run: 7, engine: Engine::Cpu, steps_per_s }) if *steps_per_s > 0.0
    ));
    bench.step();
    assert_eq!(bench.last_picture().step, 2);
}

/// The numbers of a long text come by themselves, before or after the command that names them.
#[test]
fn a_run_on_a_long_text_waits_for_its_numbers() {
    let lesson = LESSONS.into_iter().find(|lesson| lesson.needs_corpus()).unwrap();
    let named = |number| Job { corpus: Some(Arc::new(text().kept(number))), ..job(lesson, &[]) };
    let open = |run, number| Command::Open { run, job: named(number), origin: Origin::Seed };
    let mut bench = Bench::new(TICK);
    assert_eq!(bench.send(open(1, 3)), []);
    let events = block_on(bench.session.receive(3, text()));
    assert!(matches!(events[..], [Event::Opened { run: 1, .. }, ..]), "{events:?}");
    // It is here now, and what a command names that waits is not another one's.
    assert!(matches!(bench.send(open(2, 3)), [Event::Opened { run: 2, .. }, ..]));
    assert_eq!(bench.send(open(3, 4)), []);
    assert_eq!(block_on(bench.session.receive(5, text())), []);
    assert!(matches!(block_on(bench.session.receive(4, text()))[..], [Event::Opened { run: 3, .. }, ..]));
    // A run that is stopped waits for nothing.
    assert_eq!(bench.send(open(4, 6)), []);
    bench.send(Command::Stop { run: 4 });
    assert_eq!(block_on(bench.session.receive(6, text())), []);
}
