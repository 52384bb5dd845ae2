//! A run from its beginning to its end, and from where it was left.

use unroll::Error;
use unroll::lesson::Lesson;
use unroll::lessons::airline;
use unroll::protocol::{Command, Event, Origin, Precision};

use crate::bench::{Bench, TICK, job};

#[test]
fn the_same_seed_gives_the_same_losses_however_time_passes() {
    let losses = |tick: f64, pairs: &[(&str, &str)]| {
        let mut bench = Bench::airline(tick, pairs, Origin::Seed);
        bench.train();
        bench.losses()
    };
    let plain = losses(1e-4, &[("epochs", "60")]);
    assert_eq!(plain.len(), 60);
    assert_eq!(losses(0.02, &[("epochs", "60")]), plain, "longer slices");
    assert_eq!(losses(1e-4, &[("epochs", "60"), ("speed", "20")]), plain, "slow motion");
    assert_ne!(losses(1e-4, &[("epochs", "60"), ("seed", "2")]), plain, "another seed");
    let mut stepped = Bench::airline(TICK, &[("epochs", "60")], Origin::Seed);
    (0..60).for_each(|_| stepped.step());
    assert_eq!(stepped.losses(), plain, "single steps");
    assert_eq!(stepped.metrics()["loss"].to_bits(), {
        let mut bench = Bench::airline(TICK, &[("epochs", "60")], Origin::Seed);
        bench.train();
        bench.metrics()["loss"].to_bits()
    });
}

#[test]
fn a_restored_snapshot_goes_on_as_if_it_had_never_stopped() {
    for pairs in [
        &[("epochs", "40")][..],
        &[("epochs", "40"), ("optimizer", "sgd"), ("cell", "gru"), ("learning_rate", "0.1")],
        &[("epochs", "40"), ("cell", "rnn"), ("learning_rate", "0.001")],
    ] {
        check_that_a_snapshot_goes_on(&airline::LESSON, pairs, 40);
    }
}

/// A run of so many steps that is kept in between and brought back ends as one that was never kept.
pub fn check_that_a_snapshot_goes_on(lesson: &Lesson, pairs: &[(&str, &str)], steps: usize) {
    let open = |origin| Bench::open(job(lesson, pairs), origin);
    let mut whole = open(Origin::Seed);
    whole.train();
    assert_eq!(whole.losses().len(), steps);
    let mut first = open(Origin::Seed);
    (0..steps / 2).for_each(|_| first.step());
    let mut second = open(Origin::Snapshot { bytes: first.snapshot() });
    assert_eq!(second.losses(), first.losses());
    assert_eq!(second.last_picture(), first.last_picture());
    second.train();
    assert_eq!(second.losses(), whole.losses());
    assert_eq!(second.last_picture(), whole.last_picture());
}

#[test]
fn what_is_no_snapshot_of_this_model_is_refused() {
    let mut bench = Bench::airline(TICK, &[("epochs", "40")], Origin::Seed);
    bench.step();
    let bytes = bench.snapshot();
    let errors = |pairs: &[(&str, &str)], bytes: Vec<u8>| {
        Bench::airline(TICK, pairs, Origin::Snapshot { bytes }).errors()
    };
    assert_eq!(
        errors(&[("hidden_size", "11")], bytes.clone()),
        [Error::WeightsMismatch { found: 1092, expected: 1244 }]
    );
    assert!(matches!(errors(&[("optimizer", "sgd")], bytes.clone())[..], [Error::SnapshotDamaged { .. }]));
    for length in [0, 7, 100, bytes.len() - 1] {
        assert!(matches!(errors(&[], bytes[..length].to_vec())[..], [Error::SnapshotDamaged { .. }]));
    }
}

#[test]
fn divergence_stops_at_the_last_good_state_whatever_the_slices() {
    let pairs = [("cell", "rnn"), ("hidden_size", "128"), ("optimizer", "sgd"), ("learning_rate", "10")];
    let outcome = |tick: f64| {
        let mut bench = Bench::airline(tick, &pairs, Origin::Seed);
        bench.train();
        let bytes = bench.snapshot();
        let errors = bench.errors();
        let again = Bench::airline(tick, &pairs, Origin::Snapshot { bytes });
        assert_eq!(again.errors(), []);
        assert!(again.forecast().train_scores.rmse.is_finite());
        (errors, again.last_picture().step)
    };
    let (errors, step) = outcome(1e-4);
    assert!(
        matches!(errors[..], [Error::Diverged { step: bad, learning_rate: 10.0 }] if bad == step + 2),
        "{errors:?}, kept {step}"
    );
    assert_eq!(outcome(0.02), (errors, step));
}

#[test]
fn weights_from_a_link_show_the_same_forecast_without_training() {
    let mut bench = Bench::airline(TICK, &[("epochs", "200"), ("horizon", "2")], Origin::Seed);
    bench.train();
    for precision in [Precision::Half, Precision::Byte] {
        bench.send(Command::Pack { run: 1, precision });
        let Some(Event::Packed { payload, deviation, .. }) = bench.events.last().cloned() else {
            panic!("no answer to pack")
        };
        let receiver =
            Bench::airline(TICK, &[("epochs", "200"), ("horizon", "2")], Origin::Weights { payload });
        let (sent, received) = (bench.forecast(), receiver.forecast());
        assert_eq!(receiver.last_picture().step, 200);
        let pairs =
            sent.fitted.iter().chain(&sent.forecast).zip(received.fitted.iter().chain(&received.forecast));
        let largest = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert_eq!(largest, deviation);
        assert!(deviation > 0.0 && deviation < if precision == Precision::Half { 1.0 } else { 20.0 });
        assert_eq!(receiver.metrics()["rmse"], received.train_scores.rmse);
    }
    let payload = "not a payload".to_owned();
    assert_eq!(Bench::airline(TICK, &[], Origin::Weights { payload }).errors().len(), 1);
}

#[test]
fn a_finished_run_can_be_trained_further() {
    let mut bench = Bench::airline(TICK, &[("epochs", "10")], Origin::Seed);
    bench.train();
    bench.step();
    assert_eq!(bench.last_picture().step, 11);
    bench.train();
    assert_eq!(bench.last_picture().step, 21);
    assert_eq!(bench.losses().len(), 21);
}

#[test]
fn each_model_can_learn_the_training_years_by_heart() {
    for pairs in [
        &[("epochs", "3000"), ("hidden_size", "32")][..],
        &[("epochs", "3000"), ("hidden_size", "32"), ("cell", "gru")],
        &[("epochs", "2000"), ("hidden_size", "64"), ("cell", "rnn"), ("learning_rate", "0.001")],
    ] {
        let mut bench = Bench::airline(TICK, pairs, Origin::Seed);
        bench.train();
        assert!(bench.metrics()["loss"] < 1e-4, "{pairs:?}: {:?}", bench.metrics());
    }
}
